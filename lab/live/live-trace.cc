// SPDX-License-Identifier: GPL-2.0-only
//
// See live-trace.h.
#include "lab/live/live-trace.h"

#include "lab/scenario/trace-words.h"
#include "swim/endpoint.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <variant>

namespace swimlab
{

namespace
{

/// Where a stream's opener is not known.
constexpr std::uint16_t ANY_PORT = 49152;

swim::wire::Bytes FromHexadecimal(std::string_view text)
{
    const auto digit = [](char c) {
        return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    };
    swim::wire::Bytes bytes;
    for (std::size_t place = 0; place + 1 < text.size(); place += 2)
    {
        bytes.push_back(
            static_cast<std::uint8_t>(digit(text[place]) << 4 | digit(text[place + 1])));
    }
    return bytes;
}

std::optional<swim::Address> AddressIn(std::string_view text)
{
    const auto endpoint = swim::ParseHostPort(std::string(text));
    return endpoint ? swim::NumericAddress(*endpoint) : std::nullopt;
}

} // namespace

LiveTrace::LiveTrace(const Plan& plan, std::filesystem::path scratch)
    : m_plan(plan),
      m_scratch(std::move(scratch))
{
}

std::filesystem::path LiveTrace::FileOf(MemberId member) const
{
    return m_scratch / (m_plan.names[member] + ".trace.csv");
}

void LiveTrace::Starts(std::int64_t atNs, MemberId member, const swim::Address& address)
{
    m_livesAt[swim::FormatAddress(address)].push_back(m_lives.size());
    m_lives.push_back({atNs, INT64_MAX, member, address});
}

void LiveTrace::Ends(std::int64_t atNs, MemberId member)
{
    const auto last = std::find_if(m_lives.rbegin(), m_lives.rend(), [&](const Life& life) {
        return life.member == member;
    });
    if (last != m_lives.rend())
    {
        last->toNs = std::min(last->toNs, atNs);
    }
}

/// @return who has the address, or had it last
MemberId LiveTrace::MemberAt(std::string_view address, std::int64_t atNs) const
{
    const auto found = m_livesAt.find(std::string(address));
    if (found == m_livesAt.end())
    {
        return NOBODY;
    }
    MemberId member = m_lives[found->second.front()].member;
    for (const std::size_t life : found->second)
    {
        if (m_lives[life].fromNs <= atNs)
        {
            member = m_lives[life].member;
        }
    }
    return member;
}

/// @return the process that the member has then, or the last before; null: none yet
const LiveTrace::Life* LiveTrace::LifeOf(MemberId member, std::int64_t atNs) const
{
    const Life* found = nullptr;
    for (const Life& life : m_lives)
    {
        if (life.member == member && life.fromNs <= atNs)
        {
            found = &life;
        }
    }
    return found;
}

void LiveTrace::Write(Trace& trace, std::int64_t zeroNs, bool makesPackets)
{
    Read();
    Join();
    Emit(trace, zeroNs, makesPackets);
}

void LiveTrace::Read()
{
    m_lines.reserve(m_plan.members);
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        m_lines.emplace_back(FileOf(member), member);
        for (Packet& packet : m_lines.back().Packets())
        {
            if (packet.sent)
            {
                m_sent.push_back(&packet);
                continue;
            }
            if (packet.way != TraceLines::Way::REQUEST)
            {
                packet.other = MemberAt(packet.peer, packet.timeNs);
            }
            m_received[{member, packet.way, packet.hash, packet.other}].push_back(&packet);
        }
    }
    std::ranges::stable_sort(m_sent, {}, &Packet::timeNs);
}

void LiveTrace::Join()
{
    JoinAs(TraceLines::Way::DATAGRAM);
    JoinAs(TraceLines::Way::REQUEST);
    for (const Packet* sent : m_sent)
    {
        if (sent->way == TraceLines::Way::REQUEST && sent->arrival != nullptr)
        {
            const Packet& arrival = *sent->arrival;
            m_openers[{arrival.member, arrival.peer}][arrival.timeNs] = sent->member;
        }
    }
    JoinAs(TraceLines::Way::ANSWER);
}

/// @return whom it was sent to, or NOBODY
MemberId LiveTrace::ReceiverOf(const Packet& sent) const
{
    if (sent.way != TraceLines::Way::ANSWER)
    {
        return MemberAt(sent.peer, sent.timeNs);
    }
    const auto openers = m_openers.find({sent.member, sent.peer});
    if (openers == m_openers.end())
    {
        return NOBODY;
    }
    const auto after = openers->second.upper_bound(sent.timeNs);
    return after == openers->second.begin() ? NOBODY : std::prev(after)->second;
}

void LiveTrace::JoinAs(TraceLines::Way way)
{
    std::map<Key, std::size_t> taken;
    for (Packet* sent : m_sent)
    {
        if (sent->way != way)
        {
            continue;
        }
        sent->other = ReceiverOf(*sent);
        const MemberId sender = way == TraceLines::Way::REQUEST ? NOBODY : sent->member;
        const Key key{sent->other, way, sent->hash, sender};
        const auto candidates = m_received.find(key);
        if (candidates == m_received.end())
        {
            continue;
        }
        std::size_t& next = taken[key];
        while (next < candidates->second.size() && candidates->second[next]->timeNs < sent->timeNs)
        {
            ++next; // of one that its sender has no row of
        }
        if (next < candidates->second.size())
        {
            sent->arrival = candidates->second[next++];
            sent->arrival->origin = sent;
            sent->arrival->other = sent->member;
        }
    }
}

