// SPDX-License-Identifier: MIT
//
// Dissemination: updates ride on probe messages (SWIM section 4.1) and, in memberlist, on datagrams
// of their own at each gossip tick; or, as in SWIM's basic protocol (section 3.2), who finds
// something out tells all others of it, and nobody passes it on.
//
// The tick lies on a grid of gossip_interval and is armed only while an update waits, so a quiet
// member costs nothing.
#include "swim/node.h"
#include "swim/random-peers.h"

#include <algorithm>
#include <array>

namespace swim
{

void Node::EncodeUpdate(const Update& update, wire::Bytes& bytes) const
{
    if (update.Kind() == UpdateKind::ALIVE)
    {
        m_directory.AppendAlive(update.Identity(), update.Incarnation(), bytes);
        return;
    }
    const wire::Accusation accusation{update.Incarnation(),
                                      m_directory.Name(update.Subject()),
                                      m_directory.Name(update.Accuser())};
    if (update.Kind() == UpdateKind::SUSPECT)
    {
        wire::EncodeSuspect(accusation, bytes);
    }
    else
    {
        wire::EncodeDead(accusation, bytes);
    }
}

void Node::Queue(Instant now, const Update& update, Outbox& out)
{
    wire::Bytes& bytes = out.Scratch();
    EncodeUpdate(update, bytes);
    if (wire::COMPOUND_HEAD_SIZE + wire::COMPOUND_PART_SIZE + bytes.size() > Room())
    {
        return; // of one whose datagrams are larger than ours: push/pulls tell it, and its own do
    }
    if (m_config->multicast)
    {
        if (!m_told || update.Subject() == m_name)
        {
            Multicast(update, out);
        }
        return;
    }
    m_queue.Push(update, bytes.size());
    ArmGossip(now);
}

/// Tells all members that are not gone, the one that it is about too.
void Node::Multicast(const Update& update, Outbox& out)
{
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        if (slot != m_slot && record.Present() && !record.Gone())
        {
            const Identity& to = m_directory.Get(record.identity);
            const std::size_t start = out.Arena().size();
            EncodeUpdate(update, out.Arena());
            SendDatagram(to.address, TrafficKind::GOSSIP, start, to.versions.ChecksCrcs(), out);
        }
    }
}

void Node::ArmGossip(Instant now)
{
    Instant& tick = m_timers[Timer::GOSSIP_TICK];
    if (tick == NEVER && m_config->gossipInterval > Duration::zero())
    {
        tick = m_gossipPhase;
        if (tick <= now)
        {
            m_timers.ArmNextRound(Timer::GOSSIP_TICK, now, m_config->gossipInterval);
        }
    }
}

