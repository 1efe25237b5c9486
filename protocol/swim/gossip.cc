// SPDX-License-Identifier: MIT
//
// Dissemination: updates ride on probe messages (SWIM section 4.1) and, in memberlist, on datagrams
// of their own at each gossip tick.
//
// The tick lies on a grid of gossip_interval and is armed only while an update waits, so a quiet
// member costs nothing.
#include "node.h"
#include "random-peers.h"

namespace swim
{

void Node::EncodeUpdate(const Update& update, wire::Bytes& bytes) const
{
    const std::string_view subject = m_directory.Name(update.subject);
    if (update.kind == UpdateKind::ALIVE)
    {
        const Identity& identity = m_directory.Get(update.detail);
        wire::Encode(wire::Alive{update.incarnation,
                                 subject,
                                 identity.address,
                                 {reinterpret_cast<const std::uint8_t*>(identity.meta.data()),
                                  identity.meta.size()},
                                 identity.versions},
                     bytes);
        return;
    }
    const wire::Accusation accusation{update.incarnation, subject, m_directory.Name(update.detail)};
    update.kind == UpdateKind::SUSPECT ? wire::EncodeSuspect(accusation, bytes)
                                       : wire::EncodeDead(accusation, bytes);
}

void Node::Queue(Instant now, const Update& update, Outbox& out)
{
    wire::Bytes& bytes = out.Scratch();
    EncodeUpdate(update, bytes);
    m_queue.Push(update, bytes.size());
    Instant& tick = DeadlineOf(Timer::GOSSIP_TICK);
    if (tick == NEVER && m_config->gossipInterval > Duration::zero())
    {
        tick = m_gossipPhase;
        if (tick <= now)
        {
            ArmNextRound(Timer::GOSSIP_TICK, now, m_config->gossipInterval);
        }
    }
}

bool Node::Piggybacks(TrafficKind kind) const
{
    switch (m_config->piggyback)
    {
    case Piggyback::NONE:
        return false;
    case Piggyback::PING:
        return kind == TrafficKind::PING;
    case Piggyback::PING_ACK:
        return kind == TrafficKind::PING || kind == TrafficKind::ACK;
    case Piggyback::ALL:
        return true;
    }
    return false;
}

/// Fills the outbox's scratch updates with what fits beside `used` bytes in `partsUsed` parts.
void Node::TakeUpdates(std::size_t used, std::size_t partsUsed, Outbox& out)
{
    const std::size_t head = wire::COMPOUND_HEAD_SIZE + partsUsed * wire::COMPOUND_PART_SIZE;
    const std::size_t free =
        m_config->udpBufferSize - std::min<std::size_t>(m_config->udpBufferSize, used + head);
    const std::size_t parts = wire::MAX_COMPOUND_PARTS - partsUsed;
    const std::size_t limit = m_config->piggybackLimit;
    m_queue.Take(free,
                 wire::COMPOUND_PART_SIZE,
                 limit == 0 ? parts : std::min(limit, parts),
                 RetransmitLimit(*m_config, m_members.Size()),
                 out.ScratchUpdates());
}

void Node::SendWithPiggyback(const Address& to,
                             TrafficKind kind,
                             wire::ByteView message,
                             Outbox& out)
{
    wire::Bytes& arena = out.Arena();
    const std::size_t start = arena.size();
    auto& updates = out.ScratchUpdates();
    updates.clear();
    if (!m_queue.Empty() && Piggybacks(kind))
    {
        TakeUpdates(message.size(), 1, out);
    }
    if (!updates.empty())
    {
        std::array<std::size_t, wire::MAX_COMPOUND_PARTS> sizes;
        std::size_t parts = 0;
        sizes[parts++] = message.size();
        for (const auto& taken : updates)
        {
            sizes[parts++] = taken.size;
        }
        wire::EncodeCompoundHead({sizes.data(), parts}, arena);
    }
    arena.insert(arena.end(), message.begin(), message.end());
    for (const auto& taken : updates)
    {
        EncodeUpdate(taken.update, arena);
    }
    out.AddDatagram(to, kind, start);
}

void Node::OnGossipTick(Instant now, Outbox& out)
{
    const auto listens = [&](Slot slot, const PeerRecord& record) {
        switch (record.State())
        {
        case MemberState::ALIVE:
        case MemberState::SUSPECT:
            return slot != m_slot;
        case MemberState::DEAD: // it may live after all, and then it should hear what is said of it
            return now - record.Since() <= m_config->gossipToTheDeadTime;
        case MemberState::LEFT:
            return false;
        }
        return false;
    };
    for (const Slot slot : PickRandom(m_members, m_rng, m_config->gossipNodes, listens))
    {
        if (!SendGossip(m_directory.Get(m_members.At(slot).identity), out))
        {
            break;
        }
    }
    if (!m_queue.Empty() && m_members.Size() > 1)
    {
        Instant& tick = DeadlineOf(Timer::GOSSIP_TICK);
        tick = m_gossipPhase;
        ArmNextRound(Timer::GOSSIP_TICK, now, m_config->gossipInterval);
    }
}

bool Node::SendGossip(const Identity& target, Outbox& out)
{
    TakeUpdates(0, 0, out);
    const auto& updates = out.ScratchUpdates();
    if (updates.empty())
    {
        return false;
    }
    wire::Bytes& arena = out.Arena();
    const std::size_t start = arena.size();
    const bool crc = target.versions[1] >= CRC_VERSION;
    arena.resize(start + (crc ? wire::CRC_SIZE : 0));
    if (updates.size() > 1)
    {
        std::array<std::size_t, wire::MAX_COMPOUND_PARTS> sizes;
        for (std::size_t i = 0; i < updates.size(); ++i)
        {
            sizes[i] = updates[i].size;
        }
        wire::EncodeCompoundHead({sizes.data(), updates.size()}, arena);
    }
    for (const auto& taken : updates)
    {
        EncodeUpdate(taken.update, arena);
    }
    if (crc)
    {
        wire::FillCrc(arena, start);
    }
    out.AddDatagram(target.address, TrafficKind::GOSSIP, start);
    return true;
}

} // namespace swim
