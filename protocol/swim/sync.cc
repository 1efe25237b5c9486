// SPDX-License-Identifier: MIT
//
// Anti-entropy: two members exchange their whole tables over a stream, at join and now and then
// after, so that what gossip lost is found again (memberlist's push/pull).
#include "swim/assert.h"
#include "swim/node.h"
#include "swim/random-peers.h"
#include "swim/stream-scanner.h"
#include "swim/table-reader.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

namespace swim
{

namespace
{

/// Above this many members memberlist slows push/pull down.
constexpr std::uint32_t PUSH_PULL_SCALE_THRESHOLD = 32;

/// The versions of a set of members: which ones all that live can speak, and which ones are spoken.
class VersionRange
{
  public:
    void Add(const Versions& versions, bool alive)
    {
        m_leastProtocol = std::min(m_leastProtocol, versions.protocol);
        m_mostProtocol = std::max(m_mostProtocol, versions.protocol);
        m_leastDelegate = std::min(m_leastDelegate, versions.delegate);
        m_mostDelegate = std::max(m_mostDelegate, versions.delegate);
        if (alive)
        {
            m_minProtocol = std::max(m_minProtocol, versions.protocolMin);
            m_maxProtocol = std::min(m_maxProtocol, versions.protocolMax);
            m_minDelegate = std::max(m_minDelegate, versions.delegateMin);
            m_maxDelegate = std::min(m_maxDelegate, versions.delegateMax);
        }
    }

    /// Whether what each one speaks is spoken by all that live.
    bool Agrees() const
    {
        return m_leastProtocol >= m_minProtocol && m_mostProtocol <= m_maxProtocol &&
               m_leastDelegate >= m_minDelegate && m_mostDelegate <= m_maxDelegate;
    }

  private:
    std::uint8_t m_minProtocol = 0;
    std::uint8_t m_maxProtocol = UINT8_MAX;
    std::uint8_t m_minDelegate = 0;
    std::uint8_t m_maxDelegate = UINT8_MAX;
    std::uint8_t m_leastProtocol = UINT8_MAX;
    std::uint8_t m_mostProtocol = 0;
    std::uint8_t m_leastDelegate = UINT8_MAX;
    std::uint8_t m_mostDelegate = 0;
};

} // namespace

Duration Node::PushPullPeriod() const
{
    const std::uint32_t n = m_members.Size();
    if (n <= PUSH_PULL_SCALE_THRESHOLD)
    {
        return m_config->pushPullInterval;
    }
    return m_config->pushPullInterval * (std::bit_width(n - 1) - 5 + 1); // ceil(log2 n) - 5 + 1
}

void Node::ArmPushPull(Instant now)
{
    if (m_config->pushPullInterval > Duration::zero())
    {
        m_timers[Timer::PUSH_PULL_TICK] =
            RandomPhase(now, m_fresh ? m_config->pushPullInterval : PushPullPeriod());
    }
}

void Node::OnPushPullTick(Instant now, Outbox& out)
{
    // How long the first period is, is told by the members who are known when it begins.
    m_timers.ArmNextRound(Timer::PUSH_PULL_TICK, now, PushPullPeriod());
    if (!std::exchange(m_fresh, false))
    {
        SyncWithOne(now, ExchangeKind::PUSH_PULL, out);
    }
}

void Node::Join(Instant now, std::span<const Address> seeds, Outbox& out)
{
    FireDue(now, out);
    for (const Address& seed : seeds)
    {
        OpenPushPull(now, ExchangeKind::JOIN, seed, out);
    }
    if (!seeds.empty())
    {
        m_seeds.assign(seeds.begin(), seeds.end());
        ArmSeeds(now);
    }
}

/// Exchanges tables with a random member that we hold for alive.
void Node::SyncWithOne(Instant now, ExchangeKind kind, Outbox& out)
{
    const PickedSlots peer =
        PickRandom(m_members, m_rng, 1, [&](Slot slot, const PeerRecord& record) {
            return slot != m_slot && record.State() == MemberState::ALIVE;
        });
    for (const Slot slot : peer)
    {
        OpenPushPull(now, kind, m_directory.Get(m_members.At(slot).identity).address, out);
    }
}

std::uint32_t Node::NextExchange(ExchangeKind kind, Instant deadline)
{
    ++m_exchangeId;
    const bool waits = m_stall && kind != ExchangeKind::PING;
    m_exchanges.Add({m_exchangeId, kind, waits ? NEVER : deadline});
    if (waits)
    {
        m_stall->streams.push_back({m_exchangeId, deadline - m_now});
    }
    return m_exchangeId;
}

void Node::OpenPushPull(Instant now, ExchangeKind kind, const Address& to, Outbox& out)
{
    const std::size_t start = out.Arena().size();
    EncodeState(kind != ExchangeKind::PUSH_PULL, out.Arena());
    m_envelope.SealStream(out.Arena(), start, Envelope::Direction::REQUEST, out.SealScratch());
    out.AddStream(NextExchange(kind, now + m_config->tcpTimeout),
                  to,
                  TrafficKind::PUSH_PULL,
                  start);
}

void Node::EncodeState(bool join, wire::Bytes& bytes) const
{
    wire::Bytes userState;
    if (m_application != nullptr)
    {
        m_application->AppendState(join, userState);
        SWIM_ASSERT(userState.size() <= wire::MAX_USER_STATE_SIZE,
                    "the state of a push/pull is limited");
    }
    const auto userStateSize = static_cast<std::uint32_t>(userState.size());
    wire::Encode(wire::PushPullHeader{m_members.Size(), userStateSize, join}, bytes);
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        if (!record.Present())
        {
            continue;
        }
        const auto state = static_cast<std::uint32_t>(record.State());
        if (wire::StateLine::Fits(record.incarnation))
        {
            m_directory.Line(record.identity).Append(record.incarnation, state, bytes);
        }
        else
        {
            const wire::Alive member = m_directory.AliveOf(record.identity, record.incarnation);
            wire::Encode(wire::PushNodeState{member, state}, bytes);
        }
    }
    bytes.insert(bytes.end(), userState.begin(), userState.end());
}

