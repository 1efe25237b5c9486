// SPDX-License-Identifier: MIT
//
// Whether a member has Serf's agents for neighbours, who expect more of it than memberlist does.
#pragma once

#include <cstdint>

namespace swim
{

/// Whether there are Serf's agents in the cluster.
enum class SerfPeers : std::uint8_t
{
    AUTO, ///< as soon as some are met: by what they send, and the versions that they tell
    NO,   ///< never; what they send is of no meaning
    YES,  ///< from the start
};

} // namespace swim
