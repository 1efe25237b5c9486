// SPDX-License-Identifier: MIT
//
// See pekko.h: who watches whom, and the member's own verdicts; pekko-gossip.cc spreads them.
#include "detectors/pekko.h"

#include "detectors/pekko-types.h"

#include <algorithm>
#include <cmath>

namespace swim::detectors
{

namespace
{

constexpr std::uint32_t GOSSIP_PARTS = 3;

constexpr std::int64_t NS_PER_MS = 1'000'000;

std::int64_t MillisecondsOf(Instant at)
{
    return at.time_since_epoch().count() / NS_PER_MS;
}

/// FNV-1a, then mixed: where a name stands on the ring.
std::uint64_t HashOfName(std::string_view name)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char letter : name)
    {
        hash = (hash ^ static_cast<std::uint8_t>(letter)) * 0x100000001b3;
    }
    return SplitMix64(hash);
}

/// @return the n-th place that is 0; there is one
Slot NthFree(std::span<const std::uint8_t> places, std::uint64_t n)
{
    constexpr std::size_t AT_ONCE = 64;
    std::size_t place = 0;
    for (; place + AT_ONCE <= places.size(); place += AT_ONCE)
    {
        const auto here = static_cast<std::uint64_t>(
            std::ranges::count(places.subspan(place).first<AT_ONCE>(), 0));
        if (n < here)
        {
            break;
        }
        n -= here;
    }
    while (places[place] != 0 || n-- > 0)
    {
        ++place;
    }
    return Slot(static_cast<std::uint32_t>(place));
}

} // namespace

void Pekko::Watch::Heartbeat(Instant now, const Shared& shared)
{
    const Config& config = shared.config;
    const std::int64_t meanMs = config.heartbeatInterval.count() / NS_PER_MS;
    if (!m_begun)
    {
        m_history.Add(static_cast<std::uint32_t>(meanMs - meanMs / 4));
        m_history.Add(static_cast<std::uint32_t>(meanMs + meanMs / 4));
        m_begun = true;
    }
    else if (Available(now))
    {
        const std::int64_t ms = MillisecondsOf(now) - MillisecondsOf(m_last);
        m_history.Add(static_cast<std::uint32_t>(std::min<std::int64_t>(ms, INT32_MAX)));
    }
    m_last = now;
    const double least = static_cast<double>(config.minStdDeviation.count()) / NS_PER_MS;
    const double deviation = std::max(least, std::sqrt(m_history.Variance()));
    const double ms = m_history.Mean() + shared.deviations * deviation;
    m_deadline = Instant(std::chrono::milliseconds(MillisecondsOf(now))) +
                 config.acceptableHeartbeatPause +
                 Duration(static_cast<std::int64_t>(std::ceil(ms * NS_PER_MS)));
}

DetectorMaker Pekko::MakerOf(const Config& config)
{
    const auto shared = std::make_shared<const Shared>(config);
    return [shared](const Setup& setup, const Rng& rng, Directory& directory) {
        return std::make_unique<Pekko>(setup, rng, directory, shared);
    };
}

Pekko::Pekko(const Setup& setup,
             const Rng& rng,
             Directory& directory,
             std::shared_ptr<const Shared> shared)
    : MemberBase(setup, rng, directory),
      m_shared(std::move(shared))
{
}

void Pekko::OnStart()
{
    m_nextHeartbeat = RandomPhase(m_shared->config.heartbeatInterval);
    m_nextReap = RandomPhase(m_shared->config.reaperInterval);
    m_nextGossip = RandomPhase(m_shared->config.gossipInterval);
    // All who start converged have the same state, and know that they have.
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        See(slot);
    }
}

void Pekko::OnMet(Slot slot)
{
    const std::size_t places = std::max<std::size_t>(m_seen.size(), slot.Value() + 1);
    m_accusers.resize(places, 0);
    m_hashes.resize(places, 0);
    m_seen.resize(places, false);
    m_hashes[slot.Value()] = HashOfName(NameText(slot));
    NoteChange();
}

void Pekko::OnReturn(Slot slot, Outbox& out)
{
    if (m_members.At(slot).State() == MemberState::LEFT)
    {
        MemberBase::OnReturn(slot, out); // a new member of its name
    }
    // Otherwise its answers show whether it lives, to those who watch it.
    m_watches.erase(slot);
    NoteChange();
}

Instant Pekko::Next() const
{
    const Instant expected = m_expected.empty() ? NEVER : m_expected.front().at;
    return std::min({m_nextHeartbeat, m_nextReap, m_nextGossip, expected});
}

