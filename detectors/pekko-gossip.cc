// SPDX-License-Identifier: MIT
//
// See pekko.h: the state that is gossiped, members and who holds whom unreachable.
#include "detectors/pekko-types.h"
#include "detectors/pekko.h"

#include <algorithm>
#include <utility>

namespace swim::detectors
{

namespace
{

/// In a member's row: it has seen the state.
constexpr std::uint8_t SEEN_BIT = 0x80;

/// Adds up to a digest in any order.
std::uint64_t Mixed(std::uint64_t a, std::uint64_t b)
{
    std::uint64_t state = a ^ (b * 0x9e3779b97f4a7c15);
    return SplitMix64(state);
}

} // namespace

/// The state has changed: only we have seen it.
void Pekko::NoteChange()
{
    m_digest.reset();
    m_ringChanged = true;
    m_seen.assign(m_seen.size(), false);
    m_seenCount = 0;
    if (Self().Value() < m_seen.size())
    {
        See(Self());
    }
}

void Pekko::See(Slot slot)
{
    m_seenCount += m_seen[slot.Value()] ? 0 : 1;
    m_seen[slot.Value()] = true;
}

bool Pekko::SpeedsUp() const
{
    return m_seenCount < m_members.Size() / 2;
}

std::uint64_t Pekko::Digest() const
{
    if (!m_digest)
    {
        std::uint64_t sum = 0;
        for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
        {
            const PeerRecord record = m_members.At(slot);
            const bool left = record.State() == MemberState::LEFT;
            sum += Mixed(m_hashes[slot.Value()], std::uint64_t{record.incarnation} << 1 | left);
        }
        for (const Records& records : m_records)
        {
            // Whoever never had a record has none, to those too who have heard of it.
            sum += records.version == 0
                       ? 0
                       : Mixed(~m_hashes[records.observer.Value()], records.version);
        }
        m_digest = sum;
    }
    return *m_digest;
}

void Pekko::WriteState(std::uint8_t type, wire::Bytes& message) const
{
    BeginStream(type, message);
    ByteWriter writer(message);
    writer.Number(Digest());
    writer.Number(m_members.Size());
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        const bool left = record.State() == MemberState::LEFT;
        writer.Name(NameText(slot));
        writer.Place(AddressOf(slot));
        writer.Number(record.incarnation);
        writer.Number(
            static_cast<std::uint8_t>((left ? 1 : 0) | (m_seen[slot.Value()] ? SEEN_BIT : 0)));
    }
    const auto tells = [](const Records& records) { return records.version > 0; };
    writer.Number(static_cast<std::uint32_t>(std::ranges::count_if(m_records, tells)));
    for (const Records& records : m_records)
    {
        if (!tells(records))
        {
            continue;
        }
        writer.Name(NameText(records.observer));
        writer.Number(records.version);
        writer.Number(static_cast<std::uint32_t>(records.unreachable.size()));
        for (const Slot subject : records.unreachable)
        {
            writer.Name(NameText(subject));
        }
    }
}

bool Pekko::IsState(ByteReader body)
{
    body.Number<std::uint64_t>(); // the digest
    const auto members = body.Number<std::uint32_t>();
    for (std::uint32_t i = 0; i < members && body.Ok(); ++i)
    {
        const bool named = !body.Name().empty();
        body.Place();
        body.Number<std::uint32_t>(); // incarnation
        const auto flags = body.Number<std::uint8_t>();
        if (!named || (flags & ~(SEEN_BIT | 1)) != 0)
        {
            return false;
        }
    }
    const auto observers = body.Number<std::uint32_t>();
    for (std::uint32_t i = 0; i < observers && body.Ok(); ++i)
    {
        body.Name();
        body.Number<std::uint32_t>(); // version
        const auto subjects = body.Number<std::uint32_t>();
        for (std::uint32_t subject = 0; subject < subjects && body.Ok(); ++subject)
        {
            body.Name();
        }
    }
    return body.AtEnd();
}

bool Pekko::TakeState(Slot from, ByteReader& body, Outbox& out)
{
    const auto digest = body.Number<std::uint64_t>();
    const auto members = body.Number<std::uint32_t>();
    std::vector<Slot> seen;
    for (std::uint32_t i = 0; i < members; ++i)
    {
        if (!TakeMember(from, Slot(i), body, seen, out))
        {
            return false;
        }
    }
    const auto observers = body.Number<std::uint32_t>();
    for (std::uint32_t i = 0; i < observers; ++i)
    {
        if (!TakeRecords(body, out))
        {
            return false;
        }
    }
    if (body.Ok() && digest == Digest())
    {
        std::ranges::for_each(seen, [this](Slot slot) { See(slot); });
        See(from);
    }
    return body.AtEnd();
}

