// SPDX-License-Identifier: MIT
//
// See member-base.h: whom a member knows, and what it believes of them.
#include "detectors/member-base.h"
#include "swim/versions.h"

#include <algorithm>

namespace swim::detectors
{

void MemberBase::WriteTable(wire::Bytes& message) const
{
    BeginStream(static_cast<std::uint8_t>(CommonType::TABLE), message);
    ByteWriter writer(message);
    writer.Number(m_members.Size());
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        if (record.Present())
        {
            writer.Name(NameText(slot));
            writer.Place(AddressOf(slot));
            writer.Number(record.incarnation);
            writer.Number(static_cast<std::uint8_t>(record.State()));
            writer.Number(FlagsOf(slot));
        }
    }
}

bool MemberBase::IsTable(ByteReader body)
{
    const auto count = body.Number<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && body.Ok(); ++i)
    {
        const bool named = !body.Name().empty();
        body.Place();
        body.Number<std::uint32_t>(); // incarnation
        const auto state = body.Number<std::uint8_t>();
        body.Number<std::uint8_t>(); // flags
        if (!named || state > static_cast<std::uint8_t>(MemberState::LEFT))
        {
            return false;
        }
    }
    return body.AtEnd();
}

/// Those who are gone are not taken over: who lives after all says so itself.
bool MemberBase::OnTable(ByteReader& body, Outbox& out)
{
    const auto count = body.Number<std::uint32_t>();
    for (std::uint32_t i = 0; i < count; ++i)
    {
        const std::string_view name = body.Name();
        const Address address = body.Place();
        const auto incarnation = body.Number<std::uint32_t>();
        const auto state = static_cast<MemberState>(body.Number<std::uint8_t>());
        const auto flags = body.Number<std::uint8_t>();
        const bool gone = state == MemberState::DEAD || state == MemberState::LEFT;
        if (name == m_directory.Name(m_name))
        {
            if (incarnation > m_incarnation || (incarnation == m_incarnation && gone))
            {
                Outdo(incarnation);
            }
        }
        else if (!gone)
        {
            Meet(name, address, incarnation, m_name, out);
        }
        const Slot slot = FindByName(name);
        if (slot != NONE)
        {
            TakeFlags(slot, flags);
        }
    }
    OnJoined(out);
    return true;
}

Slot MemberBase::Meet(std::string_view name,
                      const Address& address,
                      std::uint32_t incarnation,
                      NameId source,
                      Outbox& out)
{
    if (FindByName(name) != NONE)
    {
        return NONE;
    }
    const NameId id = m_directory.InternName(name);
    const IdentityId identity =
        id == NONE ? IdentityId(NONE) : m_directory.Intern(id, address, "", OUR_VERSIONS);
    if (identity == NONE)
    {
        Reject(Rejection::DIRECTORY_FULL, out);
        return NONE;
    }
    const Slot slot = m_members.Insert({identity, incarnation, MemberState::ALIVE, m_now});
    m_states.resize(m_members.Slots());
    m_states[slot.Value()] = MemberState::ALIVE;
    OnMet(slot);
    out.AddEvent({EventKind::JOINED, id, incarnation, source});
    return slot;
}

Slot MemberBase::Hear(std::string_view name,
                      std::uint32_t incarnation,
                      const Address& from,
                      Outbox& out)
{
    const NameId id = m_directory.FindName(name);
    if (id == m_name)
    {
        return NONE; // of a former life of ours
    }
    const Slot slot = id == NONE ? Slot(NONE) : m_members.Find(id);
    if (slot == NONE)
    {
        return Meet(name, from, incarnation, m_directory.InternName(name), out);
    }
    const PeerRecord record = m_members.At(slot);
    if (incarnation < record.incarnation ||
        (incarnation == record.incarnation && record.State() == MemberState::LEFT))
    {
        return NONE;
    }
    if (incarnation > record.incarnation)
    {
        const IdentityId identity = m_directory.Intern(id, from, "", OUR_VERSIONS);
        if (identity == NONE)
        {
            Reject(Rejection::DIRECTORY_FULL, out);
            return NONE;
        }
        m_members.Update(slot, {identity, incarnation, record.State(), record.Since()});
        OnReturn(slot, out);
    }
    return slot;
}

Slot MemberBase::NthOther(MemberState state, std::size_t n) const
{
    const std::size_t self = m_slot.Value();
    if (m_members.Count(state) == m_states.size()) // all are, and there is nobody to pass over
    {
        return Slot(static_cast<std::uint32_t>(n < self ? n : n + 1));
    }
    std::size_t place = 0;
    while (m_states[place] != state || place == self || n-- > 0)
    {
        ++place;
    }
    return Slot(static_cast<std::uint32_t>(place));
}

void MemberBase::SetState(Slot slot, MemberState state)
{
    const PeerRecord record = m_members.At(slot);
    m_members.Update(slot, {record.identity, record.incarnation, state, m_now});
    m_states[slot.Value()] = state;
}

void MemberBase::Trust(Slot slot, NameId source, Outbox& out)
{
    if (StateOf(slot) == MemberState::ALIVE)
    {
        return;
    }
    const PeerRecord record = m_members.At(slot);
    SetState(slot, MemberState::ALIVE);
    out.AddEvent({record.Gone() ? EventKind::JOINED : EventKind::REFUTED,
                  NameOf(slot),
                  record.incarnation,
                  source});
}

void MemberBase::Doubt(Slot slot, MemberState state, NameId source, Outbox& out)
{
    if (StateOf(slot) == state || StateOf(slot) == MemberState::LEFT)
    {
        return;
    }
    const PeerRecord record = m_members.At(slot);
    SetState(slot, state);
    out.AddEvent({state == MemberState::SUSPECT ? EventKind::SUSPECT
                  : state == MemberState::DEAD  ? EventKind::DEAD
                                                : EventKind::LEFT,
                  NameOf(slot),
                  record.incarnation,
                  source});
}

void MemberBase::Outdo(std::uint32_t incarnation)
{
    m_incarnation = std::max(m_incarnation, incarnation + 1);
    const PeerRecord self = m_members.At(m_slot);
    m_members.Update(m_slot, {self.identity, m_incarnation, MemberState::ALIVE, self.Since()});
}

void MemberBase::Reject(Rejection reason, Outbox& out)
{
    ++m_counters.rejected;
    Event event{EventKind::REJECTED};
    event.rejection = reason;
    out.AddEvent(event);
}

void MemberBase::OnReturn(Slot slot, Outbox& out)
{
    Trust(slot, NameOf(slot), out);
}

void MemberBase::OnLeft(Slot /*slot*/, Outbox& /*out*/)
{
}

void MemberBase::OnAsked(Slot /*joiner*/)
{
}

void MemberBase::OnJoined(Outbox& /*out*/)
{
}

std::uint8_t MemberBase::FlagsOf(Slot /*slot*/) const
{
    return 0;
}

void MemberBase::TakeFlags(Slot /*slot*/, std::uint8_t /*flags*/)
{
}

} // namespace swim::detectors
