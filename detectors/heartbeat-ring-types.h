// SPDX-License-Identifier: MIT
//
// Types of the ring's messages; see heartbeat-ring.h.
#pragma once

#include "detectors/member-base.h"

#include <cstdint>

namespace swim::detectors
{

enum class RingType : std::uint8_t
{
    HEARTBEAT = static_cast<std::uint8_t>(CommonType::OWN),
    OBSERVE, ///< the sender observes from now on
    DEAD,    ///< name and incarnation of who is
    ALIVE,   ///< name, incarnation and address of who is again, or is new
};

constexpr std::uint8_t Byte(RingType type)
{
    return static_cast<std::uint8_t>(type);
}

} // namespace swim::detectors
