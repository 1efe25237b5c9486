// SPDX-License-Identifier: MIT
//
// Gossip of heartbeat counters against the paper's analysis: T_fail, how far a counter spreads, and how
// soon a crash is found.
#include "accuracy.h"
#include "detectors/gossip-heartbeat.h"
#include "detectors/gossip-quality.h"
#include "watched-cluster.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace swim::detectors
{
namespace
{

using namespace std::chrono_literals;

TEST(GossipFailTime, IsThatOfThePapersIteration)
{
    struct Row
    {
        std::uint32_t n;
        double loss;
        double mistake;
        double rounds;
    };

    constexpr Row ROWS[] = {
        {8, 0, 1e-3, 16.00},
        {8, 0, 1e-6, 24.25},
        {8, 0, 1e-9, 32.25},
        {8, 0.05, 1e-6, 25.62},
        {8, 0.1, 1e-6, 27.12},
        {8, 0.25, 1e-6, 32.75},
        {50, 0, 1e-3, 21.32},
        {50, 0, 1e-6, 28.76},
        {50, 0, 1e-9, 36.04},
        {50, 0.1, 1e-3, 23.72},
        {50, 0.1, 1e-9, 40.08},
        {50, 0.25, 1e-6, 38.42},
        {128, 0, 1e-6, 31.52},
        {128, 0.1, 1e-6, 35.04},
        {200, 0, 1e-6, 32.85},
        {200, 0, 1e-9, 40.06},
        {200, 0.05, 1e-6, 34.59},
        {200, 0.25, 1e-6, 43.84},
    };
    for (const Row& row : ROWS)
    {
        EXPECT_NEAR(GossipFailTime({row.n, 0 + 1, row.loss}, row.mistake), row.rounds, 0.01)
            << row.n << " members, loss " << row.loss << ", mistake " << row.mistake;
    }
}

TEST(GossipFailTime, GrowsWithTheFailedAsThePapersFigure3)
{
    constexpr std::pair<std::uint32_t, double> SECONDS[] =
        {{0, 97.6}, {10, 107.5}, {25, 126.9}, {50, 183.7}, {75, 346.5}, {90, 815.8}};
    constexpr double T_GOSSIP_S = 0.032 * 100; // of a hundred members with 250 bytes a second
    for (const auto& [failed, seconds] : SECONDS)
    {
        EXPECT_NEAR(GossipFailTime({100, failed, 0}, 1e-6) * T_GOSSIP_S, seconds, 0.1) << failed;
    }
}

double Harmonic(std::uint32_t m)
{
    double sum = 0;
    for (std::uint32_t i = 1; i <= m; ++i)
    {
        sum += 1.0 / i;
    }
    return sum;
}

struct CrashTimes
{
    double mean; ///< over observers
    double last;
};

CrashTimes TimesOf(std::uint32_t members, GossipHeartbeat::Clock clock, int runs)
{
    GossipHeartbeat::Config config;
    config.clock = clock;
    config.failTimeout = 40s;
    config.cleanupTimeout = 80s;
    std::vector<double> means;
    std::vector<double> lasts;
    for (int seed = 1; seed <= runs; ++seed)
    {
        WatchedCluster cluster(GossipHeartbeat::MakerOf(config),
                               members,
                               static_cast<std::uint64_t>(seed));
        cluster.network.SetConditions({.delayMin = 1us, .delayMax = 1us});
        cluster.network.StartConverged();
        Rng rng(static_cast<std::uint64_t>(seed), OF_CRASHES);
        cluster.network.RunFor(20s + OfSeconds(rng.Unit()));
        const Instant crash = cluster.network.Now();
        cluster.network.Crash(0);
        cluster.network.RunFor(80s);
        const auto deaths = cluster.Times(EventKind::DEAD, 0);
        EXPECT_EQ(deaths.size(), members - 1);
        std::vector<double> times;
        for (const Instant at : deaths)
        {
            times.push_back(SecondsOf(at - crash) - 40);
        }
        means.push_back(EstimateOf(times).mean);
        lasts.push_back(times.back());
    }
    return {EstimateOf(means).mean, EstimateOf(lasts).mean};
}

struct CrashCase
{
    std::uint32_t members;
    int runs;
    // Simulated after the last gossip of the dead, in gossip intervals.
    double exponentialMean;
    double exponentialLast;
    double periodicMean;
    double periodicLast;
};

class GossipCrash : public testing::TestWithParam<CrashCase>
{
};

TEST_P(GossipCrash, IsFoundAsSoonAsTheClosedFormsSay)
{
    const CrashCase& row = GetParam();
    constexpr double T_FAIL = 40;
    const double harmonic = Harmonic(row.members - 2);
    const CrashTimes exponential =
        TimesOf(row.members, GossipHeartbeat::Clock::EXPONENTIAL, row.runs);
    const double mean = T_FAIL + harmonic - 0.5;
    const double last = T_FAIL + 2 * harmonic - 0.5;
    EXPECT_NEAR(exponential.mean + T_FAIL, mean, 0.03 * mean);
    EXPECT_NEAR(exponential.last + T_FAIL, last, 0.03 * last);
    const CrashTimes periodic = TimesOf(row.members, GossipHeartbeat::Clock::PERIODIC, row.runs);
    EXPECT_NEAR(periodic.mean, harmonic - 0.95, 0.2);
    EXPECT_NEAR(periodic.last, 2 * harmonic - 0.5 - 0.5, 0.2);
}

INSTANTIATE_TEST_SUITE_P(Sizes,
                         GossipCrash,
                         testing::Values(CrashCase{8, 1500, 2.43, 4.89, 2.03, 4.42},
                                         CrashCase{50, 150, 4.43, 8.86, 3.97, 8.44}));

/// @return the share of counters that had not reached everybody so long after they were first sent
double ShareNotArrived(std::uint32_t members,
                       double loss,
                       GossipHeartbeat::Clock clock,
                       int rounds,
                       int runs)
{
    // A member that falls silent after one gossip that somebody got: its last counter spreads.
    GossipHeartbeat::Config config;
    config.clock = clock;
    config.failTimeout = 500s;
    config.cleanupTimeout = 1000s;
    int missed = 0;
    for (int seed = 1; seed <= runs; ++seed)
    {
        WatchedCluster cluster(GossipHeartbeat::MakerOf(config),
                               members,
                               static_cast<std::uint64_t>(seed));
        VirtualNetwork& network = cluster.network;
        network.SetConditions({.delayMin = 1us, .delayMax = 1us, .loss = loss});
        network.StartConverged();
        network.RunFor(5s);
        const auto counterAt = [&](Member member) {
            const auto& view = static_cast<const GossipHeartbeat&>(*network.DetectorAt(member));
            return view.CounterOf(VirtualNetwork::NameOf(0));
        };
        // In the analysis, whose gossips come at random, a new counter is there before it is first
        // sent, after a random time; with a pace it is sent as it increases.
        std::uint16_t counter = counterAt(0);
        if (clock == GossipHeartbeat::Clock::EXPONENTIAL)
        {
            ++counter;
        }
        while (clock == GossipHeartbeat::Clock::PERIODIC && counterAt(0) == counter)
        {
            network.RunFor(1ms);
        }
        counter = clock == GossipHeartbeat::Clock::PERIODIC ? counterAt(0) : counter;
        network.RunFor(1s * rounds);
        bool all = true;
        for (Member member = 0; member < members; ++member)
        {
            all = all && static_cast<std::int16_t>(counterAt(member) - counter) >= 0;
        }
        missed += all ? 0 : 1;
    }
    return static_cast<double>(missed) / runs;
}

struct SpreadCase
{
    std::uint32_t members;
    double loss;
    int rounds;
    double formula;
    double periodic;
    int runs;
};

class GossipSpread : public testing::TestWithParam<SpreadCase>
{
};

TEST_P(GossipSpread, MissesSomebodyAsOftenAsTheReferenceSays)
{
    const SpreadCase& row = GetParam();
    EXPECT_NEAR(GossipMistake({row.members, 0, row.loss}, row.members * row.rounds),
                row.formula,
                0.0002);
    const auto error = [&](double share) { return 3 * std::sqrt(share * (1 - share) / row.runs); };
    const double exponential = ShareNotArrived(row.members,
                                               row.loss,
                                               GossipHeartbeat::Clock::EXPONENTIAL,
                                               row.rounds,
                                               row.runs);
    EXPECT_NEAR(exponential, row.formula, 0.2 * row.formula + error(row.formula));
    const double periodic = ShareNotArrived(row.members,
                                            row.loss,
                                            GossipHeartbeat::Clock::PERIODIC,
                                            row.rounds,
                                            row.runs);
    EXPECT_LT(periodic, row.formula);
    EXPECT_LE(periodic, 1.5 * row.periodic + error(row.periodic));
    EXPECT_GE(periodic, row.periodic / 1.5 - error(row.periodic));
}

INSTANTIATE_TEST_SUITE_P(Cases,
                         GossipSpread,
                         testing::Values(SpreadCase{8, 0, 6, 0.1656, 0.038, 3000},
                                         SpreadCase{50, 0, 10, 0.2220, 0.066, 600},
                                         SpreadCase{50, 0.1, 10, 0.3997, 0.185, 600}));

TEST(GossipHeartbeat, SendsOneListAnIntervalOfEightBytesAMember)
{
    constexpr std::uint32_t MEMBERS = 20;
    WatchedCluster cluster(GossipHeartbeat::MakerOf({}), MEMBERS, 1);
    cluster.network.StartConverged();
    cluster.network.RunFor(1s);
    cluster.ForgetTraffic();
    cluster.network.RunFor(30s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        EXPECT_EQ(cluster.sentBy[member], 30u) << member;
    }
    const std::size_t name = cluster.network.Known().Name(VirtualNetwork::NameOf(0)).size();
    for (const std::size_t size : cluster.sizes[TrafficKind::GOSSIP])
    {
        const std::size_t head = 1 + 1 + 4; // type, length of the name, incarnation
        EXPECT_GE(size, head + name + 8 * MEMBERS);
        EXPECT_LE(size, head + name + 1 + 8 * MEMBERS) << "names have one or two digits";
    }
}

TEST(GossipHeartbeat, KnowsWhoJoinsAndWhoStartsAgain)
{
    constexpr std::uint32_t MEMBERS = 10;
    WatchedCluster cluster(GossipHeartbeat::MakerOf({.failTimeout = 20s, .cleanupTimeout = 40s}),
                           MEMBERS,
                           6);
    cluster.network.StartConverged();
    cluster.network.RunFor(10s);
    cluster.network.Crash(4);
    cluster.network.RunFor(40s);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 4), MEMBERS - 1);
    const Member seeds[] = {7};
    cluster.network.Boot(4, 2, seeds);
    cluster.network.RunFor(20s);
    EXPECT_EQ(cluster.Count(EventKind::JOINED, 4), MEMBERS - 1);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        EXPECT_EQ(cluster.network.DetectorAt(member)->Members().Count(MemberState::ALIVE), MEMBERS)
            << member;
    }
}

