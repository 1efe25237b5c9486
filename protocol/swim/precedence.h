// SPDX-License-Identifier: MIT
//
// How two pieces of news about one member become one (`precedence = total`).
//
// The larger wins: by incarnation, then alive < suspect < dead < left. With `dead_is_final` a death
// beats everything (SWIM section 4.2, Confirm) and only its incarnation can still rise. Both are
// joins of a lattice: whatever the order of arrival, whatever arrives twice, the view is the same.
//
// memberlist's own rules are almost this order. The hole in them: a death is not raised by news of
// a later one, so after dead(1) and dead(10) a delayed alive(2) brings the member back.
#pragma once

#include "swim/types.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

namespace swim
{

/// What can be said of a member in one message.
struct News
{
    std::uint32_t incarnation = 0;
    MemberState state = MemberState::ALIVE;

    friend bool operator==(const News&, const News&) = default;
};

/// @return what remains true when both have been heard
inline News Combine(const News& a, const News& b, bool deadIsFinal)
{
    if (deadIsFinal && (a.state == MemberState::DEAD || b.state == MemberState::DEAD))
    {
        return {std::max(a.incarnation, b.incarnation), MemberState::DEAD};
    }
    return std::tie(a.incarnation, a.state) < std::tie(b.incarnation, b.state) ? b : a;
}

} // namespace swim
