// SPDX-License-Identifier: MIT
//
// The members of networks that exist only in memory: numbers.
#pragma once

#include <cstdint>

namespace swim
{

/// A member of such a network, from 0.
using Member = std::uint32_t;

/// No member.
inline constexpr Member NOBODY = UINT32_MAX;

} // namespace swim
