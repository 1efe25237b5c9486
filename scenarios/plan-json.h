// SPDX-License-Identifier: GPL-2.0-only
//
// Scenarios and plans as JSON, for the programs around the simulator.
#pragma once

#include "plan.h"

#include <string>
#include <string_view>

namespace swimlab
{

/**
 * What `swimlab-ns3 plan` prints, in one line: title, question, scenario_file, members, duration_s,
 * seeds, backend, resolved, points (key, settings), estimate.
 * @param backend which simulation will run it
 */
std::string PlanJson(const Scenario& scenario, std::string_view backend);

/**
 * What run.json says of the plan (docs/records.md): an object with format, scenario, point, seed,
 * members, member_names, simulated_s, timeline and topology. The runner adds what only it knows.
 */
std::string RunPlanJson(const Plan& plan);

} // namespace swimlab
