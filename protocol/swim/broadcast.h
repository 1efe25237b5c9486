// SPDX-License-Identifier: MIT
//
// The queue of updates waiting to be passed on: dissemination by infection (SWIM section 4.1).
//
// One update a subject: news about a member replaces older news about it. Offered in memberlist's
// order (fewest transmissions, then largest that fits, then newest) and dropped after the
// retransmit limit. An update is kept as ids and numbers, not bytes: a queue of a thousand is 32
// kB.
#pragma once

#include "config.h"
#include "types.h"

#include <vector>

namespace swim
{

enum class UpdateKind : std::uint8_t
{
    SUSPECT,
    ALIVE,
    DEAD,
};

/// News about a member, as one node passes it on.
struct Update
{
    UpdateKind kind;
    NameId subject;
    std::uint32_t incarnation;
    std::uint32_t detail; ///< suspect, dead: who said so (NameId); alive: the identity (IdentityId)
};

/// How often an update is passed on in a cluster of n members.
std::uint32_t RetransmitLimit(const Config& config, std::uint32_t n);

class BroadcastQueue
{
  public:
    struct Taken
    {
        Update update;
        std::size_t size;
    };

    bool Empty() const
    {
        return m_items.empty();
    }

    std::size_t Size() const
    {
        return m_items.size();
    }

    /// @return whether news about this member still waits
    bool Contains(NameId subject) const;

    /// Queues an update and drops older news about its subject. @param size its encoded bytes
    void Push(const Update& update, std::size_t size);

    /**
     * Takes what fits into one datagram and counts it as transmitted once.
     * @param budget bytes left, of which each update uses its size and `overhead`
     * @param most how many updates at most
     * @param limit the retransmit limit
     * @param taken what was taken, in order; cleared first
     */
    void Take(std::size_t budget,
              std::size_t overhead,
              std::size_t most,
              std::uint32_t limit,
              std::vector<Taken>& taken);

  private:
    struct Item
    {
        Update update{};
        std::uint32_t transmits = 0;
        std::uint32_t size = 0;
        std::uint64_t age = 0; ///< larger is newer

        bool Before(const Item& other) const;
    };

    std::vector<Item> m_items; ///< in the order of offering
    std::uint64_t m_pushed = 0;
};

} // namespace swim