bool Node::Piggybacks(TrafficKind kind) const
{
    switch (m_config->piggyback)
    {
    case Piggyback::OFF:
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

/// The room that a datagram has for messages.
std::size_t Node::Room() const
{
    return m_config->udpBufferSize - m_envelope.Overhead();
}

/**
 * Fills the outbox's scratch lists with what fits beside `used` bytes in `partsUsed` parts.
 *
 * News of members goes first and user broadcasts get what it leaves, but for one datagram in
 * 100 / user_broadcast_share, in which it is the other way round.
 * @return how many parts were taken
 */
std::size_t Node::TakeNews(std::size_t used, std::size_t partsUsed, Outbox& out)
{
    auto& updates = out.ScratchUpdates();
    auto& broadcasts = out.ScratchBroadcasts();
    updates.clear();
    broadcasts.clear();
    if (m_queue.Empty() && m_broadcasts.Empty())
    {
        return 0;
    }
    const std::size_t head = wire::COMPOUND_HEAD_SIZE + partsUsed * wire::COMPOUND_PART_SIZE;
    std::size_t room = Room() - std::min(Room(), used + head);
    const std::size_t parts = wire::MAX_COMPOUND_PARTS - partsUsed;
    const std::uint32_t limit = RetransmitLimit(*m_config, m_members.Size());
    const auto takeBroadcasts = [&] {
        room = m_broadcasts.Take(room,
                                 wire::COMPOUND_PART_SIZE,
                                 parts - updates.size(),
                                 limit,
                                 broadcasts);
    };
    m_userTurn += m_broadcasts.Empty() ? 0 : m_config->userBroadcastShare;
    const bool usersFirst = m_userTurn >= 100;
    if (usersFirst)
    {
        m_userTurn -= 100;
        takeBroadcasts();
    }
    const std::size_t most = m_config->piggybackLimit == 0 ? parts : m_config->piggybackLimit;
    room = m_queue.Take(room,
                        wire::COMPOUND_PART_SIZE,
                        std::min(most, parts - broadcasts.size()),
                        limit,
                        updates);
    if (!usersFirst && !m_broadcasts.Empty())
    {
        takeBroadcasts();
    }
    return updates.size() + broadcasts.size();
}

/// Appends a message, if there is one, and what TakeNews took: a compound unless it is one part.
void Node::AppendParts(wire::ByteView message, Outbox& out)
{
    wire::Bytes& arena = out.Arena();
    std::array<std::size_t, wire::MAX_COMPOUND_PARTS> sizes;
    std::size_t parts = 0;
    if (!message.empty())
    {
        sizes[parts++] = message.size();
    }
    for (const auto& taken : out.ScratchUpdates())
    {
        sizes[parts++] = taken.size;
    }
    for (const auto& taken : out.ScratchBroadcasts())
    {
        sizes[parts++] = taken.size;
    }
    if (parts > 1)
    {
        wire::EncodeCompoundHead({sizes.data(), parts}, arena);
    }
    arena.insert(arena.end(), message.begin(), message.end());
    for (const auto& taken : out.ScratchUpdates())
    {
        EncodeUpdate(taken.what, arena);
    }
    for (const auto& taken : out.ScratchBroadcasts())
    {
        const wire::Bytes& bytes = taken.what->message;
        arena.insert(arena.end(), bytes.begin(), bytes.end());
    }
}

/// Sends two messages that belong together as one compound, and no news with them.
/// @param messages both, one behind the other
void Node::SendPair(const Address& to,
                    TrafficKind kind,
                    wire::ByteView messages,
                    std::size_t firstSize,
                    bool crc,
                    Outbox& out)
{
    const std::size_t sizes[] = {firstSize, messages.size() - firstSize};
    wire::Bytes& arena = out.Arena();
    const std::size_t start = arena.size();
    wire::EncodeCompoundHead(sizes, arena);
    arena.insert(arena.end(), messages.begin(), messages.end());
    SendDatagram(to, kind, start, crc, out);
}

void Node::SendWithPiggyback(const Address& to,
                             TrafficKind kind,
                             wire::ByteView message,
                             Outbox& out)
{
    const std::size_t start = out.Arena().size();
    if (Piggybacks(kind))
    {
        TakeNews(message.size(), 1, out);
    }
    else
    {
        out.ScratchUpdates().clear();
        out.ScratchBroadcasts().clear();
    }
    AppendParts(message, out);
    SendDatagram(to, kind, start, false, out);
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
    const PickedSlots targets = PickRandom(m_members, m_rng, m_config->gossipNodes, listens);
    for (const Slot& slot : targets)
    {
        if (!SendGossip(m_directory.Get(m_members.At(slot).identity), out))
        {
            break;
        }
        if (m_stall)
        {
            m_stall->gossipTo.assign(&slot + 1, targets.end()); // who have to wait for this one
            break;
        }
    }
    if ((!m_queue.Empty() || !m_broadcasts.Empty()) && m_members.Size() > 1)
    {
        Instant& tick = m_timers[Timer::GOSSIP_TICK];
        tick = m_gossipPhase;
        m_timers.ArmNextRound(Timer::GOSSIP_TICK, now, m_config->gossipInterval);
    }
}

bool Node::SendGossip(const Identity& target, Outbox& out)
{
    if (TakeNews(0, 0, out) == 0)
    {
        return false;
    }
    const std::size_t start = out.Arena().size();
    AppendParts({}, out);
    SendDatagram(target.address, TrafficKind::GOSSIP, start, target.versions.ChecksCrcs(), out);
    return true;
}

} // namespace swim
