// SPDX-License-Identifier: GPL-2.0-only
//
// The network under the cluster: routers, the links between them, and where the members are
// attached.
//
// Plain data, built once from a TopologySpec and never changed afterwards: the packet network, the
// path network, the fault timeline and the report all read the same Topology, so they cannot
// disagree about the map. Nothing here knows ns-3, and everything that is random comes from
// TopologySpec::seed.
#pragma once

#include "lab/topology/delay-shape.h"
#include "lab/topology/member-id.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// A router's place in Topology::routers.
using RouterId = std::uint32_t;

/// The most routers a topology may have: all-pairs paths take 12 bytes a pair.
inline constexpr std::uint32_t MAX_ROUTERS = 2000;

// Other bounds of TopologySpec, for who checks it and for who tells of it.

inline constexpr std::uint32_t MAX_LAYER = MAX_ROUTERS / 2; ///< leaves, spines
/// Ports of a router of a fat tree: the largest whose 5k²/4 routers are within MAX_ROUTERS.
inline constexpr std::uint32_t MAX_ARITY = 38;
inline constexpr std::uint32_t MAX_SIDE_KM = 40'000;
inline constexpr std::uint32_t MAX_STRETCH = 10;
inline constexpr std::chrono::seconds MAX_LINK_DELAY{10}; ///< of links and of access links
inline constexpr std::uint32_t MAX_MESH_ROUTERS = 200; ///< each with a link to each: 19,900 links
inline constexpr std::uint32_t MAX_ZONES = 26;         ///< of a region, which letters tell apart

/// What is wrong with a parameter; what() reads `leaves = 0: must be from 1 to 1000`.
class TopologyError : public std::runtime_error
{
  public:
    /// @param field the parameter's name in a scenario file, `edges_per_router`
    /// @param message the whole text, with the value and what would be right
    TopologyError(std::string field, const std::string& message)
        : std::runtime_error(message),
          m_field(std::move(field))
    {
    }

    /// The parameter's name in snake case, so that the caller can add file and line.
    const std::string& Field() const
    {
        return m_field;
    }

  private:
    std::string m_field;
};

/// Names of the enumerators, in their order.
inline constexpr std::string_view TOPOLOGY_KINDS =
    "star|leaf-spine|fat-tree|waxman|barabasi-albert|file|regions";

/// The shapes that `kind` names.
enum class TopologyKind : std::uint8_t
{
    STAR,            ///< one router, every member on it
    LEAF_SPINE,      ///< every leaf linked to every spine; members on leaves
    FAT_TREE,        ///< three-stage Clos network (Al-Fares et al. 2008); members on edge routers
    WAXMAN,          ///< random points, near ones linked more often (Waxman 1988)
    BARABASI_ALBERT, ///< preferential attachment: a few hubs, many leaves (Barabási, Albert 1999)
    GRAPH_FILE,      ///< a GraphML file with the Internet Topology Zoo's attributes
    REGIONS,         ///< a matrix of what was measured between regions; see region-matrix.h
};

/// Names of the enumerators, in their order.
inline constexpr std::string_view ATTACH_POLICIES = "even|weight";

/// How members are shared out among the routers that may carry members.
enum class AttachPolicy : std::uint8_t
{
    EVEN,   ///< the same number everywhere, give or take one
    WEIGHT, ///< in proportion to the sum of the data rates of the router's links
};

/// Names of the enumerators, in their order.
inline constexpr std::string_view MAP_PARTS = "all|largest";

/// Which of a file's parts are taken, where its routers are not all connected.
enum class MapParts : std::uint8_t
{
    ALL,     ///< the whole map, which must be in one part
    LARGEST, ///< that of most routers; of equal ones the first of the file
};

/// A matrix of regions.
struct MatrixFile
{
    std::filesystem::path path;              ///< empty: none
    std::string asWritten;                   ///< the same in the words of who asked, for records
    std::shared_ptr<const std::string> text; ///< its content, where that was read already
};

/// How many of the members a region has, in proportion to those of others.
struct MemberShare
{
    std::string region;
    double weight = 1;
};

/// What is otherwise between two regions than the matrix says, in both directions; or within one.
struct RegionPair
{
    std::array<std::string, 2> between;
    std::optional<std::chrono::nanoseconds> delay{}; ///< one way
    std::optional<double> loss{};                    ///< probability, per packet
    std::optional<DelayShape> shape{};
};

/// The parameters of [topology] in a scenario file, there in snake case. A kind reads what it
/// needs.
struct TopologySpec
{
    TopologyKind kind = TopologyKind::LEAF_SPINE;

    std::uint32_t leaves = 32; ///< leaf-spine: 1 to 1000
    std::uint32_t spines = 4;  ///< leaf-spine: 1 to 1000
    std::uint32_t arity = 8;   ///< fat-tree: ports of a router, k; even, 2 to 38; 5k²/4 routers

    std::uint32_t routers = 50;       ///< waxman, barabasi-albert: 2 to MAX_ROUTERS
    double alpha = 0.25;              ///< waxman: reach, a share of the largest distance; (0, 1]
    double beta = 0.4;                ///< waxman: density of links; (0, 1]
    std::uint32_t edgesPerRouter = 2; ///< barabasi-albert: of a new router; 1 to routers - 1
    double sideKm = 4000; ///< waxman, barabasi-albert: side of the routers' square; (0, 40000]

