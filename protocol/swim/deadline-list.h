// SPDX-License-Identifier: MIT
//
// What a node waits for: answers that come by number, each until a deadline.
#pragma once

#include "swim/types.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace swim
{

/// Few at a time, so they are searched one by one. Of equal deadlines that of the older is first.
/// @tparam T has a number `id` and an Instant `deadline`
template <typename T>
class DeadlineList
{
  public:
    bool Empty() const
    {
        return m_items.empty();
    }

    std::size_t Size() const
    {
        return m_items.size();
    }

    void Add(const T& item)
    {
        m_items.push_back(item);
    }

    /// The earliest deadline, or NEVER.
    Instant NextDeadline() const
    {
        const auto first = std::ranges::min_element(m_items, {}, &T::deadline);
        return first == m_items.end() ? NEVER : first->deadline;
    }

    /// What has the earliest deadline; there is one.
    T& First()
    {
        return *std::ranges::min_element(m_items, {}, &T::deadline);
    }

    /// Takes out what has this number, if it is still waited for.
    std::optional<T> Take(std::uint32_t id)
    {
        const auto found = std::ranges::find(m_items, id, &T::id);
        if (found == m_items.end())
        {
            return std::nullopt;
        }
        const T item = *found;
        m_items.erase(found);
        return item;
    }

  private:
    std::vector<T> m_items;
};

} // namespace swim
