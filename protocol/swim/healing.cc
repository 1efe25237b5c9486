// SPDX-License-Identifier: MIT
//
// Who was wrongly buried, or lived on the other side of a partition, is found again.
//
// memberlist forgets a dead member and never looks for it again, so the sides of a long partition
// stay apart. Three ways lead back, and one for who came back at a new address; each can be
// switched on alone.
// - Reconnect (serf): a push/pull with one of the dead, with probability dead/alive, so that the
//   cluster as a whole makes about as many attempts as it has dead.
// - Announce (foca): a datagram tells some of the dead what is held of them; who lives objects, and
//   its ack brings the objection back. Cheaper than a stream and heard where streams fail.
// - Seeds (scalecube): a push/pull with a seed that is not live here. Works for as long as anybody
//   remembers an address, even when all members of the other side are long forgotten.
// - Rejoin: a member that others hold at an earlier address is refused until dead_node_reclaim_time
//   has passed, and then nobody but itself knows that it is there; it offers its table until taken.
#include "swim/node.h"
#include "swim/random-peers.h"

#include <algorithm>

namespace swim
{

namespace
{

/// How many tables in a row must have a member at its new address before it stops offering its own.
/// One may be that of another newcomer, who never heard of the old address.
constexpr std::uint32_t ENOUGH_TABLES = 3;

} // namespace

void Node::ArmHealing(Instant now)
{
    const auto arm = [&](Timer timer, Duration interval) {
        if (!m_timers.IsArmed(timer) && interval > Duration::zero())
        {
            m_timers[timer] = RandomPhase(now, interval);
        }
    };
    arm(Timer::RECONNECT_TICK, m_config->reconnectInterval);
    arm(Timer::ANNOUNCE_TICK, m_config->announceToDownInterval);
}

void Node::ArmSeeds(Instant now)
{
    if (!m_seeds.empty() && m_config->seedInterval > Duration::zero() &&
        !m_timers.IsArmed(Timer::SEED_TICK))
    {
        m_timers[Timer::SEED_TICK] = RandomPhase(now, m_config->seedInterval);
    }
}

void Node::OnReconnectTick(Instant now, Outbox& out)
{
    const std::uint32_t dead = m_members.Count(MemberState::DEAD);
    if (dead == 0)
    {
        m_timers[Timer::RECONNECT_TICK] = NEVER;
        return;
    }
    const std::uint32_t live =
        m_members.Count(MemberState::ALIVE) + m_members.Count(MemberState::SUSPECT);
    if (m_rng.Below(std::max(live, 1u)) >= dead)
    {
        return;
    }
    const PickedSlots peer = PickRandom(m_members, m_rng, 1, [](Slot, const PeerRecord& record) {
        return record.State() == MemberState::DEAD;
    });
    for (const Slot slot : peer)
    {
        OpenPushPull(now,
                     ExchangeKind::RECONNECT,
                     m_directory.Get(m_members.At(slot).identity).address,
                     out);
    }
}

void Node::OnAnnounceTick(Outbox& out)
{
    if (m_members.Count(MemberState::DEAD) == 0)
    {
        m_timers[Timer::ANNOUNCE_TICK] = NEVER;
        return;
    }
    const PickedSlots down = PickRandom(
        m_members,
        m_rng,
        m_config->announceToDownNodes,
        [](Slot, const PeerRecord& record) { return record.State() == MemberState::DEAD; });
    const std::string_view me = m_directory.Name(m_name);
    for (const Slot slot : down)
    {
        const PeerRecord record = m_members.At(slot);
        const Identity& identity = m_directory.Get(record.identity);
        const std::string_view name = m_directory.Name(identity.name);
        // The death comes first: the ack to the ping then carries the objection to it.
        wire::Bytes& message = out.Scratch();
        wire::EncodeDead({record.incarnation, name, me}, message);
        const std::size_t deathSize = message.size();
        wire::Encode(PingTo(name, ++m_seqNo), message);
        SendPair(identity.address, TrafficKind::GOSSIP, message, deathSize, false, out);
    }
}

/// @param refused whether a table that was just heard has us at another address, not at ours
void Node::ArmRejoin(Instant now, bool refused)
{
    Instant& tick = m_timers[Timer::REJOIN_TICK];
    m_tablesWithMe = refused ? 0 : m_tablesWithMe + 1;
    if (m_tablesWithMe >= ENOUGH_TABLES || m_left)
    {
        tick = NEVER;
    }
    else if (refused && tick == NEVER && m_config->rejoinInterval > Duration::zero())
    {
        tick = now + m_config->rejoinInterval;
    }
}

/// What a table says that names us.
void Node::HearOfMyName(Instant now, const wire::PushNodeState& told)
{
    const bool elsewhere = told.member.address != m_directory.Get(m_identity).address;
    const bool left = told.state == static_cast<std::uint32_t>(MemberState::LEFT);
    m_nameHeldAt = elsewhere && !left ? told.member.address : Address();
    ArmRejoin(now, elsewhere);
}

void Node::OnSeedTick(Instant now, Outbox& out)
{
    std::vector<Address> lost;
    for (const Address& seed : m_seeds)
    {
        if (!IsLive(seed))
        {
            lost.push_back(seed);
        }
    }
    if (!lost.empty() && !m_left)
    {
        OpenPushPull(now, ExchangeKind::RECONNECT, lost[m_rng.Below(lost.size())], out);
    }
}

/// Whether a member that we hold for alive or suspect, or ourselves, has this address.
bool Node::IsLive(const Address& address) const
{
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        if (record.Present() && !record.Gone() &&
            m_directory.Get(record.identity).address == address)
        {
            return true;
        }
    }
    return false;
}

} // namespace swim
