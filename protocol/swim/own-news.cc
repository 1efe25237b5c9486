// SPDX-License-Identifier: MIT
//
// What a member says of itself of its own will: new metadata, that it leaves, and that it is back.
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

bool Node::LeaveDone() const
{
    return m_left && OwnNewsPassedOn();
}

} // namespace swim
