// SPDX-License-Identifier: MIT
//
// The order in which a node probes: SWIM's shuffled round-robin (section 4.3) without storing a
// shuffle.
//
// A keyed permutation of the slots (a Feistel network with cycle walking), re-keyed for each
// traversal: every slot once a traversal, another order each time, in a few words of memory. Two
// selections of one member are therefore at most 2n-1 periods apart. A member that joins during a
// traversal is first probed in the next one; memberlist inserts it at a random place of the present
// one instead.
#pragma once

#include "swim/ids.h"
#include "swim/rng.h"

#include <cstdint>

namespace swim
{

/// The traversals of one node, one after the other.
class RoundOrder
{
  public:
    /// Starts a traversal of [0, slots) in a fresh order.
    void Restart(std::uint32_t slots, Rng& rng);

    /// @return the next slot, or NONE at the end of the traversal
    Slot Next();

  private:
    std::uint32_t Permute(std::uint32_t index) const;

    std::uint64_t m_key = 0;
    std::uint32_t m_slots = 0;
    std::uint32_t m_next = 0;
    int m_halfBits = 1;
};

} // namespace swim
