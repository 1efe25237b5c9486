// SPDX-License-Identifier: GPL-2.0-only
//
// A network of the Internet Topology Zoo (Knight et al., IEEE JSAC 29(9), 2011) from its GraphML
// file.
//
// The Zoo's maps were drawn from what operators publish, so they have gaps: routers without a name
// or a place, links drawn twice, links from a router to itself, hardly any data rates. A gap is
// filled in the plainest way that keeps the network whole, and each filling is said in
// Topology::notes.
#include "lab/topology/generators.h"
#include "lab/topology/geography.h"
#include "lab/topology/graph.h"
#include "lab/topology/graphml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

namespace swimlab
{

namespace
{

using Places = std::vector<std::optional<Position>>;

std::string Text(const GraphmlAttributes& attributes, const std::string& name)
{
    const auto found = attributes.find(name);
    return found == attributes.end() ? "" : found->second;
}

/// The attribute as a number from low to high; nothing if it is missing or anything else.
std::optional<double> Number(const GraphmlAttributes& attributes,
                             const std::string& name,
                             double low,
                             double high)
{
    const std::string text = Text(attributes, name);
    const char* const end = text.data() + text.size();
    double value = 0;
    const auto [parsed, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || parsed != end || !(value >= low && value <= high))
    {
        return std::nullopt;
    }
    return value;
}

/// `1 router was` or `3 routers were`.
std::string Count(std::size_t count, const std::string& noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? " was" : "s were");
}

void AddRouters(Topology& topology, const GraphmlDocument& document)
{
    std::set<std::string> labels;
    std::size_t renamed = 0;
    for (std::size_t i = 0; i < document.nodes.size(); ++i)
    {
        const GraphmlAttributes& node = document.nodes[i];
        Router router;
        router.label = Text(node, "label");
        router.region = Text(node, "Country");
        const auto latitude = Number(node, "Latitude", -90, 90);
        const auto longitude = Number(node, "Longitude", -180, 180);
        if (latitude && longitude)
        {
            router.latitude = latitude;
            router.longitude = longitude;
        }
        // A label has to tell routers apart, since faults and partitions are aimed by it.
        if (router.label.empty() || labels.contains(router.label))
        {
            router.label += (router.label.empty() ? "router-" : "-") + std::to_string(i);
            ++renamed;
        }
        labels.insert(router.label);
        topology.routers.push_back(std::move(router));
    }
    if (renamed > 0)
    {
        topology.notes.push_back(Count(renamed, "router") +
                                 " labelled by number: the file's label is empty, or that of "
                                 "another router.");
    }
}

/// One link for each pair of routers, with the highest data rate that the file gives it.
/// Delays are still unset.
void AddLinks(Topology& topology, const GraphmlDocument& document, std::uint64_t defaultRate)
{
    constexpr double MAX_RATE = 1e15;
    std::map<std::pair<RouterId, RouterId>, std::size_t> places;
    std::size_t selfLoops = 0;
    std::size_t parallel = 0;
    for (const GraphmlEdge& edge : document.edges)
    {
        if (edge.source == edge.target)
        {
            ++selfLoops;
            continue;
        }
        const auto given = Number(edge.attributes, "LinkSpeedRaw", 1, MAX_RATE);
        const auto rate = static_cast<std::uint64_t>(given.value_or(0));
        const auto [a, b] = std::minmax(edge.source, edge.target);
        const auto [place, added] = places.try_emplace({a, b}, topology.links.size());
        if (added)
        {
            topology.links.push_back({a, b, {}, rate});
            continue;
        }
        ++parallel;
        Link& kept = topology.links[place->second];
        kept.bitsPerSecond = std::max(kept.bitsPerSecond, rate);
    }
    for (Link& link : topology.links)
    {
        link.bitsPerSecond = link.bitsPerSecond > 0 ? link.bitsPerSecond : defaultRate;
    }
    if (selfLoops > 0)
    {
        topology.notes.push_back(Count(selfLoops, "link") + " dropped: from a router to itself.");
    }
    if (parallel > 0)
    {
        topology.notes.push_back(
            Count(parallel, "link") +
            " dropped: beside another of the same two routers. The highest data "
            "rate is kept.");
    }
}

/**
 * The routers' places; one that the file does not place stands in the middle of its neighbours.
 * Goes in rounds, from the placed routers outwards, so the order of the file does not matter. If
 * the file places no router at all, none has a place.
 */
Places EstimatePlaces(Topology& topology)
{
    Places places(topology.routers.size());
    std::size_t given = 0;
    for (RouterId router = 0; router < places.size(); ++router)
    {
        const Router& from = topology.routers[router];
        if (from.latitude && from.longitude)
        {
            places[router] = Position{*from.latitude, *from.longitude};
            ++given;
        }
    }
    std::size_t placed = given;
    for (bool progress = true; progress;)
    {
        std::map<RouterId, std::vector<Position>> neighbours;
        for (const Link& link : topology.links)
        {
            for (const auto& [from, to] : {std::pair(link.a, link.b), std::pair(link.b, link.a)})
            {
                if (places[from] && !places[to])
                {
                    neighbours[to].push_back(*places[from]);
                }
            }
        }
        for (const auto& [router, positions] : neighbours)
        {
            places[router] = Mean(positions);
        }
        placed += neighbours.size();
        progress = !neighbours.empty();
    }
    if (given == 0)
    {
        topology.notes.push_back("No router has coordinates: every link has the delay link_delay, "
                                 "and the picture is a circle.");
    }
    else if (placed > given)
    {
        topology.notes.push_back(Count(placed - given, "router") +
                                 " placed in the middle of their neighbours: the file gives no "
                                 "coordinates.");
    }
    return places;
}

void SetDelays(Topology& topology, const Places& places, const TopologySpec& spec)
{
    for (Link& link : topology.links)
    {
        link.delay = spec.linkDelay;
        if (places[link.a] && places[link.b])
        {
            const double km = GreatCircleKm(*places[link.a], *places[link.b]);
            link.delay = std::max(link.delay, PropagationDelay(km, spec.stretch));
        }
    }
}

/// Longitude and latitude to x and y at one scale, true in the middle of the map; or a circle.
void Draw(Topology& topology, const Places& places)
{
    double west = 180;
    double east = -180;
    double south = 90;
    double north = -90;
    for (const auto& place : places)
    {
        if (place)
        {
            west = std::min(west, place->longitude);
            east = std::max(east, place->longitude);
            south = std::min(south, place->latitude);
            north = std::max(north, place->latitude);
        }
    }
    constexpr double LEAST_SPAN = 1e-6; // degrees; keeps a map of one place in the middle
    const double squeeze = std::cos((south + north) / 2 * std::numbers::pi / 180);
    const double span = std::max({(east - west) * squeeze, north - south, LEAST_SPAN});
    for (std::size_t i = 0; i < places.size(); ++i)
    {
        Router& router = topology.routers[i];
        const double angle =
            2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(places.size());
        router.x = 0.5 + (places[i] ? (places[i]->longitude - (west + east) / 2) * squeeze / span
                                    : std::sin(angle) / 2);
        router.y = 0.5 + (places[i] ? (places[i]->latitude - (south + north) / 2) / span
                                    : std::cos(angle) / 2);
    }
}

} // namespace

Topology ReadTopologyFile(const TopologySpec& spec)
{
    const std::string where = "file = " + spec.file.string() + ": ";
    const GraphmlDocument document = spec.fileText ? ReadGraphml(*spec.fileText, where)
                                                   : ReadGraphml(ReadMap(spec.file, where), where);
    if (document.nodes.empty() || document.nodes.size() > MAX_ROUTERS)
    {
        throw TopologyError("file",
                            where + "has " + std::to_string(document.nodes.size()) +
                                " nodes; must be from 1 to " + std::to_string(MAX_ROUTERS));
    }
    Topology topology;
    AddRouters(topology, document);
    AddLinks(topology, document, spec.linkRate);
    if (spec.parts == MapParts::LARGEST)
    {
        KeepLargestPart(topology);
    }
    const Places places = EstimatePlaces(topology);
    SetDelays(topology, places, spec);
    Draw(topology, places);
    return topology;
}

} // namespace swimlab
