// SPDX-License-Identifier: GPL-2.0-only
//
// Live members that were declared dead: Lifeguard's FP and FP- (section V-F1).
//
// FP counts each dead event, by any observer, about a member outside the anomalous set; FP- those whose
// observer is outside it too. Which accusations are wrong is for judge.h to say, who is anomalous for
// ground-truth.h.
#pragma once

#include "lab/record/metrics/incidents.h"
#include "lab/record/metrics/metric.h"
#include "lab/record/metrics/per-second.h"

#include <unordered_map>
#include <vector>

namespace swimlab
{

class FalsePositives : public Metric
{
  public:
    explicit FalsePositives(const RunState& run);

    void Hear(const Heard& heard) override;
    void Finish(Json& metrics) override;

  private:
    void Count(const Heard& heard);
    Json ByAccuserJson() const;

    RunState m_run;
    std::uint64_t m_events = 0;
    std::uint64_t m_pairs = 0;
    std::uint64_t m_subjects = 0;
    std::uint64_t m_fpMinus = 0;
    std::uint64_t m_aboutBystanders = 0;
    std::uint64_t m_amongBystanders = 0;
    std::uint64_t m_duringPartition = 0;
    PerSecond m_perSecond;
    PerSecond m_duringPartitionPerSecond;
    std::vector<bool> m_buried; ///< by member: once at least
    std::unordered_map<MemberId, std::uint64_t> m_byAccuser;
    Incidents m_incidents;
};

} // namespace swimlab
