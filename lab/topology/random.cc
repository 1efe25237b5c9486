// SPDX-License-Identifier: GPL-2.0-only
//
// Random networks: Waxman's, where distance decides, and Barabási and Albert's, where degree
// decides.
//
// Both place routers uniformly in a square, since a link needs a length to have a delay; Barabási
// and Albert's model says nothing of places, so there the two are independent (as in the BRITE
// generator).
#include "lab/topology/generators.h"
#include "lab/topology/geography.h"
#include "lab/topology/graph.h"
#include "swim/rng.h"

#include <algorithm>
#include <boost/pending/disjoint_sets.hpp>
#include <cmath>
#include <numeric>
#include <tuple>

namespace swimlab
{

namespace
{

/// Independent streams, so that both kinds put the routers of one seed in the same places.
constexpr std::uint64_t PLACES_STREAM = 0;
constexpr std::uint64_t LINKS_STREAM = 1;

void PlaceRouters(Topology& topology, const TopologySpec& spec)
{
    swim::Rng rng(spec.seed, PLACES_STREAM);
    for (std::uint32_t i = 0; i < spec.routers; ++i)
    {
        Router router;
        router.label = "router-" + std::to_string(i);
        router.x = rng.Unit();
        router.y = rng.Unit();
        router.region =
            std::string(router.y < 0.5 ? "south" : "north") + (router.x < 0.5 ? "-west" : "-east");
        topology.routers.push_back(std::move(router));
    }
}

/// In units of the square's side.
double Distance(const Topology& topology, RouterId a, RouterId b)
{
    const Router& first = topology.routers[a];
    const Router& second = topology.routers[b];
    return std::hypot(first.x - second.x, first.y - second.y);
}

void AddLinkByDistance(Topology& topology, const TopologySpec& spec, RouterId a, RouterId b)
{
    const auto delay = PropagationDelay(Distance(topology, a, b) * spec.sideKm, spec.stretch);
    topology.links.push_back(
        {std::min(a, b), std::max(a, b), std::max(delay, spec.linkDelay), spec.linkRate});
}

/**
 * Adds the shortest links that make one network of all parts: a minimum spanning tree over the
 * parts, by Kruskal's algorithm. Waxman's model leaves distant routers alone; drawing again until
 * the network is connected would bend the statistics of all links, this adds a few that are known.
 */
void JoinParts(Topology& topology, const TopologySpec& spec)
{
    const std::vector<std::uint32_t> parts = ConnectedComponents(topology);
    std::vector<std::tuple<double, RouterId, RouterId>> candidates;
    for (RouterId a = 0; a < parts.size(); ++a)
    {
        for (RouterId b = a + 1; b < parts.size(); ++b)
        {
            if (parts[a] != parts[b])
            {
                candidates.emplace_back(Distance(topology, a, b), a, b);
            }
        }
    }
    std::ranges::sort(candidates);

    const std::uint32_t count = *std::ranges::max_element(parts) + 1;
    std::vector<std::uint32_t> rank(count, 0);
    std::vector<std::uint32_t> parent(count);
    std::iota(parent.begin(), parent.end(), 0);
    boost::disjoint_sets joined(rank.data(), parent.data());
    for (const auto& [distance, a, b] : candidates)
    {
        if (joined.find_set(parts[a]) != joined.find_set(parts[b]))
        {
            joined.union_set(parts[a], parts[b]);
            AddLinkByDistance(topology, spec, a, b);
        }
    }
    if (count > 1)
    {
        topology.notes.push_back("The random network was in " + std::to_string(count) +
                                 " parts; they were joined by the " + std::to_string(count - 1) +
                                 " shortest links that do so.");
    }
}

} // namespace

/// Two routers at distance d are linked with probability beta·exp(-d / (alpha·L)), L being the
/// largest distance of two routers (Waxman, IEEE JSAC 6(9), 1988; some generators swap the two
/// letters).
Topology MakeWaxman(const TopologySpec& spec)
{
    Topology topology;
    PlaceRouters(topology, spec);
    double largest = 0;
    for (RouterId a = 0; a < spec.routers; ++a)
    {
        for (RouterId b = a + 1; b < spec.routers; ++b)
        {
            largest = std::max(largest, Distance(topology, a, b));
        }
    }
    swim::Rng rng(spec.seed, LINKS_STREAM);
    for (RouterId a = 0; a < spec.routers; ++a)
    {
        for (RouterId b = a + 1; b < spec.routers; ++b)
        {
            const double reach = std::exp(-Distance(topology, a, b) / (spec.alpha * largest));
            if (rng.Unit() < spec.beta * reach)
            {
                AddLinkByDistance(topology, spec, a, b);
            }
        }
    }
    JoinParts(topology, spec);
    return topology;
}

/// Starts from a complete graph of edgesPerRouter + 1 routers, so every router has at least
/// edgesPerRouter links and the network is connected. Each further router is linked to that many
/// different ones, each drawn with probability proportional to its degree (Science 286, 1999).
Topology MakeBarabasiAlbert(const TopologySpec& spec)
{
    Topology topology;
    PlaceRouters(topology, spec);
    swim::Rng rng(spec.seed, LINKS_STREAM);
    std::vector<RouterId> linkEnds; // a router stands here once for each of its links
    const auto addLink = [&](RouterId a, RouterId b) {
        AddLinkByDistance(topology, spec, a, b);
        linkEnds.insert(linkEnds.end(), {a, b});
    };
    for (RouterId router = 1; router <= spec.edgesPerRouter; ++router)
    {
        for (RouterId earlier = 0; earlier < router; ++earlier)
        {
            addLink(earlier, router);
        }
    }
    std::vector<RouterId> chosen;
    for (RouterId router = spec.edgesPerRouter + 1; router < spec.routers; ++router)
    {
        chosen.clear();
        while (chosen.size() < spec.edgesPerRouter)
        {
            const RouterId candidate = linkEnds[rng.Below(linkEnds.size())];
            if (std::ranges::find(chosen, candidate) == chosen.end())
            {
                chosen.push_back(candidate);
            }
        }
        for (const RouterId earlier : chosen)
        {
            addLink(earlier, router);
        }
    }
    return topology;
}

} // namespace swimlab
