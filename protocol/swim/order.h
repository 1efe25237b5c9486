// SPDX-License-Identifier: MIT
//
// The order in which a node probes: SWIM's shuffled round-robin (section 4.3) without storing a
// shuffle.
//
// A keyed permutation of the slots (a Feistel network with cycle walking), re-keyed for each
// traversal: every slot once a traversal, another order each time, in a few words of memory. Two
// selections of one member are therefore at most 2n-1 periods apart while nobody joins.
//
// A member that joins takes a random place of the traversal under way, and who stood there goes to
// its end (memberlist's aliveNode): were joiners appended, they would wait longest of all. Only
// where the order differs from the permutation is stored.
#pragma once

#include "swim/ids.h"
#include "swim/rng.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace swim
{

/// The traversals of one node, one after the other.
class RoundOrder
{
  public:
    /// Starts a traversal of [0, slots) in a fresh order.
    void Restart(std::uint32_t slots, Rng& rng);

    /**
     * Gives a joiner its place. A slot of the permutation has one already, at random too: that of a
     * member who was forgotten, and was skipped if it is past.
     *
     * Who learns a large cluster in the middle of a traversal would store all of it. Past
     * MostInserted the traversal starts anew instead, and some are probed again before the others.
     * @param slot of the permutation, or the one after the highest that is in the traversal
     */
    void Insert(Slot slot, Rng& rng);

    /// @return the next slot, or NONE at the end of the traversal
    Slot Next();

  private:
    /// A place of the permutation that another slot has.
    struct Taken
    {
        std::uint32_t place;
        Slot slot;
    };

    /// Where the order differs from the permutation.
    struct Joiners
    {
        std::vector<Taken> taken; ///< by place
        std::vector<Slot> atEnd;  ///< who has the places behind the permutation's
    };

    std::uint32_t Places() const;
    Slot At(std::uint32_t place) const;
    void Take(std::uint32_t place, Slot slot);
    std::uint32_t Permute(std::uint32_t index) const;

    std::uint64_t m_key = 0;
    std::uint32_t m_slots = 0; ///< of the permutation
    std::uint32_t m_next = 0;  ///< place
    int m_halfBits = 1;
    std::unique_ptr<Joiners> m_joiners; ///< null: nobody joined
};

} // namespace swim