void Pekko::Fire(Outbox& out)
{
    const Instant due = Next();
    const auto after = [this](Instant& timer, Duration period) {
        timer += period * ((m_now - timer) / period + 1);
    };
    if (due == m_nextHeartbeat)
    {
        after(m_nextHeartbeat, m_shared->config.heartbeatInterval);
        SendHeartbeats(out);
    }
    else if (!m_expected.empty() && due == m_expected.front().at)
    {
        InventFirst(out);
    }
    else if (due == m_nextReap)
    {
        after(m_nextReap, m_shared->config.reaperInterval);
        Reap(out);
    }
    else
    {
        after(m_nextGossip, m_shared->config.gossipInterval / GOSSIP_PARTS);
        m_gossipPart = (m_gossipPart + 1) % GOSSIP_PARTS;
        if (m_gossipPart == 0 || SpeedsUp())
        {
            SendStatus(out);
        }
    }
}

/// The next members on the ring, until so many reachable ones are found; unreachable ones only as long
/// as there are not so many in all. Who is no longer among them is watched until it answers.
void Pekko::FindReceivers()
{
    m_ringChanged = false;
    std::vector<Slot> ring;
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        if (record.Present() && !record.Gone())
        {
            ring.push_back(slot);
        }
    }
    const auto before = [this](Slot a, Slot b) {
        const std::uint64_t hashA = m_hashes[a.Value()];
        const std::uint64_t hashB = m_hashes[b.Value()];
        return hashA != hashB ? hashA < hashB : NameText(a) < NameText(b);
    };
    std::ranges::sort(ring, before);
    const auto self = std::ranges::find(ring, Self());
    std::rotate(ring.begin(), self, ring.end());
    std::vector<bool> watched(m_seen.size(), false);
    m_receivers.clear();
    const std::uint32_t wanted = m_shared->config.monitoredBy;
    std::uint32_t reachable = 0;
    for (std::size_t i = 1; i < ring.size() && reachable < wanted; ++i)
    {
        const bool reached = m_accusers[ring[i].Value()] == 0;
        if (reached || m_receivers.size() < wanted)
        {
            m_receivers.push_back(ring[i]);
            watched[ring[i].Value()] = true;
            reachable += reached ? 1 : 0;
        }
    }
    m_formerReceivers.clear();
    for (auto watch = m_watches.begin(); watch != m_watches.end();)
    {
        const Slot slot = watch->first;
        const bool stays = watched[slot.Value()];
        const bool awaited =
            !stays && !watch->second.Available(m_now) && !m_members.At(slot).Gone();
        if (awaited)
        {
            m_formerReceivers.push_back(slot);
        }
        watch = stays || awaited ? std::next(watch) : m_watches.erase(watch);
    }
}

void Pekko::SendHeartbeats(Outbox& out)
{
    if (m_ringChanged)
    {
        FindReceivers();
    }
    const std::size_t start = Begin(static_cast<std::uint8_t>(PekkoType::HEARTBEAT), out);
    ByteWriter(out.Arena()).Number(++m_number);
    for (const Slot slot : m_receivers)
    {
        SendTo(slot, TrafficKind::PING, start, out);
        ++m_counters.probes;
        if (m_watches.try_emplace(slot, m_shared->config).second)
        {
            m_expected.push_back({m_now + m_shared->config.expectedResponseAfter, slot});
        }
    }
    for (const Slot slot : m_formerReceivers)
    {
        SendTo(slot, TrafficKind::PING, start, out);
        ++m_counters.probes;
    }
}

void Pekko::OnResponse(Slot from)
{
    const auto watch = m_watches.find(from);
    if (watch == m_watches.end())
    {
        return;
    }
    if (std::erase(m_formerReceivers, from) > 0)
    {
        m_watches.erase(watch);
        return;
    }
    watch->second.Heartbeat(m_now, *m_shared);
}

/// Who has not answered yet gets a first heartbeat, from which its time runs.
void Pekko::InventFirst(Outbox& /*out*/)
{
    const Slot slot = m_expected.front().slot;
    m_expected.erase(m_expected.begin());
    const auto watch = m_watches.find(slot);
    if (watch != m_watches.end() && !watch->second.Begun())
    {
        watch->second.Heartbeat(m_now, *m_shared);
    }
}

void Pekko::Reap(Outbox& out)
{
    std::vector<Slot> late;
    for (const auto& [slot, watch] : m_watches)
    {
        if (!watch.Available(m_now) && !m_members.At(slot).Gone())
        {
            late.push_back(slot);
        }
    }
    if (late != RecordsOf(Self()).unreachable)
    {
        m_counters.probesFailed += late.size() > RecordsOf(Self()).unreachable.size() ? 1 : 0;
        SetRecords(Self(), ++m_ownVersion, std::move(late), out);
    }
}

