// SPDX-License-Identifier: GPL-2.0-only
//
// The law of a delay as ns-3 draws from it.
#pragma once

#include "lab/topology/topology.h"

#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <vector>

namespace swimlab
{

/// Streams of random numbers from here on are those of delays; those of faults are below.
inline constexpr std::int64_t DELAY_STREAM = 100;

/**
 * What a delay's mean is multiplied by, packet for packet; its own mean is 1.
 * @param stream of random numbers, which no other variable has
 * @return null for what does not vary
 */
ns3::Ptr<ns3::RandomVariableStream> MakeDelayFactor(const DelayShape& shape, std::int64_t stream);

/// Of the pairs of a mesh, in their order, each with a stream of its own; empty if none varies.
std::vector<ns3::Ptr<ns3::RandomVariableStream>> MakePairFactors(const Topology& topology);

} // namespace swimlab
