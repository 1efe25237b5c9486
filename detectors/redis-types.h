// SPDX-License-Identifier: MIT
//
// The types of Redis's messages; see redis.h.
#pragma once

#include "detectors/member-base.h"

namespace swim::detectors
{

/// Each begins with the sender's role, how many entries follow at its end, and zeros between.
enum class RedisType : std::uint8_t
{
    PING = static_cast<std::uint8_t>(CommonType::OWN),
    PONG,
    FAIL, ///< the name of who failed follows, and zeros
};

} // namespace swim::detectors
