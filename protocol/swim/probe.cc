// SPDX-License-Identifier: MIT
//
// The failure detector: each protocol period one member is pinged; if its ack is late, other
// members are asked to ping it (ping-req) and a stream is tried; if nothing answers by the end of
// the period, it is suspected (SWIM section 3.1, memberlist's probeNode).
//
// Local health (Lifeguard section IV-A) stretches the end of the period: a member whose own probes
// go wrong gives others more time before it accuses them.
#include "node.h"
#include "random-peers.h"

namespace swim
{

namespace
{

/// Pings under way for others; more are refused, so that a flood of ping-reqs costs bounded memory.
constexpr std::size_t MAX_RELAYS = 1024;

} // namespace

void Node::StartProbe(Instant now, Outbox& out)
{
    if (m_probe.running)
    {
        return; // poor health stretched the last probe over this tick, which is skipped
    }
    const Slot slot = NextProbeTarget(now);
    if (slot == NONE)
    {
        return;
    }
    const PeerRecord target = m_members.At(slot);
    m_probe = Probe{};
    m_probe.running = true;
    m_probe.seqNo = ++m_seqNo;
    m_probe.target = target.identity;
    m_probe.incarnation = target.incarnation;
    ++m_counters.probes;
    DeadlineOf(Timer::PROBE_TIMEOUT) = now + m_config->probeTimeout;
    DeadlineOf(Timer::PROBE_VERDICT) = now + m_config->probeInterval * (m_health + 1);
    SendProbePing(target, out);
}

Slot Node::NextProbeTarget(Instant now)
{
    for (int traversals = 0; traversals < 2;)
    {
        const Slot slot = m_order.Next();
        if (slot == NONE)
        {
            Reap(now);
            m_order.Restart(m_members.Slots(), m_rng);
            ++traversals;
            continue;
        }
        const PeerRecord record = m_members.At(slot);
        if (slot != m_slot && record.Present() && !record.Gone())
        {
            return slot;
        }
    }
    return NONE;
}

void Node::SendProbePing(const PeerRecord& target, Outbox& out)
{
    const Identity& identity = m_directory.Get(target.identity);
    const Identity& me = m_directory.Get(m_identity);
    const wire::Ping ping{m_probe.seqNo,
                          m_directory.Name(identity.name),
                          me.address,
                          m_directory.Name(m_name)};
    wire::Bytes& message = out.Scratch();
    wire::Encode(ping, message);
    if (target.State() == MemberState::ALIVE || !m_config->buddy)
    {
        SendWithPiggyback(identity.address, TrafficKind::PING, message, out);
        return;
    }
    // Buddy system: who is suspected hears it from us, however far the gossip has come.
    const std::size_t pingSize = message.size();
    wire::EncodeSuspect({target.incarnation, ping.node, ping.sourceNode}, message);
    const std::size_t sizes[] = {pingSize, message.size() - pingSize};
    wire::Bytes& arena = out.Arena();
    const std::size_t start = arena.size();
    const bool crc = Understands(target.identity, CRC_VERSION);
    arena.resize(start + (crc ? wire::CRC_SIZE : 0));
    wire::EncodeCompoundHead(sizes, arena);
    arena.insert(arena.end(), message.begin(), message.end());
    if (crc)
    {
        wire::FillCrc(arena, start);
    }
    out.AddDatagram(identity.address, TrafficKind::PING, start);
}

void Node::OnProbeTimeout(Outbox& out)
{
    DeadlineOf(Timer::PROBE_TIMEOUT) = NEVER;
    ++m_counters.probesIndirect;
    AskRelays(out);
    OpenFallbackPing(out);
}

void Node::AskRelays(Outbox& out)
{
    const Identity& target = m_directory.Get(m_probe.target);
    const PickedSlots relays =
        PickRandom(m_members,
                   m_rng,
                   m_config->indirectChecks,
                   [&](Slot slot, const PeerRecord& record) {
                       return slot != m_slot && record.State() == MemberState::ALIVE &&
                              m_directory.Get(record.identity).name != target.name;
                   });
    for (const Slot slot : relays)
    {
        const IdentityId relay = m_members.At(slot).identity;
        wire::PingReq request;
        request.seqNo = m_probe.seqNo;
        request.node = m_directory.Name(target.name);
        request.target = target.address;
        request.nack = m_config->nack && Understands(relay, NACK_VERSION);
        request.source = m_directory.Get(m_identity).address;
        request.sourceNode = m_directory.Name(m_name);
        m_probe.nacksExpected += request.nack;
        wire::Bytes& message = out.Scratch();
        wire::Encode(request, message);
        SendWithPiggyback(m_directory.Get(relay).address, TrafficKind::PING_REQ, message, out);
    }
}

void Node::OpenFallbackPing(Outbox& out)
{
    if (!m_config->streamFallback || !Understands(m_probe.target, STREAM_PING_VERSION))
    {
        return;
    }
    const Identity& target = m_directory.Get(m_probe.target);
    const std::size_t start = out.Arena().size();
    wire::Encode(wire::Ping{m_probe.seqNo,
                            m_directory.Name(target.name),
                            m_directory.Get(m_identity).address,
                            m_directory.Name(m_name)},
                 out.Arena());
    m_probe.stream = NextExchange(ExchangeKind::PING, DeadlineOf(Timer::PROBE_VERDICT));
    out.AddStream(m_probe.stream, target.address, TrafficKind::STREAM_PING, start);
}

void Node::OnProbeVerdict(Instant now, Outbox& out)
{
    if (m_probe.streamAnswered)
    {
        ++m_counters.streamPingsAnswered;
        EndProbe(true, out);
        return;
    }
    ++m_counters.probesFailed;
    m_counters.nacksExpected += m_probe.nacksExpected;
    m_counters.nacksReceived += m_probe.nacksReceived;
    const Probe failed = m_probe;
    EndProbe(false, out);
    // Missing nacks say that it is us who hear nobody; without relays to tell, assume so a little.
    ChangeHealth(
        failed.nacksExpected > 0 ? std::int64_t{failed.nacksExpected} - failed.nacksReceived : 1);
    const Slot slot = m_members.Find(m_directory.Get(failed.target).name);
    if (slot != NONE)
    {
        ApplySuspect(now, slot, failed.incarnation, m_name, out);
    }
}

void Node::EndProbe(bool answered, Outbox& out)
{
    m_probe.running = false;
    DeadlineOf(Timer::PROBE_TIMEOUT) = NEVER;
    DeadlineOf(Timer::PROBE_VERDICT) = NEVER;
    if (m_probe.stream != 0 && TakeExchange(m_probe.stream))
    {
        out.AddAbort(m_probe.stream);
    }
    if (answered)
    {
        ChangeHealth(-1);
    }
}

void Node::OnPing(const Address& from, const wire::Ping& ping, Outbox& out)
{
    if (!ping.node.empty() && ping.node != m_directory.Name(m_name))
    {
        return; // meant for who had this address before
    }
    const bool stated = ping.source.length > 0 && ping.source.port > 0;
    wire::Bytes& message = out.Scratch();
    wire::Encode(wire::Ack{ping.seqNo, {}}, message);
    SendWithPiggyback(stated ? ping.source : from, TrafficKind::ACK, message, out);
}

void Node::OnPingReq(Instant now, const Address& from, const wire::PingReq& request, Outbox& out)
{
    if (m_relays.size() == MAX_RELAYS)
    {
        Reject("too many ping-reqs at once", out);
        return;
    }
    const bool stated = request.source.length > 0 && request.source.port > 0;
    m_relays.push_back({++m_seqNo,
                        now + m_config->probeTimeout,
                        stated ? request.source : from,
                        request.seqNo,
                        request.nack});
    wire::Bytes& message = out.Scratch();
    wire::Encode(wire::Ping{m_seqNo,
                            request.node,
                            m_directory.Get(m_identity).address,
                            m_directory.Name(m_name)},
                 message);
    SendWithPiggyback(request.target, TrafficKind::PING, message, out);
}

void Node::OnAck(std::uint32_t seqNo, Outbox& out)
{
    if (m_probe.running && seqNo == m_probe.seqNo)
    {
        EndProbe(true, out);
        return;
    }
    const auto relay = std::ranges::find(m_relays, seqNo, &Relay::seqNo);
    if (relay != m_relays.end())
    {
        const Relay done = *relay;
        m_relays.erase(relay);
        wire::Bytes& message = out.Scratch();
        wire::Encode(wire::Ack{done.originSeqNo, {}}, message);
        SendWithPiggyback(done.origin, TrafficKind::ACK, message, out);
    }
}

void Node::OnNack(std::uint32_t seqNo)
{
    if (m_probe.running && seqNo == m_probe.seqNo && m_probe.nacksReceived < m_probe.nacksExpected)
    {
        ++m_probe.nacksReceived;
    }
}

void Node::OnRelayTimeout(Outbox& out)
{
    const Relay relay = m_relays.front();
    m_relays.erase(m_relays.begin());
    if (relay.nack)
    {
        wire::Bytes& message = out.Scratch();
        wire::Encode(wire::Nack{relay.originSeqNo}, message);
        SendWithPiggyback(relay.origin, TrafficKind::NACK, message, out);
    }
}

} // namespace swim
