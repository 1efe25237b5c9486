// SPDX-License-Identifier: MIT
//
// See members.h.
#include "swim/members.h"

#include "swim/assert.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace swim
{

namespace
{

/// A sparse table moves on average half of its differences to insert one. Past an eighth of the
/// members (and a few cache lines) the array is both smaller to search and not much larger.
constexpr std::size_t MostDifferences(std::uint32_t members)
{
    return std::max<std::size_t>(16, members / 8);
}

} // namespace

Baseline::Baseline(std::vector<IdentityId> identities, const Directory& directory)
    : m_identities(std::move(identities))
{
    for (const Slot slot : FirstIds<Slot>(Size()))
    {
        const std::size_t name = directory.Get(m_identities[slot.Value()]).name.Value();
        if (name >= m_slotOfName.size())
        {
            m_slotOfName.resize(name + 1, NONE);
        }
        SWIM_ASSERT(m_slotOfName[name] == NONE, "a name stands in the baseline once");
        m_slotOfName[name] = slot;
    }
}

MemberTable::MemberTable(const Directory& directory, std::shared_ptr<const Baseline> baseline)
    : m_directory(directory),
      m_baseline(std::move(baseline)),
      m_baselineSize(m_baseline ? m_baseline->Size() : 0)
{
    m_counts[static_cast<std::size_t>(MemberState::ALIVE)] = m_baselineSize;
}

Slot MemberTable::Find(NameId name) const
{
    if (m_baseline)
    {
        const Slot slot = m_baseline->Find(name);
        if (slot != NONE)
        {
            return At(slot).Present() ? slot : NONE;
        }
    }
    return name.Value() < m_slotOfExtra.Size() ? m_slotOfExtra[name.Value()] : NONE;
}

PeerRecord MemberTable::AtSparse(Slot slot) const
{
    const auto found = std::ranges::lower_bound(m_sparse, slot, {}, &Difference::slot);
    return found != m_sparse.end() && found->slot == slot ? found->record : m_baseline->At(slot);
}

Slot& MemberTable::SlotOfExtra(NameId name)
{
    while (name.Value() >= m_slotOfExtra.Size())
    {
        m_slotOfExtra.Append(NONE);
    }
    return m_slotOfExtra[name.Value()];
}

Slot MemberTable::Insert(const PeerRecord& record)
{
    const NameId name = m_directory.Get(record.identity).name;
    SWIM_ASSERT(Find(name) == NONE, "a name is inserted once");
    ++m_counts[static_cast<std::size_t>(record.State())];
    const Slot known = m_baseline ? m_baseline->Find(name) : NONE;
    if (known != NONE)
    {
        Store(known, record);
        return known;
    }
    Slot slot(Slots());
    if (m_free.empty())
    {
        m_extra.Append(record);
    }
    else
    {
        slot = m_free.back();
        m_free.pop_back();
        m_extra[slot.Value() - m_baselineSize] = record;
    }
    SlotOfExtra(name) = slot;
    return slot;
}

void MemberTable::Update(Slot slot, const PeerRecord& record)
{
    const PeerRecord before = At(slot);
    SWIM_ASSERT(before.Present() && record.Present(), "only a present member is updated");
    --m_counts[static_cast<std::size_t>(before.State())];
    ++m_counts[static_cast<std::size_t>(record.State())];
    Store(slot, record);
}

void MemberTable::Remove(Slot slot)
{
    const PeerRecord before = At(slot);
    SWIM_ASSERT(before.Present(), "only a present member is removed");
    --m_counts[static_cast<std::size_t>(before.State())];
    if (slot.Value() >= m_baselineSize)
    {
        SlotOfExtra(m_directory.Get(before.identity).name) = NONE;
        m_free.push_back(slot);
    }
    Store(slot, PeerRecord{});
}

void MemberTable::Store(Slot slot, const PeerRecord& record)
{
    if (slot.Value() >= m_baselineSize)
    {
        m_extra[slot.Value() - m_baselineSize] = record;
        return;
    }
    if (m_dense.empty() && m_sparse.size() >= MostDifferences(m_baselineSize))
    {
        MakeDense();
    }
    if (!m_dense.empty())
    {
        m_dense[slot.Value()] = record;
        return;
    }
    const auto place = std::ranges::lower_bound(m_sparse, slot, {}, &Difference::slot);
    if (place != m_sparse.end() && place->slot == slot)
    {
        place->record = record;
    }
    else
    {
        m_sparse.insert(place, Difference{slot, record});
    }
}

void MemberTable::MakeDense()
{
    m_dense.reserve(m_baselineSize);
    for (const Slot slot : FirstIds<Slot>(m_baselineSize))
    {
        m_dense.push_back(m_baseline->At(slot));
    }
    for (const Difference& difference : m_sparse)
    {
        m_dense[difference.slot.Value()] = difference.record;
    }
    m_sparse = {};
}

} // namespace swim
