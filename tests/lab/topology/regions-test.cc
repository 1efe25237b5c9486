// SPDX-License-Identifier: GPL-2.0-only
//
// Networks of regions: what the matrix says is what there is between members, whatever is quicker.
#include "lab/topology/cut.h"
#include "lab/topology/paths.h"
#include "lab/topology/topology.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

/// From a to c it is 100 ms, and over b 20 ms; one way, and from c to a 60 ms.
constexpr const char* DETOUR = "one-way ms,a,b,c\na,1,10,100\nb,10,2,10\nc,60,10,3\n";

TopologySpec SpecOf(const std::string& matrix)
{
    TopologySpec spec;
    spec.kind = TopologyKind::REGIONS;
    spec.matrix = {"m.csv", "m.csv", std::make_shared<const std::string>(matrix)};
    return spec;
}

std::string ErrorOf(const TopologySpec& spec)
{
    try
    {
        BuildTopology(spec);
    }
    catch (const TopologyError& error)
    {
        return error.Field() + ": " + error.what();
    }
    return "no error";
}

bool HasNote(const Topology& topology, const std::string& words)
{
    return std::ranges::any_of(topology.notes, [&](const std::string& note) {
        return note.find(words) != std::string::npos;
    });
}

TEST(Regions, AreAFullMeshOfWhichEachPairTakesItsLink)
{
    const Topology topology = BuildTopology(SpecOf(DETOUR));
    const Paths paths(topology);
    ASSERT_EQ(topology.routers.size(), 3U);
    EXPECT_EQ(topology.links.size(), 3U);
    EXPECT_EQ(paths.Route(0, 2), (std::vector<RouterId>{0, 2})) << "though b is a quicker way";
    EXPECT_EQ(paths.Delay(0, 2), 100ms);
    EXPECT_EQ(paths.Delay(2, 0), 60ms);
    EXPECT_EQ(paths.Delay(1, 1), 2ms);
    EXPECT_EQ(topology.accessDelay, 0ns) << "the matrix is from member to member";
    EXPECT_TRUE(HasNote(topology, "quicker for 2 of 6 ordered pairs"));
    const std::vector<RouterId> routers = {0, 0, 2};
    const auto statistics = ComputeStatistics(topology, paths, routers);
    EXPECT_EQ(statistics.longestRouteHops, 1U);
    EXPECT_EQ(statistics.maxPathDelay, 100ms);
    EXPECT_EQ(statistics.meanPathDelay, (2 * 1ms + 2 * 100ms + 2 * 60ms + 2ns) / 6);
}

TEST(Regions, HaveZonesWithADelayOfTheirOwn)
{
    TopologySpec spec = SpecOf(DETOUR);
    spec.zones = 3;
    spec.zoneDelay = 200us;
    const Topology topology = BuildTopology(spec);
    const Paths paths(topology);
    EXPECT_EQ(topology.routers.size(), 9U);
    EXPECT_EQ(topology.links.size(), 36U);
    EXPECT_EQ(topology.routers[4].label, "b-b");
    EXPECT_EQ(topology.routers[4].region, "b");
    EXPECT_EQ(paths.Delay(4, 4), 200us);
    EXPECT_EQ(paths.Delay(4, 5), 2ms);
    EXPECT_EQ(paths.Delay(2, 6), 100ms);
    EXPECT_EQ(RoutersOfRegion(topology, "b"), (std::vector<RouterId>{3, 4, 5}));
}

TEST(Regions, HaveLossesFromAMatrixInAnyOrder)
{
    TopologySpec spec = SpecOf(DETOUR);
    spec.lossMatrix = {
        "l.csv",
        "l.csv",
        std::make_shared<const std::string>("loss %,c,b,a\na,5,1,0\nb,0,0,0\nc,0,0,7\n")};
    const Topology topology = BuildTopology(spec);
    EXPECT_DOUBLE_EQ(topology.Pair(0, 2).loss, 0.05);
    EXPECT_DOUBLE_EQ(topology.Pair(2, 0).loss, 0.07);
    EXPECT_DOUBLE_EQ(topology.Pair(0, 1).loss, 0.01);
    EXPECT_DOUBLE_EQ(topology.Pair(1, 0).loss, 0);
    spec.lossMatrix.text = std::make_shared<const std::string>("loss %,a,b\na,0,0\nb,0,0\n");
    EXPECT_EQ(ErrorOf(spec), "loss_matrix: l.csv: has 2 regions, and the delays are of 3");
    spec.lossMatrix.text =
        std::make_shared<const std::string>("loss %,a,b,d\na,0,0,0\nb,0,0,0\nd,0,0,0\n");
    EXPECT_EQ(ErrorOf(spec),
              "loss_matrix: there is no region \"d\"; the matrix has \"a\", \"b\", \"c\"");
}

