// SPDX-License-Identifier: MIT
//
// See heard.h.
#include "swim/heard.h"

#include "swim/assert.h"

#include <algorithm>
#include <iterator>

namespace swim
{

bool Heard::Add(std::string_view sender, std::uint32_t epoch, std::uint32_t number)
{
    Life& life = Find(Find(sender), epoch);
    const std::size_t before = life.ranges.size();
    if (!Insert(life.ranges, number))
    {
        return false;
    }
    m_ranges += life.ranges.size();
    m_ranges -= before;
    if (life.ranges.size() > std::max<std::size_t>(1, m_most / SHARE))
    {
        Coarsen(life);
    }
    Shrink();
    return true;
}

/// @return the sender, which is the one that was heard last now
Heard::Sender& Heard::Find(std::string_view name)
{
    if (const auto found = m_places.find(name); found != m_places.end())
    {
        m_senders.splice(m_senders.begin(), m_senders, found->second);
        return m_senders.front();
    }
    Sender& sender = m_senders.emplace_front(Sender{std::string(name), {}});
    m_places.emplace(sender.name, m_senders.begin());
    m_ranges += CostOf(sender);
    return sender;
}

/// @return the life, which is the one that was heard last of this sender now
Heard::Life& Heard::Find(Sender& sender, std::uint32_t epoch)
{
    auto& lives = sender.lives;
    const auto found = std::ranges::find(lives, epoch, &Life::epoch);
    if (found != lives.end())
    {
        std::rotate(lives.begin(), found, std::next(found));
        return lives.front();
    }
    if (lives.size() == MOST_LIVES)
    {
        m_ranges -= lives.back().ranges.size();
        lives.pop_back();
    }
    return *lives.insert(lives.begin(), Life{epoch, {}});
}

/// @return whether the number was in none of them
bool Heard::Insert(std::vector<Range>& ranges, std::uint32_t number)
{
    const auto next = std::ranges::upper_bound(ranges, number, {}, &Range::first);
    const auto before = next == ranges.begin() ? ranges.end() : std::prev(next);
    if (before != ranges.end() && number <= before->last)
    {
        return false;
    }
    const bool follows = before != ranges.end() && before->last + 1 == number;
    const bool precedes = next != ranges.end() && number + 1 == next->first;
    if (follows && precedes)
    {
        before->last = next->last;
        ranges.erase(next);
    }
    else if (follows)
    {
        before->last = number;
    }
    else if (precedes)
    {
        next->first = number;
    }
    else
    {
        ranges.insert(next, {number, number});
    }
    return true;
}

/// What a sender counts for beside its ranges.
std::size_t Heard::CostOf(const Sender& sender)
{
    constexpr std::size_t BYTES_A_RANGE = 64;
    return sender.name.size() / BYTES_A_RANGE;
}

/// Makes the lower half of its ranges one. @pre it has two or more
void Heard::Coarsen(Life& life)
{
    auto& ranges = life.ranges;
    SWIM_ASSERT(ranges.size() > 1, "a single range has nothing to merge with");
    const auto last = ranges.begin() + std::ssize(ranges) / 2;
    last->first = ranges.front().first;
    m_ranges -= static_cast<std::size_t>(last - ranges.begin());
    ranges.erase(ranges.begin(), last);
}

void Heard::Shrink()
{
    while (m_ranges > m_most)
    {
        Sender& oldest = m_senders.back();
        const auto holed = std::ranges::find_if(oldest.lives, [](const Life& life) {
            return life.ranges.size() > 1;
        });
        if (holed != oldest.lives.end())
        {
            Coarsen(*holed);
            continue;
        }
        if (m_senders.size() == 1)
        {
            return; // the one that was just heard
        }
        m_ranges -= CostOf(oldest) + oldest.lives.size(); // of one range each
        m_places.erase(oldest.name);
        m_senders.pop_back();
    }
}

} // namespace swim
