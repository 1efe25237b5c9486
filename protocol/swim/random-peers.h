// SPDX-License-Identifier: MIT
//
// Random members for gossip, relays and push/pull, without listing the candidates first.
#pragma once

#include "swim/assert.h"
#include "swim/config.h"
#include "swim/members.h"
#include "swim/rng.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace swim
{

/// A few slots, on the stack.
class PickedSlots
{
  public:
    void Add(Slot slot)
    {
        m_slots[m_size++] = slot;
    }

    bool Contains(Slot slot) const
    {
        return std::find(begin(), end(), slot) != end();
    }

    std::uint32_t Size() const
    {
        return m_size;
    }

    const Slot* begin() const
    {
        return m_slots.data();
    }

    const Slot* end() const
    {
        return m_slots.data() + m_size;
    }

  private:
    std::array<Slot, MAX_RANDOM_PEERS> m_slots;
    std::uint32_t m_size = 0;
};

/**
 * Draws up to `count` different members that `wanted(slot, record)` accepts, uniformly.
 *
 * memberlist's rule: a small table is shuffled and taken from, so that few members are never missed
 * by bad luck; a large one is drawn from at random, at most three times its size.
 */
template <typename Wanted>
PickedSlots PickRandom(const MemberTable& members, Rng& rng, std::uint32_t count, Wanted wanted)
{
    SWIM_ASSERT(count <= MAX_RANDOM_PEERS, "the parameter table bounds how many peers are drawn");
    PickedSlots picked;
    const std::uint32_t slots = members.Slots();
    const auto accepted = [&](Slot slot) {
        const PeerRecord record = members.At(slot);
        return record.Present() && wanted(slot, record);
    };
    if (slots <= 3 * count)
    {
        std::array<Slot, 3 * MAX_RANDOM_PEERS> candidates;
        std::uint32_t left = 0;
        for (const Slot slot : FirstIds<Slot>(slots))
        {
            if (accepted(slot))
            {
                candidates[left++] = slot;
            }
        }
        while (left > 0 && picked.Size() < count)
        {
            const auto drawn = static_cast<std::uint32_t>(rng.Below(left));
            picked.Add(candidates[drawn]);
            candidates[drawn] = candidates[--left];
        }
        return picked;
    }
    for (std::uint64_t draws = 3ull * slots; draws > 0 && picked.Size() < count; --draws)
    {
        const Slot slot(static_cast<std::uint32_t>(rng.Below(slots)));
        if (!picked.Contains(slot) && accepted(slot))
        {
            picked.Add(slot);
        }
    }
    return picked;
}

} // namespace swim
