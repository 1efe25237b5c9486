// SPDX-License-Identifier: GPL-2.0-only
//
// Performs a plan on simulated packets: builds the network and the members, follows the timeline,
// and hands what happens to the recorder.
#pragma once

#include "plan.h"
#include "recorder.h"

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace swimlab
{

/// How far a run is.
struct RunProgress
{
    double simulatedSeconds;
    double ofSeconds;
    std::uint64_t events; ///< of the recorder
};

/// What all members together did that no event tells, by name; docs/records.md lists the names.
using Counts = std::vector<std::pair<std::string_view, std::uint64_t>>;

/**
 * Runs the whole simulation; ns-3 keeps global state, so once a process.
 * @param onProgress called now and then, by the wall clock; it cannot change the result
 * @throws RecordError if the records cannot be written
 */
Counts RunOnNs3(const Plan& plan,
                Recorder& recorder,
                const std::function<void(const RunProgress&)>& onProgress);

} // namespace swimlab
