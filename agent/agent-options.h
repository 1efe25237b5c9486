// SPDX-License-Identifier: MIT
//
// What an agent's options mean, and what can be wrong with them.
#pragma once

#include "agent/allow-list.h"
#include "swim/agent.h"

#include <optional>
#include <string>
#include <vector>

namespace swim
{

/// Asks what the options leave to a delegate, and checks them.
/// @throws AgentError if an agent on whatever transport cannot have them
void Complete(AgentOptions& options);

/// @throws AgentError if one of the ranges is none
AllowList ReadAllowList(const std::vector<std::string>& ranges);

/// Where others reach an agent that listens at `local`.
/// @throws AgentError if the options name no such address
Address Advertised(const AgentOptions& options, const Address& local);

} // namespace swim
