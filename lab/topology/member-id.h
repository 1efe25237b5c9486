// SPDX-License-Identifier: GPL-2.0-only
//
// What members are called in the engine, by itself: what computes with members alone needs neither
// topologies nor scenarios.
#pragma once

#include <cstdint>

namespace swimlab
{

/// A member's index, from 0.
using MemberId = std::uint32_t;

} // namespace swimlab
