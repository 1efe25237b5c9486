// SPDX-License-Identifier: MIT
//
// Memberlist's queue of things to pass on a limited number of times, whatever the things are.
//
// Offered by fewest transmissions, then the largest that fits, then the newest; dropped after the
// retransmit limit.
//
// Mostly a handful wait. But who joins a cluster of 10,000 has news about all of them to pass on,
// and so have all others: a queue must neither cost more with each that waits, nor much memory. So
// it is a list of sorted blocks, of which the first is enough for a handful.
#pragma once

#include "swim/assert.h"
#include "swim/wire.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace swim
{

/// Things of one kind that one node has to pass on.
template <typename T>
class TransmitQueue
{
  public:
    bool Empty() const
    {
        return m_first.empty();
    }

    std::size_t Size() const
    {
        std::size_t size = 0;
        for (std::size_t block = 0; block < Blocks(); ++block)
        {
            size += At(block).size();
        }
        return size;
    }

    template <typename Predicate>
    bool ContainsIf(Predicate predicate) const
    {
        const auto fits = [&](const Item& item) { return predicate(item.what); };
        for (std::size_t block = 0; block < Blocks(); ++block)
        {
            if (std::ranges::any_of(At(block), fits))
            {
                return true;
            }
        }
        return false;
    }

    template <typename Predicate>
    void EraseIf(Predicate predicate)
    {
        for (std::size_t block = 0; block < Blocks(); ++block)
        {
            std::erase_if(At(block), [&](const Item& item) { return predicate(item.what); });
        }
        RemoveEmptyBlocks();
    }

    /// @param size its bytes in a datagram, without the overhead of a part
    void Push(T what, std::size_t size)
    {
        if (Empty())
        {
            m_pushed = 0;
            m_smallest = MAX_SIZE;
        }
        if (m_pushed == UINT32_MAX)
        {
            Renumber();
        }
        // What is larger than any datagram is never taken, however large it is.
        const auto bytes = static_cast<std::uint32_t>(std::min<std::size_t>(size, MAX_SIZE));
        m_smallest = std::min(m_smallest, bytes);
        Insert({MAX_SIZE - bytes, m_pushed++, std::move(what)});
    }

    /// Asks for the memory that Take and Push will touch.
    void Prefetch() const
    {
        __builtin_prefetch(m_first.data());
    }

    /// Takes out what has been sent most often. @pre not empty
    T TakeLast()
    {
        Block& block = At(Blocks() - 1);
        T last = std::move(block.back().what);
        block.pop_back();
        RemoveEmptyBlocks();
        return last;
    }

  protected:
    template <typename Action>
    void ForEach(Action action) const
    {
        for (std::size_t block = 0; block < Blocks(); ++block)
        {
            for (const Item& item : At(block))
            {
                action(item.what);
            }
        }
    }

    /// Whether so many wait that to look at each is too slow.
    bool Long() const
    {
        return !m_more.empty();
    }

    /**
     * Takes what fits into one datagram and counts it as transmitted once.
     * @param budget bytes left, of which each thing uses its size and `overhead`
     * @param most how many things at most
     * @param limit the retransmit limit
     * @param take is told of each thing taken, in order: what, its size, whether it is dropped now
     * @return what is left of the budget
     */
    template <typename Taker>
    std::size_t TakeEach(std::size_t budget,
                         std::size_t overhead,
                         std::size_t most,
                         std::uint32_t limit,
                         Taker take)
    {
        SWIM_ASSERT(most <= wire::MAX_COMPOUND_PARTS, "the caller bounds a compound's parts");
        // Taken items leave the list, and come back one transmission later.
        std::array<Item, wire::MAX_COMPOUND_PARTS> back;
        std::size_t taken = 0;
        std::size_t returning = 0;
        std::array<std::size_t, wire::MAX_COMPOUND_PARTS> touched;
        std::size_t blocks = 0;
        Place place;
        while (taken < most && budget > overhead && budget >= m_smallest + overhead)
        {
            place = Settled(place);
            if (place.block == Blocks())
            {
                break;
            }
            Item& item = At(place.block)[place.item];
            const std::size_t size = item.Size();
            if (size + overhead > budget)
            {
                // All that were sent as often and are larger than the room do not fit either.
                const auto room = static_cast<std::uint32_t>(budget - overhead);
                place = FirstFrom(place, item.rank - item.rank % TRANSMISSION + MAX_SIZE - room);
                continue;
            }
            budget -= size + overhead;
            ++taken;
            ++place.item;
            if (blocks == 0 || touched[blocks - 1] != place.block)
            {
                touched[blocks++] = place.block;
            }
            item.rank += TRANSMISSION;
            const bool dropped = item.rank / TRANSMISSION >= limit;
            take(std::as_const(item.what), size, dropped);
            if (!dropped)
            {
                back[returning++] = std::move(item);
            }
            item.rank = TAKEN;
        }
        RemoveTaken({touched.data(), blocks});
        if (m_more.empty() && m_first.size() + returning <= BLOCK_ITEMS)
        {
            Merge({back.data(), returning});
        }
        else
        {
            for (std::size_t i = 0; i < returning; ++i)
            {
                Insert(std::move(back[i]));
            }
        }
        return budget;
    }

  private:
    static constexpr std::uint32_t MAX_SIZE = UINT16_MAX;
    static constexpr std::uint32_t TRANSMISSION = MAX_SIZE + 1;
    static constexpr std::uint32_t TAKEN = UINT32_MAX;
    static constexpr std::size_t BLOCK_ITEMS = 64;

    struct Item
    {
        std::uint32_t rank; ///< transmissions, then how much smaller than MAX_SIZE it is
        std::uint32_t age;  ///< larger is newer
        T what;

        std::size_t Size() const
        {
            return MAX_SIZE - rank % TRANSMISSION;
        }

        bool Before(const Item& other) const
        {
            return rank != other.rank ? rank < other.rank : age > other.age;
        }
    };

    using Block = std::vector<Item>; ///< in the order of offering

    struct Place
    {
        std::size_t block = 0;
        std::size_t item = 0;
    };

    std::size_t Blocks() const
    {
        return 1 + m_more.size();
    }

    Block& At(std::size_t block)
    {
        return block == 0 ? m_first : m_more[block - 1];
    }

    const Block& At(std::size_t block) const
    {
        return block == 0 ? m_first : m_more[block - 1];
    }

    /// The place, or the beginning of the next block where it is the end of one.
    Place Settled(Place place) const
    {
        return place.block == Blocks() || place.item < At(place.block).size()
                   ? place
                   : Place{place.block + 1, 0};
    }

    /// @return the first place from this one on that has this rank or a later one
    Place FirstFrom(Place place, std::uint32_t rank) const
    {
        const auto in = [&](std::size_t block, std::size_t from) {
            const Block& items = At(block);
            const auto begin = items.begin() + static_cast<std::ptrdiff_t>(from);
            const auto found = std::ranges::lower_bound(begin, items.end(), rank, {}, &Item::rank);
            return Place{block, static_cast<std::size_t>(found - items.begin())};
        };
        if (At(place.block).back().rank >= rank)
        {
            return in(place.block, place.item);
        }
        const auto later = m_more.begin() + static_cast<std::ptrdiff_t>(place.block);
        const auto found = std::partition_point(later, m_more.end(), [rank](const Block& block) {
            return block.back().rank < rank;
        });
        const auto block = 1 + static_cast<std::size_t>(found - m_more.begin());
        return block < Blocks() ? in(block, 0) : Place{block, 0};
    }

    void RemoveTaken(std::span<const std::size_t> blocks)
    {
        bool emptied = false;
        for (const std::size_t block : blocks)
        {
            std::erase_if(At(block), [](const Item& item) { return item.rank == TAKEN; });
            emptied = emptied || At(block).empty();
        }
        if (emptied)
        {
            RemoveEmptyBlocks();
        }
    }

    /// Brings things back into the only block, which has room for them. @param back in order
    void Merge(std::span<Item> back)
    {
        std::size_t kept = m_first.size();
        std::size_t returning = back.size();
        m_first.resize(kept + returning);
        while (returning > 0)
        {
            const bool keptIsLast = kept > 0 && back[returning - 1].Before(m_first[kept - 1]);
            Item& last = keptIsLast ? m_first[--kept] : back[--returning];
            m_first[kept + returning] = std::move(last);
        }
    }

    void Insert(Item item)
    {
        std::size_t block = 0;
        if (!m_more.empty())
        {
            // The last block whose first item comes before this one.
            const auto after = std::ranges::partition_point(m_more, [&](const Block& candidate) {
                return candidate.front().Before(item);
            });
            block = static_cast<std::size_t>(after - m_more.begin());
        }
        const auto place = [&item](const Block& in) {
            const auto found = std::ranges::upper_bound(in, item, [](const auto& a, const auto& b) {
                return a.Before(b);
            });
            return found - in.begin();
        };
        std::ptrdiff_t at = place(At(block));
        if (At(block).size() >= BLOCK_ITEMS)
        {
            const bool nextHasRoom = block + 1 < Blocks() && At(block + 1).size() < BLOCK_ITEMS;
            if (at == std::ssize(At(block)) && nextHasRoom)
            {
                ++block;
                at = 0;
            }
            else
            {
                Split(block, at);
                block += at > std::ssize(At(block)) ? 1 : 0;
                at = place(At(block));
            }
        }
        std::vector<Item>& items = At(block);
        items.insert(items.begin() + at, std::move(item));
    }

    /// Makes room where a run of things comes in: behind them, what is there stays together.
    void Split(std::size_t block, std::ptrdiff_t at)
    {
        Block& full = At(block);
        const std::ptrdiff_t size = std::ssize(full);
        const std::ptrdiff_t from = at == size ? size - 1 : std::max<std::ptrdiff_t>(at, 1);
        Block rest;
        rest.reserve(BLOCK_ITEMS);
        std::move(full.begin() + from, full.end(), std::back_inserter(rest));
        full.erase(full.begin() + from, full.end());
        m_more.insert(m_more.begin() + static_cast<std::ptrdiff_t>(block), std::move(rest));
    }

    /// None but the first of an empty queue is empty.
    void RemoveEmptyBlocks()
    {
        if (!m_more.empty())
        {
            std::erase_if(m_more, [](const Block& block) { return block.empty(); });
        }
        if (!m_first.empty() || m_more.empty())
        {
            return;
        }
        m_first = std::move(m_more.front());
        m_more.erase(m_more.begin());
    }

    /// Ages anew from 0, in the same order.
    void Renumber()
    {
        std::vector<std::uint32_t*> ages;
        for (std::size_t block = 0; block < Blocks(); ++block)
        {
            for (Item& item : At(block))
            {
                ages.push_back(&item.age);
            }
        }
        std::ranges::sort(ages, {}, [](const std::uint32_t* age) { return *age; });
        m_pushed = 0;
        for (std::uint32_t* const age : ages)
        {
            *age = m_pushed++;
        }
    }

    Block m_first;
    std::vector<Block> m_more; ///< in the order of offering
    std::uint32_t m_pushed = 0;
    std::uint32_t m_smallest = MAX_SIZE; ///< nothing that waits is smaller
};

} // namespace swim
