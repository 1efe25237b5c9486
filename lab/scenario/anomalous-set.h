// SPDX-License-Identifier: GPL-2.0-only
//
// What [measure] says of disturbed members, by itself: metrics need no more of a scenario than this.
#pragma once

#include <cstdint>
#include <string_view>

namespace swimlab
{

/// For how long a disturbed member counts as Lifeguard's "anomalous".
enum class AnomalousSet : std::uint8_t
{
    WHILE, ///< while it is disturbed, and as an observer until what it began by then is over
    RUN    ///< for the whole run
};

/// Names of the enumerators, in their order.
inline constexpr std::string_view ANOMALOUS_SETS = "while|run";

} // namespace swimlab
