// SPDX-License-Identifier: GPL-2.0-only
//
// Time as records have it.
#pragma once

#include <cstdint>

namespace swimlab
{

/// Nanoseconds since the start of a run, or a delay.
using TimeNs = std::int64_t;

inline constexpr TimeNs SECOND_NS = 1'000'000'000;

/// Later than the end of any run.
inline constexpr TimeNs NEVER_NS = TimeNs{1} << 62;

} // namespace swimlab
