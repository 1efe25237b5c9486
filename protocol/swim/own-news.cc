// SPDX-License-Identifier: MIT
//
// What a member says of itself of its own will: new metadata, that it leaves, and that it is back;
// and how it ends where it must not contradict its own death.
// What it answers to others is in membership.cc.
#include "swim/datagram-room.h"
#include "swim/node.h"

namespace swim
{

std::size_t Node::MaxMeta() const
{
    return DatagramRoom(*m_config, m_envelope.GetCipher())
        .MaxMeta(m_directory.Name(m_name).size())
        .value_or(0);
}

bool Node::UpdateMeta(Instant now, std::string_view meta, Outbox& out)
{
    FireDue(now, out);
    if (meta.size() > MaxMeta())
    {
        return false;
    }
    const Identity& me = m_directory.Get(m_identity);
    const IdentityId changed = m_directory.Intern(m_name, me.address, meta, me.versions);
    if (changed == NONE)
    {
        Reject(Rejection::DIRECTORY_FULL, out);
        return false;
    }
    m_identity = changed;
    ++m_incarnation;
    const PeerRecord before = m_members.At(m_slot);
    m_members.Update(m_slot, {m_identity, m_incarnation, before.State(), before.Since()});
    Queue(now, Update::Alive(m_name, m_incarnation, m_identity), out);
    out.AddEvent({EventKind::UPDATED, m_name, m_incarnation, m_name});
    return true;
}

void Node::Leave(Instant now, Outbox& out)
{
    FireDue(now, out);
    m_left = true;
    ApplyDead(now, m_slot, m_incarnation, m_name, out);
}

void Node::Return(Instant now, Outbox& out)
{
    FireDue(now, out);
    if (!m_left)
    {
        return;
    }
    m_left = false;
    m_incarnation += m_incarnation < UINT32_MAX;
    m_members.Update(m_slot, {m_identity, m_incarnation, MemberState::ALIVE, now});
    Queue(now, Update::Alive(m_name, m_incarnation, m_identity), out);
    out.AddEvent({EventKind::JOINED, m_name, m_incarnation, m_name});
}

/// The end of a member that may not contradict its own death (own_death). To it all others are gone:
/// there is nobody left to probe, to tell or to wait for, and nothing is taken in any more.
void Node::Stop(std::uint32_t incarnation, NameId accuser, Outbox& out)
{
    m_stopped = true;
    if (m_probe.running)
    {
        EndProbe(false, out);
    }
    while (!m_relays.Empty())
    {
        m_relays.Take(m_relays.First().id);
    }
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        if (!record.Present())
        {
            continue;
        }
        if (record.State() == MemberState::SUSPECT)
        {
            TraceSuspicion(
                {.kind = DecisionKind::SUSPICION_ENDED, .accuser = accuser, .by = "own-death"},
                slot,
                out);
            m_suspicions.Cancel(slot);
        }
        m_members.Update(slot,
                         {record.identity, record.incarnation, MemberState::LEFT, record.Since()});
    }
    out.AddEvent({EventKind::LEFT, m_name, incarnation, accuser});
    SettleBroadcastsIfAlone();
}

/// Whether there is nobody alive or suspect but perhaps us.
bool Node::IsAlone() const
{
    const std::uint32_t live =
        m_members.Count(MemberState::ALIVE) + m_members.Count(MemberState::SUSPECT);
    return live == (m_members.At(m_slot).Gone() ? 0u : 1u);
}

bool Node::OwnNewsPassedOn() const
{
    return IsAlone() || !m_queue.Contains(m_name);
}

} // namespace swim