    std::filesystem::path file; ///< file: the GraphML file
    std::string fileAsWritten;  ///< file: the same in the words of who asked, for records
    /// file: its content, where that was read already.
    std::shared_ptr<const std::string> fileText;
    MapParts parts = MapParts::ALL; ///< file

    MatrixFile matrix;                ///< regions: delays
    MatrixFile lossMatrix;            ///< regions: losses; none: nothing is lost
    std::vector<MemberShare> members; ///< regions: those not named have none; empty: all alike
    std::uint32_t zones = 1;          ///< regions: routers of each; 1 to MAX_ZONES
    std::chrono::nanoseconds zoneDelay = std::chrono::microseconds(100); ///< regions: within a zone
    DelayShape delayShape;                                               ///< regions: of all pairs
    std::vector<RegionPair> pairs;                                       ///< regions

    /// Length of a fibre over the distance of its ends, for kinds whose routers have positions; 1
    /// to 10. 1.5 is what ITU-T Y.1541 and G.826 take for routes under 1000 km.
    double stretch = 1.5;

    /// Delay of a link. Where routers have positions: the least delay of a link, so that two
    /// routers in one city are not in one place; where a file has no positions at all: of every
    /// link. Above 0, at most 10 s.
    std::chrono::nanoseconds linkDelay = std::chrono::microseconds(50);

    /// From a member to its router; 0 to 10 s.
    std::chrono::nanoseconds accessDelay = std::chrono::microseconds(50);

    std::uint64_t linkRate = 10'000'000'000;  ///< bit/s of a link, unless the file says; above 0
    std::uint64_t accessRate = 1'000'000'000; ///< bit/s, member to router; above 0

    AttachPolicy attach = AttachPolicy::EVEN;

    /// Of the random kinds.
    std::uint64_t seed = 1;
    /// Of where members are; none: they are shared out as exactly as their number lets them be.
    std::optional<std::uint64_t> attachSeed;

    // Who plans a run draws its network anew: see SeedsOfRun.
    bool seedOfRun = false;
    bool attachSeedOfRun = false;
    std::uint32_t runsPerNetwork = 1; ///< seeds from 1 on, in groups of so many
};

/// The spec with the seeds that it leaves to the run.
TopologySpec SeedsOfRun(TopologySpec spec, std::uint64_t runSeed);

/// A place where links meet and members attach.
struct Router
{
    std::string label;  ///< unique in the topology
    std::string region; ///< country or group (`leaf`, `pod-3`, `north-west`); may be empty
    double x = 0.5;     ///< for drawing, 0 (left) to 1 (right)
    double y = 0.5;     ///< for drawing, 0 (bottom) to 1 (top)
    std::optional<double> latitude{};  ///< degrees, where the file gives both
    std::optional<double> longitude{}; ///< degrees, where the file gives both
    bool carriesMembers = true;        ///< false: only other routers are attached
};

/// Undirected: both directions have the delay and the data rate.
struct Link
{
    RouterId a = 0; ///< less than b
    RouterId b = 0;
    std::chrono::nanoseconds delay{}; ///< above 0
    std::uint64_t bitsPerSecond = 0;
};

/// The way from one router straight to another, in this direction; or from a router to itself.
struct PairPath
{
    std::chrono::nanoseconds delay{}; ///< from member to member, in the mean
    double loss = 0;                  ///< probability, per packet
    std::uint32_t shape = 0;          ///< place in Topology::shapes
};

/// Connected, without self-loops and parallel links, and with a router that carries members.
struct Topology
{
    TopologyKind kind = TopologyKind::STAR;
    std::vector<Router> routers;
    std::vector<Link> links;
    std::chrono::nanoseconds accessDelay{};
    std::uint64_t accessBitsPerSecond = 0;
    /// A mesh: what there is between any two routers, row by row of those who send, within a router
    /// too. Each two have a link, which is the way between them. Empty: ways are the links' sums.
    std::vector<PairPath> pairs;
    std::vector<DelayShape> shapes;  ///< of pairs
    std::vector<MemberShare> shares; ///< by region, where members are not shared out by router
    std::vector<std::string>
        notes; ///< what was changed or made up, one sentence each, for the report

    /// @pre a mesh
    const PairPath& Pair(RouterId from, RouterId to) const
    {
        return pairs[static_cast<std::size_t>(from) * routers.size() + to];
    }
};

/// `leaf-spine` and so on.
std::string_view ToString(TopologyKind kind);

/// Same spec and same file: same topology, on every platform.
/// @throws TopologyError if a parameter is out of range, or the file is unreadable or not connected
Topology BuildTopology(const TopologySpec& spec);

/**
 * The router of each member. Members of one router are neighbours in number, so a range of members
 * is a few whole racks; routers without carriesMembers get none.
 *
 * Shares by weight are rounded by largest remainder, so a router of little weight may get none.
 *
 * @param seed each member draws its router, with chances that are equal or by weight; none: no draw
 */
std::vector<RouterId> Attach(std::uint32_t members,
                             const Topology& topology,
                             AttachPolicy policy,
                             std::optional<std::uint64_t> seed = std::nullopt);

/// By label, or by number where no label matches; nothing if there is no such router.
std::optional<RouterId> FindRouter(const Topology& topology, std::string_view labelOrId);

/// In order of id; empty if there is no such region.
std::vector<RouterId> RoutersOfRegion(const Topology& topology, std::string_view region);

/// The members attached to any of these routers, in order.
std::vector<MemberId> MembersOf(std::span<const RouterId> routers,
                                std::span<const RouterId> routerOfMember);

} // namespace swimlab
