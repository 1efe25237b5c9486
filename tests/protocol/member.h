// SPDX-License-Identifier: MIT
//
// The members of the networks that tests make: numbers.
#pragma once

#include <cstdint>

namespace swim
{

/// A member of a test's network, from 0.
using Member = std::uint32_t;

/// No member.
inline constexpr Member NOBODY = UINT32_MAX;

} // namespace swim
