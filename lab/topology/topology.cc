// SPDX-License-Identifier: GPL-2.0-only
//
// A spec is checked, the kind's maker builds the graph, and what all kinds share is added.
#include "lab/topology/topology.h"

#include "lab/topology/generators.h"
#include "lab/topology/graph.h"

#include <array>
#include <sstream>

namespace swimlab
{

namespace
{

using std::chrono::nanoseconds;

constexpr std::array<std::pair<std::string_view, TopologyKind>, 6> KINDS{{
    {"star", TopologyKind::STAR},
    {"leaf-spine", TopologyKind::LEAF_SPINE},
    {"fat-tree", TopologyKind::FAT_TREE},
    {"waxman", TopologyKind::WAXMAN},
    {"barabasi-albert", TopologyKind::BARABASI_ALBERT},
    {"file", TopologyKind::GRAPH_FILE},
}};

constexpr std::array<std::pair<std::string_view, AttachPolicy>, 2> POLICIES{{
    {"even", AttachPolicy::EVEN},
    {"weight", AttachPolicy::WEIGHT},
}};

template <typename Names>
auto Parse(const Names& names, const std::string& field, std::string_view text)
{
    std::string allowed;
    for (const auto& [name, value] : names)
    {
        if (name == text)
        {
            return value;
        }
        allowed += (allowed.empty() ? "" : ", ") + std::string(name);
    }
    throw TopologyError(field,
                        field + " = \"" + std::string(text) + "\": must be one of " + allowed);
}

template <typename Names, typename Value>
std::string_view NameOf(const Names& names, Value wanted)
{
    for (const auto& [name, value] : names)
    {
        if (value == wanted)
        {
            return name;
        }
    }
    throw std::logic_error("an enumerator of the topology has no name");
}

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
    constexpr nanoseconds MAX_DELAY = std::chrono::seconds(10);
    Require(delay >= least && delay <= MAX_DELAY,
            field,
            std::to_string(delay.count()) + "ns",
            allowed);
}

/// All parameters, those of other kinds included: a wrong value is wrong before it is used.
void Check(const TopologySpec& spec)
{
    constexpr std::uint32_t MAX_LAYER = MAX_ROUTERS / 2;
    constexpr std::uint32_t MAX_ARITY =
        38; // the largest whose 5k²/4 routers are within MAX_ROUTERS
    constexpr double MAX_SIDE_KM = 40'000;
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
    RequireAboveZero("side_km", spec.sideKm, MAX_SIDE_KM);
    RequireRange("stretch", spec.stretch, 1.0, 10.0);
    RequireDelay("link_delay", spec.linkDelay, nanoseconds(1), "above 0 and at most 10s");
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
    }
    throw std::logic_error("a kind of topology has no maker");
}

} // namespace

TopologyKind ParseTopologyKind(std::string_view name)
{
    return Parse(KINDS, "kind", name);
}

std::string_view ToString(TopologyKind kind)
{
    return NameOf(KINDS, kind);
}

AttachPolicy ParseAttachPolicy(std::string_view name)
{
    return Parse(POLICIES, "attach", name);
}

std::string_view ToString(AttachPolicy policy)
{
    return NameOf(POLICIES, policy);
}

Topology BuildTopology(const TopologySpec& spec)
{
    Check(spec);
    Topology topology = Make(spec);
    topology.kind = spec.kind;
    topology.accessDelay = spec.accessDelay;
    topology.accessBitsPerSecond = spec.accessRate;
    RequireConnected(topology, "file", "file = " + spec.file.string() + ": the network");
    return topology;
}

} // namespace swimlab
