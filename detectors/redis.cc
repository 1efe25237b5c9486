// SPDX-License-Identifier: MIT
//
// See redis.h: the cron, the links, pings and pongs; redis-gossip.cc is what they carry.
#include "detectors/redis.h"

#include "detectors/redis-types.h"
#include "swim/assert.h"

#include <algorithm>

namespace swim::detectors
{

namespace
{

constexpr Duration CRON_PERIOD = std::chrono::milliseconds(100);

/// Every tenth cron pings a random node, the oldest of so many.
constexpr std::uint32_t CRONS_PER_RANDOM_PING = 10;
constexpr int RANDOM_CANDIDATES = 5;

} // namespace

DetectorMaker Redis::MakerOf(const Config& config)
{
    const auto shared = std::make_shared<const Config>(config);
    return [shared](const Setup& setup, const Rng& rng, Directory& directory) {
        return std::make_unique<Redis>(setup, rng, directory, shared);
    };
}

Redis::Redis(const Setup& setup,
             const Rng& rng,
             Directory& directory,
             std::shared_ptr<const Config> config)
    : MemberBase(setup, rng, directory),
      m_config(std::move(config))
{
    SWIM_ASSERT(directory.NameOf(setup.self).size() <= MOST_NAME_BYTES,
                "a name fits into an entry of Redis's gossip");
    if (!setup.baseline)
    {
        return;
    }
    // Who has run for long has heard of everybody at some time within T/2.
    const std::uint32_t size = setup.baseline->Size();
    m_pongs.resize(size, NO_TIME);
    m_peers.resize(size);
    m_links.resize(size);
    m_due.resize(size, NEVER);
    const std::uint32_t shards = size / (m_config->replicas + 1);
    for (std::uint32_t place = 0; place < size; ++place)
    {
        SetRole(Slot(place), place < std::max(shards, 1u) ? Role::PRIMARY : Role::REPLICA);
        m_peers[place].linked = setup.age == Age::SETTLED;
    }
}

void Redis::SetRole(Slot slot, Role role)
{
    m_primaries -= At(slot).role == Role::PRIMARY ? 1 : 0;
    m_primaries += role == Role::PRIMARY ? 1 : 0;
    At(slot).role = role;
}

void Redis::OnMet(Slot slot)
{
    const std::size_t places = std::max<std::size_t>(m_peers.size(), slot.Value() + 1);
    m_pongs.resize(places, NO_TIME);
    m_peers.resize(places);
    m_links.resize(places);
    m_due.resize(places, NEVER);
    Peer& peer = At(slot);
    if (peer.linked)
    {
        const Duration half = m_config->nodeTimeout / 2;
        const auto age = m_rng.Below(static_cast<std::uint64_t>(half.count()));
        PongOf(slot) = m_now - Duration(static_cast<std::int64_t>(age));
        LinkOf(slot).made = m_now - m_config->nodeTimeout;
    }
    LinkOf(slot).dataReceived = m_now;
    SetDue(slot);
}

void Redis::OnStart()
{
    m_nextCron = RandomPhase(CRON_PERIOD);
    m_crons = static_cast<std::uint32_t>(m_rng.Below(CRONS_PER_RANDOM_PING));
    m_due[Self().Value()] = NEVER;
    if (At(Self()).role == Role::UNKNOWN)
    {
        SetRole(Self(), Role::PRIMARY); // until a seed says otherwise
    }
}

void Redis::OnReturn(Slot slot, Outbox& /*out*/)
{
    // A node that starts again is to the others the one it was: its pongs say that it lives.
    SetDue(slot);
}

/// Keeps as many replicas to a primary as there should be.
void Redis::OnAsked(Slot joiner)
{
    if (At(joiner).role == Role::UNKNOWN)
    {
        const bool enough = m_primaries * (m_config->replicas + 1) >= m_members.Size();
        SetRole(joiner, enough ? Role::REPLICA : Role::PRIMARY);
    }
}

std::uint8_t Redis::FlagsOf(Slot slot) const
{
    return static_cast<std::uint8_t>(m_peers[slot.Value()].role);
}

void Redis::TakeFlags(Slot slot, std::uint8_t flags)
{
    if (flags == static_cast<std::uint8_t>(Role::PRIMARY) ||
        flags == static_cast<std::uint8_t>(Role::REPLICA))
    {
        SetRole(slot, static_cast<Role>(flags));
    }
}

/// When the cron may find something to do for a node, or sooner.
void Redis::SetDue(Slot slot)
{
    const Peer& peer = At(slot);
    const Link& link = LinkOf(slot);
    Instant& due = m_due[slot.Value()];
    const Duration half = m_config->nodeTimeout / 2;
    if (slot == Self() || Is(slot, MemberState::LEFT))
    {
        due = NEVER;
    }
    else if (!peer.linked || (!peer.pending && PongOf(slot) == NO_TIME))
    {
        due = m_now;
    }
    else if (peer.pending)
    {
        due = std::max(link.pingSent, link.dataReceived) + half;
    }
    else
    {
        due = PongOf(slot) + half;
    }
    m_firstDue = std::min(m_firstDue, due);
}

Instant Redis::Next() const
{
    return m_nextCron;
}

void Redis::Fire(Outbox& out)
{
    m_nextCron += CRON_PERIOD * ((m_now - m_nextCron) / CRON_PERIOD + 1);
    while (!m_tellings.empty() && m_tellings.front().until <= m_now)
    {
        Abort(m_tellings.front().exchange, out);
        m_tellings.pop_front();
    }
    const std::vector<Slot> due = TakeDue();
    for (const Slot slot : due)
    {
        if (!At(slot).linked)
        {
            MakeLink(slot, out);
        }
    }
    if (m_crons++ % CRONS_PER_RANDOM_PING == 0)
    {
        PingRandom(out);
    }
    for (const Slot slot : due)
    {
        if (m_due[slot.Value()] <= m_now)
        {
            Examine(slot, out);
        }
    }
    for (const Slot slot : due)
    {
        m_firstDue = std::min(m_firstDue, m_due[slot.Value()]);
    }
}

/// @return those for whom there may be something to do; of the others the first sets m_firstDue
std::vector<Slot> Redis::TakeDue()
{
    std::vector<Slot> due;
    if (m_firstDue > m_now)
    {
        return due;
    }
    Instant next = NEVER;
    for (const Slot slot : FirstIds<Slot>(static_cast<std::uint32_t>(m_due.size())))
    {
        const Instant at = m_due[slot.Value()];
        if (at <= m_now)
        {
            due.push_back(slot);
        }
        else
        {
            next = std::min(next, at);
        }
    }
    m_firstDue = next;
    return due;
}

void Redis::PingRandom(Outbox& out)
{
    Slot oldest = NONE;
    for (int i = 0; i < RANDOM_CANDIDATES; ++i)
    {
        const Slot slot(static_cast<std::uint32_t>(m_rng.Below(m_members.Slots())));
        const Peer& peer = At(slot);
        if (slot == Self() || !peer.linked || peer.pending || Is(slot, MemberState::LEFT))
        {
            continue;
        }
        if (oldest == NONE || PongOf(slot) < PongOf(oldest))
        {
            oldest = slot;
        }
    }
    if (oldest != NONE)
    {
        SendPing(oldest, out);
    }
}

/// Makes a link, on which a ping is queued; the time of one that was pending is kept.
void Redis::MakeLink(Slot slot, Outbox& out)
{
    Link& link = LinkOf(slot);
    const Instant sent = link.pingSent;
    const bool pending = At(slot).pending;
    At(slot).linked = true;
    link.made = m_now;
    SendPing(slot, out);
    if (pending)
    {
        link.pingSent = sent;
    }
    SetDue(slot);
}

void Redis::SendPing(Slot slot, Outbox& out)
{
    wire::Bytes& message = out.Scratch();
    WriteMessage(static_cast<std::uint8_t>(RedisType::PING), message);
    Link& link = LinkOf(slot);
    link.exchange = Open(slot, TrafficKind::STREAM_PING, message, out);
    link.pingSent = m_now;
    At(slot).pending = true;
    ++m_counters.probes;
    SetDue(slot);
}

void Redis::Examine(Slot slot, Outbox& out)
{
    Peer& peer = At(slot);
    Link& link = LinkOf(slot);
    const Duration timeout = m_config->nodeTimeout;
    if (peer.linked && peer.pending && m_now - link.made > timeout &&
        PongOf(slot) < link.pingSent && m_now - link.pingSent > timeout / 2 &&
        m_now - link.dataReceived > timeout / 2)
    {
        Abort(link.exchange, out);
        link.exchange = 0;
        peer.linked = false;
    }
    if (peer.linked && !peer.pending &&
        (PongOf(slot) == NO_TIME || m_now - PongOf(slot) > timeout / 2))
    {
        SendPing(slot, out);
        return;
    }
    if (peer.pending && m_now - link.pingSent > timeout && m_now - link.dataReceived > timeout &&
        Is(slot, MemberState::ALIVE))
    {
        ++m_counters.probesFailed;
        Doubt(slot, MemberState::SUSPECT, OwnName(), out);
        if (m_primaries == 1) // else Redis looks only when a report comes
        {
            FailIfAgreed(slot, out);
        }
    }
    SetDue(slot);
}

void Redis::OnPong(Slot from, Outbox& out)
{
    Peer& peer = At(from);
    PongOf(from) = m_now;
    peer.pending = false;
    const bool recovers = Is(from, MemberState::SUSPECT) || peer.role != Role::PRIMARY ||
                          m_now - LinkOf(from).failed > 2 * m_config->nodeTimeout;
    if (recovers)
    {
        Trust(from, NameOf(from), out);
    }
}

TrafficKind Redis::KindOf(std::uint8_t type) const
{
    return type == static_cast<std::uint8_t>(RedisType::PING)   ? TrafficKind::STREAM_PING
           : type == static_cast<std::uint8_t>(RedisType::PONG) ? TrafficKind::STREAM_ACK
                                                                : TrafficKind::STREAM_USER;
}

bool Redis::IsWhole(Way way, std::uint8_t type, ByteReader body) const
{
    switch (static_cast<RedisType>(type))
    {
    case RedisType::FAIL:
        return way == Way::REQUEST && !body.Name().empty() && body.Ok();
    case RedisType::PING:
        return way == Way::REQUEST && IsMessage(body);
    case RedisType::PONG:
        return way == Way::ANSWER && IsMessage(body);
    default:
        return false;
    }
}

bool Redis::OnDatagram(Slot /*from*/, std::uint8_t /*type*/, ByteReader& /*body*/, Outbox& /*out*/)
{
    return false; // it has none but farewells, which others sent
}

bool Redis::OnRequest(Slot from, std::uint8_t type, ByteReader& body, Outbox& out)
{
    if (type == static_cast<std::uint8_t>(RedisType::FAIL))
    {
        LinkOf(from).dataReceived = m_now;
        const Slot failed = FindByName(body.Name());
        if (body.Ok() && failed != NONE && failed != Self() && !Is(failed, MemberState::DEAD))
        {
            Fail(failed, NameOf(from), out);
        }
        return body.Ok();
    }
    if (type != static_cast<std::uint8_t>(RedisType::PING) || !TakeMessage(from, body, out))
    {
        return false;
    }
    wire::Bytes& message = out.Scratch();
    WriteMessage(static_cast<std::uint8_t>(RedisType::PONG), message);
    Answer(TrafficKind::STREAM_ACK, message, out);
    return true;
}

bool Redis::OnAnswer(const Exchange& exchange,
                     std::uint32_t id,
                     std::uint8_t type,
                     ByteReader& body,
                     Outbox& out)
{
    Link& link = LinkOf(exchange.with);
    if (type != static_cast<std::uint8_t>(RedisType::PONG) || link.exchange != id)
    {
        return false;
    }
    link.exchange = 0;
    OnPong(exchange.with, out);
    return TakeMessage(exchange.with, body, out);
}

void Redis::OnFailure(const Exchange& exchange, std::uint32_t id, Outbox& /*out*/)
{
    Link& link = LinkOf(exchange.with);
    if (link.exchange == id)
    {
        link.exchange = 0;
        At(exchange.with).linked = false;
        SetDue(exchange.with);
    }
}

} // namespace swim::detectors
