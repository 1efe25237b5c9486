// SPDX-License-Identifier: MIT
//
// See gossip-heartbeat.h.
#include "detectors/gossip-heartbeat.h"

#include "detectors/address-key.h"

#include <algorithm>
#include <cmath>

namespace swim::detectors
{

namespace
{

constexpr std::uint8_t LIST_TYPE = static_cast<std::uint8_t>(CommonType::OWN);

constexpr int COUNTER_BITS = 16;

bool SameAddress(std::uint64_t entry, std::uint64_t other)
{
    return (entry ^ other) >> COUNTER_BITS == 0;
}

/// Whether an entry's counter, which wraps, is above that of another.
bool IsAbove(std::uint64_t entry, std::uint64_t other)
{
    return static_cast<std::int16_t>(entry - other) > 0;
}

} // namespace

DetectorMaker GossipHeartbeat::MakerOf(const Config& config)
{
    const auto shared = std::make_shared<const Config>(config);
    return [shared](const Setup& setup, const Rng& rng, Directory& directory) {
        return std::make_unique<GossipHeartbeat>(setup, rng, directory, shared);
    };
}

GossipHeartbeat::GossipHeartbeat(const Setup& setup,
                                 const Rng& rng,
                                 Directory& directory,
                                 std::shared_ptr<const Config> config)
    : MemberBase(setup, rng, directory),
      m_config(std::move(config))
{
}

void GossipHeartbeat::OnStart()
{
    SetCounter(Self(), m_now.time_since_epoch() / m_config->gossipInterval);
    m_started = true;
    m_nextGossip = m_config->clock == Clock::PERIODIC ? RandomPhase(m_config->gossipInterval)
                                                      : m_now + DrawInterval();
}

Duration GossipHeartbeat::DrawInterval()
{
    if (m_config->clock == Clock::PERIODIC)
    {
        return m_config->gossipInterval;
    }
    const auto mean = static_cast<double>(m_config->gossipInterval.count());
    return Duration(static_cast<std::int64_t>(-mean * std::log(1 - m_rng.Unit())) + 1);
}

void GossipHeartbeat::OnMet(Slot slot)
{
    const std::size_t places = std::max<std::size_t>(m_entries.size(), slot.Value() + 1);
    m_entries.resize(places);
    m_increased.resize(places);
    m_heard.resize(places, Heard::NEWS);
    const std::uint64_t key = AddressKey(AddressOf(slot));
    m_entries[slot.Value()] = key << COUNTER_BITS;
    if (m_started)
    {
        MarkHeard(slot, Heard::NOTHING);
    }
    else // all who start converged have heard of each other just before
    {
        SetCounter(slot, m_now.time_since_epoch() / m_config->gossipInterval - 1);
    }
    m_increased[slot.Value()] = m_now;
    m_slotOf[key] = slot;
    m_nextLook = std::min(m_nextLook, ExpiryOf(slot));
}

void GossipHeartbeat::OnReturn(Slot slot, Outbox& out)
{
    OnMet(slot);
    MemberBase::OnReturn(slot, out);
}

void GossipHeartbeat::OnJoined(Outbox& /*out*/)
{
    m_asking = false;
}

void GossipHeartbeat::MarkHeard(Slot slot, Heard heard)
{
    m_unheard += heard != Heard::NEWS ? 1 : 0;
    m_unheard -= m_heard[slot.Value()] != Heard::NEWS ? 1 : 0;
    m_heard[slot.Value()] = heard;
}

/// @param from who sent the entry of the member
bool GossipHeartbeat::IsNews(std::uint64_t entry, Slot slot, Slot from) const
{
    const std::size_t place = slot.Value();
    return (m_heard[place] != Heard::NEWS && slot == from) ||
           (m_heard[place] != Heard::NOTHING && IsAbove(entry, m_entries[place]));
}

/// @param counter of which the lowest bits count
void GossipHeartbeat::SetCounter(Slot slot, std::int64_t counter)
{
    std::uint64_t& entry = m_entries[slot.Value()];
    entry = entry >> COUNTER_BITS << COUNTER_BITS | static_cast<std::uint16_t>(counter);
}

/// When the entry has something to happen to it: it fails, or it is forgotten.
Instant GossipHeartbeat::ExpiryOf(Slot slot) const
{
    const MemberState state = StateOf(slot);
    const bool forgotten = state == MemberState::DEAD && m_heard[slot.Value()] != Heard::NEWS;
    if (slot == Self() || state == MemberState::LEFT || forgotten)
    {
        return NEVER;
    }
    return m_increased[slot.Value()] +
           (state == MemberState::DEAD ? m_config->cleanupTimeout : m_config->failTimeout);
}

Instant GossipHeartbeat::Next() const
{
    return std::min(m_nextGossip, m_nextLook);
}

void GossipHeartbeat::Fire(Outbox& out)
{
    if (m_nextLook <= m_nextGossip)
    {
        Look(out);
        return;
    }
    m_nextGossip += DrawInterval();
    if (m_nextGossip <= m_now)
    {
        m_nextGossip = m_now + DrawInterval(); // what a paused process missed is not made up for
    }
    Gossip(out);
}

void GossipHeartbeat::Look(Outbox& out)
{
    Instant first = NEVER;
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        Instant expiry = ExpiryOf(slot);
        if (expiry <= m_now)
        {
            if (StateOf(slot) == MemberState::DEAD)
            {
                MarkHeard(slot, Heard::NOTHING);
            }
            else
            {
                Doubt(slot, MemberState::DEAD, OwnName(), out);
            }
            expiry = ExpiryOf(slot);
        }
        first = std::min(first, expiry);
    }
    m_nextLook = first;
}

