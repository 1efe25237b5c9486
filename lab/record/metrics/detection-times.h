// SPDX-License-Identifier: GPL-2.0-only
//
// The detection time of Chen, Toueg and Aguilera (T_D): of every observer that should notice a crash,
// from the crash to its last change of mind, after which it holds the crashed member for dead for good.
//
// A crash is watched as for its dissemination, by the same members (crashes.h). Who held the member for
// dead already, or comes to do so by what was said of an earlier process or what a cut network began,
// detected nothing, and is counted apart.
#pragma once

#include "lab/record/metrics/duration-tally.h"
#include "lab/record/metrics/metric.h"

#include <unordered_map>
#include <vector>

namespace swimlab
{

class DetectionTimes : public Metric
{
  public:
    explicit DetectionTimes(const RunState& run)
        : m_run(run)
    {
    }

    Scope ScopeOf() const override
    {
        return Scope::PREAMBLE;
    }

    void After(const Deed& deed) override;
    void Hear(const Heard& heard) override;
    void Finish(Json& metrics) override;

  private:
    /// Since the crash, in seconds; or why there is none. Seven digits in four bytes: a million
    /// members have one each.
    using Entry = float;

    static constexpr Entry UNAWARE = -1;
    static constexpr Entry ALREADY = -2;
    static constexpr Entry CUT_OFF = -3;

    struct Watch
    {
        TimeNs atNs;
        std::uint32_t step; ///< see GroundTruth::Steps
        std::vector<Entry> entries;
    };

    void Open(TimeNs timeNs, MemberId subject);
    void Close(MemberId subject);
    void Count(Entry entry);
    void Uncount(Entry entry);

    RunState m_run;
    std::unordered_map<MemberId, Watch> m_watches; ///< the open ones
    std::uint64_t m_detected = 0;
    std::uint64_t m_already = 0;
    std::uint64_t m_cutOff = 0;
    std::uint64_t m_undetected = 0;
    DurationTally m_times;
};

} // namespace swimlab
