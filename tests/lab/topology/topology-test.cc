// SPDX-License-Identifier: GPL-2.0-only
//
// Generated networks: what their definitions promise, by hand where they are small and over many
// seeds where they are random; and how members are attached to them.
#include "lab/topology/graph.h"
#include "lab/topology/topology.h"
#include "swim/key-table.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <set>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

TopologySpec SpecOf(TopologyKind kind)
{
    TopologySpec spec;
    spec.kind = kind;
    return spec;
}

std::vector<std::uint32_t> Degrees(const Topology& topology)
{
    std::vector<std::uint32_t> degrees(topology.routers.size(), 0);
    for (const Link& link : topology.links)
    {
        ++degrees[link.a];
        ++degrees[link.b];
    }
    return degrees;
}

std::size_t Carriers(const Topology& topology)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(topology.routers, &Router::carriesMembers));
}

/// Everything that a kind could make of its randomness.
std::vector<std::tuple<RouterId, RouterId, std::int64_t, double, double>> Fingerprint(
    const Topology& topology)
{
    std::vector<std::tuple<RouterId, RouterId, std::int64_t, double, double>> fingerprint;
    for (const Link& link : topology.links)
    {
        const Router& router = topology.routers[link.a];
        fingerprint.emplace_back(link.a, link.b, link.delay.count(), router.x, router.y);
    }
    return fingerprint;
}

/// What the header promises of every topology.
void ExpectWellFormed(const Topology& topology)
{
    std::set<std::pair<RouterId, RouterId>> pairs;
    for (const Link& link : topology.links)
    {
        EXPECT_LT(link.a, link.b);
        EXPECT_LT(link.b, topology.routers.size());
        EXPECT_GT(link.delay, 0ns);
        EXPECT_GT(link.bitsPerSecond, 0U);
        EXPECT_TRUE(pairs.emplace(link.a, link.b).second) << link.a << "-" << link.b << " twice";
    }
    std::set<std::string> labels;
    for (const Router& router : topology.routers)
    {
        EXPECT_TRUE(labels.insert(router.label).second) << router.label << " twice";
        EXPECT_GE(router.x, 0);
        EXPECT_LE(router.x, 1);
        EXPECT_GE(router.y, 0);
        EXPECT_LE(router.y, 1);
    }
    EXPECT_EQ(std::ranges::max(ConnectedComponents(topology)), 0U);
    EXPECT_GT(Carriers(topology), 0U);
}

/// The text of the error, and that it is of this field.
std::string ErrorOf(const TopologySpec& spec, const std::string& field)
{
    try
    {
        BuildTopology(spec);
    }
    catch (const TopologyError& error)
    {
        EXPECT_EQ(error.Field(), field);
        return error.what();
    }
    return "no error";
}

} // namespace

TEST(TopologyTest, StarIsOneRouterWithoutLinks)
{
    const Topology topology = BuildTopology(SpecOf(TopologyKind::STAR));
    ExpectWellFormed(topology);
    EXPECT_EQ(topology.routers.size(), 1U);
    EXPECT_TRUE(topology.links.empty());
    EXPECT_EQ(Attach(3, topology, AttachPolicy::WEIGHT), (std::vector<RouterId>{0, 0, 0}));
}

