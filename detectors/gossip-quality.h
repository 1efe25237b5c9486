// SPDX-License-Identifier: MIT
//
// How long a gossiped heartbeat counter may take: what van Renesse, Minsky and Hayden (1998, section 3
// and appendix A) compute T_fail from.
#pragma once

#include <cstdint>

namespace swim::detectors
{

/// A cluster as the analysis sees it.
struct GossipCase
{
    std::uint32_t members = 2; ///< n, at least 2
    std::uint32_t failed = 0;  ///< f, who were gone from the start; below n
    double loss = 0;           ///< of a gossip
};

/// @return the chance that one heartbeat has not reached all live members after so many gossips, of all
///         members together
double GossipMistake(const GossipCase& of, std::uint32_t gossips);

/// @return T_fail in units of T_gossip, at which somebody is wrongly believed failed with at most this
///         probability; infinity where nothing suffices
double GossipFailTime(const GossipCase& of, double mistake);

} // namespace swim::detectors
