// SPDX-License-Identifier: GPL-2.0-only
//
// A spec is checked, the kind's maker builds the graph, and what all kinds share is added.
#include "lab/topology/topology.h"

#include "lab/topology/generators.h"
#include "lab/topology/graph.h"
#include "swim/key-table.h"

#include <sstream>

namespace swimlab
{

namespace
{

using std::chrono::nanoseconds;

/// @param good false for NaN, which is why the callers ask for what is right and not for what is
/// wrong
template <typename T>
void Require(bool good, const char* field, const T& value, const std::string& allowed)
{
    if (!good)
    {
        std::ostringstream message;
        message << field << " = " << value << ": must be " << allowed;
        throw TopologyError(field, message.str());
    }
}

template <typename T>
void RequireRange(const char* field, T value, T low, T high)
{
    std::ostringstream allowed;
    allowed << "from " << low << " to " << high;
    Require(value >= low && value <= high, field, value, allowed.str());
}

template <typename T>
void RequireAboveZero(const char* field, T value, T high)
{
    std::ostringstream allowed;
    allowed << "above 0 and at most " << high;
    Require(value > 0 && value <= high, field, value, allowed.str());
}

void RequireDelay(const char* field,
                  nanoseconds delay,
                  nanoseconds least,
                  const std::string& allowed)
{
    Require(delay >= least && delay <= MAX_LINK_DELAY,
            field,
            std::to_string(delay.count()) + "ns",
            allowed);
}

/// All parameters, those of other kinds included: a wrong value is wrong before it is used.
void Check(const TopologySpec& spec)
{
    RequireRange("leaves", spec.leaves, 1U, MAX_LAYER);
    RequireRange("spines", spec.spines, 1U, MAX_LAYER);
    Require(spec.arity >= 2 && spec.arity <= MAX_ARITY && spec.arity % 2 == 0,
            "arity",
            spec.arity,
            "even and from 2 to " + std::to_string(MAX_ARITY));
    RequireRange("routers", spec.routers, 2U, MAX_ROUTERS);
    RequireAboveZero("alpha", spec.alpha, 1.0);
    RequireAboveZero("beta", spec.beta, 1.0);
    RequireRange("edges_per_router", spec.edgesPerRouter, 1U, MAX_ROUTERS - 1);
    if (spec.kind == TopologyKind::BARABASI_ALBERT)
    {
        Require(spec.edgesPerRouter < spec.routers,
                "edges_per_router",
                spec.edgesPerRouter,
                "less than routers = " + std::to_string(spec.routers));
    }
    RequireAboveZero("side_km", spec.sideKm, double{MAX_SIDE_KM});
    RequireRange("stretch", spec.stretch, 1.0, double{MAX_STRETCH});
    RequireDelay("link_delay", spec.linkDelay, nanoseconds(1), "above 0 and at most 10s");
    RequireRange("zones", spec.zones, 1U, MAX_ZONES);
    RequireDelay("zone_delay", spec.zoneDelay, nanoseconds(0), "from 0s to 10s");
    RequireDelay("access_delay", spec.accessDelay, nanoseconds(0), "from 0s to 10s");
    Require(spec.linkRate > 0, "link_rate", spec.linkRate, "above 0 bit/s");
    Require(spec.accessRate > 0, "access_rate", spec.accessRate, "above 0 bit/s");
}

Topology Make(const TopologySpec& spec)
{
    switch (spec.kind)
    {
    case TopologyKind::STAR:
        return MakeStar();
    case TopologyKind::LEAF_SPINE:
        return MakeLeafSpine(spec);
    case TopologyKind::FAT_TREE:
        return MakeFatTree(spec);
    case TopologyKind::WAXMAN:
        return MakeWaxman(spec);
    case TopologyKind::BARABASI_ALBERT:
        return MakeBarabasiAlbert(spec);
    case TopologyKind::GRAPH_FILE:
        return ReadTopologyFile(spec);
    case TopologyKind::REGIONS:
        return MakeRegions(spec);
    }
    throw std::logic_error("a kind of topology has no maker");
}

} // namespace

TopologySpec SeedsOfRun(TopologySpec spec, std::uint64_t runSeed)
{
    // Seeds from 1 on make whole groups; 0, which may be one too, is of the first.
    const std::uint64_t seed = 1 + (runSeed - (runSeed > 0 ? 1 : 0)) / spec.runsPerNetwork;
    if (spec.seedOfRun)
    {
        spec.seed = seed;
    }
    if (spec.attachSeedOfRun)
    {
        spec.attachSeed = seed;
    }
    return spec;
}

std::string_view ToString(TopologyKind kind)
{
    return swim::NameOf(TOPOLOGY_KINDS, kind);
}

Topology BuildTopology(const TopologySpec& spec)
{
    Check(spec);
    Topology topology = Make(spec);
    topology.kind = spec.kind;
    topology.accessDelay = topology.pairs.empty() ? spec.accessDelay : nanoseconds(0);
    topology.accessBitsPerSecond = spec.accessRate;
    RequireConnected(topology,
                     "file",
                     "file = " + spec.file.string() + ": the network",
                     ", or parts = \"largest\" leaves out what the largest part does not reach");
    return topology;
}

} // namespace swimlab
