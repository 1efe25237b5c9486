// SPDX-License-Identifier: MIT
//
// See reporter.h.
#include "agent/program/reporter.h"

#include "agent/program/log.h"
#include "agent/program/status.h"
#include "swim/endpoint.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
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

/// What an operator can do about it; nothing: a lone packet of that kind is no reason to act.
std::string_view AdviceOn(Rejection reason)
{
    switch (reason)
    {
    case Rejection::LABEL_MISSING:
        return "it has no label, and this agent has one: [protocol] label";
    case Rejection::LABEL_FOREIGN:
    case Rejection::LABEL_MALFORMED:
        return "it has another label than this agent: [protocol] label";
    case Rejection::NO_KEY:
        return "it encrypts, and this agent has no keys: [encryption] key_file";
    case Rejection::NOT_ENCRYPTED:
        return "it does not encrypt, and this agent does: [encryption] key_file";
    case Rejection::UNDECRYPTABLE:
        return "it uses none of this agent's keys: [encryption] key_file";
    case Rejection::PUSH_PULL_INCOMPATIBLE:
        return "its cluster and this one have members that cannot talk to each other";
    case Rejection::ALIVE_VETOED:
        return "it tells of a member whose address this agent does not allow: allow";
    case Rejection::TOO_MANY_MEMBERS:
        return "it tells of more members than [protocol] member_limit";
    default:
        return {};
    }
}

/// Without the port, which is another for each connection.
std::string Host(const Address& address)
{
    return FormatAddress(Address(address.Bytes(), 0));
}

} // namespace

void Reporter::Start(const Agent& agent)
{
    Json line = EventLine("started", MonotonicNow());
    line["name"] = agent.Name();
    line["address"] = FormatAddress(agent.AdvertisedAddress());
    m_events.Write(line);
    const std::string local = FormatAddress(agent.LocalAddress());
    const std::string advertised = FormatAddress(agent.AdvertisedAddress());
    spdlog::info("{} listens at {}{}",
                 Printable(agent.Name()),
                 local,
                 local == advertised ? "" : " and tells others to reach it at " + advertised);
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
    if (event.kind == EventKind::CONFLICT)
    {
        line["claimed"] = FormatAddress(event.claimed);
    }
    if (event.kind == EventKind::JOINED || event.kind == EventKind::UPDATED)
    {
        line["meta"] = BytesToJson(event.member.meta);
    }
    m_events.Write(line);
    if (event.kind == EventKind::CONFLICT)
    {
        const std::string claimed = FormatAddress(event.claimed);
        Warn("conflict " + event.member.name + " " + claimed,
             event.when,
             "conflict: " + Printable(event.member.name) + " is at " +
                 FormatAddress(event.member.address) + ", and " + claimed +
                 " claims that name too; one of them needs another");
        return;
    }
    spdlog::log(LevelOf(event.kind),
                "{}: {} ({}), incarnation {}, by {}",
                kind,
                Printable(event.member.name),
                FormatAddress(event.member.address),
                event.incarnation,
                Printable(event.by));
}

/// @param what the same for warnings that are alike
void Reporter::Warn(const std::string& what, Instant when, const std::string& text)
{
    if (const std::optional<std::uint64_t> kept = m_warnings.Tell(what, when))
    {
        const std::string more = " (" + std::to_string(*kept) + " more like it before)";
        spdlog::warn("{}{}", text, *kept > 0 ? more : "");
    }
}

void Reporter::OnForbidden(const Address& from, Instant when)
{
    m_started.wait();
    Warn("forbidden " + Host(from),
         when,
         "turned away " + FormatAddress(from) +
             ": its address is in none of the ranges that this agent allows: allow");
}

void Reporter::OnRejected(Rejection reason, const Address& from, Instant when)
{
    m_started.wait();
    Json line = EventLine("rejected", when);
    line["source"] = RejectionName(reason);
    if (from.length != 0)
    {
        line["address"] = FormatAddress(from);
    }
    m_events.Write(line);
    const std::string_view advice = AdviceOn(reason);
    if (advice.empty() || from.length == 0)
    {
        spdlog::debug("rejected: {}, from {}", RejectionName(reason), FormatAddress(from));
        return;
    }
    Warn(std::string(RejectionName(reason)) + " " + Host(from),
         when,
         "turned away " + FormatAddress(from) + ": " + std::string(RejectionName(reason)) + "; " +
             std::string(advice));
}

void Reporter::OnBroadcast(const BroadcastMessage& message)
{
    m_started.wait();
    Write(ReadBroadcast(message));
}

bool Reporter::OnUserMessage(ByteView payload)
{
    m_started.wait();
    Write(ReadUserMessage(payload, m_serf));
    return false;
}

void Reporter::Write(const UserMessage& message)
{
    if (!message.kind.empty())
    {
        Json line = EventLine(message.kind, MonotonicNow());
        line.update(message.fields);
        m_events.Write(line);
    }
}

void Reporter::OnLost(std::uint64_t calls)
{
    m_started.wait();
    Json line = EventLine("lost", MonotonicNow());
    line["events"] = calls;
    m_events.Write(line);
    spdlog::error("{} events were lost: whoever takes them is too slow", calls);
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
