// SPDX-License-Identifier: GPL-2.0-only
//
// GraphML as it stands in the file: nodes, edges, and their attributes as text.
//
// Boost.Graph reads the XML, but not into typed property maps: those refuse a whole file for one
// attribute that is missing, empty or declared with another type, and the Topology Zoo's files
// differ in all three. What an attribute means is decided where it is used.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace swimlab
{

/// By attr.name.
using GraphmlAttributes = std::map<std::string, std::string>;

/// An edge, and what the file says of it.
struct GraphmlEdge
{
    std::uint32_t source = 0; ///< place in GraphmlDocument::nodes
    std::uint32_t target = 0;
    GraphmlAttributes attributes;
};

/// Nodes and edges in the order of the file, directed edges without their direction.
struct GraphmlDocument
{
    std::vector<GraphmlAttributes> nodes;
    std::vector<GraphmlEdge> edges;
};

/// Reads the file's first graph. @throws TopologyError of `file`
GraphmlDocument ReadGraphml(const std::filesystem::path& file);

} // namespace swimlab