/// @param guess where it may stand in our table
bool Pekko::TakeMember(Slot from,
                       Slot guess,
                       ByteReader& body,
                       std::vector<Slot>& seen,
                       Outbox& out)
{
    const std::string_view name = body.Name();
    const Address address = body.Place();
    const auto incarnation = body.Number<std::uint32_t>();
    const auto flags = body.Number<std::uint8_t>();
    if (!body.Ok() || name.empty())
    {
        return false;
    }
    const bool left = (flags & ~SEEN_BIT) != 0;
    Slot slot = FindByName(name, guess);
    if (slot == NONE)
    {
        slot = left ? Slot(NONE) : Meet(name, address, incarnation, NameOf(from), out);
    }
    else if (slot != Self())
    {
        const PeerRecord record = m_members.At(slot);
        if (incarnation > record.incarnation)
        {
            Hear(name, incarnation, address, out);
        }
        if (left && incarnation >= record.incarnation &&
            m_members.At(slot).State() != MemberState::LEFT)
        {
            Doubt(slot, MemberState::LEFT, NameOf(from), out);
            OnLeft(slot, out);
        }
    }
    if (slot != NONE && (flags & SEEN_BIT) != 0)
    {
        seen.push_back(slot);
    }
    return true;
}

bool Pekko::TakeRecords(ByteReader& body, Outbox& out)
{
    const Slot observer = FindByName(body.Name());
    const auto version = body.Number<std::uint32_t>();
    const auto count = body.Number<std::uint32_t>();
    std::vector<Slot> subjects;
    for (std::uint32_t i = 0; i < count && body.Ok(); ++i)
    {
        const Slot subject = FindByName(body.Name());
        if (subject != NONE)
        {
            subjects.push_back(subject);
        }
    }
    if (!body.Ok())
    {
        return false;
    }
    if (observer != NONE && observer != Self() && version > RecordsOf(observer).version)
    {
        if (m_members.At(observer).State() == MemberState::LEFT)
        {
            subjects.clear();
        }
        std::ranges::sort(subjects);
        SetRecords(observer, version, std::move(subjects), out);
    }
    else if (observer == Self() && version > m_ownVersion)
    {
        m_ownVersion = version; // of a former life of ours: the next of ours outdoes it
        SetRecords(Self(), ++m_ownVersion, RecordsOf(Self()).unreachable, out);
    }
    return true;
}

/// With who left goes what he had recorded of others. Its version stays, so that states stay equal.
void Pekko::OnLeft(Slot slot, Outbox& out)
{
    SetRecords(slot, RecordsOf(slot).version, {}, out);
}

Pekko::Records& Pekko::RecordsOf(Slot observer)
{
    const auto place = std::ranges::lower_bound(m_records, observer, {}, &Records::observer);
    if (place != m_records.end() && place->observer == observer)
    {
        return *place;
    }
    return *m_records.insert(place, Records{observer, 0, {}});
}

void Pekko::SetRecords(Slot observer,
                       std::uint32_t version,
                       std::vector<Slot> subjects,
                       Outbox& out)
{
    Records& records = RecordsOf(observer);
    const std::vector<Slot> before = std::exchange(records.unreachable, std::move(subjects));
    records.version = version;
    const std::vector<Slot> after = records.unreachable;
    for (const Slot subject : before)
    {
        --m_accusers[subject.Value()];
    }
    for (const Slot subject : after)
    {
        ++m_accusers[subject.Value()];
    }
    NoteChange();
    for (const Slot subject : after)
    {
        Judge(subject, observer, out);
    }
    for (const Slot subject : before)
    {
        Judge(subject, observer, out);
    }
}

void Pekko::Judge(Slot subject, Slot observer, Outbox& out)
{
    if (subject == Self() || m_members.At(subject).Gone())
    {
        return;
    }
    if (m_accusers[subject.Value()] > 0)
    {
        Doubt(subject, MemberState::SUSPECT, NameOf(observer), out);
    }
    else
    {
        Trust(subject, NameOf(observer), out);
    }
}

} // namespace swim::detectors
