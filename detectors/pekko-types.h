// SPDX-License-Identifier: MIT
//
// The types of Pekko's messages; see pekko.h.
#pragma once

#include "detectors/member-base.h"

namespace swim::detectors
{

enum class PekkoType : std::uint8_t
{
    HEARTBEAT = static_cast<std::uint8_t>(CommonType::OWN), ///< its number
    RESPONSE,                                               ///< the heartbeat's number
    STATUS,                                                 ///< a digest of the state
    STATE,                                                  ///< stream: members and records
    MERGED, ///< its answer: the same, with what STATE told
};

} // namespace swim::detectors
