// SPDX-License-Identifier: GPL-2.0-only
//
// Performs a plan on simulated packets: builds the network and the members, follows the timeline,
// and hands what happens to the recorder.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/recorder.h"
#include "lab/record/run.h"

#include <cstdint>
#include <functional>

namespace swimlab
{

/// From now on all that is random is drawn from other generators, but for the delays of
/// network.delay_distribution and a mesh's, and what a process draws that starts later. The law of the
/// run stays the same.
using Reseed = std::function<void(std::uint64_t key)>;

/**
 * Runs the whole simulation; ns-3 keeps global state, so once a process.
 * @param onProgress called now and then, by the wall clock; it cannot change the result
 * @throws RecordError if the records cannot be written
 * @param onReady called when all is scheduled and nothing has happened, to schedule what is its own
 */
Counts RunOnNs3(const Plan& plan,
                Recorder& recorder,
                const OnProgress& onProgress,
                const std::function<void(const Reseed&)>& onReady = {});

} // namespace swimlab
