// SPDX-License-Identifier: MIT
//
// See heartbeat-ring.h: who observes whom; heartbeat-ring-news.cc tells who is dead, and who lives.
#include "detectors/heartbeat-ring.h"

#include "detectors/heartbeat-ring-types.h"

#include <algorithm>
#include <cmath>

namespace swim::detectors
{

namespace
{

constexpr int TICKS_PER_INTERVAL = 10;

} // namespace

DetectorMaker HeartbeatRing::MakerOf(const Config& config)
{
    const auto shared = std::make_shared<const Config>(config);
    return [shared](const Setup& setup, const Rng& rng, Directory& directory) {
        return std::make_unique<HeartbeatRing>(setup, rng, directory, shared);
    };
}

HeartbeatRing::HeartbeatRing(const Setup& setup,
                             const Rng& rng,
                             Directory& directory,
                             std::shared_ptr<const Config> config)
    : MemberBase(setup, rng, directory),
      m_config(std::move(config))
{
}

Duration HeartbeatRing::Tick() const
{
    return m_config->interval / TICKS_PER_INTERVAL;
}

/// @return the first tick that is not before
Instant HeartbeatRing::TickFrom(Instant at) const
{
    const Duration tick = Tick();
    return at <= m_phase ? m_phase : m_phase + tick * ((at - m_phase + tick - Duration(1)) / tick);
}

bool HeartbeatRing::Lives(Slot slot) const
{
    return !m_members.At(slot).Gone();
}

void HeartbeatRing::OnStart()
{
    m_phase = RandomPhase(Tick());
    const auto age = m_rng.Below(static_cast<std::uint64_t>(m_config->interval.count()));
    m_lastSent = m_now - Duration(static_cast<std::int64_t>(age));
    const auto extraS = 1 + std::log(static_cast<double>(m_ring.size()));
    const Instant last =
        m_now + m_config->timeout + Duration(static_cast<std::int64_t>(extraS * 1e9));
    for (const Slot slot : LiveFrom(false))
    {
        m_observed.push_back({slot, last});
    }
    m_observers = LiveFrom(true);
    m_started = true;
}

void HeartbeatRing::OnMet(Slot slot)
{
    const std::size_t place = PlaceOf(slot);
    if (place == m_ring.size() || m_ring[place] != slot)
    {
        m_ring.insert(m_ring.begin() + static_cast<std::ptrdiff_t>(place), slot);
    }
    if (m_started)
    {
        Welcome(slot);
    }
}

/// @return on the ring, or where it would be inserted
std::size_t HeartbeatRing::PlaceOf(Slot slot) const
{
    const auto place = std::ranges::lower_bound(m_ring, NameText(slot), {}, [this](Slot each) {
        return NameText(each);
    });
    return static_cast<std::size_t>(place - m_ring.begin());
}

/// @return the nearest live members, successors if `forward`, as many as observe one
std::vector<Slot> HeartbeatRing::LiveFrom(bool forward) const
{
    std::vector<Slot> found;
    const std::size_t size = m_ring.size();
    const std::size_t self = PlaceOf(Self());
    for (std::size_t i = 1; i < size && found.size() < m_config->observers; ++i)
    {
        const Slot slot = m_ring[(self + (forward ? i : size - i)) % size];
        if (Lives(slot))
        {
            found.push_back(slot);
        }
    }
    return found;
}

Instant HeartbeatRing::SendTick() const
{
    if (m_observers.empty())
    {
        return NEVER;
    }
    const Duration interval = m_config->interval;
    return TickFrom(m_lastSent + interval - interval / TICKS_PER_INTERVAL + Duration(1));
}

/// @return when the first time-out of those observed is over
Instant HeartbeatRing::Deadline() const
{
    Instant first = NEVER;
    for (const Observed& observed : m_observed)
    {
        first = std::min(first, observed.last + m_config->timeout);
    }
    return first;
}

Instant HeartbeatRing::LookTick() const
{
    const Instant deadline = Deadline();
    return deadline == NEVER ? NEVER : TickFrom(std::max(deadline + Duration(1), m_notBefore));
}

Instant HeartbeatRing::Next() const
{
    return std::min({SendTick(), LookTick(), m_welcomes.empty() ? NEVER : m_now});
}

/// @return whether we are an interval late ourselves, with no look past the deadline before this one
bool HeartbeatRing::Overslept() const
{
    const bool first = m_notBefore <= m_now && m_notBefore <= Deadline();
    return first && m_now - Next() >= m_config->interval;
}

void HeartbeatRing::Fire(Outbox& out)
{
    if (Overslept())
    {
        m_notBefore = m_now + Duration(1);
    }
    else if (!m_welcomes.empty())
    {
        SendWelcomes(out);
    }
    else if (LookTick() < SendTick())
    {
        Look(out);
    }
    else
    {
        SendHeartbeats(out);
    }
}

void HeartbeatRing::SendHeartbeats(Outbox& out)
{
    m_lastSent = TickFrom(m_now - Tick() + Duration(1)); // this tick, or the last before it
    const std::size_t start = Begin(Byte(RingType::HEARTBEAT), out);
    const std::size_t nearest = std::min<std::size_t>(m_observers.size(), m_config->observers);
    for (std::size_t i = 0; i < nearest; ++i)
    {
        SendTo(m_observers[i], TrafficKind::PING, start, out);
        ++m_counters.probes;
    }
}

void HeartbeatRing::Look(Outbox& out)
{
    for (std::size_t i = 0; i < m_observed.size();)
    {
        const Observed observed = m_observed[i];
        if (m_now <= observed.last + m_config->timeout)
        {
            ++i;
            continue;
        }
        Doubt(observed.slot, MemberState::DEAD, OwnName(), out);
        Forget(observed.slot);
        BroadcastNews(Byte(RingType::DEAD), observed.slot, out);
        Observe(out);
        i = 0;
    }
}

/// Observes the nearest live predecessors, and tells the new ones among them.
void HeartbeatRing::Observe(Outbox& out)
{
    const std::vector<Slot> nearest = LiveFrom(false);
    std::erase_if(m_observed, [&](const Observed& observed) {
        return std::ranges::find(nearest, observed.slot) == nearest.end();
    });
    for (const Slot slot : nearest)
    {
        if (std::ranges::find(m_observed, slot, &Observed::slot) == m_observed.end())
        {
            m_observed.push_back({slot, m_now + m_config->timeout});
            const std::size_t start = Begin(Byte(RingType::OBSERVE), out);
            SendTo(slot, TrafficKind::PING_REQ, start, out);
        }
    }
}

void HeartbeatRing::Forget(Slot slot)
{
    std::erase_if(m_observed, [&](const Observed& observed) { return observed.slot == slot; });
    std::erase(m_observers, slot);
}

TrafficKind HeartbeatRing::KindOf(std::uint8_t type) const
{
    return type == Byte(RingType::HEARTBEAT) ? TrafficKind::PING
           : type == Byte(RingType::OBSERVE) ? TrafficKind::PING_REQ
                                             : TrafficKind::GOSSIP;
}

bool HeartbeatRing::IsWhole(Way way, std::uint8_t type, ByteReader body) const
{
    if (way != Way::DATAGRAM || type > Byte(RingType::ALIVE))
    {
        return false;
    }
    if (type == Byte(RingType::DEAD) || type == Byte(RingType::ALIVE))
    {
        const bool named = !body.Name().empty();
        body.Number<std::uint32_t>();
        if (type == Byte(RingType::ALIVE))
        {
            body.Place();
        }
        return named && body.AtEnd();
    }
    return body.AtEnd();
}

bool HeartbeatRing::OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out)
{
    const bool fromTheDead =
        !Lives(from) && (type == Byte(RingType::HEARTBEAT) || type == Byte(RingType::OBSERVE));
    if (fromTheDead)
    {
        // It comes back with its next incarnation, if it does not know yet.
        SendTo(from, TrafficKind::GOSSIP, WriteNews(Byte(RingType::DEAD), from, out), out);
        return body.AtEnd();
    }
    switch (static_cast<RingType>(type))
    {
    case RingType::HEARTBEAT: {
        const auto observed = std::ranges::find(m_observed, from, &Observed::slot);
        if (observed != m_observed.end())
        {
            observed->last = std::max(observed->last, m_now);
        }
        return body.AtEnd();
    }
    case RingType::OBSERVE:
        if (body.AtEnd())
        {
            OnObserve(from, out);
        }
        return body.AtEnd();
    case RingType::DEAD:
        return OnDead(from, body, out);
    case RingType::ALIVE:
        return OnAlive(from, body, out);
    default:
        return false;
    }
}

