// SPDX-License-Identifier: GPL-2.0-only
//
// Every cut is a bit for each router: how the bits are chosen differs, what follows from them does
// not.
#include "lab/topology/cut.h"

#include "lab/topology/graph.h"

#include <algorithm>
#include <boost/graph/stoer_wagner_min_cut.hpp>
#include <boost/property_map/property_map.hpp>

namespace swimlab
{

namespace
{

/// @param field what the user set, for errors
/// @param what the cut in words, for errors
Cut MakeCut(const Topology& topology,
            std::span<const RouterId> routerOfMember,
            const std::vector<bool>& onSideZero,
            const std::string& field,
            const std::string& what)
{
    Cut cut;
    for (RouterId router = 0; router < topology.routers.size(); ++router)
    {
        cut.routers[onSideZero[router] ? 0 : 1].push_back(router);
    }
    for (std::size_t side = 0; side < cut.members.size(); ++side)
    {
        cut.members[side] = MembersOf(cut.routers[side], routerOfMember);
        if (cut.members[side].empty())
        {
            throw TopologyError(field,
                                what + ": no member is on " +
                                    (side == 0 ? "this side" : "the other side") +
                                    " of the cut; both sides must carry members");
        }
    }
    for (std::size_t i = 0; i < topology.links.size(); ++i)
    {
        if (onSideZero[topology.links[i].a] != onSideZero[topology.links[i].b])
        {
            cut.links.push_back(i);
        }
    }
    return cut;
}

/// `[Oslo, Bergen, …]`: enough to recognise side 0 on the map.
std::string SomeOfSideZero(const Topology& topology, const std::vector<bool>& onSideZero)
{
    constexpr std::size_t NAMED = 6;
    std::string text;
    std::size_t count = 0;
    for (RouterId router = 0; router < onSideZero.size(); ++router)
    {
        if (onSideZero[router] && count++ < NAMED)
        {
            text += (text.empty() ? "" : ", ") + topology.routers[router].label;
        }
    }
    return "[" + text + (count > NAMED ? ", …]" : "]");
}

std::string SomeRegions(const Topology& topology)
{
    constexpr std::size_t NAMED = 12;
    std::vector<std::string> regions;
    for (const Router& router : topology.routers)
    {
        if (!router.region.empty())
        {
            regions.push_back(router.region);
        }
    }
    std::ranges::sort(regions);
    regions.erase(std::unique(regions.begin(), regions.end()), regions.end());
    std::string text;
    for (std::size_t i = 0; i < std::min(NAMED, regions.size()); ++i)
    {
        text += (i == 0 ? "" : ", ") + regions[i];
    }
    return regions.empty() ? "no region at all" : text + (regions.size() > NAMED ? ", …" : "");
}

} // namespace

Cut CutByRouters(const Topology& topology,
                 std::span<const RouterId> routerOfMember,
                 std::span<const RouterId> routers)
{
    std::vector<bool> onSideZero(topology.routers.size(), false);
    for (const RouterId router : routers)
    {
        if (router >= topology.routers.size())
        {
            throw TopologyError("router",
                                "router = " + std::to_string(router) + ": must be from 0 to " +
                                    std::to_string(topology.routers.size() - 1));
        }
        onSideZero[router] = true;
    }
    return MakeCut(topology,
                   routerOfMember,
                   onSideZero,
                   "router",
                   "router = " + SomeOfSideZero(topology, onSideZero));
}

Cut CutByRegion(const Topology& topology,
                std::span<const RouterId> routerOfMember,
                std::string_view region)
{
    const std::string what = "region = \"" + std::string(region) + "\"";
    const std::vector<RouterId> routers = RoutersOfRegion(topology, region);
    if (routers.empty())
    {
        throw TopologyError("region",
                            what + ": no router is there; the topology has " +
                                SomeRegions(topology));
    }
    std::vector<bool> onSideZero(topology.routers.size(), false);
    for (const RouterId router : routers)
    {
        onSideZero[router] = true;
    }
    return MakeCut(topology, routerOfMember, onSideZero, "region", what);
}

Cut MinimumCut(const Topology& topology, std::span<const RouterId> routerOfMember)
{
    const std::string what = "cut = \"minimum\"";
    if (topology.routers.size() < 2)
    {
        throw TopologyError("cut", what + ": the topology has one router, and nothing to cut");
    }
    const Graph graph = MakeGraph(topology);
    std::vector<char> parity(topology.routers.size());
    boost::stoer_wagner_min_cut(graph,
                                boost::make_static_property_map<Graph::edge_descriptor>(1),
                                boost::parity_map(boost::make_iterator_property_map(
                                    parity.begin(),
                                    boost::get(boost::vertex_index, graph))));

    const auto ones = static_cast<std::size_t>(std::ranges::count(parity, 1));
    const std::size_t zeros = parity.size() - ones;
    const bool smallerIsOnes = ones != zeros ? ones < zeros : parity[0] == 0;
    std::vector<bool> onSideZero(parity.size());
    for (std::size_t router = 0; router < parity.size(); ++router)
    {
        onSideZero[router] = (parity[router] == 1) == smallerIsOnes;
    }
    return MakeCut(topology,
                   routerOfMember,
                   onSideZero,
                   "cut",
                   what + ", which cuts off " + SomeOfSideZero(topology, onSideZero));
}

} // namespace swimlab
