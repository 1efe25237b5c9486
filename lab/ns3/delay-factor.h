// SPDX-License-Identifier: GPL-2.0-only
//
// The law of a delay as ns-3 draws from it.
#pragma once

#include "lab/topology/delay-shape.h"

#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>

namespace swimlab
{

/**
 * What a delay's mean is multiplied by, packet for packet; its own mean is 1.
 * @param stream of random numbers, which no other variable has
 * @return null for what does not vary
 */
ns3::Ptr<ns3::RandomVariableStream> MakeDelayFactor(const DelayShape& shape, std::int64_t stream);

} // namespace swimlab
