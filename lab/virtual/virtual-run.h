// SPDX-License-Identifier: GPL-2.0-only
//
// Performs a plan on the network in memory (virtual/): the same code with the same draws as in the
// playground, so that what was seen there is had again here, number by number.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/recorder.h"
#include "lab/record/run.h"

namespace swimlab
{

/// @param plan one that it can perform, see WhyNotVirtual
Counts RunVirtually(const Plan& plan, Recorder& recorder, const OnProgress& onProgress);

} // namespace swimlab
