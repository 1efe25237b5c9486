// SPDX-License-Identifier: MIT
//
// Tables with one row for each value of an enumeration, looked up by that value: whoever has such a table
// asserts that its rows stand in the enumeration's order.
#pragma once

#include <cstddef>
#include <iterator>

namespace swim
{

/**
 * @param rows one row a value of the enumeration
 * @param value the row's member that holds its value
 * @return whether each row stands at the place of its value
 */
template <typename Rows, typename Row, typename Value>
constexpr bool AreInOrder(const Rows& rows, Value Row::*value)
{
    for (std::size_t place = 0; place < std::size(rows); ++place)
    {
        if (static_cast<std::size_t>(rows[place].*value) != place)
        {
            return false;
        }
    }
    return true;
}

} // namespace swim