/// The nearest who ask are our observers; the others are kept, for when one of these turns out to be
/// dead: news of it may come after its successor asks. Who asks is sent a heartbeat at once.
void HeartbeatRing::OnObserve(Slot from, Outbox& out)
{
    const auto distance = [this](Slot slot) {
        return (PlaceOf(slot) + m_ring.size() - PlaceOf(Self())) % m_ring.size();
    };
    if (std::ranges::find(m_observers, from) == m_observers.end())
    {
        m_observers.push_back(from);
        std::ranges::sort(m_observers, {}, distance);
    }
    const std::size_t start = Begin(Byte(RingType::HEARTBEAT), out);
    SendTo(from, TrafficKind::PING, start, out);
}

void HeartbeatRing::OnLeft(Slot slot, Outbox& /*out*/)
{
    Forget(slot);
    const std::size_t place = PlaceOf(slot);
    if (place < m_ring.size() && m_ring[place] == slot)
    {
        m_ring.erase(m_ring.begin() + static_cast<std::ptrdiff_t>(place));
    }
    Welcome(NONE); // who observes whom has changed
}

void HeartbeatRing::OnAsked(Slot joiner)
{
    Welcome(joiner);
}

void HeartbeatRing::OnJoined(Outbox& out)
{
    m_welcomes.clear(); // whom the table names the others know
    m_observers = LiveFrom(true);
    Observe(out);
}

} // namespace swim::detectors
