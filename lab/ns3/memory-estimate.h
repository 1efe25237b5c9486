// SPDX-License-Identifier: GPL-2.0-only
//
// What a simulation will need of the machine's memory, told before it starts.
#pragma once

#include "lab/plan/plan.h"

#include <cstdint>

namespace swimlab
{

/**
 * Peak memory of a run of this plan, in bytes, for runs in which those who die, come or are parted
 * are those that the plan names.
 *
 * The costs in it were measured (see memory-estimate.cc), and a test holds runs of several kinds
 * against it. What a plan cannot tell, such as healthy members that are accused because of loss,
 * comes on top.
 */
std::uint64_t EstimateMemoryBytes(const Plan& plan);

} // namespace swimlab