constexpr Member JOINER_SEED[] = {1};

TEST(GossipHeartbeat, InventsNoCountersOfThosePausedAsItJoins)
{
    constexpr std::uint32_t MEMBERS = 12;
    WatchedCluster cluster(GossipHeartbeat::MakerOf({.failTimeout = 20s, .cleanupTimeout = 40s}),
                           MEMBERS,
                           4);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(20s);
    network.Pause(3); // its counter stands still, and stays behind the time
    network.RunFor(60s);
    network.Resume(3);
    network.RunFor(20s);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 3), MEMBERS - 1);
    network.Crash(7);
    network.RunFor(5s);
    network.Boot(7, 2, JOINER_SEED);
    network.RunFor(80s);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 3), MEMBERS - 1) << "nobody outran it";
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 7), 1u) << "3 held all for dead as it awoke";
    for (Member member = 0; member < MEMBERS; ++member)
    {
        const auto& view = network.DetectorAt(member)->Members();
        EXPECT_EQ(view.Count(MemberState::ALIVE), MEMBERS) << member;
    }
}

TEST(GossipHeartbeat, FindsACrashInTimeThoughOthersJoin)
{
    constexpr std::uint32_t MEMBERS = 12;
    WatchedCluster cluster(GossipHeartbeat::MakerOf({.failTimeout = 20s, .cleanupTimeout = 40s}),
                           MEMBERS,
                           5);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(30s);
    const Instant crash = network.Now();
    network.Crash(3);
    for (int i = 0; i < 4; ++i) // each of them is told of the dead by the seed's table
    {
        network.Crash(7);
        network.RunFor(1s);
        network.Boot(7, static_cast<std::uint32_t>(2 + i), JOINER_SEED);
        network.RunFor(4s);
    }
    network.RunFor(60s);
    std::map<Member, Instant> found;
    for (const auto& row : cluster.conclusions)
    {
        EXPECT_TRUE(row.kind != EventKind::DEAD || row.subject == 3) << row.subject;
        if (row.kind == EventKind::DEAD)
        {
            found[row.observer] = row.at;
        }
    }
    EXPECT_EQ(found.size(), MEMBERS - 1);
    for (const auto& [observer, at] : found)
    {
        const Duration joined = observer == 7 ? 16s : 0s; // it may wait as long as who met it then
        EXPECT_GE(at - crash, 20s - 1s) << observer;
        EXPECT_LE(at - crash, 20s + 10s + joined) << observer;
    }
}

