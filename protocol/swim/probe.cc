// SPDX-License-Identifier: MIT
//
// The failure detector: each protocol period one member is pinged; if its ack is late, other
// members are asked to ping it (ping-req) and a stream is tried; if nothing answers by the end of
// the period, it is suspected (SWIM section 3.1, memberlist's probeNode).
//
// Local health (Lifeguard section IV-A) stretches the end of the period: a member whose own probes
// go wrong gives others more time before it accuses them.
#include "swim/node.h"
#include "swim/random-peers.h"

#include <algorithm>
#include <optional>

namespace swim
{

namespace
{

/// A driver in real time is a little late at every tick. Counted from then, a probe's verdict would
/// fall just behind the next tick, which would be skipped, and each failed probe would cost a whole
/// period. So up to this share of the interval the verdict counts from when the tick was due.
constexpr int LATENESS_SHARE = 20;

/// Pings under way for others; more are refused, so that a flood of ping-reqs costs bounded memory.
constexpr std::size_t MAX_RELAYS = 1024;

} // namespace

/// @param due when the tick should have come
void Node::StartProbe(Instant now, Instant due, Outbox& out)
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
    m_probe.sent = now;
    ++m_counters.probes;
    const std::uint32_t stretch = m_health + 1;
    const AwarenessScales scales = m_config->awarenessScales;
    m_timers[Timer::PROBE_TIMEOUT] =
        now + m_config->probeTimeout * (scales == AwarenessScales::INTERVAL ? 1 : stretch);
    m_timers[Timer::PROBE_VERDICT] =
        (now - due <= m_config->probeInterval / LATENESS_SHARE ? due : now) +
        m_config->probeInterval * (scales == AwarenessScales::TIMEOUT ? 1 : stretch);
    const Identity& identity = m_directory.Get(target.identity);
    SendPing(PingTo(m_directory.Name(identity.name), m_probe.seqNo),
             identity.address,
             &target,
             out);
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

/// @param target what we hold of the one who is pinged, if it may hear of it by this ping; or null
void Node::SendPing(const wire::Ping& ping,
                    const Address& to,
                    const PeerRecord* target,
                    Outbox& out)
{
    wire::Bytes& message = out.Scratch();
    wire::Encode(ping, message);
    if (!m_config->buddy || target == nullptr || target->State() == MemberState::ALIVE)
    {
        SendWithPiggyback(to, TrafficKind::PING, message, out);
        return;
    }
    // Buddy system: who is suspected hears it from us, however far the gossip has come.
    const std::size_t pingSize = message.size();
    wire::EncodeSuspect({target->incarnation, ping.node, ping.sourceNode}, message);
    const bool crc = VersionsOf(target->identity).ChecksCrcs();
    SendPair(to, TrafficKind::PING, message, pingSize, crc, out);
}

void Node::OnProbeTimeout(Outbox& out)
{
    m_timers[Timer::PROBE_TIMEOUT] = NEVER;
    ++m_counters.probesIndirect;
    const std::size_t helpers = AskRelays(out);
    OpenFallbackPing(out);
    TraceProbe(DecisionKind::PROBE_TIMEOUT, static_cast<std::uint32_t>(helpers), out);
}

/// @return how many were asked
std::size_t Node::AskRelays(Outbox& out)
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
        request.nack = m_config->nack && VersionsOf(relay).SendsNacks();
        request.source = m_directory.Get(m_identity).address;
        request.sourceNode = m_directory.Name(m_name);
        m_probe.nacksExpected += request.nack;
        wire::Bytes& message = out.Scratch();
        wire::Encode(request, message);
        SendWithPiggyback(m_directory.Get(relay).address, TrafficKind::PING_REQ, message, out);
    }
    return relays.Size();
}

void Node::OpenFallbackPing(Outbox& out)
{
    if (!m_config->streamFallback || !VersionsOf(m_probe.target).AnswersStreamPings())
    {
        return;
    }
    const Identity& target = m_directory.Get(m_probe.target);
    const std::size_t start = out.Arena().size();
    wire::Encode(PingTo(m_directory.Name(target.name), m_probe.seqNo), out.Arena());
    m_envelope.SealStream(out.Arena(), start, Envelope::Direction::REQUEST, out.SealScratch());
    m_probe.stream = NextExchange(ExchangeKind::PING, m_timers[Timer::PROBE_VERDICT]);
    out.AddStream(m_probe.stream, target.address, TrafficKind::STREAM_PING, start);
}

void Node::OnProbeVerdict(Instant now, Outbox& out)
{
    if (m_probe.streamAnswered)
    {
        ++m_counters.streamPingsAnswered;
        TraceProbe(DecisionKind::PROBE_SAVED, 0, out);
        EndProbe(true, out);
        return;
    }
    ++m_counters.probesFailed;
    TraceProbe(DecisionKind::PROBE_FAILED, m_probe.nacksReceived, out);
    m_counters.nacksExpected += m_probe.nacksExpected;
    m_counters.nacksReceived += m_probe.nacksReceived;
    const Probe failed = m_probe;
    EndProbe(false, out);
    // Missing nacks say that it is us who hear nobody; without relays to tell, assume so a little.
    const std::int64_t missing = std::int64_t{failed.nacksExpected} - failed.nacksReceived;
    if (m_config->awarenessLaw == AwarenessLaw::PAPER)
    {
        ChangeHealth(missing > 0 ? 2 : 1, out);
    }
    else
    {
        ChangeHealth(failed.nacksExpected > 0 ? missing : 1, out);
    }
    const Slot slot = m_members.Find(m_directory.Get(failed.target).name);
    if (slot != NONE)
    {
        ApplySuspect(now, slot, failed.incarnation, m_name, out);
    }
}

