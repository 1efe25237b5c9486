// SPDX-License-Identifier: GPL-2.0-only
//
// Scenarios and plans as JSON, for the programs around the simulator.
#pragma once

#include "lab/plan/plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace swimlab
{

/**
 * What `swimlab-ns3 plan` prints, in one line: title, question, scenario_file, members, duration_s,
 * seeds, backend, resolved, points (key, settings), memory_bytes.
 * @param backend which simulation will run it
 * @param memoryBytes what a run of it will need at most; none where nobody can tell
 */
std::string PlanJson(const Scenario& scenario,
                     std::string_view backend,
                     std::optional<std::uint64_t> memoryBytes);

/**
 * What run.json says of the plan (docs/records.md): an object with format, scenario, point, seed,
 * members, member_names, simulated_s, timeline and topology. The runner adds what only it knows.
 */
std::string RunPlanJson(const Plan& plan);

} // namespace swimlab
