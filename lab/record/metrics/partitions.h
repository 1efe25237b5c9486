// SPDX-License-Identifier: GPL-2.0-only
//
// How long a partition takes to be noticed, and its healing to be mended.
//
// Both are instants at which a property of all pairs (observer, subject) holds for the first time, so
// both count the pairs that do not have it yet and wait for zero. Only members that stay live for the
// whole of the interval take part, which is foretold: a member that crashes meanwhile is the matter of
// crashes.h. And of systems that need a majority only those who have one can part: the others never
// bury anybody, however long they wait, and are not waited for.
#pragma once

#include "lab/record/metrics/metric.h"

#include <vector>

namespace swimlab
{

class Partitions : public Metric
{
  public:
    explicit Partitions(const RunState& run);

    void After(const Deed& deed) override;
    void Hear(const Heard& heard) override;
    void Finish(Json& metrics) override;

  private:
    enum class Phase : std::uint8_t
    {
        NONE,
        PARTED, ///< pending: who holds somebody of another side for alive or suspect
        HEALED  ///< pending: who does not hold somebody for alive
    };

    struct Partition
    {
        TimeNs atNs;
        std::optional<TimeNs> healedAtNs{};
        std::optional<TimeNs> separated{}; ///< since the partition
        std::optional<TimeNs> remerged{};  ///< since the heal
    };

    void Begin(TimeNs timeNs, Phase phase);
    void CountPairs();
    bool HasMajority(MemberId observer) const;
    bool TakesPart(MemberId observer, MemberId subject) const;
    bool IsPending(View view) const;
    bool WasPending(const Heard& heard);
    void Check(TimeNs timeNs);

    std::size_t PairOf(MemberId observer, MemberId subject) const
    {
        return std::size_t{observer} * m_run.facts.Members() + subject;
    }

    RunState m_run;
    std::vector<Partition> m_partitions;
    Phase m_phase = Phase::NONE;
    TimeNs m_sinceNs = 0;
    bool m_isDone = false;
    std::uint64_t m_pending = 0;
    std::vector<bool> m_buries; ///< by member: whether its side is large enough for what it is
    std::vector<bool> m_stays;  ///< by member: live for the whole of the phase
    /// By pair, in the phase HEALED: a suspicion that was open at the heal. It must end first, for it
    /// may yet become a death; one that arises later breaks nothing unless it does.
    std::vector<bool> m_suspects;
};

} // namespace swimlab
