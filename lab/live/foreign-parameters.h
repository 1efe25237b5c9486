// SPDX-License-Identifier: GPL-2.0-only
//
// Which parameters of the protocol the programs of others have, and which are as they are.
#pragma once

#include "swim/config.h"

#include <optional>
#include <string>

namespace swimlab
{

/// What memberlist 0.2.2 makes of these parameters: those that it has as asked for, all others as
/// it does it. How it takes a datagram that the system refused to send is left as asked for, though
/// it ignores it: that matters to members that are disconnected, and to nobody else.
swim::Config AsMemberlist(const swim::Config& wanted);

/// The same of Serf, whose parameters are those of a profile. @param profile lan, wan or local
swim::Config AsSerf(const swim::Config& wanted, const std::string& profile);

/// @return the first parameter that differs, "probe_interval is always 1s, not 2s", or nothing
std::optional<std::string> Difference(const swim::Config& wanted, const swim::Config& possible);

} // namespace swimlab