void GossipHeartbeat::Gossip(Outbox& out)
{
    SetCounter(Self(), CounterOf(OwnName()) + 1);
    const std::size_t others = m_members.Count(MemberState::ALIVE) - 1;
    if (others == 0)
    {
        return;
    }
    const std::size_t start = Begin(LIST_TYPE, out);
    wire::Bytes& bytes = out.Arena();
    const std::size_t list = bytes.size();
    const std::span<const MemberState> states = States();
    bytes.resize(list + states.size() * ENTRY_BYTES);
    std::uint8_t* at = bytes.data() + list;
    for (std::size_t place = 0; place < states.size(); ++place)
    {
        // The next one overwrites whoever is gone, or has no counter.
        StoreWord(m_entries[place], at);
        at += states[place] == MemberState::ALIVE && HasCounter(place) ? ENTRY_BYTES : 0;
    }
    bytes.resize(static_cast<std::size_t>(at - bytes.data()));
    ++m_counters.probes;
    SendTo(NthOther(MemberState::ALIVE, m_rng.Below(others)), TrafficKind::GOSSIP, start, out);
}

TrafficKind GossipHeartbeat::KindOf(std::uint8_t /*type*/) const
{
    return TrafficKind::GOSSIP;
}

bool GossipHeartbeat::IsWhole(Way way, std::uint8_t type, ByteReader body) const
{
    return way == Way::DATAGRAM && type == LIST_TYPE && body.Left() % ENTRY_BYTES == 0;
}

bool GossipHeartbeat::OnDatagram(Slot from, std::uint8_t /*type*/, ByteReader& body, Outbox& out)
{
    const std::int64_t nowNs = m_now.time_since_epoch().count();
    const std::span<const MemberState> states = States();
    const std::span<std::uint64_t> entries = m_entries; // nothing here adds a member
    const std::span<Instant> increased = m_increased;
    std::size_t place = 0;
    for (wire::ByteView list = body.Take(body.Left()); !list.empty();
         list = list.subspan(ENTRY_BYTES))
    {
        const std::uint64_t entry = LoadWord(list.data());
        while (place < states.size() && states[place] != MemberState::ALIVE &&
               !SameAddress(entry, entries[place]))
        {
            ++place; // he is gone for the sender too
        }
        if (place == states.size() || states[place] != MemberState::ALIVE || IsUnheard(place) ||
            !SameAddress(entry, entries[place])) [[unlikely]]
        {
            place = Learn(entry, place, from, out);
            continue;
        }
        // Half of them are news, at random: a branch would be foreseen wrongly as often as not.
        // m_nextLook holds, since he expires later than he would have.
        const std::uint64_t known = entries[place];
        const std::int64_t knownNs = increased[place].time_since_epoch().count();
        const std::int64_t news = IsAbove(entry, known) ? -1 : 0; // all bits, or none
        entries[place] = known ^ ((entry ^ known) & static_cast<std::uint64_t>(news));
        increased[place] = Instant(Duration(knownNs ^ ((nowNs ^ knownNs) & news)));
        ++place;
    }
    return true;
}

/// Takes an entry of somebody who is not where lists of a cluster that started together have him, or
/// who is gone.
/// @param place where he would be @return where the next one may be
std::size_t GossipHeartbeat::Learn(std::uint64_t entry, std::size_t place, Slot from, Outbox& out)
{
    Slot slot = NONE;
    if (place < m_entries.size() && SameAddress(entry, m_entries[place]))
    {
        slot = Slot(static_cast<std::uint32_t>(place));
    }
    else if (const auto found = m_slotOf.find(entry >> COUNTER_BITS); found != m_slotOf.end())
    {
        slot = found->second;
    }
    if (slot == NONE)
    {
        if (!m_asking)
        {
            m_asking = true;
            AskForTable(from, out);
        }
        return place;
    }
    place = slot.Value();
    if (StateOf(slot) == MemberState::LEFT)
    {
        return place + 1;
    }
    if (IsNews(entry, slot, from))
    {
        SetCounter(slot, static_cast<std::uint16_t>(entry));
        m_increased[place] = m_now;
        MarkHeard(slot, Heard::NEWS);
        Trust(slot, NameOf(from), out);
        m_nextLook = std::min(m_nextLook, ExpiryOf(slot));
    }
    else if (m_heard[place] == Heard::NOTHING)
    {
        SetCounter(slot, static_cast<std::uint16_t>(entry));
        MarkHeard(slot, Heard::COUNTER);
    }
    return place + 1;
}

} // namespace swim::detectors