TEST(GossipHeartbeat, ConvictsNobodyWhoStartsAgainWithAnyClock)
{
    constexpr std::uint32_t MEMBERS = 20;
    for (std::uint64_t seed = 1; seed <= 10; ++seed)
    {
        GossipHeartbeat::Config config;
        config.clock = GossipHeartbeat::Clock::EXPONENTIAL; // counters spread around the time
        WatchedCluster cluster(GossipHeartbeat::MakerOf(config), MEMBERS, seed);
        VirtualNetwork& network = cluster.network;
        network.StartConverged();
        network.RunFor(1000s);
        for (const Member member : {5, 6, 7, 8})
        {
            network.Crash(member);
            network.RunFor(2s);
            network.Boot(member, 2, JOINER_SEED);
            network.RunFor(10s);
        }
        network.RunFor(100s);
        for (const auto& row : cluster.conclusions)
        {
            EXPECT_NE(row.kind, EventKind::DEAD)
                << row.subject << " by " << row.observer << ", seed " << seed;
        }
    }
}

TEST(GossipHeartbeat, ConvictsNobodyAsAllJoinAtOnce)
{
    constexpr std::uint32_t MEMBERS = 200;
    WatchedCluster cluster(GossipHeartbeat::MakerOf({}), MEMBERS, 8);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    for (Member member = 1; member < MEMBERS; ++member)
    {
        network.Crash(member);
    }
    network.RunFor(100s); // forgotten
    cluster.conclusions.clear();
    const Member seeds[] = {0};
    for (Member member = 1; member < MEMBERS; ++member)
    {
        network.Boot(member, 2, seeds);
        network.RunFor(10ms);
    }
    network.RunFor(100s);
    for (const auto& row : cluster.conclusions)
    {
        EXPECT_NE(row.kind, EventKind::DEAD) << row.subject << " by " << row.observer;
    }
    for (Member member = 0; member < MEMBERS; ++member)
    {
        const auto& view = network.DetectorAt(member)->Members();
        EXPECT_EQ(view.Count(MemberState::ALIVE), MEMBERS) << member;
    }
}

} // namespace
} // namespace swim::detectors
