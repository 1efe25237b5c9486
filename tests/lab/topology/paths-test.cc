// SPDX-License-Identifier: GPL-2.0-only
//
// Routes, statistics and cuts, on graphs small enough for answers by hand; loops and detours are
// looked for on every kind of network.
#include "lab/topology/cut.h"
#include "lab/topology/paths.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <set>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

struct Line
{
    RouterId a;
    RouterId b;
    std::chrono::nanoseconds delay = 1us;
};

/// Routers r0, r1, … without access delay.
Topology Draw(std::uint32_t routers, const std::vector<Line>& lines)
{
    Topology topology;
    topology.routers.resize(routers);
    for (std::uint32_t i = 0; i < routers; ++i)
    {
        topology.routers[i].label = "r" + std::to_string(i);
    }
    for (const Line& line : lines)
    {
        topology.links.push_back({line.a, line.b, line.delay, 1});
    }
    return topology;
}

/// Two rings of four routers, 0-3 and 4-7, joined by the bridge 3-4.
Topology Barbell()
{
    Topology topology = Draw(
        8,
        {{0, 1}, {1, 2}, {2, 3}, {0, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 7}, {4, 7}, {0, 2}, {5, 7}});
    for (RouterId router = 0; router < 8; ++router)
    {
        topology.routers[router].region = router < 4 ? "left" : "right";
    }
    return topology;
}

std::vector<RouterId> OneMemberEach(const Topology& topology)
{
    std::vector<RouterId> routers(topology.routers.size());
    std::iota(routers.begin(), routers.end(), 0);
    return routers;
}

/// One network of each kind that needs no file.
std::vector<Topology> AllKinds()
{
    std::vector<Topology> topologies;
    for (const TopologyKind kind : {TopologyKind::STAR,
                                    TopologyKind::LEAF_SPINE,
                                    TopologyKind::FAT_TREE,
                                    TopologyKind::WAXMAN,
                                    TopologyKind::BARABASI_ALBERT})
    {
        TopologySpec spec;
        spec.kind = kind;
        topologies.push_back(BuildTopology(spec));
    }
    return topologies;
}

template <typename Call>
std::string ErrorOf(const std::string& field, Call call)
{
    try
    {
        call();
    }
    catch (const TopologyError& error)
    {
        EXPECT_EQ(error.Field(), field);
        return error.what();
    }
    return "no error";
}

} // namespace

TEST(PathsTest, TakesTheQuickWayEvenIfItHasMoreHops)
{
    const Topology square = Draw(4, {{0, 1, 1us}, {1, 2, 1us}, {2, 3, 1us}, {0, 3, 5us}});
    const Paths paths(square);
    EXPECT_EQ(paths.Route(0, 3), (std::vector<RouterId>{0, 1, 2, 3}));
    EXPECT_EQ(paths.NextHop(3, 0), 2U);
    EXPECT_EQ(paths.Delay(0, 3), 3us);
    EXPECT_EQ(paths.Hops(0, 3), 3U);
    EXPECT_EQ(paths.Hops(2, 2), 0U);
    EXPECT_EQ(paths.Route(2, 2), (std::vector<RouterId>{2}));
}

TEST(PathsTest, RoutesArriveAndTheirDelaysAndHopsAddUpOnEveryKind)
{
    for (const Topology& topology : AllKinds())
    {
        const Paths paths(topology);
        std::map<std::pair<RouterId, RouterId>, std::chrono::nanoseconds> delays;
        for (const Link& link : topology.links)
        {
            delays[{link.a, link.b}] = delays[{link.b, link.a}] = link.delay;
        }
        for (RouterId from = 0; from < paths.Routers(); ++from)
        {
            for (RouterId to = 0; to < paths.Routers(); ++to)
            {
                RouterId at = from;
                std::chrono::nanoseconds delay{};
                std::uint32_t hops = 0;
                while (at != to)
                {
                    const RouterId next = paths.NextHop(at, to);
                    ASSERT_TRUE(delays.contains({at, next})) << at << " has no link to " << next;
                    ASSERT_LE(++hops, paths.Routers()) << "loop from " << from << " to " << to;
                    delay += delays[{at, next}];
                    at = next;
                }
                ASSERT_EQ(paths.Delay(from, to), delay);
                ASSERT_EQ(paths.Delay(to, from), delay);
                ASSERT_EQ(paths.Hops(from, to), hops);
            }
        }
    }
}

