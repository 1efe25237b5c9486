// SPDX-License-Identifier: GPL-2.0-only
//
// How near the run is to burying a member that lives: the importance function of its splitting.
//
// It is the longest time that a wrong suspicion has lasted, whoever holds it, over the shortest time-out
// of suspicions (suspicion_mult * log10(members) * probe_interval). It grows as time passes and falls
// when a suspicion ends, refuted or not. What counts are wrong deaths, each once: the incidents of
// false_positives in metrics.json, by the same judgement.
#pragma once

#include "lab/ns3/runner.h"
#include "lab/ns3/split-tree.h"
#include "lab/record/metrics/metric.h"

#include "ns3/event-id.h"

#include <map>
#include <set>
#include <unordered_set>
#include <vector>

namespace swimlab
{

class SuspicionProgress : public Metric
{
  public:
    /// @param run, tree outlive it
    /// @param levels rising, as times that a suspicion has lasted
    SuspicionProgress(const RunState& run,
                      SplitTree& tree,
                      std::vector<TimeNs> levels,
                      Reseed reseed);

    Scope ScopeOf() const override
    {
        return Scope::PREAMBLE;
    }

    void After(const Deed& deed) override;
    void Hear(const Heard& heard) override;

    /// The window is over, and so is a copy. What is still to rise finds that out by itself: the
    /// simulator may be gone by now.
    void Finish(Json& metrics) override;

  private:
    struct Pair
    {
        MemberId observer;
        MemberId subject;

        friend auto operator<=>(const Pair&, const Pair&) = default;
    };

    using Since = std::map<Pair, TimeNs>;

    void CountBurial(const Heard& heard);
    void End(Since::iterator suspicion);

    /// What has changed may be the longest suspicion.
    void Settle(TimeNs nowNs);
    void ScheduleRise(TimeNs nowNs);
    void OnRise();

    const RunState m_run;
    SplitTree& m_tree;
    std::vector<TimeNs> m_levels;
    Reseed m_reseed;
    Since m_since;                              ///< wrong suspicions of now
    std::multiset<TimeNs> m_times;              ///< of m_since
    std::unordered_set<std::uint64_t> m_buried; ///< by subject and incarnation
    ns3::EventId m_rise;
    TimeNs m_dueNs = NEVER_NS; ///< of m_rise
};

} // namespace swimlab