void LiveTrace::Emit(Trace& trace, std::int64_t zeroNs, bool makesPackets)
{
    struct Step
    {
        std::int64_t timeNs;
        std::variant<const Packet*, const swim::TraceRow*> what;
    };

    std::vector<Step> steps;
    for (TraceLines& lines : m_lines)
    {
        for (const Packet& packet : lines.Packets())
        {
            if (packet.sent || packet.origin == nullptr)
            {
                steps.push_back({packet.timeNs, &packet});
            }
        }
        for (const swim::TraceRow& decision : lines.Decisions())
        {
            steps.push_back({decision.timeNs, &decision});
        }
    }
    std::ranges::stable_sort(steps, {}, &Step::timeNs);
    std::string line;
    for (const Step& step : steps)
    {
        if (!trace.Rows().IsWanted(step.timeNs - zeroNs) ||
            step.timeNs - zeroNs > m_plan.duration.count())
        {
            continue;
        }
        if (const auto* packet = std::get_if<const Packet*>(&step.what))
        {
            EmitPacket(**packet, trace, zeroNs, makesPackets);
            continue;
        }
        swim::TraceRow row = *std::get<const swim::TraceRow*>(step.what);
        row.timeNs -= zeroNs;
        line.clear();
        if (trace.Rows().FormatOther(row, line))
        {
            trace.Rows().AddLine(line);
        }
    }
}

/// @return why it did not arrive, as far as that is known here
std::string_view LiveTrace::WhyLost(const Packet& sent) const
{
    if (sent.other == NOBODY)
    {
        return sent.way == TraceLines::Way::ANSWER ? trace::UNKNOWN : "nobody";
    }
    const Life* life = LifeOf(sent.other, sent.timeNs);
    return life == nullptr || life->toNs <= sent.timeNs ? "down" : trace::UNKNOWN;
}

void LiveTrace::EmitAgain(const Packet& packet, Trace& trace, std::int64_t zeroNs) const
{
    std::string line;
    if (trace.Rows().FormatOther({.timeNs = packet.timeNs - zeroNs,
                                  .event = trace::AGAIN,
                                  .member = m_plan.names[packet.member],
                                  .peer = m_plan.names[packet.other],
                                  .channel = "datagram"},
                                 line))
    {
        trace.Rows().AddLine(line);
    }
}

void LiveTrace::EmitPacket(const Packet& packet,
                           Trace& trace,
                           std::int64_t zeroNs,
                           bool makesPackets)
{
    const bool datagram = packet.way == TraceLines::Way::DATAGRAM;
    const auto known =
        packet.sent ? m_received.end()
                    : m_received.find({packet.member, packet.way, packet.hash, packet.other});
    if (known != m_received.end() && datagram && packet.other != NOBODY &&
        std::ranges::any_of(known->second, [](const Packet* p) { return p->origin != nullptr; }))
    {
        EmitAgain(packet, trace, zeroNs);
        return;
    }
    const std::string_view own = m_plan.names[packet.member];
    const std::string_view other =
        packet.other == NOBODY ? packet.peer : std::string_view(m_plan.names[packet.other]);
    const std::uint64_t number = ++m_packets;
    std::vector<swim::TraceRow> rows = packet.messages;
    std::string detail;
    for (swim::TraceRow& row : rows)
    {
        row.timeNs = packet.timeNs - zeroNs;
        row.event = trace::MESSAGE;
        row.member = packet.sent ? own : other;
        row.peer = packet.sent ? other : own;
        row.packet = number;
        if (packet.arrival != nullptr)
        {
            row.arrivedNs = packet.arrival->timeNs - zeroNs;
        }
        else if (packet.sent)
        {
            row.lostBy = WhyLost(packet);
        }
        else
        {
            row.arrivedNs = row.timeNs;
        }
    }
    if (!packet.sent)
    {
        // Of a sender that writes no trace: when it sent this is not known.
        detail = "sent=unknown";
        detail += rows.front().detail.empty() ? "" : ";";
        detail += rows.front().detail;
        rows.front().detail = detail;
    }
    if (trace.Rows().AddPacket(rows, packet.bytes) && makesPackets && trace.Packets() != nullptr)
    {
        Capture(packet, *trace.Packets(), zeroNs);
    }
}

void LiveTrace::Capture(const Packet& packet, swimlab::Capture& capture, std::int64_t zeroNs)
{
    const bool stream = packet.way != TraceLines::Way::DATAGRAM;
    const Life* life = LifeOf(packet.member, packet.timeNs);
    const auto peer = AddressIn(packet.peer);
    if (life == nullptr || !peer || peer->length != life->address.length)
    {
        return;
    }
    MadeAddresses addresses{life->address, *peer};
    if (packet.sent && packet.way == TraceLines::Way::REQUEST)
    {
        const auto from = packet.arrival ? AddressIn(packet.arrival->peer) : std::nullopt;
        addresses.from.port = from ? from->port : ANY_PORT;
    }
    if (!packet.sent)
    {
        std::swap(addresses.from, addresses.to);
    }
    const swim::wire::Bytes bytes = FromHexadecimal(packet.wire);
    const bool lost = packet.sent && packet.arrival == nullptr;
    capture.AddMessage(
        {.timeNs = packet.timeNs - zeroNs,
         .interface = packet.sent || packet.other == NOBODY ? packet.member : packet.other,
         .bytes = bytes,
         .stream = stream,
         .addresses = addresses,
         .lostBy = lost ? WhyLost(packet) : ""});
}

} // namespace swimlab