TEST(PathsTest, EqualCostTrafficUsesEveryLinkOfALeafSpine)
{
    const Topology topology = BuildTopology({});
    const Paths paths(topology);
    for (RouterId leaf = 4; leaf < paths.Routers(); ++leaf)
    {
        std::set<RouterId> spines;
        for (RouterId to = 4; to < paths.Routers(); ++to)
        {
            if (to != leaf)
            {
                spines.insert(paths.NextHop(leaf, to));
                EXPECT_EQ(paths.Hops(leaf, to), 2U);
            }
        }
        EXPECT_EQ(spines, (std::set<RouterId>{0, 1, 2, 3})) << "from leaf " << leaf;
    }
}

TEST(PathsTest, EqualCostTrafficUsesEveryCoreOfAFatTree)
{
    TopologySpec spec;
    spec.kind = TopologyKind::FAT_TREE;
    const Topology topology = BuildTopology(spec);
    const Paths paths(topology);
    std::map<RouterId, std::uint32_t> routesOfCore;
    for (RouterId from = 0; from < paths.Routers(); ++from)
    {
        for (RouterId to = 0; to < paths.Routers(); ++to)
        {
            if (topology.routers[from].carriesMembers && topology.routers[to].carriesMembers &&
                paths.Hops(from, to) == 4)
            {
                ++routesOfCore[paths.Route(from, to)[2]];
            }
        }
    }
    // 32 edge routers send to 28 others outside their pods: 896 routes, 56 a core if they were
    // spread evenly. A hash that chose alike at both stages would leave three cores of four idle.
    ASSERT_EQ(routesOfCore.size(), 16U);
    for (const auto& [core, routes] : routesOfCore)
    {
        EXPECT_GT(routes, 20U) << core;
        EXPECT_LT(routes, 120U) << core;
    }
}

TEST(PathsTest, SameTopologySameRoutes)
{
    const Topology topology = BuildTopology({});
    const Paths first(topology);
    const Paths second(topology);
    for (RouterId to = 5; to < first.Routers(); ++to)
    {
        EXPECT_EQ(first.Route(4, to), second.Route(4, to));
    }
}

TEST(PathsTest, RefusesANetworkInParts)
{
    EXPECT_EQ(ErrorOf("topology",
                      [] {
                          Paths paths(Draw(3, {{0, 1}}));
                      }),
              "the network is in 2 parts with no link between them: {r0, r1} (2 routers), {r2} (1 "
              "router); every router must reach every other");
}