TEST(TopologyTest, LeafSpineLinksEveryLeafToEverySpineAndNothingElse)
{
    TopologySpec spec = SpecOf(TopologyKind::LEAF_SPINE);
    spec.leaves = 5;
    spec.spines = 3;
    spec.linkDelay = 7us;
    spec.linkRate = 40'000'000'000;
    const Topology topology = BuildTopology(spec);
    ExpectWellFormed(topology);
    ASSERT_EQ(topology.routers.size(), 8U);
    EXPECT_EQ(topology.links.size(), 15U);
    EXPECT_EQ(Carriers(topology), 5U);
    EXPECT_EQ(Degrees(topology), (std::vector<std::uint32_t>{5, 5, 5, 3, 3, 3, 3, 3}));
    for (const Link& link : topology.links)
    {
        EXPECT_FALSE(topology.routers[link.a].carriesMembers);
        EXPECT_TRUE(topology.routers[link.b].carriesMembers);
        EXPECT_EQ(link.delay, 7us);
        EXPECT_EQ(link.bitsPerSecond, 40'000'000'000U);
    }
    EXPECT_EQ(topology.accessDelay, spec.accessDelay);
    EXPECT_EQ(topology.accessBitsPerSecond, spec.accessRate);
}

TEST(TopologyTest, FatTreeHasTheCountsOfAlFares)
{
    for (const std::uint32_t k : {2U, 4U, 6U, 38U})
    {
        TopologySpec spec = SpecOf(TopologyKind::FAT_TREE);
        spec.arity = k;
        const Topology topology = BuildTopology(spec);
        EXPECT_EQ(topology.routers.size(), 5 * k * k / 4);
        EXPECT_EQ(topology.links.size(), k * k * k / 2);
        EXPECT_EQ(Carriers(topology), k * k / 2);
        EXPECT_EQ(RoutersOfRegion(topology, "pod-0").size(), k);
        // Cores and aggregation routers use all k ports, edge routers half of them: the rest is for
        // hosts.
        const std::vector<std::uint32_t> degrees = Degrees(topology);
        for (RouterId router = 0; router < degrees.size(); ++router)
        {
            EXPECT_EQ(degrees[router], topology.routers[router].carriesMembers ? k / 2 : k);
        }
    }
}

TEST(TopologyTest, EveryCoreOfAFatTreeReachesEveryPodOnce)
{
    TopologySpec spec = SpecOf(TopologyKind::FAT_TREE);
    spec.arity = 4;
    const Topology topology = BuildTopology(spec);
    ExpectWellFormed(topology);
    for (const RouterId core : RoutersOfRegion(topology, "core"))
    {
        std::multiset<std::string> pods;
        for (const Link& link : topology.links)
        {
            if (link.a == core)
            {
                pods.insert(topology.routers[link.b].region);
            }
        }
        EXPECT_EQ(pods, (std::multiset<std::string>{"pod-0", "pod-1", "pod-2", "pod-3"}));
    }
}

TEST(TopologyTest, RandomNetworksAreConnectedForEverySeed)
{
    for (std::uint32_t seed = 0; seed < 200; ++seed)
    {
        TopologySpec spec = SpecOf(TopologyKind::WAXMAN);
        spec.seed = seed;
        spec.routers = 2 + seed % 60;
        spec.beta =
            seed % 2 == 0 ? 0.05 : 0.4; // sparse enough to fall apart without the joining links
        ExpectWellFormed(BuildTopology(spec));
        spec.kind = TopologyKind::BARABASI_ALBERT;
        spec.edgesPerRouter = 1 + seed % std::min(4U, spec.routers - 1);
        ExpectWellFormed(BuildTopology(spec));
    }
}

TEST(TopologyTest, WaxmanOfNoProbabilityIsTheMinimumSpanningTree)
{
    TopologySpec spec = SpecOf(TopologyKind::WAXMAN);
    spec.routers = 12;
    spec.beta = 1e-300;
    const Topology topology = BuildTopology(spec);
    EXPECT_EQ(topology.links.size(), 11U);
    ASSERT_EQ(topology.notes.size(), 1U);
    EXPECT_EQ(topology.notes[0],
              "The random network was in 12 parts; they were joined by the 11 shortest links that "
              "do so.");
    // In a minimum spanning tree each router is linked to the one nearest to it.
    for (RouterId a = 0; a < 12; ++a)
    {
        const auto distance = [&](RouterId b) {
            return std::hypot(topology.routers[a].x - topology.routers[b].x,
                              topology.routers[a].y - topology.routers[b].y);
        };
        RouterId nearest = a == 0 ? 1 : 0;
        for (RouterId b = 0; b < 12; ++b)
        {
            nearest = b != a && distance(b) < distance(nearest) ? b : nearest;
        }
        EXPECT_TRUE(std::ranges::any_of(topology.links, [&](const Link& link) {
            return link.a == std::min(a, nearest) && link.b == std::max(a, nearest);
        })) << a;
    }
}

TEST(TopologyTest, WaxmanLinksAsOftenAsItsFormulaSays)
{
    TopologySpec spec = SpecOf(TopologyKind::WAXMAN);
    spec.routers = 400;
    const Topology topology = BuildTopology(spec);
    double largest = 0;
    std::vector<double> distances;
    for (RouterId a = 0; a < spec.routers; ++a)
    {
        for (RouterId b = a + 1; b < spec.routers; ++b)
        {
            distances.push_back(std::hypot(topology.routers[a].x - topology.routers[b].x,
                                           topology.routers[a].y - topology.routers[b].y));
            largest = std::max(largest, distances.back());
        }
    }
    double mean = 0;
    double variance = 0;
    for (const double distance : distances)
    {
        const double p = spec.beta * std::exp(-distance / (spec.alpha * largest));
        mean += p;
        variance += p * (1 - p);
    }
    ASSERT_TRUE(topology.notes.empty()) << "joining links would be counted too";
    EXPECT_NEAR(static_cast<double>(topology.links.size()), mean, 3.29 * std::sqrt(variance));
}

TEST(TopologyTest, BarabasiAlbertHasItsNumberOfLinksAndGrowsHubs)
{
    TopologySpec spec = SpecOf(TopologyKind::BARABASI_ALBERT);
    spec.routers = 1000;
    const Topology topology = BuildTopology(spec);
    const std::uint32_t m = spec.edgesPerRouter;
    EXPECT_EQ(topology.links.size(), m * (m + 1) / 2 + (spec.routers - m - 1) * m);
    const std::vector<std::uint32_t> degrees = Degrees(topology);
    EXPECT_EQ(std::ranges::min(degrees), m);
    // Degrees grow as m·sqrt(t / t_i), so to about 2·sqrt(1000) = 63; without preference they would
    // stay near m·(1 + ln 1000) = 16.
    EXPECT_GT(std::ranges::max(degrees), 35U);
}

TEST(TopologyTest, BarabasiAlbertWithAllLinksIsComplete)
{
    TopologySpec spec = SpecOf(TopologyKind::BARABASI_ALBERT);
    spec.routers = 6;
    spec.edgesPerRouter = 5;
    EXPECT_EQ(BuildTopology(spec).links.size(), 15U);
}

TEST(TopologyTest, LinkDelayIsFibreLengthButNeverBelowTheLeast)
{
    TopologySpec spec = SpecOf(TopologyKind::BARABASI_ALBERT);
    spec.sideKm = 1000;
    spec.stretch = 2;
    spec.linkDelay = 3ms;
    const Topology topology = BuildTopology(spec);
    std::size_t lifted = 0;
    for (const Link& link : topology.links)
    {
        const double side = std::hypot(topology.routers[link.a].x - topology.routers[link.b].x,
                                       topology.routers[link.a].y - topology.routers[link.b].y);
        const double fibreNs = side * 1000 * 2 * 5000;
        lifted += fibreNs < 3e6;
        EXPECT_NEAR(static_cast<double>(link.delay.count()), std::max(fibreNs, 3e6), 0.51);
    }
    EXPECT_GT(lifted, 0U);
    EXPECT_LT(lifted, topology.links.size());
}

TEST(TopologyTest, SameSeedSameNetworkOtherSeedOther)
{
    for (const TopologyKind kind : {TopologyKind::WAXMAN, TopologyKind::BARABASI_ALBERT})
    {
        TopologySpec spec = SpecOf(kind);
        const auto first = Fingerprint(BuildTopology(spec));
        EXPECT_EQ(first, Fingerprint(BuildTopology(spec)));
        spec.seed = 2;
        EXPECT_NE(first, Fingerprint(BuildTopology(spec)));
    }
}

TEST(TopologyTest, EvenAttachmentFillsRacksInOrderAndSkipsSpines)
{
    TopologySpec spec = SpecOf(TopologyKind::LEAF_SPINE);
    spec.leaves = 3;
    spec.spines = 2;
    const Topology topology = BuildTopology(spec);
    EXPECT_EQ(Attach(7, topology, AttachPolicy::EVEN),
              (std::vector<RouterId>{2, 2, 2, 3, 3, 4, 4}));
    EXPECT_EQ(Attach(1, topology, AttachPolicy::EVEN), (std::vector<RouterId>{2}));
    EXPECT_TRUE(Attach(0, topology, AttachPolicy::EVEN).empty());
}

TEST(TopologyTest, FewMembersSpreadOverManyRouters)
{
    TopologySpec spec = SpecOf(TopologyKind::BARABASI_ALBERT);
    spec.routers = 100;
    EXPECT_EQ(Attach(4, BuildTopology(spec), AttachPolicy::EVEN),
              (std::vector<RouterId>{0, 25, 50, 75}));
}

TEST(TopologyTest, WeightIsTheSumOfLinkRatesRoundedByLargestRemainder)
{
    Topology path; // rates 1, 1+3, 3 of 8 in all
    path.routers.resize(3);
    path.links = {{0, 1, 1us, 1}, {1, 2, 1us, 3}};
    EXPECT_EQ(Attach(8, path, AttachPolicy::WEIGHT),
              (std::vector<RouterId>{0, 1, 1, 1, 1, 2, 2, 2}));
    // Quotas 0.625, 2.5, 1.875: floors 0, 2, 1, then router 2 and router 0.
    EXPECT_EQ(Attach(5, path, AttachPolicy::WEIGHT), (std::vector<RouterId>{0, 1, 1, 2, 2}));
}

TEST(TopologyTest, ADrawnPlacementIsOneOfManyAndItsChancesAreThoseOfThePolicy)
{
    Topology path; // rates 1, 1+3, 3 of 8 Mbit/s in all
    path.routers.resize(4);
    path.routers[3].carriesMembers = false;
    path.links = {{0, 1, 1us, 1'000'000}, {1, 2, 1us, 3'000'000}};
    EXPECT_EQ(Attach(50, path, AttachPolicy::EVEN, 7), Attach(50, path, AttachPolicy::EVEN, 7));
    EXPECT_NE(Attach(50, path, AttachPolicy::EVEN, 7), Attach(50, path, AttachPolicy::EVEN, 8));
    for (const auto& [policy, shares] :
         {std::pair(AttachPolicy::EVEN, std::array{1.0 / 3, 1.0 / 3, 1.0 / 3}),
          {AttachPolicy::WEIGHT, std::array{1.0 / 8, 4.0 / 8, 3.0 / 8}}})
    {
        std::array<double, 4> members{};
        constexpr int DRAWS = 1000;
        for (std::uint64_t seed = 1; seed <= DRAWS; ++seed)
        {
            const auto routers = Attach(9, path, policy, seed);
            ASSERT_EQ(routers.size(), 9U);
            ASSERT_TRUE(std::ranges::is_sorted(routers)) << "neighbours in number";
            for (const RouterId router : routers)
            {
                ++members[router];
            }
        }
        EXPECT_EQ(members[3], 0) << "carries none";
        for (std::size_t router = 0; router < shares.size(); ++router)
        {
            // 9000 draws: standard deviation at most 47.
            EXPECT_NEAR(members[router], 9 * DRAWS * shares[router], 4 * 47) << router;
        }
    }
}

TEST(TopologyTest, SeedsOfTheRunAreThoseOfTheSpecOnlyWhereItLeavesThem)
{
    TopologySpec spec = SpecOf(TopologyKind::WAXMAN);
    spec.seed = 5;
    EXPECT_EQ(SeedsOfRun(spec, 9).seed, 5U);
    EXPECT_EQ(SeedsOfRun(spec, 9).attachSeed, std::nullopt);
    spec.seedOfRun = true;
    spec.attachSeedOfRun = true;
    EXPECT_EQ(SeedsOfRun(spec, 9).seed, 9U);
    EXPECT_EQ(SeedsOfRun(spec, 9).attachSeed, 9U);
    spec.runsPerNetwork = 4;
    std::vector<std::uint64_t> seeds;
    for (const std::uint64_t run : {0, 1, 4, 5, 8, 9})
    {
        seeds.push_back(SeedsOfRun(spec, run).seed);
    }
    EXPECT_EQ(seeds, (std::vector<std::uint64_t>{1, 1, 1, 2, 2, 3}));
}

TEST(TopologyTest, RoutersAreFoundByLabelThenByNumber)
{
    Topology topology = BuildTopology(SpecOf(TopologyKind::LEAF_SPINE));
    EXPECT_EQ(FindRouter(topology, "leaf-0"), 4U);
    EXPECT_EQ(FindRouter(topology, "35"), 35U);
    EXPECT_EQ(FindRouter(topology, "36"), std::nullopt);
    EXPECT_EQ(FindRouter(topology, "4x"), std::nullopt);
    EXPECT_EQ(FindRouter(topology, ""), std::nullopt);
    topology.routers[7].label = "3";
    EXPECT_EQ(FindRouter(topology, "3"), 7U);
    EXPECT_EQ(RoutersOfRegion(topology, "spine"), (std::vector<RouterId>{0, 1, 2, 3}));
    EXPECT_TRUE(RoutersOfRegion(topology, "Spain").empty());
}

TEST(TopologyTest, NamesAreInTheOrderOfTheEnumerations)
{
    EXPECT_EQ(ToString(TopologyKind::STAR), "star");
    EXPECT_EQ(ToString(TopologyKind::LEAF_SPINE), "leaf-spine");
    EXPECT_EQ(ToString(TopologyKind::FAT_TREE), "fat-tree");
    EXPECT_EQ(ToString(TopologyKind::WAXMAN), "waxman");
    EXPECT_EQ(ToString(TopologyKind::BARABASI_ALBERT), "barabasi-albert");
    EXPECT_EQ(ToString(TopologyKind::GRAPH_FILE), "file");
    EXPECT_EQ(swim::NameOf(ATTACH_POLICIES, AttachPolicy::EVEN), "even");
    EXPECT_EQ(swim::NameOf(ATTACH_POLICIES, AttachPolicy::WEIGHT), "weight");
}

TEST(TopologyTest, ErrorsNameFieldValueAndWhatIsAllowed)
{
    TopologySpec spec;
    spec.leaves = 0;
    EXPECT_EQ(ErrorOf(spec, "leaves"), "leaves = 0: must be from 1 to 1000");
    spec = {};
    spec.arity = 5;
    EXPECT_EQ(ErrorOf(spec, "arity"), "arity = 5: must be even and from 2 to 38");
    spec = {};
    spec.alpha = 0;
    EXPECT_EQ(ErrorOf(spec, "alpha"), "alpha = 0: must be above 0 and at most 1");
    spec = {};
    spec.stretch = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(ErrorOf(spec, "stretch"), "stretch = nan: must be from 1 to 10");
    spec = {};
    spec.linkDelay = 0ns;
    EXPECT_EQ(ErrorOf(spec, "link_delay"), "link_delay = 0ns: must be above 0 and at most 10s");
    spec = {};
    spec.accessDelay = -1ns;
    EXPECT_EQ(ErrorOf(spec, "access_delay"), "access_delay = -1ns: must be from 0s to 10s");
    spec = {};
    spec.accessRate = 0;
    EXPECT_EQ(ErrorOf(spec, "access_rate"), "access_rate = 0: must be above 0 bit/s");
    spec = SpecOf(TopologyKind::BARABASI_ALBERT);
    spec.routers = 4;
    spec.edgesPerRouter = 4;
    EXPECT_EQ(ErrorOf(spec, "edges_per_router"),
              "edges_per_router = 4: must be less than routers = 4");
}

} // namespace swimlab
