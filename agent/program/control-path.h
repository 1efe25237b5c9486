// SPDX-License-Identifier: MIT
//
// Where a running agent's control socket is.
//
// Each user has a folder of sockets, one for each agent: $XDG_RUNTIME_DIR/swim-agent, or
// /run/swim-agent for root, or /tmp/swim-agent-UID. Nobody else may enter it.
#pragma once

#include <optional>
#include <string>

namespace swim::program
{

/// The socket of the agent of that name in the user's folder, which is made if it is not there.
/// @throws UserError if there can be no such folder or path
std::string DefaultControlPath(const std::string& name);

/// Which running agent a command means: that of the name; without one, the only one there is.
/// @throws UserError if there is none, or more than one
std::string FindControlPath(const std::optional<std::string>& name);

} // namespace swim::program
