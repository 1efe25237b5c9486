// SPDX-License-Identifier: GPL-2.0-only
//
// For how long pairs of members could have been wrong about each other: both healthy, of one
// cluster, and no partition between them.
//
// It is what a rate of mistakes is held against. A million members are 10^12 pairs, and nearly all
// of them never do anything, so pairs are not kept but counted: by cluster and side of a partition.
#pragma once

#include "lab/record/metrics/ground-truth.h"
#include "lab/record/metrics/measure.h"

#include <cstdint>
#include <map>
#include <vector>

namespace swimlab
{

/// Sums of times of pairs: 10^12 pairs for a day.
__extension__ using PairTime = unsigned __int128;

constexpr double Seconds(PairTime timeNs)
{
    return static_cast<double>(timeNs) / SECOND_NS;
}

class Exposure
{
  public:
    /// @param truth is as at the start; outlives this
    Exposure(const RunFacts& facts, const GroundTruth& truth, const Window& window);

    /// Time passes, and what is the case stays so until then.
    void Reach(TimeNs timeNs);

    /// What changes, after Reach; whoever has to know of single pairs does so besides.
    void SetHealthy(TimeNs timeNs, MemberId member, bool healthy);
    void SetSides(TimeNs timeNs, bool parted, const Sides& sides);

    bool IsHealthy(MemberId member) const
    {
        return m_healthy[member];
    }

    bool IsExposed(MemberId a, MemberId b) const
    {
        return a != b && m_healthy[a] && m_healthy[b] && m_groupOf[a] == m_groupOf[b] &&
               !(m_parted && GroundTruth::Differ(m_sides, a, b));
    }

    /// Since when the pair has been exposed without a break, of one that is.
    TimeNs Since(MemberId a, MemberId b) const;

    /// For how long the pair was exposed in the window, up to the last Reach.
    TimeNs OfPair(MemberId a, MemberId b) const;

    /// Of all ordered pairs together, and of all members, in the window.
    PairTime OfPairs() const
    {
        return m_pairNs;
    }

    PairTime OfMembers() const
    {
        return m_memberNs;
    }

    /// Ordered pairs of which both were healthy at some time in the window.
    std::uint64_t Pairs() const;

  private:
    struct Span
    {
        TimeNs beginNs;
        TimeNs endNs;
    };

    /// Of a cluster: how many of its members are healthy, and how many on each side.
    struct Cluster
    {
        std::uint64_t healthy = 0;
        std::map<std::int32_t, std::uint64_t> onSide{};

        std::uint64_t ExposedPairs() const;
    };

    struct Parting
    {
        Span span;
        Sides sides;
    };

    void CountAnew();
    void Mark(TimeNs timeNs, MemberId member);

    const std::vector<std::uint32_t>& m_groupOf;
    Window m_window;
    std::vector<bool> m_healthy;
    std::vector<bool> m_ever;
    std::vector<TimeNs> m_since; ///< of the healthy
    /// Of members whose health changed, when they were healthy before.
    std::map<MemberId, std::vector<Span>> m_before;
    std::vector<Cluster> m_clusters;
    bool m_parted = false;
    TimeNs m_partedSince = 0;
    Sides m_sides;
    std::vector<Parting> m_partings; ///< that ended
    TimeNs m_nowNs = 0;
    std::uint64_t m_pairsNow = 0;
    std::uint64_t m_membersNow = 0;
    PairTime m_pairNs = 0;
    PairTime m_memberNs = 0;
};

} // namespace swimlab
