// SPDX-License-Identifier: GPL-2.0-only
//
// Dijkstra's algorithm once for each destination; next hops follow from the distances alone, so
// ties are broken by our hash and not by the order in which an implementation happens to visit
// routers.
#include "lab/topology/paths.h"

#include "lab/topology/graph.h"
#include "swim/rng.h"

#include <algorithm>
#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <cmath>
#include <numeric>

namespace swimlab
{

namespace
{

/// Which of `choices` equally quick next hops, without the patterns that would leave some links
/// idle when routers choose one after the other.
std::size_t Choose(RouterId from, RouterId to, std::size_t choices)
{
    std::uint64_t state = (static_cast<std::uint64_t>(from) << 32) | to;
    return swim::SplitMix64(state) % choices;
}

std::uint32_t FewestHopsDiameter(const Graph& graph)
{
    std::uint32_t diameter = 0;
    for (RouterId start = 0; start < boost::num_vertices(graph); ++start)
    {
        std::vector<std::uint32_t> hops(boost::num_vertices(graph), 0);
        boost::breadth_first_search(
            graph,
            start,
            boost::visitor(boost::make_bfs_visitor(
                boost::record_distances(hops.data(), boost::on_tree_edge()))));
        diameter = std::max(diameter, *std::ranges::max_element(hops));
    }
    return diameter;
}

/// Fills mean and maximum from member to member.
void MeasureDelays(TopologyStatistics& statistics,
                   const Paths& paths,
                   std::chrono::nanoseconds accessDelay,
                   std::span<const RouterId> routerOfMember)
{
    std::vector<std::uint32_t> members(paths.Routers(), 0);
    for (const RouterId router : routerOfMember)
    {
        ++members[router];
    }
    double pairs = 0;
    double sumNs = 0;
    for (RouterId from = 0; from < paths.Routers(); ++from)
    {
        for (RouterId to = 0; to < paths.Routers(); ++to)
        {
            const double count =
                members[from] * (static_cast<double>(members[to]) - (from == to ? 1 : 0));
            if (count > 0)
            {
                const auto delay = paths.Delay(from, to) + 2 * accessDelay;
                statistics.maxPathDelay = std::max(statistics.maxPathDelay, delay);
                sumNs += count * static_cast<double>(delay.count());
                pairs += count;
            }
        }
    }
    if (pairs > 0)
    {
        statistics.meanPathDelay = std::chrono::nanoseconds(std::llround(sumNs / pairs));
    }
}

} // namespace

Paths::Paths(const Topology& topology)
    : m_routers(static_cast<std::uint32_t>(topology.routers.size())),
      m_nextHop(static_cast<std::size_t>(m_routers) * m_routers),
      m_hops(m_nextHop.size()),
      m_delayNs(m_nextHop.size())
{
    RequireConnected(topology, "topology", "the network");
    if (!topology.pairs.empty())
    {
        TakeLinks(topology);
        return;
    }
    const Graph graph = MakeGraph(topology);
    std::vector<std::vector<Neighbour>> neighbours(m_routers);
    for (const Link& link : topology.links)
    {
        neighbours[link.a].push_back({link.b, link.delay.count()});
        neighbours[link.b].push_back({link.a, link.delay.count()});
    }
    for (RouterId to = 0; to < m_routers; ++to)
    {
        boost::dijkstra_shortest_paths(graph, to, boost::distance_map(&m_delayNs[Index(0, to)]));
        ChooseNextHops(to, neighbours);
    }
}

void Paths::TakeLinks(const Topology& mesh)
{
    for (RouterId to = 0; to < m_routers; ++to)
    {
        for (RouterId from = 0; from < m_routers; ++from)
        {
            m_nextHop[Index(from, to)] = static_cast<std::uint16_t>(to);
            m_hops[Index(from, to)] = from == to ? 0 : 1;
            m_delayNs[Index(from, to)] = mesh.Pair(from, to).delay.count();
        }
    }
}

void Paths::ChooseNextHops(RouterId to, const std::vector<std::vector<Neighbour>>& neighbours)
{
    std::vector<RouterId> nearestFirst(m_routers);
    std::iota(nearestFirst.begin(), nearestFirst.end(), 0);
    std::ranges::stable_sort(nearestFirst, {}, [&](RouterId router) {
        return m_delayNs[Index(router, to)];
    });
    std::vector<RouterId> choices;
    for (const RouterId from : nearestFirst)
    {
        choices.clear();
        for (const Neighbour& neighbour : neighbours[from])
        {
            if (m_delayNs[Index(neighbour.router, to)] + neighbour.delayNs ==
                m_delayNs[Index(from, to)])
            {
                choices.push_back(neighbour.router);
            }
        }
        const RouterId next = from == to ? to : choices[Choose(from, to, choices.size())];
        m_nextHop[Index(from, to)] = static_cast<std::uint16_t>(next);
        m_hops[Index(from, to)] = from == to ? 0 : m_hops[Index(next, to)] + 1;
    }
}

std::vector<RouterId> Paths::Route(RouterId from, RouterId to) const
{
    std::vector<RouterId> route{from};
    while (route.back() != to)
    {
        route.push_back(NextHop(route.back(), to));
    }
    return route;
}

namespace
{

/// Of routers that keep others together the graph knows; a router on which all members are keeps the
/// members together, and of a star that is the only router.
void AddTheOneOfAllMembers(std::vector<RouterId>& points, std::span<const RouterId> routerOfMember)
{
    if (routerOfMember.size() < 2)
    {
        return;
    }
    const RouterId first = routerOfMember.front();
    const bool ofAll =
        std::ranges::all_of(routerOfMember, [first](RouterId router) { return router == first; });
    const auto place = std::ranges::lower_bound(points, first);
    if (ofAll && (place == points.end() || *place != first))
    {
        points.insert(place, first);
    }
}

} // namespace

TopologyStatistics ComputeStatistics(const Topology& topology,
                                     const Paths& paths,
                                     std::span<const RouterId> routerOfMember)
{
    const Graph graph = MakeGraph(topology);
    TopologyStatistics statistics;
    statistics.diameterHops = FewestHopsDiameter(graph);
    for (RouterId from = 0; from < paths.Routers(); ++from)
    {
        for (RouterId to = 0; to < paths.Routers(); ++to)
        {
            statistics.longestRouteHops =
                std::max(statistics.longestRouteHops, paths.Hops(from, to));
        }
    }
    MeasureDelays(statistics, paths, topology.accessDelay, routerOfMember);
    boost::articulation_points(graph, std::back_inserter(statistics.articulationPoints));
    std::ranges::sort(statistics.articulationPoints);
    AddTheOneOfAllMembers(statistics.articulationPoints, routerOfMember);
    return statistics;
}

} // namespace swimlab