/// Somebody at random who has not seen the state yet, if there is one. Not who is unreachable to this
/// member itself; who is so to others only must hear that he is again (MembershipState.scala,
/// validNodeForGossip).
std::optional<Slot> Pekko::GossipTarget()
{
    const std::span<const MemberState> states = States();
    std::size_t gone = m_members.Count(MemberState::LEFT);
    std::vector<Slot> unfit = RecordsOf(Self()).unreachable;
    unfit.push_back(Self());
    for (std::uint32_t place = 0; place < states.size() && gone > 0; ++place)
    {
        if (states[place] == MemberState::LEFT)
        {
            unfit.emplace_back(place);
            --gone;
        }
    }
    std::ranges::sort(unfit);
    unfit.erase(std::unique(unfit.begin(), unfit.end()), unfit.end());
    if (unfit.size() == m_seen.size())
    {
        return std::nullopt;
    }
    std::vector<std::uint8_t> taken = m_seen;
    for (const Slot slot : unfit)
    {
        taken[slot.Value()] = true;
    }
    if (const auto unaware = std::ranges::count(taken, 0); unaware > 0)
    {
        return NthFree(taken, m_rng.Below(unaware));
    }
    std::uint64_t place = m_rng.Below(m_seen.size() - unfit.size());
    for (const Slot slot : unfit)
    {
        place += slot.Value() <= place ? 1 : 0;
    }
    return Slot(static_cast<std::uint32_t>(place));
}

void Pekko::SendStatus(Outbox& out)
{
    const auto target = GossipTarget();
    if (target)
    {
        const std::size_t start = Begin(static_cast<std::uint8_t>(PekkoType::STATUS), out);
        ByteWriter(out.Arena()).Number(Digest());
        SendTo(*target, TrafficKind::GOSSIP, start, out);
    }
}

TrafficKind Pekko::KindOf(std::uint8_t type) const
{
    switch (static_cast<PekkoType>(type))
    {
    case PekkoType::HEARTBEAT:
        return TrafficKind::PING;
    case PekkoType::RESPONSE:
        return TrafficKind::ACK;
    case PekkoType::STATUS:
        return TrafficKind::GOSSIP;
    default:
        return TrafficKind::PUSH_PULL;
    }
}

bool Pekko::IsWhole(Way way, std::uint8_t type, ByteReader body) const
{
    switch (static_cast<PekkoType>(type))
    {
    case PekkoType::HEARTBEAT:
    case PekkoType::RESPONSE:
        body.Number<std::uint32_t>();
        return way == Way::DATAGRAM && body.AtEnd();
    case PekkoType::STATUS:
        body.Number<std::uint64_t>();
        return way == Way::DATAGRAM && body.AtEnd();
    case PekkoType::STATE:
        return way == Way::REQUEST && IsState(body);
    case PekkoType::MERGED:
        return way == Way::ANSWER && IsState(body);
    default:
        return false;
    }
}

bool Pekko::OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out)
{
    switch (static_cast<PekkoType>(type))
    {
    case PekkoType::HEARTBEAT: {
        const auto number = body.Number<std::uint32_t>();
        const std::size_t start = Begin(static_cast<std::uint8_t>(PekkoType::RESPONSE), out);
        ByteWriter(out.Arena()).Number(number);
        SendTo(from, TrafficKind::ACK, start, out);
        return body.AtEnd();
    }
    case PekkoType::RESPONSE: {
        body.Number<std::uint32_t>();
        OnResponse(from);
        return true;
    }
    case PekkoType::STATUS: {
        const auto digest = body.Number<std::uint64_t>();
        if (!body.AtEnd())
        {
            return false;
        }
        if (digest == Digest())
        {
            See(from);
            return true;
        }
        wire::Bytes& message = out.Scratch();
        WriteState(static_cast<std::uint8_t>(PekkoType::STATE), message);
        Open(from, TrafficKind::PUSH_PULL, message, out);
        return true;
    }
    default:
        return false;
    }
}

bool Pekko::OnRequest(Slot from, std::uint8_t type, ByteReader& body, Outbox& out)
{
    if (type != static_cast<std::uint8_t>(PekkoType::STATE) || !TakeState(from, body, out))
    {
        return false;
    }
    wire::Bytes& message = out.Scratch();
    WriteState(static_cast<std::uint8_t>(PekkoType::MERGED), message);
    Answer(TrafficKind::PUSH_PULL, message, out);
    return true;
}

bool Pekko::OnAnswer(const Exchange& exchange,
                     std::uint32_t /*id*/,
                     std::uint8_t type,
                     ByteReader& body,
                     Outbox& out)
{
    return type == static_cast<std::uint8_t>(PekkoType::MERGED) &&
           TakeState(exchange.with, body, out);
}

} // namespace swim::detectors
