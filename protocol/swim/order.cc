// SPDX-License-Identifier: MIT
//
// See order.h.
#include "swim/order.h"

#include "swim/assert.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace swim
{

namespace
{

/// Luby and Rackoff need four rounds for a strong permutation; small halves mix less, so a few
/// more.
constexpr int ROUNDS = 6;

/// With halves of one or two bits even six rounds favour some orders, by up to 8 % of a place's
/// chance.
constexpr int LEAST_HALF_BITS = 3;

/// How many joiners a traversal stores: all of a small cluster, an eighth of a large one.
constexpr std::size_t MostInserted(std::uint32_t slots)
{
    return std::max<std::size_t>(256, slots / 8);
}

} // namespace

void RoundOrder::Restart(std::uint32_t slots, Rng& rng)
{
    m_key = rng.Next();
    m_slots = slots;
    m_next = 0;
    const int bits = std::bit_width(slots > 1 ? slots - 1 : 1u);
    m_halfBits = std::max(LEAST_HALF_BITS, (bits + 1) / 2);
    m_joiners = nullptr;
}

void RoundOrder::Insert(Slot slot, Rng& rng)
{
    if (slot.Value() < m_slots)
    {
        return;
    }
    const std::uint32_t places = Places();
    SWIM_ASSERT(slot.Value() == places, "slots are inserted in their order");
    if (places - m_slots == MostInserted(m_slots))
    {
        Restart(places + 1, rng);
        return;
    }
    if (!m_joiners)
    {
        m_joiners = std::make_unique<Joiners>();
    }
    if (places == 0)
    {
        m_joiners->atEnd.push_back(slot);
        return;
    }
    const auto place = static_cast<std::uint32_t>(rng.Below(places));
    m_joiners->atEnd.push_back(At(place));
    Take(place, slot);
}

std::uint32_t RoundOrder::Places() const
{
    return m_slots + (m_joiners ? static_cast<std::uint32_t>(m_joiners->atEnd.size()) : 0);
}

Slot RoundOrder::Next()
{
    return m_next == Places() ? NONE : At(m_next++);
}

Slot RoundOrder::At(std::uint32_t place) const
{
    if (place >= m_slots)
    {
        return m_joiners->atEnd[place - m_slots];
    }
    if (m_joiners)
    {
        const auto taken = std::ranges::lower_bound(m_joiners->taken, place, {}, &Taken::place);
        if (taken != m_joiners->taken.end() && taken->place == place)
        {
            return taken->slot;
        }
    }
    // The network permutes [0, 4^halfBits), which past 16 slots is less than four times the slots:
    // walking its cycle from an index inside comes back inside, after fewer than four steps on
    // average.
    std::uint32_t index = place;
    do
    {
        index = Permute(index);
    } while (index >= m_slots);
    return Slot(index);
}

/// Gives a place to somebody else.
void RoundOrder::Take(std::uint32_t place, Slot slot)
{
    if (place >= m_slots)
    {
        m_joiners->atEnd[place - m_slots] = slot;
        return;
    }
    const auto taken = std::ranges::lower_bound(m_joiners->taken, place, {}, &Taken::place);
    if (taken != m_joiners->taken.end() && taken->place == place)
    {
        taken->slot = slot;
    }
    else
    {
        m_joiners->taken.insert(taken, {place, slot});
    }
}

std::uint32_t RoundOrder::Permute(std::uint32_t index) const
{
    const std::uint32_t mask = (1u << m_halfBits) - 1;
    std::uint32_t left = index >> m_halfBits;
    std::uint32_t right = index & mask;
    for (int round = 0; round < ROUNDS; ++round)
    {
        std::uint64_t state = m_key + static_cast<std::uint64_t>(round) * 0x100000000 + right;
        const auto mixed = static_cast<std::uint32_t>(SplitMix64(state)) & mask;
        const std::uint32_t next = left ^ mixed;
        left = right;
        right = next;
    }
    return left << m_halfBits | right;
}

} // namespace swim