void Node::ReceiveStream(Instant now, wire::ByteView bytes, Outbox& out)
{
    FireDue(now, out);
    if (m_stopped)
    {
        return;
    }
    const Envelope::Opened opened =
        m_envelope.OpenStream(bytes, Envelope::Direction::REQUEST, out.Opened().outer);
    if (opened.refusal || opened.message.empty())
    {
        Reject(opened.refusal.value_or(Rejection::STREAM_EMPTY), out);
    }
    else
    {
        AnswerStream(now, opened.message, out);
    }
    FireDue(now, out);
}

void Node::AnswerStream(Instant now, wire::ByteView message, Outbox& out)
{
    const auto type = static_cast<wire::MessageType>(message[0]);
    const wire::ByteView body = message.subspan(1);
    const std::size_t start = out.Arena().size();
    if (type == wire::MessageType::PING)
    {
        wire::Ping ping;
        if (!wire::Decode(body, ping))
        {
            Reject(Rejection::STREAM_MALFORMED, out);
            return;
        }
        if (!ping.node.empty() && ping.node != m_directory.Name(m_name))
        {
            return; // meant for who had this address before
        }
        out.SetReceived(TrafficKind::STREAM_PING);
        wire::Encode(wire::Ack{ping.seqNo, {}}, out.Arena());
    }
    else if (type == wire::MessageType::PUSH_PULL)
    {
        out.SetReceived(TrafficKind::PUSH_PULL);
        // memberlist answers with its table as it was before it merges.
        EncodeState(wire::PushPullReader(message).Header().join, out.Arena());
    }
    else if (wire::ByteView payload;
             type == wire::MessageType::USER && wire::DecodeUser(body, payload))
    {
        out.SetReceived(TrafficKind::STREAM_USER);
        OnUserMessage(now, payload);
        return;
    }
    else
    {
        Reject(Rejection::STREAM_TYPE_UNSUPPORTED, out);
        return;
    }
    m_envelope.SealStream(out.Arena(), start, Envelope::Direction::ANSWER, out.SealScratch());
    const bool tables = type == wire::MessageType::PUSH_PULL;
    out.SetStreamAnswer(start, tables ? TrafficKind::PUSH_PULL : TrafficKind::STREAM_ACK);
    if (tables)
    {
        Merge(now, message, out);
    }
}

/**
 * Whether the message is a table that we can take over: whole, and all remote and local members
 * could talk to each other (memberlist's verifyProtocol).
 * @param table read to its end
 * @return why not; none: it is
 */
std::optional<Rejection> Node::RefusalOf(TableReader& table) const
{
    VersionRange versions;
    while (table.Next())
    {
        const wire::PushNodeState& state = table.Said();
        if (state.state > static_cast<std::uint32_t>(MemberState::LEFT))
        {
            return Rejection::PUSH_PULL_STATE_UNKNOWN;
        }
        versions.Add(Versions::Read(state.member.versions, {}),
                     state.state == static_cast<std::uint32_t>(MemberState::ALIVE));
    }
    if (!table.Message().Valid())
    {
        return Rejection::PUSH_PULL_MALFORMED;
    }
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        if (record.Present())
        {
            versions.Add(VersionsOf(record.identity), record.State() == MemberState::ALIVE);
        }
    }
    return versions.Agrees() ? std::nullopt : std::optional(Rejection::PUSH_PULL_INCOMPATIBLE);
}

