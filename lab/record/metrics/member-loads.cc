// SPDX-License-Identifier: GPL-2.0-only
//
// See member-loads.h.
#include "lab/record/metrics/member-loads.h"

#include <algorithm>
#include <cmath>

namespace swimlab
{

MemberLoads::MemberLoads(const RunState& run)
    : m_run(run)
{
    for (MemberId member = 0; member < run.facts.Members(); ++member)
    {
        m_processes += HasProcess(run.truth.HealthOf(member)) ? 1 : 0;
    }
}

void MemberLoads::Reach(TimeNs timeNs)
{
    const TimeNs part = m_run.truth.MeasureOfRun().window.Part(m_nowNs, timeNs);
    m_memberNs += static_cast<double>(part) * static_cast<double>(m_processes);
    m_nowNs = timeNs;
}

void MemberLoads::Before(const Deed& deed)
{
    if (!deed.change.IsNone())
    {
        Reach(deed.event.timeNs);
        m_processes -= HasProcess(deed.change.before) ? 1 : 0;
    }
}

void MemberLoads::After(const Deed& deed)
{
    if (!deed.change.IsNone())
    {
        m_processes += HasProcess(deed.change.after) ? 1 : 0;
    }
}

void MemberLoads::Load(const Loaded& loaded)
{
    if (m_run.truth.MeasureOfRun().window.Contains(loaded.second * SECOND_NS))
    {
        (loaded.received ? m_received : m_sent)[loaded.bytes] += loaded.members;
    }
}

/// The percentile is the smallest observed value that at least 99 % of all do not exceed.
Json MemberLoads::Of(const Histogram& moved, double memberSeconds)
{
    double bytes = 0;
    std::uint64_t members = 0;
    for (const auto& [value, count] : moved)
    {
        bytes += static_cast<double>(value) * static_cast<double>(count);
        members += count;
    }
    // In the seconds of its start and its end a process counts whole if it moved anything.
    const double all = std::max(std::round(memberSeconds), static_cast<double>(members));
    double beyond = all - std::ceil(0.99 * all);
    std::uint64_t p99 = 0;
    for (auto place = moved.rbegin(); place != moved.rend(); ++place)
    {
        beyond -= static_cast<double>(place->second);
        if (beyond < 0)
        {
            p99 = place->first;
            break;
        }
    }
    return {{"mean", bytes / all},
            {"p99", p99},
            {"max", moved.empty() ? 0 : moved.rbegin()->first}};
}

void MemberLoads::Finish(Json& metrics)
{
    Reach(m_run.facts.endNs);
    Json& json = metrics["member_loads"] = nullptr;
    if (!m_sent.empty() || !m_received.empty())
    {
        const double seconds = m_memberNs / SECOND_NS;
        json = {{"member_s", seconds}, {"sent", Of(m_sent, seconds)}};
        json["received"] = Of(m_received, seconds);
    }
}

} // namespace swimlab