TEST(Regions, HavePairsThatAreOtherwise)
{
    TopologySpec spec = SpecOf(DETOUR);
    spec.delayShape = {DelayDistribution::LOGNORMAL, 0.2, {}};
    spec.pairs = {{.between = {"c", "a"}, .delay = 70ms, .loss = 0.5, .shape = DelayShape{}},
                  {.between = {"b", "b"}, .delay = 5ms}};
    const Topology topology = BuildTopology(spec);
    for (const auto& [from, to] : {std::pair(0, 2), std::pair(2, 0)})
    {
        EXPECT_EQ(topology.Pair(from, to).delay, 70ms);
        EXPECT_EQ(topology.Pair(from, to).loss, 0.5);
        EXPECT_FALSE(topology.shapes[topology.Pair(from, to).shape].Varies());
    }
    EXPECT_EQ(topology.Pair(1, 1).delay, 5ms);
    EXPECT_TRUE(topology.shapes[topology.Pair(1, 1).shape].Varies());
    EXPECT_EQ(topology.Pair(0, 1).delay, 10ms);
    spec.pairs[1].between[1] = "x";
    EXPECT_EQ(ErrorOf(spec),
              "pair.1.between: there is no region \"x\"; the matrix has \"a\", \"b\", \"c\"");
}

std::vector<std::size_t> MembersByRegion(const TopologySpec& spec,
                                         std::uint32_t members,
                                         std::optional<std::uint64_t> seed = std::nullopt)
{
    const Topology topology = BuildTopology(spec);
    const auto routerOfMember = Attach(members, topology, AttachPolicy::EVEN, seed);
    EXPECT_EQ(routerOfMember.size(), members);
    EXPECT_TRUE(std::ranges::is_sorted(routerOfMember));
    std::vector<std::size_t> counts;
    for (const char* const region : {"a", "b", "c"})
    {
        counts.push_back(MembersOf(RoutersOfRegion(topology, region), routerOfMember).size());
    }
    return counts;
}

TEST(Regions, HaveAsManyMembersAsIsSaid)
{
    TopologySpec spec = SpecOf(DETOUR);
    EXPECT_EQ(MembersByRegion(spec, 90), (std::vector<std::size_t>{30, 30, 30}));
    spec.members = {{"c", 50}, {"a", 100}};
    spec.zones = 3;
    EXPECT_EQ(MembersByRegion(spec, 150), (std::vector<std::size_t>{100, 0, 50}))
        << "though thirds of neither are whole";
    const auto drawn = MembersByRegion(spec, 15'000, 7);
    EXPECT_NEAR(static_cast<double>(drawn[0]), 10'000, 4 * 58) << "four standard deviations";
    EXPECT_EQ(drawn[1], 0U);
    spec.members = {{"x", 1}};
    EXPECT_EQ(ErrorOf(spec),
              "members: there is no region \"x\"; the matrix has \"a\", \"b\", \"c\"");
}

TEST(Regions, AreOfASizeThatAMeshCanHave)
{
    std::string header = "one-way ms";
    std::string rows;
    for (int from = 0; from < 101; ++from)
    {
        header += ",r" + std::to_string(from);
        rows += "r" + std::to_string(from);
        for (int to = 0; to < 101; ++to)
        {
            rows += ",1";
        }
        rows += "\n";
    }
    TopologySpec spec = SpecOf(header + "\n" + rows);
    EXPECT_EQ(ErrorOf(spec), "no error");
    spec.zones = 2;
    EXPECT_EQ(ErrorOf(spec),
              "matrix: m.csv: has 101 regions; with 2 zones each there may be 200 zones in all");
}

TEST(Regions, AreCutAsOtherNetworksAre)
{
    TopologySpec spec = SpecOf(DETOUR);
    const Topology topology = BuildTopology(spec);
    const auto routerOfMember = Attach(30, topology, AttachPolicy::EVEN);
    EXPECT_EQ(CutByRegion(topology, routerOfMember, "b").members[0].size(), 10U);
    EXPECT_EQ(MinimumCut(topology, routerOfMember).links.size(), 2U);
}

} // namespace
} // namespace swimlab