bool Node::Merge(Instant now, wire::ByteView message, Outbox& out)
{
    TableReader whole(message, m_members, m_directory);
    if (const std::optional<Rejection> refusal = RefusalOf(whole))
    {
        Reject(*refusal, out);
        return false;
    }
    if (m_application != nullptr && !m_application->AcceptMerge(message))
    {
        Reject(Rejection::PUSH_PULL_VETOED, out);
        return false;
    }
    for (TableReader table(message, m_members, m_directory); table.Next();)
    {
        if (table.IsOld() && table.Known() != m_slot && m_application == nullptr)
        {
            continue; // ApplyAlive would find no news in it either
        }
        const wire::PushNodeState& state = table.Said();
        if (state.member.node == m_directory.Name(m_name))
        {
            HearOfMyName(now, state);
        }
        if (state.state == static_cast<std::uint32_t>(MemberState::ALIVE))
        {
            ApplyAlive(now, state.member, out);
            continue;
        }
        const Slot slot = FindSlot(state.member.node);
        if (slot == NONE)
        {
            continue;
        }
        if (state.member.incarnation == UINT32_MAX)
        {
            Reject(Rejection::PUSH_PULL_LAST_INCARNATION, out);
            continue;
        }
        const PeerRecord held = m_members.At(slot);
        const auto told = static_cast<MemberState>(state.state);
        if (told == MemberState::LEFT)
        {
            const NameId subject = m_directory.Get(held.identity).name;
            ApplyDead(now, slot, state.member.incarnation, subject, out);
        }
        else if (told == MemberState::DEAD && held.Gone())
        {
            ApplyDead(now, slot, state.member.incarnation, m_name, out); // a later death, perhaps
        }
        else
        {
            // A remote's dead is only a suspicion here: whoever lives gets the chance to refute.
            ApplySuspect(now, slot, state.member.incarnation, m_name, out);
        }
    }
    const wire::PushPullReader& read = whole.Message();
    if (m_application != nullptr && !read.UserState().empty())
    {
        m_application->OnState(read.Header().join, read.UserState());
    }
    return true;
}

void Node::ReceiveStreamAnswer(Instant now, std::uint32_t id, wire::ByteView bytes, Outbox& out)
{
    FireDue(now, out);
    if (m_stopped)
    {
        return;
    }
    const std::optional<Exchange> exchange = m_exchanges.Take(id);
    if (!exchange)
    {
        return; // it was given up at this very instant
    }
    out.SetReceived(exchange->kind == ExchangeKind::PING ? TrafficKind::STREAM_ACK
                                                         : TrafficKind::PUSH_PULL);
    if (exchange->kind != ExchangeKind::USER) // whose answer is that the stream was closed
    {
        const Envelope::Opened opened =
            m_envelope.OpenStream(bytes, Envelope::Direction::ANSWER, out.Opened().outer);
        if (opened.refusal)
        {
            Reject(*opened.refusal, out);
        }
        m_told = true; // who was asked tells the others what is new to it
        OnAnswer(now, *exchange, opened.message, out);
        m_told = false;
    }
    FireDue(now, out);
}

void Node::OnAnswer(Instant now, const Exchange& exchange, wire::ByteView message, Outbox& out)
{
    if (exchange.kind == ExchangeKind::PING)
    {
        wire::Ack ack;
        const bool acked = !message.empty() &&
                           message[0] == static_cast<std::uint8_t>(wire::MessageType::ACK) &&
                           wire::Decode(message.subspan(1), ack) && ack.seqNo == m_probe.seqNo;
        m_probe.streamAnswered |= acked && m_probe.running && m_probe.stream == exchange.id;
    }
    else if (message.empty() || !Merge(now, message, out))
    {
        OnExchangeFailed(exchange, out);
    }
    else if (exchange.kind == ExchangeKind::JOIN)
    {
        out.AddEvent({EventKind::JOIN_SUCCEEDED, m_name, m_incarnation, m_name});
    }
}

void Node::StreamFailed(Instant now, std::uint32_t id, Outbox& out)
{
    FireDue(now, out);
    if (const std::optional<Exchange> exchange = m_exchanges.Take(id))
    {
        OnExchangeFailed(*exchange, out);
    }
}

void Node::OnExchangeFailed(const Exchange& exchange, Outbox& out)
{
    // A lost push/pull or reconnect is tried again at its next tick; a lost ping is no answer.
    if (exchange.kind == ExchangeKind::JOIN)
    {
        out.AddEvent({EventKind::JOIN_FAILED, m_name, m_incarnation, m_name});
    }
    else if (exchange.kind == ExchangeKind::USER)
    {
        out.AddEvent({EventKind::SEND_FAILED, m_name, m_incarnation, m_name});
    }
}

void Node::OnExchangeTimeout(Outbox& out)
{
    const Exchange exchange = m_exchanges.First();
    m_exchanges.Take(exchange.id);
    out.AddAbort(exchange.id);
    OnExchangeFailed(exchange, out);
}

} // namespace swim
