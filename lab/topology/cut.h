// SPDX-License-Identifier: GPL-2.0-only
//
// Partitions that follow the network: two sides of routers, and the members that sit on each.
//
// A partition of members chosen at random is one that no network produces. A cut of the graph is
// what a broken fibre, a lost data centre or a closed border does.
#pragma once

#include "lab/topology/topology.h"

#include <array>

namespace swimlab
{

/// Two sides of a network, and what is cut between them.
struct Cut
{
    std::array<std::vector<RouterId>, 2> routers; ///< in order; together all of them, neither empty
    std::array<std::vector<MemberId>, 2> members; ///< in order; together all of them, neither empty
    std::vector<std::size_t> links; ///< places in Topology::links of those that are cut
};

/// Side 0 is the given routers, in any order.
/// @throws TopologyError of `router` if one is out of range, or a side carries no members
Cut CutByRouters(const Topology& topology,
                 std::span<const RouterId> routerOfMember,
                 std::span<const RouterId> routers);

/// Side 0 is the region.
/// @throws TopologyError of `region` if there is none of that name, or a side carries no members
Cut CutByRegion(const Topology& topology,
                std::span<const RouterId> routerOfMember,
                std::string_view region);

/**
 * The fewest links whose loss splits the network (Stoer, Wagner 1997). Side 0 is the one with fewer
 * routers, or of equal sides the one without router 0. Networks with a router on a single link are
 * cut there.
 * @throws TopologyError of `cut` if there is one router only, or a side carries no members
 */
Cut MinimumCut(const Topology& topology, std::span<const RouterId> routerOfMember);

} // namespace swimlab
