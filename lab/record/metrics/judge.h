// SPDX-License-Identifier: GPL-2.0-only
//
// Decides of every accusation whether it was right, due to a partition, or wrong.
//
// Lifeguard counts accusations of members outside the anomalous set (section V-F1). An accusation is
// about an incarnation, and only a refutation raises it, so what is behind an accusation is decided by
// where its incarnation was first accused, not only by the state at the moment in which it arrives:
//
//     right      the subject is crashed, left or not there yet, or disturbed (disturbances.h); or it is
//                healthy again, but the incarnation was accused while it was not, or is of an earlier
//                process
//     partition  a partition is between observer and subject, or the observer is unplugged; or neither
//                is so, but the incarnation was accused across a partition that has ended since or by
//                an unplugged member (its suspicion timers go on, and the others are told of them), or
//                by a probe that was sent across it and failed after its end
//     wrong      everything else
//
// An accusation within one side of a partition is judged as if there were none. An incarnation that
// was not told is no number: such an accusation is judged by the state at its moment alone.
#pragma once

#include "lab/record/metrics/metric.h"

#include <vector>

namespace swimlab
{

class Judge
{
  public:
    /// @param truth, views as they are when Decide is called; outlive this
    Judge(const RunFacts& facts, const GroundTruth& truth, const Views& views);

    /// A suspect or dead row. To be asked once for each, in their order, before Views takes it in.
    /// @param accuser whose word it was
    Judgement Decide(const Conclusion& row, MemberId subject, MemberId accuser);

    /// After Decide: whether a cut network is behind the accusation, of a member that lives or not. A
    /// suspicion that a partition opened is no detection of a crash that came after.
    bool IsCutOff() const
    {
        return m_cutOff;
    }

    /// A step that parts or heals is complete. @param sides that end
    void EndEpoch(TimeNs timeNs, const Sides& sides, bool heals);

  private:
    /// By member, up to the last that was accused so: the highest incarnation, plus 1; 0: none. Most
    /// runs of many members have none at all.
    using Incarnations = std::vector<std::uint64_t>;

    /// What was parted and is healed, and until when a probe of then may fail.
    struct Healed
    {
        TimeNs untilNs;
        Sides sides;
    };

    Judgement DecideOfHealthy(const Conclusion& row, MemberId subject, MemberId accuser);
    bool WasProbedAcross(const Conclusion& row, MemberId subject, MemberId accuser);
    bool IsInheritedSuspicion(const Conclusion& row, MemberId subject, MemberId accuser) const;

    const GroundTruth& m_truth;
    const Views& m_views;
    TimeNs m_longestProbeNs;
    bool m_cutOff = false;
    std::vector<Healed> m_healed; ///< of late
    Incarnations m_whileNotHealthy;
    Incarnations m_fromAfar;  ///< by unplugged members, or across a partition that has ended
    Incarnations m_acrossNow; ///< across the present partition
};

} // namespace swimlab
