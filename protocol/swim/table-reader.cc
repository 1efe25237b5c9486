// SPDX-License-Identifier: MIT
//
// See table-reader.h.
#include "swim/table-reader.h"

namespace swim
{

bool TableReader::Next()
{
    if (PassNext())
    {
        return true;
    }
    m_known = NONE;
    if (!m_reader.Next(m_said))
    {
        return false;
    }
    const NameId name = m_directory.FindName(m_said.member.node);
    if (const Slot slot = name == NONE ? NONE : m_members.Find(name); slot != NONE)
    {
        m_next = Slot(slot.Value() + 1);
    }
    return true;
}

bool TableReader::IsOld() const
{
    if (m_known == NONE || m_said.state != static_cast<std::uint32_t>(MemberState::ALIVE))
    {
        return false;
    }
    const PeerRecord held = m_members.At(m_known);
    return held.State() == MemberState::ALIVE && m_said.member.incarnation <= held.incarnation;
}

/// @return whether the line is that of who is next in our own order; it is passed then
bool TableReader::PassNext()
{
    PeerRecord record;
    while (m_next.Value() < m_members.Slots() && !record.Present())
    {
        record = m_members.At(m_next);
        m_next = Slot(m_next.Value() + (record.Present() ? 0 : 1));
    }
    if (!record.Present() || !m_reader.Pass(m_directory.Line(record.identity), m_said))
    {
        return false;
    }
    m_said.member = m_directory.AliveOf(record.identity, m_said.member.incarnation);
    m_known = m_next;
    m_next = Slot(m_next.Value() + 1);
    return true;
}

} // namespace swim
