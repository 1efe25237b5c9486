// SPDX-License-Identifier: GPL-2.0-only
//
// See false-positives.h.
#include "lab/record/metrics/false-positives.h"

#include <algorithm>

namespace swimlab
{

FalsePositives::FalsePositives(const RunState& run)
    : m_run(run),
      m_perSecond(run.facts.endNs),
      m_duringPartitionPerSecond(run.facts.endNs),
      m_buried(run.facts.Members()),
      m_incidents(run.facts)
{
}

void FalsePositives::Hear(const Heard& heard)
{
    if (heard.row.kind != swim::EventKind::DEAD)
    {
        return;
    }
    if (heard.judgement == Judgement::WRONG)
    {
        Count(heard);
    }
    else if (heard.judgement == Judgement::PARTITION)
    {
        ++m_duringPartition;
        m_duringPartitionPerSecond.AddAt(heard.row.timeNs);
    }
}

void FalsePositives::Count(const Heard& heard)
{
    const MemberId observer = heard.row.observer;
    ++m_events;
    m_pairs += heard.before.marks.wronglyBuried ? 0 : 1;
    m_subjects += m_buried[heard.subject] ? 0 : 1;
    m_buried[heard.subject] = true;
    m_fpMinus += m_run.truth.IsAnomalous(observer, heard.row.timeNs) ? 0 : 1;
    if (!m_run.truth.WasTouched(heard.subject))
    {
        ++m_aboutBystanders;
        m_amongBystanders += m_run.truth.WasTouched(observer) ? 0 : 1;
    }
    m_perSecond.AddAt(heard.row.timeNs);
    ++m_byAccuser[heard.accuser];
    m_incidents.Add(heard);
}

/// Most first.
Json FalsePositives::ByAccuserJson() const
{
    std::vector<std::pair<MemberId, std::uint64_t>> accusers(m_byAccuser.begin(),
                                                             m_byAccuser.end());
    std::ranges::sort(accusers, [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    Json json = Json::object();
    for (const auto& [accuser, events] : accusers)
    {
        // Past the look-up, which goes through all of them.
        json.get_ref<Json::object_t&>().Container::emplace_back(m_run.facts.names[accuser], events);
    }
    return json;
}

void FalsePositives::Finish(Json& metrics)
{
    metrics["false_positives"] = {
        {"events", m_events},
        {"pairs", m_pairs},
        {"subjects", m_subjects},
        {"fp_minus", m_fpMinus},
        {"about_bystanders", m_aboutBystanders},
        {"among_bystanders", m_amongBystanders},
        {"during_partition", m_duringPartition},
        {"events_per_second", m_perSecond.Counts()},
        {"during_partition_per_second", m_duringPartitionPerSecond.Counts()},
        {"events_by_accuser", ByAccuserJson()},
        {"incidents", m_incidents.ToJson()}};
}

} // namespace swimlab
