// SPDX-License-Identifier: GPL-2.0-only
//
// GraphML as it stands in the file: nodes, edges, and their attributes as text.
//
// What an attribute means is decided where it is used: the Topology Zoo's files differ in which they
// have, which are empty, and of which type they are said to be. What would lose a router or a link is
// refused by its line: an id given twice, an edge to a node that is not there, a second graph, an edge
// of many ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
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

/// Nodes and edges in the order of the file, directed edges without their direction. Nodes of a graph
/// inside of a node are nodes like others.
struct GraphmlDocument
{
    std::vector<GraphmlAttributes> nodes;
    std::vector<GraphmlEdge> edges;
};

/// The bytes of a map's file. @param where the beginning of messages @throws TopologyError of `file`
std::string ReadMap(const std::filesystem::path& file, const std::string& where);

/// Reads a file's content. @param where the beginning of messages @throws TopologyError of `file`
GraphmlDocument ReadGraphml(std::string_view bytes, const std::string& where);

} // namespace swimlab
