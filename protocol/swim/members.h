// SPDX-License-Identifier: MIT
//
// One node's table of members, small enough that a million nodes can each have one.
//
// A record is 16 bytes. Nodes that start converged share one immutable Baseline in which everybody
// is alive; such a node stores only the records that differ, sorted by slot, and turns to a plain
// array when so many differ that the search would cost more than the memory.
#pragma once

#include "swim/chunked-list.h"
#include "swim/directory.h"
#include "swim/ids.h"
#include "swim/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace swim
{

/// What a node holds about one member.
class PeerRecord
{
  public:
    PeerRecord() = default;

    PeerRecord(IdentityId who, std::uint32_t newest, MemberState state, Instant since)
        : identity(who),
          incarnation(newest),
          m_sinceAndState(static_cast<std::uint64_t>(since.time_since_epoch().count()) << 2 |
                          static_cast<std::uint64_t>(state))
    {
    }

    bool Present() const
    {
        return identity != NONE;
    }

    MemberState State() const
    {
        return static_cast<MemberState>(m_sinceAndState & 3);
    }

    /// When the state last changed.
    Instant Since() const
    {
        return Instant(Duration(static_cast<std::int64_t>(m_sinceAndState >> 2)));
    }

    /// Dead or left: no longer a member.
    bool Gone() const
    {
        return State() == MemberState::DEAD || State() == MemberState::LEFT;
    }

    IdentityId identity = NONE; ///< NONE: an empty slot
    std::uint32_t incarnation = 0;

  private:
    std::uint64_t m_sinceAndState = 0; ///< 62 bits of nanoseconds (146 years), 2 bits of state
};

static_assert(sizeof(PeerRecord) == 16);

/// The table that all nodes of a converged cluster share: slot i holds identities[i], alive,
/// incarnation 1.
class Baseline
{
  public:
    /// @param identities all members, each name once
    Baseline(std::vector<IdentityId> identities, const Directory& directory);

    std::uint32_t Size() const
    {
        return static_cast<std::uint32_t>(m_identities.size());
    }

    PeerRecord At(Slot slot) const
    {
        return {m_identities[slot.Value()], 1, MemberState::ALIVE, Instant{}};
    }

    Slot Find(NameId name) const
    {
        return name.Value() < m_slotOfName.size() ? m_slotOfName[name.Value()] : NONE;
    }

  private:
    std::vector<IdentityId> m_identities;
    std::vector<Slot> m_slotOfName;
};

/// What one node holds of all members, by slot.
class MemberTable
{
  public:
    /// @param baseline everybody that the node knows from the start; may be null
    MemberTable(const Directory& directory, std::shared_ptr<const Baseline> baseline);

    /// How many slots are in use, from 0; some of them may be empty.
    std::uint32_t Slots() const
    {
        return m_baselineSize + static_cast<std::uint32_t>(m_extra.Size());
    }

    /// Members of any state: memberlist's n.
    std::uint32_t Size() const
    {
        return m_counts[0] + m_counts[1] + m_counts[2] + m_counts[3];
    }

    std::uint32_t Count(MemberState state) const
    {
        return m_counts[static_cast<std::size_t>(state)];
    }

    /// @return the member's slot, or NONE
    Slot Find(NameId name) const;

    PeerRecord At(Slot slot) const
    {
        if (slot.Value() >= m_baselineSize)
        {
            return m_extra[slot.Value() - m_baselineSize];
        }
        return m_dense.empty() ? AtSparse(slot) : m_dense[slot.Value()];
    }

    /// Asks for the memory that tells where this table differs from the baseline.
    void Prefetch() const
    {
        __builtin_prefetch(m_sparse.data());
    }

    /// @return the new member's slot; the name must not be in the table
    Slot Insert(const PeerRecord& record);

    /// Replaces a present member's record; the name must stay.
    void Update(Slot slot, const PeerRecord& record);

    /// Forgets a member and frees its slot.
    void Remove(Slot slot);

  private:
    struct Difference
    {
        Slot slot;
        PeerRecord record;
    };

    PeerRecord AtSparse(Slot slot) const;
    void Store(Slot slot, const PeerRecord& record);
    void MakeDense();
    Slot& SlotOfExtra(NameId name);

    const Directory& m_directory;
    std::shared_ptr<const Baseline> m_baseline;
    std::uint32_t m_baselineSize = 0;
    std::vector<Difference> m_sparse; ///< where slots below the baseline's size differ, by slot
    std::vector<PeerRecord> m_dense;  ///< all of them, once too many differ
    ChunkedList<PeerRecord> m_extra;  ///< members that the baseline does not have
    ChunkedList<Slot> m_slotOfExtra;  ///< by name
    std::vector<Slot> m_free;         ///< empty slots of m_extra
    std::array<std::uint32_t, 4> m_counts{};
};

} // namespace swim