TEST(StatisticsTest, OfABarbellByHand)
{
    Topology topology = Barbell();
    topology.accessDelay = 10us;
    const Paths paths(topology);
    // Two members on router 0, one on 4: pairs 0-0 (0 links), 0-4 twice (2 links).
    const TopologyStatistics statistics =
        ComputeStatistics(topology, paths, std::vector<RouterId>{0, 0, 4});
    EXPECT_EQ(statistics.diameterHops, 5U); // 1-2-3-4-5-6
    EXPECT_EQ(statistics.longestRouteHops, 5U);
    EXPECT_EQ(statistics.maxPathDelay, 22us);
    EXPECT_EQ(statistics.meanPathDelay, 21'333ns); // (20 + 22 + 22) / 3
    EXPECT_EQ(statistics.articulationPoints, (std::vector<RouterId>{3, 4}));
}

TEST(StatisticsTest, DiameterIsOfTheGraphNotOfTheRoutes)
{
    const Topology square = Draw(4, {{0, 1, 1us}, {1, 2, 1us}, {2, 3, 1us}, {0, 3, 5us}});
    const TopologyStatistics statistics =
        ComputeStatistics(square, Paths(square), OneMemberEach(square));
    EXPECT_EQ(statistics.diameterHops, 2U);
    EXPECT_EQ(statistics.longestRouteHops, 3U);
    EXPECT_TRUE(statistics.articulationPoints.empty());
    EXPECT_EQ(statistics.maxPathDelay, 3us);
}

TEST(StatisticsTest, OfOneMemberAreZero)
{
    TopologySpec spec;
    spec.kind = TopologyKind::STAR;
    const Topology topology = BuildTopology(spec);
    const TopologyStatistics statistics =
        ComputeStatistics(topology, Paths(topology), std::vector<RouterId>{0});
    EXPECT_EQ(statistics.diameterHops, 0U);
    EXPECT_EQ(statistics.meanPathDelay, 0ns);
    EXPECT_EQ(statistics.maxPathDelay, 0ns);
}

TEST(StatisticsTest, TheRouterOfAllMembersSplitsThem)
{
    TopologySpec spec;
    spec.kind = TopologyKind::STAR;
    const Topology star = BuildTopology(spec);
    const Paths ofStar(star);
    const TopologyStatistics statistics =
        ComputeStatistics(star, ofStar, std::vector<RouterId>{0, 0, 0});
    EXPECT_EQ(statistics.articulationPoints, (std::vector<RouterId>{0}));
    EXPECT_TRUE(
        ComputeStatistics(star, ofStar, std::vector<RouterId>{0}).articulationPoints.empty());

    const Topology barbell = Barbell();
    const Paths paths(barbell);
    const std::vector<RouterId> atOnePoint(5, 3);
    EXPECT_EQ(ComputeStatistics(barbell, paths, atOnePoint).articulationPoints,
              (std::vector<RouterId>{3, 4}));
    const std::vector<RouterId> atAnEnd(5, 7);
    EXPECT_EQ(ComputeStatistics(barbell, paths, atAnEnd).articulationPoints,
              (std::vector<RouterId>{3, 4, 7}));
}

TEST(CutTest, MinimumCutOfABarbellIsItsBridge)
{
    const Topology topology = Barbell();
    const std::vector<RouterId> routerOfMember{7, 7, 0, 3, 4};
    const Cut cut = MinimumCut(topology, routerOfMember);
    EXPECT_EQ(cut.links, (std::vector<std::size_t>{4}));
    EXPECT_EQ(cut.routers[0], (std::vector<RouterId>{4, 5, 6, 7}));
    EXPECT_EQ(cut.routers[1], (std::vector<RouterId>{0, 1, 2, 3}));
    EXPECT_EQ(cut.members[0], (std::vector<MemberId>{0, 1, 4}));
    EXPECT_EQ(cut.members[1], (std::vector<MemberId>{2, 3}));
}

TEST(CutTest, MinimumCutCountsLinksAndNotTheirDelays)
{
    // A triangle of long links, and a fourth router on two short ones: cutting it off takes two
    // links, as does any router, but never the three that separate {0, 1} from {2, 3}.
    const Topology topology =
        Draw(4, {{0, 1, 9us}, {1, 2, 9us}, {0, 2, 9us}, {0, 3, 1ns}, {1, 3, 1ns}});
    EXPECT_EQ(MinimumCut(topology, OneMemberEach(topology)).links.size(), 2U);
}

TEST(CutTest, TheSmallerSideOfAMinimumCutComesFirst)
{
    const Topology spur = Draw(4, {{0, 1}, {1, 2}, {0, 2}, {0, 3}});
    const Cut cut = MinimumCut(spur, OneMemberEach(spur));
    EXPECT_EQ(cut.routers[0], (std::vector<RouterId>{3}));
    EXPECT_EQ(cut.members[1], (std::vector<MemberId>{0, 1, 2}));
}

TEST(CutTest, ByRegionAndByRoutersAgree)
{
    const Topology topology = Barbell();
    const auto members = OneMemberEach(topology);
    const Cut region = CutByRegion(topology, members, "right");
    const Cut routers = CutByRouters(topology, members, std::vector<RouterId>{6, 4, 7, 5, 5});
    EXPECT_EQ(region.routers, routers.routers);
    EXPECT_EQ(region.members, routers.members);
    EXPECT_EQ(region.links, (std::vector<std::size_t>{4}));
    EXPECT_EQ(routers.links, region.links);
}

TEST(CutTest, ErrorsNameWhatCannotBeCut)
{
    const Topology topology = Barbell();
    const auto members = OneMemberEach(topology);
    EXPECT_EQ(ErrorOf("region", [&] { CutByRegion(topology, members, "Left"); }),
              "region = \"Left\": no router is there; the topology has left, right");
    EXPECT_EQ(ErrorOf("router",
                      [&] {
                          CutByRouters(topology, members, std::vector<RouterId>{1, 8});
                      }),
              "router = 8: must be from 0 to 7");
    EXPECT_EQ(ErrorOf("router", [&] { CutByRouters(topology, members, {}); }),
              "router = []: no member is on this side of the cut; both sides must carry members");
    EXPECT_EQ(
        ErrorOf("router", [&] { CutByRouters(topology, members, members); }),
        "router = [r0, r1, r2, r3, r4, r5, …]: no member is on the other side of the cut; both "
        "sides must carry members");
    const std::vector<RouterId> allOnOneRing(5, 6);
    EXPECT_EQ(ErrorOf("cut", [&] { MinimumCut(topology, allOnOneRing); }),
              "cut = \"minimum\", which cuts off [r4, r5, r6, r7]: no member is on the other side "
              "of the cut; both sides must carry members");
    EXPECT_EQ(ErrorOf("cut", [&] { MinimumCut(Draw(1, {}), std::vector<RouterId>{0}); }),
              "cut = \"minimum\": the topology has one router, and nothing to cut");
}

} // namespace swimlab
