// SPDX-License-Identifier: MIT
//
// See broadcast.h.
#include "broadcast.h"

#include "suspicion.h"
#include "wire.h"

namespace swim
{

std::uint32_t RetransmitLimit(const Config& config, std::uint32_t n)
{
    switch (config.retransmitLaw)
    {
    case RetransmitLaw::MEMBERLIST:
        return config.retransmitMult * CeilLog10(n + 1ull);
    case RetransmitLaw::PAPER:
        return config.retransmitMult * CeilLn(n + 1ull);
    case RetransmitLaw::MEMLIST:
        return config.retransmitMult * (CeilLog10(std::max(n, 1u)) + 1);
    }
    return 0;
}

bool BroadcastQueue::Item::Before(const Item& other) const
{
    if (transmits != other.transmits)
    {
        return transmits < other.transmits;
    }
    return size != other.size ? size > other.size : age > other.age;
}

bool BroadcastQueue::Contains(NameId subject) const
{
    return std::ranges::any_of(m_items,
                               [&](const Item& item) { return item.update.subject == subject; });
}

void BroadcastQueue::Push(const Update& update, std::size_t size)
{
    std::erase_if(m_items, [&](const Item& item) { return item.update.subject == update.subject; });
    const Item item{update, 0, static_cast<std::uint32_t>(size), m_pushed++};
    const auto place = std::ranges::upper_bound(m_items, item, [](const Item& a, const Item& b) {
        return a.Before(b);
    });
    m_items.insert(place, item);
}

void BroadcastQueue::Take(std::size_t budget,
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
        taken.push_back({item.update, item.size});
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
}

} // namespace swim
