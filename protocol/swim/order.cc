// SPDX-License-Identifier: MIT
//
// See order.h.
#include "swim/order.h"

#include <algorithm>
#include <bit>
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

} // namespace

void RoundOrder::Restart(std::uint32_t slots, Rng& rng)
{
    m_key = rng.Next();
    m_slots = slots;
    m_next = 0;
    const int bits = std::bit_width(slots > 1 ? slots - 1 : 1u);
    m_halfBits = std::max(LEAST_HALF_BITS, (bits + 1) / 2);
}

Slot RoundOrder::Next()
{
    if (m_next == m_slots)
    {
        return NONE;
    }
    // The network permutes [0, 4^halfBits), which past 16 slots is less than four times the slots:
    // walking its cycle from an index inside comes back inside, after fewer than four steps on
    // average.
    std::uint32_t index = m_next++;
    do
    {
        index = Permute(index);
    } while (index >= m_slots);
    return Slot(index);
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
