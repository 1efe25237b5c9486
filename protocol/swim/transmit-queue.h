// SPDX-License-Identifier: MIT
//
// Memberlist's queue of things to pass on a limited number of times, whatever the things are.
//
// Offered by fewest transmissions, then the largest that fits, then the newest; dropped after the
// retransmit limit.
#pragma once

#include "wire.h"

#include <array>
#include <vector>

namespace swim
{

template <typename T>
class TransmitQueue
{
  public:
    struct Taken
    {
        T what;
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

    template <typename Predicate>
    bool ContainsIf(Predicate predicate) const
    {
        return std::ranges::any_of(m_items, [&](const Item& item) { return predicate(item.what); });
    }

    template <typename Predicate>
    void EraseIf(Predicate predicate)
    {
        std::erase_if(m_items, [&](const Item& item) { return predicate(item.what); });
    }

    /// @param size its bytes in a datagram, without the overhead of a part
    void Push(T what, std::size_t size)
    {
        Item item{std::move(what), 0, static_cast<std::uint32_t>(size), m_pushed++};
        const auto place =
            std::ranges::upper_bound(m_items, item, [](const Item& a, const Item& b) {
                return a.Before(b);
            });
        m_items.insert(place, std::move(item));
    }

    /// Drops what has been sent most often. @pre not empty
    void DropLast()
    {
        m_items.pop_back();
    }

    /**
     * Takes what fits into one datagram and counts it as transmitted once.
     * @param budget bytes left, of which each thing uses its size and `overhead`
     * @param most how many things at most
     * @param limit the retransmit limit
     * @param taken what was taken, in order; cleared first
     * @return what is left of the budget
     */
    std::size_t Take(std::size_t budget,
                     std::size_t overhead,
                     std::size_t most,
                     std::uint32_t limit,
                     std::vector<Taken>& taken)
    {
        SWIM_ASSERT(most <= wire::MAX_COMPOUND_PARTS, "the caller bounds a compound's parts");
        taken.clear();
        // Taken items leave the list, which closes up behind them, and come back one transmission
        // later. They stay in order among themselves, so a merge from the back puts them in place.
        std::array<Item, wire::MAX_COMPOUND_PARTS> back;
        std::size_t returning = 0;
        std::size_t kept = 0;
        std::size_t read = 0;
        for (; read < m_items.size() && taken.size() < most && budget > overhead; ++read)
        {
            Item& item = m_items[read];
            if (item.size + overhead > budget)
            {
                m_items[kept++] = item;
                continue;
            }
            budget -= item.size + overhead;
            taken.push_back({item.what, item.size});
            if (++item.transmits < limit)
            {
                back[returning++] = item;
            }
        }
        m_items.erase(m_items.begin() + static_cast<std::ptrdiff_t>(kept),
                      m_items.begin() + static_cast<std::ptrdiff_t>(read));
        std::size_t left = m_items.size();
        m_items.resize(left + returning);
        for (std::size_t place = m_items.size(); returning > 0; --place)
        {
            const bool listed = left > 0 && back[returning - 1].Before(m_items[left - 1]);
            m_items[place - 1] = listed ? m_items[--left] : back[--returning];
        }
        return budget;
    }

  private:
    struct Item
    {
        T what;
        std::uint32_t transmits;
        std::uint32_t size;
        std::uint64_t age; ///< larger is newer

        bool Before(const Item& other) const
        {
            if (transmits != other.transmits)
            {
                return transmits < other.transmits;
            }
            return size != other.size ? size > other.size : age > other.age;
        }
    };

    std::vector<Item> m_items; ///< in the order of offering
    std::uint64_t m_pushed = 0;
};

} // namespace swim
