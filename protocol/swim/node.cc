// SPDX-License-Identifier: MIT
//
// A node's inputs and its deadlines; see node.h.
#include "swim/node.h"

#include "swim/assert.h"

#include <algorithm>
#include <memory>

namespace swim
{

namespace
{

Envelope MakeEnvelope(const Config& config, const std::shared_ptr<Cipher>& cipher)
{
    return Envelope({.compression = config.compression,
                     .label = config.label,
                     .skipInboundLabelCheck = config.skipInboundLabelCheck,
                     .verifyIncoming = config.gossipVerifyIncoming,
                     .verifyOutgoing = config.gossipVerifyOutgoing,
                     .cipher = cipher});
}

} // namespace

Node::Node(const Setup& setup, const Rng& rng, Directory& directory)
    : m_config(setup.config),
      m_directory(directory),
      m_rng(rng),
      m_members(directory, setup.baseline),
      m_envelope(MakeEnvelope(*setup.config, setup.cipher)),
      m_broadcasts(setup.application),
      m_seeds(setup.seeds),
      m_coordinates(setup.config->coordinates ? std::make_unique<Coordinates>() : nullptr),
      m_application(setup.application),
      m_identity(setup.self),
      m_name(directory.Get(setup.self).name),
      m_slot(m_members.Find(m_name)),
      m_incarnation(setup.incarnation),
      m_fresh(setup.age == Age::FRESH)
{
}

void Node::Start(Instant now)
{
    SWIM_ASSERT(now >= Instant{}, "time starts at zero");
    m_now = now;
    // memberlist draws the same staggers for these two, but makes their tickers before it waits them
    // out: there all processes of one instant probe in step, one interval later. Of processes that
    // are started one by one the phases are these.
    m_timers[Timer::PROBE_TICK] = RandomPhase(now, m_config->probeInterval);
    m_gossipPhase = now;
    if (m_config->gossipInterval > Duration::zero())
    {
        m_gossipPhase = RandomPhase(now, m_config->gossipInterval);
    }
    ArmPushPull(now);
    const bool known = m_slot != NONE;
    if (!known)
    {
        m_slot = m_members.Insert({m_identity, m_incarnation, MemberState::ALIVE, now});
    }
    if (!known || m_members.At(m_slot).incarnation != m_incarnation)
    {
        m_members.Update(m_slot, {m_identity, m_incarnation, MemberState::ALIVE, now});
        Outbox scratch;
        Queue(now, Update::Alive(m_name, m_incarnation, m_identity), scratch);
    }
    m_order.Restart(m_members.Slots(), m_rng);
    ArmSeeds(now);
}

void Node::Advance(Instant now, Outbox& out)
{
    FireDue(now, out);
}

void Node::Receive(Instant now, const Address& from, wire::ByteView datagram, Outbox& out)
{
    // Of a million nodes nothing is in the cache: ask for all at once, not for one after the other.
    m_suspicions.Prefetch();
    m_queue.Prefetch();
    m_members.Prefetch();
    FireDue(now, out);
    if (m_stopped)
    {
        return;
    }
    const Envelope::Opened opened = m_envelope.OpenDatagram(datagram, out.Opened().outer.plain);
    if (opened.refusal)
    {
        Reject(*opened.refusal, out);
    }
    else
    {
        std::size_t budget = DATAGRAM_INFLATION_LIMIT;
        m_told = true;
        HandlePart(now, from, opened.message, {0, budget}, out);
        m_told = false;
    }
    FireDue(now, out); // a confirmation may have brought a deadline into the past
}

/// A compound or a compressed message is opened, and what is in it handled; the rest are messages.
void Node::HandlePart(Instant now,
                      const Address& from,
                      wire::ByteView part,
                      Nesting nesting,
                      Outbox& out)
{
    if (part.empty())
    {
        Reject(Rejection::EMPTY, out);
        return;
    }
    const auto type = static_cast<wire::MessageType>(part[0]);
    const wire::ByteView body = part.subspan(1);
    const bool compressed = type == wire::MessageType::COMPRESS;
    if (!compressed)
    {
        out.SetReceived(ClassifyMessage(part));
    }
    if (!compressed && type != wire::MessageType::COMPOUND)
    {
        HandleMessage(now, from, type, body, out);
        return;
    }
    if (nesting.depth == MAX_NESTING)
    {
        Reject(Rejection::NESTED_TOO_DEEPLY, out);
        return;
    }
    const Nesting inside{nesting.depth + 1, nesting.budget};
    if (compressed)
    {
        wire::Bytes& memory = out.Opened().inflated[nesting.depth];
        const Envelope::Opened opened = Envelope::Inflate(body, nesting.budget, memory);
        if (opened.refusal)
        {
            Reject(*opened.refusal, out);
            return;
        }
        HandlePart(now, from, opened.message, inside, out);
        return;
    }
    wire::CompoundParts parts(body);
    for (wire::ByteView inner; parts.Next(inner);)
    {
        HandlePart(now, from, inner, inside, out);
    }
    if (parts.Truncated() > 0)
    {
        Reject(Rejection::COMPOUND_TRUNCATED, out);
    }
}

/// Wraps the message that reaches from `start` to the end of the arena, and sends it.
/// @param crc whether the receiver is known to check CRCs
void Node::SendDatagram(const Address& to,
                        TrafficKind kind,
                        std::size_t start,
                        bool crc,
                        Outbox& out)
{
    m_envelope.SealDatagram(out.Arena(), start, crc, out.SealScratch());
    out.AddDatagram(to, kind, start);
}

void Node::HandleMessage(Instant now,
                         const Address& from,
                         wire::MessageType type,
                         wire::ByteView body,
                         Outbox& out)
{
    if (m_stopped)
    {
        return; // by an earlier part of this datagram
    }
    const auto read = [&](auto& message) {
        const bool decoded = wire::Decode(body, message);
        if (!decoded)
        {
            Reject(Rejection::MALFORMED, out);
        }
        return decoded;
    };
    switch (type)
    {
    case wire::MessageType::PING:
        if (wire::Ping ping; read(ping))
        {
            OnPing(from, ping, out);
        }
        return;
    case wire::MessageType::PING_REQ:
        if (wire::PingReq request; read(request))
        {
            OnPingReq(now, from, request, out);
        }
        return;
    case wire::MessageType::ACK:
        if (wire::Ack ack; read(ack))
        {
            OnAck(now, ack, out);
        }
        return;
    case wire::MessageType::NACK:
        if (wire::Nack nack; read(nack))
        {
            OnNack(nack.seqNo);
        }
        return;
    case wire::MessageType::ALIVE:
        if (wire::Alive alive; read(alive))
        {
            ApplyAlive(now, alive, out);
        }
        return;
    case wire::MessageType::SUSPECT:
    case wire::MessageType::DEAD:
        if (wire::Accusation accusation; read(accusation))
        {
            ApplyAccusation(now, type, accusation, out);
        }
        return;
    case wire::MessageType::USER:
        OnUserDatagram(now, body);
        return;
    default:
        Reject(Rejection::TYPE_UNSUPPORTED, out);
        return;
    }
}

void Node::Reject(Rejection reason, Outbox& out)
{
    ++m_counters.rejected;
    out.AddEvent({.kind = EventKind::REJECTED, .rejection = reason});
}

void Node::FireDue(Instant now, Outbox& out)
{
    SWIM_ASSERT(now >= m_now, "time never runs backwards");
    m_now = now;
    while (FireNext(now, out))
    {
    }
}

Instant Node::NextDeadline() const
{
    const Instant earliest = std::min(m_suspicions.NextDeadline(), m_timers.Earliest());
    if (m_exchanges.Empty() && m_relays.Empty() && m_pings.Empty()) [[likely]]
    {
        return earliest;
    }
    return std::min(
        {earliest, m_exchanges.NextDeadline(), m_relays.NextDeadline(), m_pings.NextDeadline()});
}

bool Node::FireNext(Instant now, Outbox& out)
{
    const Instant at = NextDeadline();
    if (at > now)
    {
        return false;
    }
    if (m_exchanges.NextDeadline() == at)
    {
        OnExchangeTimeout(out);
    }
    else if (m_relays.NextDeadline() == at)
    {
        OnRelayDeadline(out);
    }
    else if (m_pings.NextDeadline() == at)
    {
        OnPingTimeout();
    }
    else if (m_suspicions.NextDeadline() == at)
    {
        const Slot slot = m_suspicions.First();
        TraceSuspicion({.kind = DecisionKind::SUSPICION_FIRED, .accuser = m_name}, slot, out);
        ApplyDead(now, slot, m_members.At(slot).incarnation, m_name, out);
    }
    else if (m_stall) [[unlikely]]
    {
        FireStalled(m_timers.At(at), now, out);
    }
    else
    {
        FireTimer(m_timers.At(at), now, out);
    }
    return true;
}

void Node::FireTimer(Timer timer, Instant now, Outbox& out)
{
    switch (timer)
    {
    case Timer::PROBE_TIMEOUT:
        OnProbeTimeout(out);
        return;
    case Timer::PROBE_VERDICT:
        OnProbeVerdict(now, out);
        return;
    case Timer::PROBE_TICK:
        m_timers.ArmNextRound(timer, now, m_config->probeInterval);
        StartProbe(now, m_timers[timer] - m_config->probeInterval, out);
        return;
    case Timer::GOSSIP_TICK:
        m_timers[timer] = NEVER;
        OnGossipTick(now, out);
        return;
    case Timer::PUSH_PULL_TICK:
        OnPushPullTick(now, out);
        return;
    case Timer::RECONNECT_TICK:
        m_timers.ArmNextRound(timer, now, m_config->reconnectInterval);
        OnReconnectTick(now, out);
        return;
    case Timer::ANNOUNCE_TICK:
        m_timers.ArmNextRound(timer, now, m_config->announceToDownInterval);
        OnAnnounceTick(out);
        return;
    case Timer::SEED_TICK:
        m_timers.ArmNextRound(timer, now, m_config->seedInterval);
        OnSeedTick(now, out);
        return;
    case Timer::REJOIN_TICK:
        m_timers.ArmNextRound(timer, now, m_config->rejoinInterval);
        SyncWithOne(now, ExchangeKind::RECONNECT, out);
        return;
    }
}

Instant Node::RandomPhase(Instant now, Duration interval)
{
    return now + Duration(static_cast<std::int64_t>(
                     m_rng.Below(static_cast<std::uint64_t>(interval.count()))));
}

const Versions& Node::VersionsOf(IdentityId member) const
{
    return m_directory.Get(member).versions;
}

/// @return where the member of this name is in the table, or NONE
Slot Node::FindSlot(std::string_view name) const
{
    const NameId known = m_directory.FindName(name);
    return known == NONE ? NONE : m_members.Find(known);
}

/// Our ping of a member.
wire::Ping Node::PingTo(std::string_view name, std::uint32_t seqNo) const
{
    return {seqNo, name, m_directory.Get(m_identity).address, m_directory.Name(m_name)};
}

} // namespace swim
