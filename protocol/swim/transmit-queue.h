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

#include "wire.h"

#include <array>
#include <utility>
#include <vector>

namespace swim
{

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

    /// Drops what has been sent most often. @pre not empty
    void DropLast()
    {
        At(Blocks() - 1).pop_back();
        RemoveEmptyBlocks();
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
        bool emptied = false;
        const auto goesOn = [&] {
            return taken < most && budget > overhead && budget >= m_smallest + overhead;
        };
        for (std::size_t block = 0; block < Blocks() && goesOn(); ++block)
        {
            std::vector<Item>& items = At(block);
            std::size_t kept = 0;
            std::size_t read = 0;
            for (; read < items.size() && goesOn(); ++read)
            {
                Item& item = items[read];
                const std::size_t size = item.Size();
                if (size + overhead > budget)
                {
                    items[kept++] = std::move(item);
                    continue;
                }
                budget -= size + overhead;
                ++taken;
                item.rank += TRANSMISSION;
                const bool dropped = item.rank / TRANSMISSION >= limit;
                take(std::as_const(item.what), size, dropped);
                if (!dropped)
                {
                    back[returning++] = std::move(item);
                }
            }
            items.erase(items.begin() + static_cast<std::ptrdiff_t>(kept),
                        items.begin() + static_cast<std::ptrdiff_t>(read));
            emptied = emptied || items.empty();
        }
        if (emptied)
        {
            RemoveEmptyBlocks();
        }
        for (std::size_t i = 0; i < returning; ++i)
        {
            Insert(std::move(back[i]));
        }
        return budget;
    }

  private:
    static constexpr std::uint32_t MAX_SIZE = UINT16_MAX;
    static constexpr std::uint32_t TRANSMISSION = MAX_SIZE + 1;
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
