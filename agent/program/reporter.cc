// SPDX-License-Identifier: MIT
//
// See reporter.h.
#include "agent/program/reporter.h"

#include "agent/program/log.h"
#include "agent/program/status.h"
#include "swim/endpoint.h"

#include <cstddef>
#include <string_view>

namespace swim::program
{

namespace
{

spdlog::level::level_enum LevelOf(EventKind kind)
{
    switch (kind)
    {
    case EventKind::SUSPECT:
    case EventKind::DEAD:
    case EventKind::CONFLICT:
        return spdlog::level::warn;
    default:
        return spdlog::level::info;
    }
}

} // namespace

void Reporter::Start(const Agent& agent)
{
    Json line = EventLine("started", MonotonicNow());
    line["name"] = agent.Name();
    line["address"] = FormatAddress(agent.AdvertisedAddress());
    m_events.Write(line);
    spdlog::info("{} listens at {}", agent.Name(), FormatAddress(agent.AdvertisedAddress()));
    m_started.count_down();
}

void Reporter::OnEvent(const MembershipEvent& event)
{
    m_started.wait();
    ++m_told[static_cast<std::size_t>(event.kind)];
    const std::string_view kind = EventKindName(event.kind);
    Json line = EventLine(kind, event.when);
    line["subject"] = event.member.name;
    line["incarnation"] = event.incarnation;
    line["source"] = event.by;
    if (event.member.address.length != 0)
    {
        line["address"] = FormatAddress(event.member.address);
    }
    if (event.kind == EventKind::JOINED || event.kind == EventKind::UPDATED)
    {
        line["meta"] = BytesToJson(event.member.meta);
    }
    m_events.Write(line);
    spdlog::log(LevelOf(event.kind),
                "{}: {} ({}), incarnation {}, by {}",
                kind,
                event.member.name,
                FormatAddress(event.member.address),
                event.incarnation,
                event.by);
}

void Reporter::OnRejected(Rejection reason, Instant when)
{
    m_started.wait();
    Json line = EventLine("rejected", when);
    line["source"] = RejectionName(reason);
    m_events.Write(line);
    spdlog::debug("rejected: {}", RejectionName(reason));
}

bool Reporter::OnUserMessage(ByteView payload)
{
    m_started.wait();
    const UserEvents::Heard heard = m_userEvents.Hear(payload);
    if (!heard.kind.empty())
    {
        Json line = EventLine(heard.kind, MonotonicNow());
        line.update(heard.fields);
        m_events.Write(line);
    }
    return heard.passOn;
}

void WriteCounts(const Agent& agent, EventStream& events)
{
    Json traffic = EventLine("traffic", MonotonicNow());
    traffic["kinds"] = TrafficToJson(agent.Traffic());
    events.Write(traffic);
    Json counters = EventLine("counters", MonotonicNow());
    counters["counters"] = CountersToJson(agent.Count());
    counters["counters"]["socket_overflows"] = agent.TransportCount().socketOverflows;
    counters["incarnation"] = agent.Incarnation();
    counters["health"] = agent.HealthScore();
    events.Write(counters);
}

} // namespace swim::program
