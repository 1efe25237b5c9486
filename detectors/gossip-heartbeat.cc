// SPDX-License-Identifier: MIT
//
// See gossip-heartbeat.h.
#include "detectors/gossip-heartbeat.h"

#include "detectors/address-key.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace swim::detectors
{

namespace
{

constexpr std::uint8_t LIST_TYPE = static_cast<std::uint8_t>(CommonType::OWN);

constexpr std::size_t ADDRESS_BYTES = 4;

/// Whether a counter that wraps is above another.
bool IsAbove(std::uint16_t counter, std::uint16_t other)
{
    return static_cast<std::int16_t>(counter - other) > 0;
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
    m_entries[Self().Value()].counter =
        static_cast<std::uint16_t>(m_now.time_since_epoch() / m_config->gossipInterval);
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
    m_entries.resize(std::max<std::size_t>(m_entries.size(), slot.Value() + 1));
    Entry& entry = m_entries[slot.Value()];
    entry.increased = m_now;
    entry.counter =
        static_cast<std::uint16_t>(m_now.time_since_epoch() / m_config->gossipInterval - 1);
    m_slotOf[AddressKey(AddressOf(slot))] = slot;
    m_nextLook = std::min(m_nextLook, ExpiryOf(slot));
}

void GossipHeartbeat::OnReturn(Slot slot, Outbox& out)
{
    OnMet(slot);
    m_entries[slot.Value()].forgotten = false;
    MemberBase::OnReturn(slot, out);
}

void GossipHeartbeat::OnJoined(Outbox& /*out*/)
{
    m_asking = false;
}

/// When the entry has something to happen to it: it fails, or it is forgotten.
Instant GossipHeartbeat::ExpiryOf(Slot slot) const
{
    const Entry& entry = m_entries[slot.Value()];
    const MemberState state = m_members.At(slot).State();
    if (slot == Self() || state == MemberState::LEFT || entry.forgotten)
    {
        return NEVER;
    }
    return entry.increased +
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
            if (m_members.At(slot).State() == MemberState::DEAD)
            {
                m_entries[slot.Value()].forgotten = true;
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
    ++m_entries[Self().Value()].counter;
    std::vector<Slot> others;
    const std::size_t start = Begin(LIST_TYPE, out);
    ByteWriter writer(out.Arena());
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        if (m_members.At(slot).Gone())
        {
            continue;
        }
        const Address& address = AddressOf(slot);
        const auto bytes = address.Bytes();
        out.Arena().insert(out.Arena().end(), bytes.end() - ADDRESS_BYTES, bytes.end());
        writer.Number(address.port);
        writer.Number(m_entries[slot.Value()].counter);
        if (slot != Self())
        {
            others.push_back(slot);
        }
    }
    if (others.empty())
    {
        out.Arena().resize(start);
        return;
    }
    ++m_counters.probes;
    SendTo(others[m_rng.Below(others.size())], TrafficKind::GOSSIP, start, out);
}

TrafficKind GossipHeartbeat::KindOf(std::uint8_t /*type*/) const
{
    return TrafficKind::GOSSIP;
}

/// @param guess where lists of a cluster that started together have it
Slot GossipHeartbeat::FindByAddress(const Address& address, std::size_t guess) const
{
    if (guess < m_entries.size())
    {
        const Slot slot(static_cast<std::uint32_t>(guess));
        if (AddressOf(slot) == address)
        {
            return slot;
        }
    }
    const auto found = m_slotOf.find(AddressKey(address));
    return found == m_slotOf.end() ? Slot(NONE) : found->second;
}

void GossipHeartbeat::Learn(Slot slot, std::uint16_t counter, NameId source, Outbox& out)
{
    Entry& entry = m_entries[slot.Value()];
    if (slot == Self() || (!IsAbove(counter, entry.counter) && !entry.forgotten) ||
        m_members.At(slot).State() == MemberState::LEFT)
    {
        return;
    }
    entry.counter = counter;
    entry.increased = m_now;
    entry.forgotten = false;
    Trust(slot, source, out);
    m_nextLook = std::min(m_nextLook, ExpiryOf(slot));
}

bool GossipHeartbeat::IsWhole(Way way, std::uint8_t type, ByteReader body) const
{
    return way == Way::DATAGRAM && type == LIST_TYPE && body.Left() % ENTRY_BYTES == 0;
}

bool GossipHeartbeat::OnDatagram(Slot from, std::uint8_t /*type*/, ByteReader& body, Outbox& out)
{
    std::size_t guess = 0;
    while (body.Left() > 0)
    {
        std::array<std::uint8_t, ADDRESS_BYTES> bytes{};
        std::ranges::copy(body.Take(ADDRESS_BYTES), bytes.begin());
        const Address address(bytes, body.Number<std::uint16_t>());
        const auto counter = body.Number<std::uint16_t>();
        const Slot slot = FindByAddress(address, guess);
        if (slot != NONE)
        {
            guess = slot.Value() + 1;
            Learn(slot, counter, NameOf(from), out);
        }
        else if (!m_asking)
        {
            m_asking = true;
            AskForTable(from, out);
        }
    }
    return true;
}

} // namespace swim::detectors
