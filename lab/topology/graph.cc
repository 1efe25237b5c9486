// SPDX-License-Identifier: GPL-2.0-only
//
// From plain data to Boost.Graph, and the question that every other algorithm depends on: is it
// connected?
#include "lab/topology/graph.h"

#include <algorithm>
#include <boost/graph/connected_components.hpp>

namespace swimlab
{

namespace
{

/// `Oslo, Bergen, … (9 routers)`: enough to recognise a part on the map.
std::string DescribePart(const Topology& topology,
                         const std::vector<std::uint32_t>& parts,
                         std::uint32_t part)
{
    constexpr std::size_t NAMED = 3;
    std::string names;
    std::size_t count = 0;
    for (RouterId router = 0; router < parts.size(); ++router)
    {
        if (parts[router] != part)
        {
            continue;
        }
        if (count < NAMED)
        {
            names += (count == 0 ? "" : ", ") + topology.routers[router].label;
        }
        ++count;
    }
    return "{" + names + (count > NAMED ? ", …" : "") + "} (" + std::to_string(count) +
           (count == 1 ? " router)" : " routers)");
}

} // namespace

Graph MakeGraph(const Topology& topology)
{
    Graph graph(topology.routers.size());
    for (const Link& link : topology.links)
    {
        boost::add_edge(link.a, link.b, link.delay.count(), graph);
    }
    return graph;
}

std::vector<std::uint32_t> ConnectedComponents(const Topology& topology)
{
    const Graph graph = MakeGraph(topology);
    std::vector<std::uint32_t> parts(topology.routers.size());
    boost::connected_components(
        graph,
        boost::make_iterator_property_map(parts.begin(), boost::get(boost::vertex_index, graph)));
    return parts;
}

void KeepLargestPart(Topology& topology)
{
    const std::vector<std::uint32_t> parts = ConnectedComponents(topology);
    std::vector<std::uint32_t> sizes(parts.size());
    for (const std::uint32_t part : parts)
    {
        ++sizes[part];
    }
    const auto largest =
        static_cast<std::uint32_t>(std::ranges::max_element(sizes) - sizes.begin());
    if (sizes[largest] == parts.size())
    {
        return;
    }
    std::vector<Router> routers;
    std::vector<RouterId> places(parts.size());
    for (RouterId router = 0; router < parts.size(); ++router)
    {
        places[router] = static_cast<RouterId>(routers.size());
        if (parts[router] == largest)
        {
            routers.push_back(std::move(topology.routers[router]));
        }
    }
    std::erase_if(topology.links, [&](const Link& link) { return parts[link.a] != largest; });
    for (Link& link : topology.links)
    {
        link.a = places[link.a];
        link.b = places[link.b];
    }
    const std::size_t out = parts.size() - routers.size();
    topology.notes.push_back(std::to_string(out) + " of " + std::to_string(parts.size()) +
                             " routers left out: they are not linked to the largest part of the "
                             "map.");
    topology.routers = std::move(routers);
}

void RequireConnected(const Topology& topology,
                      const std::string& field,
                      const std::string& what,
                      const std::string& remedy)
{
    constexpr std::uint32_t DESCRIBED = 4;
    const std::vector<std::uint32_t> parts = ConnectedComponents(topology);
    const std::uint32_t count = parts.empty() ? 0 : *std::ranges::max_element(parts) + 1;
    if (count <= 1)
    {
        return;
    }
    std::string message =
        what + " is in " + std::to_string(count) + " parts with no link between them: ";
    for (std::uint32_t part = 0; part < std::min(count, DESCRIBED); ++part)
    {
        message += (part == 0 ? "" : ", ") + DescribePart(topology, parts, part);
    }
    message += count > DESCRIBED ? ", …" : "";
    throw TopologyError(field, message + "; every router must reach every other" + remedy);
}

} // namespace swimlab
