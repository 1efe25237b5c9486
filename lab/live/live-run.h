// SPDX-License-Identifier: GPL-2.0-only
//
// Performs a plan on real processes in real time: starts them, follows the timeline, collects what
// they tell, and ends every one of them whatever happens.
#pragma once

#include "lab/backend/backend.h"
#include "lab/live/live-member.h"
#include "lab/live/live-network.h"

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>

namespace swimlab
{

using NetworkMaker =
    std::function<std::unique_ptr<LiveNetwork>(const Plan& plan, LiveNetwork::Impair impair)>;

/**
 * Looks for what these members cannot do.
 * @param kinds by member
 * @param impairsMembers whether faults of the network are put into its members
 * @throws UserError naming the kind of member, and the verb or the setting
 */
void CheckKinds(const Plan& plan, std::span<const MemberKind* const> kinds, bool impairsMembers);

/// What run.json says of these kinds besides their names. @param kinds by member
nlohmann::ordered_json KindsJson(std::span<const MemberKind* const> kinds);

/// Whether faults of the plan are put on members by a firewall; see firewall.h.
bool NeedsFirewall(const Plan& plan, std::span<const MemberKind* const> kinds);

/**
 * To be called from the program's main thread. A cluster that starts converged is started and
 * joined first, and the run begins once all know all and nothing is left to gossip.
 * @param kinds by member
 * @throws UserError, RunFailure, Interrupted
 */
RunResult RunLive(const Plan& plan,
                  std::span<const MemberKind* const> kinds,
                  const NetworkMaker& makeNetwork,
                  Recorder& recorder,
                  const OnProgress& onProgress);

} // namespace swimlab
