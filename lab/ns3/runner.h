// SPDX-License-Identifier: GPL-2.0-only
//
// Performs a plan on simulated packets: builds the network and the members, follows the timeline,
// and hands what happens to the recorder.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/recorder.h"
#include "lab/record/run.h"

namespace swimlab
{

/**
 * Runs the whole simulation; ns-3 keeps global state, so once a process.
 * @param onProgress called now and then, by the wall clock; it cannot change the result
 * @throws RecordError if the records cannot be written
 */
Counts RunOnNs3(const Plan& plan, Recorder& recorder, const OnProgress& onProgress);

} // namespace swimlab