void Node::EndProbe(bool answered, Outbox& out)
{
    m_probe.running = false;
    m_timers[Timer::PROBE_TIMEOUT] = NEVER;
    m_timers[Timer::PROBE_VERDICT] = NEVER;
    if (m_probe.stream != 0 && m_exchanges.Take(m_probe.stream))
    {
        out.AddAbort(m_probe.stream);
    }
    if (answered)
    {
        ChangeHealth(-1, out);
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
    wire::Encode(wire::Ack{ping.seqNo, AckPayload()}, message);
    SendWithPiggyback(stated ? ping.source : from, TrafficKind::ACK, message, out);
}

wire::ByteView Node::AckPayload()
{
    m_payload.clear();
    if (m_coordinates)
    {
        EncodeCoordinate(m_coordinates->Own(), m_payload);
    }
    else if (m_application != nullptr)
    {
        m_application->AppendAckPayload(m_payload);
        m_payload.resize(std::min(m_payload.size(), MAX_ACK_PAYLOAD));
    }
    return m_payload;
}

/// What a direct ack tells beside that its sender lives.
void Node::OnRoundTrip(NameId member, Duration roundTrip, wire::ByteView payload, Outbox& out)
{
    if (m_application != nullptr)
    {
        m_application->OnRoundTrip(member, roundTrip, payload);
    }
    if (!m_coordinates || payload.empty())
    {
        return; // a member without coordinates is no mistake
    }
    Coordinate theirs;
    auto refusal = DecodeCoordinate(payload, theirs);
    if (!refusal)
    {
        refusal = m_coordinates->Update(member, theirs, roundTrip, m_rng);
    }
    if (refusal)
    {
        Reject(*refusal, out);
    }
}

void Node::OnPingReq(Instant now, const Address& from, const wire::PingReq& request, Outbox& out)
{
    if (m_relays.Size() == MAX_RELAYS)
    {
        Reject(Rejection::TOO_MANY_PING_REQS, out);
        return;
    }
    const bool stated = request.source.length > 0 && request.source.port > 0;
    const Duration wait = m_config->probeTimeout;
    m_relays.Add({.id = ++m_seqNo,
                  .deadline = now + (request.nack ? wait * m_config->nackDelay / 100 : wait),
                  .end = now + wait,
                  .origin = stated ? request.source : from,
                  .originSeqNo = request.seqNo,
                  .nack = request.nack});
    const Slot slot = m_config->buddyRelays ? FindSlot(request.node) : Slot{NONE};
    const PeerRecord target = slot == NONE ? PeerRecord{} : m_members.At(slot);
    SendPing(PingTo(request.node, m_seqNo),
             request.target,
             target.Present() && !target.Gone() ? &target : nullptr,
             out);
}

void Node::OnAck(Instant now, const wire::Ack& ack, Outbox& out)
{
    if (m_probe.running && ack.seqNo == m_probe.seqNo)
    {
        if (m_timers.IsArmed(Timer::PROBE_TIMEOUT)) // no relay was asked yet: it is direct
        {
            const NameId member = m_directory.Get(m_probe.target).name;
            OnRoundTrip(member, now - m_probe.sent, ack.payload, out);
        }
        EndProbe(true, out);
        return;
    }
    if (EndPing(now, ack.seqNo))
    {
        return;
    }
    const std::optional<RelayedPing> relay = m_relays.Take(ack.seqNo);
    if (!relay)
    {
        ++m_counters.strayAcks;
        return;
    }
    wire::Bytes& message = out.Scratch();
    wire::Encode(wire::Ack{relay->originSeqNo, {}}, message);
    SendWithPiggyback(relay->origin, TrafficKind::ACK, message, out);
}

void Node::SendFailed(Instant now, const Address& to, Outbox& out)
{
    FireDue(now, out);
    ++m_counters.sendErrors;
    const bool ping = m_probe.running && m_timers.IsArmed(Timer::PROBE_TIMEOUT) &&
                      m_directory.Get(m_probe.target).address == to;
    if (!ping)
    {
        return;
    }
    if (m_config->sendError == SendError::FAILURE)
    {
        OnProbeTimeout(out);
        return;
    }
    ++m_counters.probesGivenUp;
    TraceProbe(DecisionKind::PROBE_GIVEN_UP, 0, out);
    EndProbe(false, out);
}

void Node::OnNack(std::uint32_t seqNo)
{
    if (m_probe.running && seqNo == m_probe.seqNo && m_probe.nacksReceived < m_probe.nacksExpected)
    {
        ++m_probe.nacksReceived;
        return;
    }
    ++m_counters.strayAcks;
}

void Node::OnRelayDeadline(Outbox& out)
{
    RelayedPing& first = m_relays.First();
    if (!first.nack)
    {
        m_relays.Take(first.id);
        return;
    }
    first.nack = false;
    first.deadline = first.end;
    wire::Bytes& message = out.Scratch();
    wire::Encode(wire::Nack{first.originSeqNo}, message);
    SendWithPiggyback(first.origin, TrafficKind::NACK, message, out);
}

} // namespace swim
