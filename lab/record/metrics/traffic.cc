// SPDX-License-Identifier: GPL-2.0-only
//
// See traffic.h.
#include "lab/record/metrics/traffic.h"

namespace swimlab
{

Traffic::Traffic(const RunState& run)
    : m_run(run)
{
}

void Traffic::Move(const Moved& moved)
{
    auto kind = m_kinds.find(moved.kind);
    if (kind == m_kinds.end())
    {
        const PerSecond none(m_run.facts.endNs);
        kind = m_kinds.emplace(moved.kind, Kind{0, 0, none, none}).first;
    }
    Kind& sums = kind->second;
    if (m_run.truth.MeasureOfRun().window.Contains(moved.second * SECOND_NS))
    {
        sums.messages += moved.sums.sent;
        sums.bytes += moved.sums.sentBytes;
    }
    sums.messagesPerSecond.Add(moved.second, moved.sums.sent);
    sums.bytesPerSecond.Add(moved.second, moved.sums.sentBytes);
}

void Traffic::Finish(Json& metrics)
{
    Json& json = metrics["traffic"] = {{"members", m_run.facts.trafficMembers},
                                       {"messages", Json::object()},
                                       {"bytes", Json::object()},
                                       {"messages_per_second", Json::object()},
                                       {"bytes_per_second", Json::object()}};
    for (const auto& [name, kind] : m_kinds)
    {
        json["messages"][name] = kind.messages;
        json["bytes"][name] = kind.bytes;
        json["messages_per_second"][name] = kind.messagesPerSecond.Counts();
        json["bytes_per_second"][name] = kind.bytesPerSecond.Counts();
    }
}

} // namespace swimlab
