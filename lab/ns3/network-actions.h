// SPDX-License-Identifier: GPL-2.0-only
//
// What a plan's actions do to a simulated network, whoever its members are.
#pragma once

#include "lab/ns3/simulated-network.h"
#include "lab/plan/plan.h"

namespace swimlab
{

/// Performs an action's part in the network, now. What an action does to processes, to sockets
/// (datagram-loss, slow) and to a machine that starts or crashes is left to the caller.
void PerformOn(SimulatedNetwork& network, const Action& action);

} // namespace swimlab
