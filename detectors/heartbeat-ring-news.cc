// SPDX-License-Identifier: MIT
//
// See heartbeat-ring.h: verdicts, and who lives after all or is new, told to all.
#include "detectors/heartbeat-ring-types.h"
#include "detectors/heartbeat-ring.h"

#include <algorithm>
#include <utility>

namespace swim::detectors
{

/// The others are to be told of it, once.
void HeartbeatRing::Welcome(Slot slot)
{
    if (std::ranges::find(m_welcomes, slot) == m_welcomes.end())
    {
        m_welcomes.push_back(slot);
    }
}

void HeartbeatRing::SendWelcomes(Outbox& out)
{
    for (const Slot slot : std::exchange(m_welcomes, {}))
    {
        if (slot != NONE && Lives(slot))
        {
            BroadcastNews(Byte(RingType::ALIVE), slot, out);
        }
    }
    Observe(out);
}

/// @return where the message starts
std::size_t HeartbeatRing::WriteNews(std::uint8_t type, Slot about, Outbox& out) const
{
    const std::size_t start = Begin(type, out);
    ByteWriter writer(out.Arena());
    writer.Name(NameText(about));
    writer.Number(m_members.At(about).incarnation);
    if (type == Byte(RingType::ALIVE))
    {
        writer.Place(AddressOf(about));
    }
    return start;
}

/// To the neighbours 2^i away on either side; the nearest must live, the others may be dead.
void HeartbeatRing::BroadcastNews(std::uint8_t type, Slot about, Outbox& out)
{
    const std::size_t start = WriteNews(type, about, out);
    const std::size_t size = m_ring.size();
    const std::size_t self = PlaceOf(Self());
    for (std::size_t away = 1; away <= size / 2; away *= 2)
    {
        for (const bool forward : {true, false})
        {
            std::size_t place = (self + (forward ? away : size - away)) % size;
            while (away == 1 && place != self && !Lives(m_ring[place]))
            {
                place = (place + (forward ? 1 : size - 1)) % size;
            }
            if (place != self)
            {
                SendTo(m_ring[place], TrafficKind::GOSSIP, start, out);
            }
        }
    }
}

bool HeartbeatRing::OnDead(Slot from, ByteReader& body, Outbox& out)
{
    const Slot slot = FindByName(body.Name());
    const auto incarnation = body.Number<std::uint32_t>();
    if (!body.AtEnd())
    {
        return false;
    }
    if (slot == NONE || incarnation < m_members.At(slot).incarnation)
    {
        return true;
    }
    if (slot == Self())
    {
        Outdo(incarnation);
        ++m_counters.refutations;
        BroadcastNews(Byte(RingType::ALIVE), slot, out);
        m_observed.clear(); // whom we observed has dropped us, and sends to others: ask anew
        Observe(out);
        return true;
    }
    PeerRecord record = m_members.At(slot);
    const bool news = Lives(slot) || incarnation > record.incarnation;
    if (record.State() != MemberState::LEFT && news)
    {
        record.incarnation = incarnation; // the verdict's, which is passed on
        m_members.Update(slot, record);
        Doubt(slot, MemberState::DEAD, NameOf(from), out);
        Forget(slot);
        BroadcastNews(Byte(RingType::DEAD), slot, out);
        Observe(out);
    }
    return true;
}

bool HeartbeatRing::OnAlive(Slot from, ByteReader& body, Outbox& out)
{
    const std::string_view name = body.Name();
    const auto incarnation = body.Number<std::uint32_t>();
    const Address address = body.Place();
    if (!body.AtEnd() || name.empty())
    {
        return false;
    }
    Slot slot = FindByName(name);
    const bool news =
        slot == NONE || incarnation > m_members.At(slot).incarnation ||
        (incarnation == m_members.At(slot).incarnation && !Lives(slot) && from == slot);
    if (!news || slot == Self())
    {
        return true;
    }
    slot = slot == NONE ? Meet(name, address, incarnation, NameOf(from), out)
                        : Hear(name, incarnation, address, out);
    if (slot != NONE)
    {
        Trust(slot, NameOf(from), out);
        Welcome(slot);
    }
    return true;
}

void HeartbeatRing::OnReturn(Slot slot, Outbox& out)
{
    OnMet(slot);
    MemberBase::OnReturn(slot, out);
}

} // namespace swim::detectors
