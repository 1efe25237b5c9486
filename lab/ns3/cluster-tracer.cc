// SPDX-License-Identifier: GPL-2.0-only
//
// See cluster-tracer.h.
#include "lab/ns3/cluster-tracer.h"

#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <string>

namespace swimlab
{

using ns3::SwimLoss;

namespace
{

constexpr std::size_t IPV4_BYTES = 4;

/// Who goes on reads what waits in its connections at once, and a socket that is closed sends what it
/// has within this time, or the way is cut.
constexpr std::int64_t READ_PATIENCE_NS = 10'000'000'000;

/// Ports that systems give to who opens a stream (RFC 6335).
constexpr std::uint16_t FIRST_PORT = 49152;
constexpr std::uint64_t PORTS = 16384;

std::int64_t NowNs()
{
    return ns3::Simulator::Now().GetNanoSeconds();
}

ns3::Ipv4Address ToIpv4(const swim::Address& address)
{
    return ns3::Ipv4Address::Deserialize(address.bytes.data());
}

std::string TextOf(const swim::Address& address)
{
    std::string text;
    for (const std::uint8_t byte : address.Bytes())
    {
        text += (text.empty() ? "" : ".") + std::to_string(byte);
    }
    return text + ":" + std::to_string(address.port);
}

std::pair<std::uint64_t, std::uint16_t> KeyOf(const swim::Address& address)
{
    return {ToIpv4(address).Get(), address.port};
}

} // namespace

ClusterTracer::ClusterTracer(const Plan& plan, Trace& trace, SimulatedNetwork& network)
    : m_plan(plan),
      m_network(network),
      m_queue(plan, trace.Rows(), trace.Packets()),
      m_lingers(plan.network.model == NetworkModel::PACKET),
      m_lives(plan.members, Life::ENDED)
{
    if (trace.Packets() != nullptr)
    {
        m_makesPackets = plan.network.model == NetworkModel::PATH;
        if (!m_makesPackets)
        {
            m_packets.emplace(plan, *trace.Packets(), 0);
        }
    }
    if (plan.trace.netanim)
    {
        m_animation.emplace(trace.Folder(), plan, dynamic_cast<const PacketNetwork&>(network));
    }
    network.Trace(*this);
}

void ClusterTracer::Finish()
{
    for (const Unread& unread : m_unread)
    {
        m_queue.Lose(unread.request, ToString(unread.why));
    }
    m_queue.Finish();
    if (m_animation)
    {
        m_animation->Finish();
        m_animation.reset();
    }
    if (m_packets)
    {
        m_packets->Finish();
        m_packets.reset();
    }
}

Party ClusterTracer::PartyAt(const swim::Address& address) const
{
    if (address.length == IPV4_BYTES)
    {
        if (const auto member = m_network.MemberAt(ToIpv4(address)))
        {
            return *member;
        }
    }
    Party stranger;
    stranger.stranger = TextOf(address);
    return stranger;
}

/// Of a message that has no packets of its own.
std::optional<MadeAddresses> ClusterTracer::Made(std::uint32_t member,
                                                 const swim::Address& to) const
{
    if (!m_makesPackets)
    {
        return std::nullopt;
    }
    swim::Address from = to;
    m_network.MemberAddress(member).Serialize(from.bytes.data());
    from.port = MEMBER_PORT;
    return MadeAddresses{from, to};
}

std::uint64_t ClusterTracer::OnSent(std::uint32_t member,
                                    const swim::Address& to,
                                    swim::wire::ByteView datagram)
{
    return m_queue.Send({.timeNs = NowNs(),
                         .sender = member,
                         .receiver = PartyAt(to),
                         .channel = TraceChannel::DATAGRAM,
                         .bytes = datagram,
                         .addresses = Made(member, to)});
}

std::uint64_t ClusterTracer::OnRequestSent(std::uint32_t member,
                                           std::uint32_t exchange,
                                           const swim::Address& to,
                                           swim::wire::ByteView message)
{
    auto addresses = Made(member, to);
    const Party receiver = PartyAt(to);
    if (addresses)
    {
        addresses->from.port = static_cast<std::uint16_t>(FIRST_PORT + exchange % PORTS);
    }
    const std::uint64_t number = m_queue.Send({.timeNs = NowNs(),
                                               .sender = member,
                                               .receiver = receiver,
                                               .channel = TraceChannel::REQUEST,
                                               .bytes = message,
                                               .addresses = addresses});
    if (number != 0)
    {
        m_exchanges[{member, exchange}] = {.request = number, .acceptor = receiver.member};
        m_streams[number] = {member, exchange};
    }
    return number;
}

void ClusterTracer::OnAnswerSent(std::uint32_t member,
                                 std::uint64_t request,
                                 std::size_t requestBytes,
                                 const swim::Address& to,
                                 swim::wire::ByteView message)
{
    const auto stream = m_streams.find(request);
    auto addresses = Made(member, to);
    if (addresses && stream != m_streams.end())
    {
        addresses->to.port = static_cast<std::uint16_t>(FIRST_PORT + stream->second.second % PORTS);
        addresses->seen = static_cast<std::uint32_t>(1 + requestBytes);
    }
    const std::uint64_t number = m_queue.Send({.timeNs = NowNs(),
                                               .sender = member,
                                               .receiver = PartyAt(to),
                                               .channel = TraceChannel::ANSWER,
                                               .bytes = message,
                                               .addresses = addresses});
    if (stream == m_streams.end())
    {
        m_queue.Lose(number, ToString(SwimLoss::CLOSED)); // who asked has gone meanwhile
        return;
    }
    m_exchanges.at(stream->second).answer = number;
}

void ClusterTracer::OnHeard(std::uint32_t member, std::uint64_t message)
{
    m_queue.Hear(message, NowNs(), member);
}

void ClusterTracer::OnAnswered(std::uint32_t member, std::uint32_t exchange)
{
    const auto found = m_exchanges.find({member, exchange});
    if (found != m_exchanges.end())
    {
        m_queue.Hear(found->second.answer, NowNs(), member);
    }
}

void ClusterTracer::OnStreamGone(std::uint32_t member, std::uint32_t exchange)
{
    ForgetUnread();
    if (const auto gone = m_exchanges.extract({member, exchange}))
    {
        GiveUp(member, gone.mapped());
    }
}

/// What of a stream that is gone has not been read never will be, but by who stands still. And a
/// socket sends what it was given even when it is closed.
void ClusterTracer::GiveUp(std::uint32_t opener, const Exchange& exchange)
{
    m_streams.erase(exchange.request);
    m_queue.Lose(exchange.answer, ToString(SwimLoss::CLOSED));
    if (!exchange.acceptor)
    {
        m_queue.Lose(exchange.request, ToString(SwimLoss::NOBODY));
        return;
    }
    SwimLoss why = m_network.WhyNoStream(opener, *exchange.acceptor);
    if (why == SwimLoss::NONE)
    {
        why = m_lives[*exchange.acceptor] == Life::ENDED ? SwimLoss::DOWN : SwimLoss::CLOSED;
    }
    const bool standsStill = m_lives[*exchange.acceptor] == Life::STANDS_STILL;
    if (m_queue.IsUnderWay(exchange.request) && (standsStill || m_lingers))
    {
        m_unread.push_back({exchange.request,
                            *exchange.acceptor,
                            standsStill ? -1 : NowNs(),
                            standsStill ? SwimLoss::STALL : why});
        return;
    }
    m_queue.Lose(exchange.request, ToString(why));
}

/// Those that have had the time to read.
void ClusterTracer::ForgetUnread()
{
    std::erase_if(m_unread, [this](const Unread& unread) {
        const bool late = unread.sinceNs >= 0 && NowNs() - unread.sinceNs > READ_PATIENCE_NS;
        if (late)
        {
            m_queue.Lose(unread.request, ToString(unread.why));
        }
        return late || !m_queue.IsUnderWay(unread.request);
    });
}

void ClusterTracer::OnInjected(std::uint32_t member,
                               const swim::Address& from,
                               swim::wire::ByteView datagram)
{
    m_queue.Inject(NowNs(), member, PartyAt(from).member.value_or(member), datagram);
}

void ClusterTracer::OnDecision(std::uint32_t member,
                               const swim::Decision& decision,
                               const swim::Directory& names)
{
    const auto nameOf = [&](swim::NameId name) {
        return name == swim::NONE ? std::string_view{} : names.Name(name);
    };
    std::string detail;
    AppendDetail(decision, detail);
    swim::TraceRow row{.timeNs = NowNs(),
                       .event = DecisionKindName(decision.kind),
                       .member = m_plan.names[member],
                       .about = nameOf(decision.subject),
                       .accuser = nameOf(decision.accuser),
                       .detail = detail};
    if (decision.sequence != 0)
    {
        row.sequence = decision.sequence;
    }
    if (decision.subject != swim::NONE)
    {
        row.incarnation = decision.incarnation;
    }
    m_queue.Add(row);
}

void ClusterTracer::OnLife(std::uint32_t member, Life life)
{
    m_lives[member] = life;
    if (m_animation)
    {
        m_animation->Paint(NowNs(), member, life == Life::RUNS, life == Life::ENDED);
    }
    for (Unread& unread : m_unread)
    {
        if (unread.acceptor == member)
        {
            unread.sinceNs = life == Life::RUNS ? NowNs() : -1;
        }
    }
    if (life != Life::ENDED)
    {
        return;
    }
    std::erase_if(m_unread, [&](const Unread& unread) {
        if (unread.acceptor == member)
        {
            m_queue.Lose(unread.request, ToString(unread.why));
        }
        return unread.acceptor == member;
    });
    const auto first = m_exchanges.lower_bound({member, 0});
    const auto last = m_exchanges.upper_bound({member, UINT32_MAX});
    for (auto each = first; each != last; ++each)
    {
        GiveUp(member, each->second);
    }
    m_exchanges.erase(first, last);
}

void ClusterTracer::Bind(const ns3::Packet& datagram, std::uint64_t message)
{
    m_datagrams[datagram.GetUid()] = message;
    if (m_datagrams.size() > m_mostBound)
    {
        const auto isOver = [this](const auto& each) { return !m_queue.IsUnderWay(each.second); };
        std::erase_if(m_datagrams, isOver);
        std::erase_if(m_openers, isOver);
        m_mostBound = std::max(2 * m_datagrams.size(), LEAST_BOUND);
    }
}

std::uint64_t ClusterTracer::Find(const ns3::Packet& datagram) const
{
    const auto found = m_datagrams.find(datagram.GetUid());
    return found == m_datagrams.end() ? 0 : found->second;
}

void ClusterTracer::BindStream(const swim::Address& opener, std::uint64_t request)
{
    m_openers[KeyOf(opener)] = request;
}

std::uint64_t ClusterTracer::FindStream(const swim::Address& opener) const
{
    const auto found = m_openers.find(KeyOf(opener));
    return found == m_openers.end() ? 0 : found->second;
}

void ClusterTracer::OnCopies(std::uint64_t message, std::uint32_t more)
{
    m_queue.Double(message, more);
}

void ClusterTracer::OnLost(std::uint64_t message, SwimLoss why)
{
    m_queue.Lose(message, ToString(why));
}

void ClusterTracer::OnTransmitted(std::uint32_t member,
                                  const ns3::Packet& packet,
                                  std::uint32_t header)
{
    if (m_packets)
    {
        m_packets->Send(member, packet, header);
    }
}

void ClusterTracer::OnHop(const ns3::SwimHop& hop, const ns3::Packet& packet, std::uint32_t header)
{
    if (m_animation)
    {
        m_animation->Hop(hop, packet, header);
    }
}

void ClusterTracer::OnPacketCopies(const ns3::Packet& packet,
                                   std::uint32_t header,
                                   std::uint32_t more)
{
    m_queue.Double(Find(packet), more);
    if (m_packets)
    {
        m_packets->Double(packet, header, more);
    }
}

void ClusterTracer::OnPacketLost(const ns3::Packet& packet, std::uint32_t header, SwimLoss why)
{
    m_queue.Lose(Find(packet), ToString(why));
    if (m_packets)
    {
        m_packets->Lose(packet, header, why);
    }
}

void ClusterTracer::OnPacketArrived(std::uint32_t member,
                                    const ns3::Packet& packet,
                                    std::uint32_t header)
{
    if (m_lives[member] == Life::ENDED)
    {
        m_queue.Lose(Find(packet), ToString(SwimLoss::DOWN));
    }
    if (m_packets)
    {
        m_packets->Arrive(member, packet, header);
    }
}

} // namespace swimlab
