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

void Traffic::Cross(const Crossed& crossed)
{
    if (m_run.truth.MeasureOfRun().window.Contains(crossed.second * SECOND_NS))
    {
        Sums& sums = m_regions[{std::string(crossed.from), std::string(crossed.to)}];
        sums.messages += crossed.messages;
        sums.bytes += crossed.bytes;
    }
}

/// Periods count that are in the window whole.
void Traffic::Scatter(const Spread& spread)
{
    const Window& window = m_run.truth.MeasureOfRun().window;
    if (spread.fromNs < window.fromNs || spread.toNs > window.toNs)
    {
        return;
    }
    m_periodNs = spread.toNs - spread.fromNs;
    if (spread.senders > 0)
    {
        m_sentInPeriod[spread.messages] += spread.senders;
    }
    if (spread.receivers > 0)
    {
        m_receivedInPeriod[spread.messages] += spread.receivers;
    }
}

/// null: nobody tells who moved what, or no period is in the window.
Json Traffic::PeriodsJson() const
{
    if (m_periodNs == 0)
    {
        return nullptr;
    }
    Json json = {{"period_s", SecondsJson(m_periodNs)}};
    for (const auto& [name, tally] :
         {std::pair("sent", &m_sentInPeriod), std::pair("received", &m_receivedInPeriod)})
    {
        json[name] = Json::array();
        for (const auto& [messages, times] : *tally)
        {
            json[name].push_back({messages, times});
        }
    }
    return json;
}

/// null: the members are in one region, or nobody tells to whom he sends.
Json Traffic::RegionsJson() const
{
    Json json = m_regions.empty() ? Json(nullptr) : Json::array();
    for (const auto& [regions, sums] : m_regions)
    {
        json.push_back({{"from", regions.first},
                        {"to", regions.second},
                        {"messages", sums.messages},
                        {"bytes", sums.bytes}});
    }
    return json;
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
    json["by_region"] = RegionsJson();
    json["by_period"] = PeriodsJson();
}

} // namespace swimlab
