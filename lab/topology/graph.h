// SPDX-License-Identifier: GPL-2.0-only
//
// The topology as a Boost.Graph, for the algorithms that come from there.
//
// Included by .cc files only: Boost.Graph is slow to compile and none of it belongs in an
// interface.
#pragma once

#include "lab/topology/topology.h"

#include <boost/graph/adjacency_list.hpp>

namespace swimlab
{

/// A vertex is a RouterId; edge_weight is the link's delay in nanoseconds.
using Graph = boost::adjacency_list<boost::vecS,
                                    boost::vecS,
                                    boost::undirectedS,
                                    boost::no_property,
                                    boost::property<boost::edge_weight_t, std::int64_t>>;

Graph MakeGraph(const Topology& topology);

/// The part that each router belongs to, numbered from 0 in the order of their first routers.
std::vector<std::uint32_t> ConnectedComponents(const Topology& topology);

/// Removes all routers but those of the part that has most, and says so in the notes.
void KeepLargestPart(Topology& topology);

/// @throws TopologyError of `field` that names the parts, if there is more than one
/// @param remedy what can be done about it besides
void RequireConnected(const Topology& topology,
                      const std::string& field,
                      const std::string& what,
                      const std::string& remedy = "");

} // namespace swimlab
