// SPDX-License-Identifier: MIT
//
// Pekko's detector: its time-out, who watches whom, and how unreachability spreads and ends.
#include "accuracy.h"
#include "detectors/pekko.h"
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

Instant At(Duration time)
{
    return Instant{} + time;
}

TEST(PekkoWatch, HasPekkosDeadlines)
{
    const Pekko::Shared shared({});
    Pekko::Watch watch(shared.config);
    watch.Heartbeat(At(10s), shared);
    // Right after the first response, and after 1 to 11 regular ones, in ms.
    constexpr int DEADLINES[] =
        {5306, 5067, 4924, 4826, 4754, 4698, 4653, 4616, 4584, 4557, 4533, 4523};
    Duration now = 10s;
    for (const int deadline : DEADLINES)
    {
        EXPECT_NEAR(SecondsOf(watch.Deadline() - At(now)), deadline / 1000.0, 0.001);
        now += 1s;
        watch.Heartbeat(At(now), shared);
    }
    for (int i = 0; i < 1000; ++i)
    {
        now += 1s;
        watch.Heartbeat(At(now), shared);
    }
    EXPECT_NEAR(SecondsOf(watch.Deadline() - At(now)), 4.5226, 0.001);
    EXPECT_TRUE(watch.Available(watch.Deadline() - 1ns));
    EXPECT_FALSE(watch.Available(watch.Deadline()));
}

TEST(PekkoWatch, RisesAfterTheFirstHeartbeatAsPekkosTestSays)
{
    const double deviation = 250;
    EXPECT_NEAR(LogisticPhi(1000, 1000, deviation), 0.3, 0.2);
    EXPECT_NEAR(LogisticPhi(2000, 1000, deviation), 4.5, 0.3);
    EXPECT_GT(LogisticPhi(3000, 1000, deviation), 15);
}

TEST(Pekko, FindsACrashWithinItsBounds)
{
    constexpr std::uint32_t MEMBERS = 30;
    constexpr double ROUND_TRIP_S = 0.0002;
    std::vector<double> own;
    std::vector<double> first;
    for (std::uint64_t seed = 1; seed <= 60; ++seed)
    {
        WatchedCluster cluster(Pekko::MakerOf({}), MEMBERS, seed);
        cluster.network.SetConditions({.delayMin = 100us, .delayMax = 100us});
        cluster.network.StartConverged();
        Rng rng(seed, OF_CRASHES);
        cluster.network.RunFor(30s + OfSeconds(rng.Unit()));
        const Instant crash = cluster.network.Now();
        EXPECT_TRUE(cluster.conclusions.empty());
        cluster.network.Crash(7);
        cluster.network.RunFor(30s);
        std::size_t observers = 0;
        for (const auto& row : cluster.conclusions)
        {
            EXPECT_EQ(row.kind, EventKind::SUSPECT);
            EXPECT_EQ(row.subject, 7u);
            if (row.source == row.observer)
            {
                own.push_back(SecondsOf(row.at - crash));
                EXPECT_GE(own.back(), 3.52);
                EXPECT_LE(own.back(), 5.5226 + ROUND_TRIP_S);
                ++observers;
            }
        }
        EXPECT_GE(observers, 1u);
        EXPECT_LE(observers, 9u);
        const auto all = cluster.Times(EventKind::SUSPECT, 7);
        EXPECT_EQ(all.size(), MEMBERS - 1) << "unreachability is gossiped";
        first.push_back(SecondsOf(all.front() - crash));
    }
    EXPECT_NEAR(EstimateOf(first).mean, 3.92, 3 * EstimateOf(first).error);
}

TEST(Pekko, AsksNineAndAnswersNineAndGossipsOnce)
{
    constexpr std::uint32_t MEMBERS = 40;
    WatchedCluster cluster(Pekko::MakerOf({}), MEMBERS, 1);
    cluster.network.StartConverged();
    cluster.network.RunFor(5s);
    cluster.ForgetTraffic();
    cluster.network.RunFor(20s);
    EXPECT_EQ(cluster.sentOf[TrafficKind::PING], 9u * 20 * MEMBERS);
    EXPECT_EQ(cluster.sentOf[TrafficKind::ACK], 9u * 20 * MEMBERS);
    EXPECT_EQ(cluster.sentOf[TrafficKind::GOSSIP], 20u * MEMBERS);
    EXPECT_EQ(cluster.sentOf[TrafficKind::PUSH_PULL], 0u) << "all have the same state";
}

/// @return the share of runs in which so many heartbeats in a row, lost, make somebody unreachable
double ShareMarked(int lost, int runs)
{
    int marked = 0;
    for (int seed = 1; seed <= runs; ++seed)
    {
        WatchedCluster cluster(Pekko::MakerOf({}), 2, static_cast<std::uint64_t>(seed));
        VirtualNetwork& network = cluster.network;
        network.SetConditions({.delayMin = 10us, .delayMax = 10us});
        network.StartConverged();
        network.RunFor(40s);
        // From one heartbeat of member 0 on, whose answer still comes, so many are lost.
        std::size_t pings = 0;
        network.Watch([&](const Passage& passage) {
            pings += passage.kind == TrafficKind::PING && passage.from == 0 ? 1 : 0;
        });
        while (pings == 0)
        {
            network.RunFor(1ms);
        }
        network.RunFor(5ms);
        network.Cut(0, 1, Carries::DATAGRAMS);
        network.RunFor(lost * 1s);
        network.Heal();
        network.RunFor(5s);
        bool found = false;
        for (const auto& row : cluster.conclusions)
        {
            found =
                found || (row.kind == EventKind::SUSPECT && row.observer == 0 && row.source == 0);
        }
        marked += found ? 1 : 0;
    }
    return static_cast<double>(marked) / runs;
}

TEST(Pekko, BearsThreeLostHeartbeatsAndNotFive)
{
    EXPECT_EQ(ShareMarked(3, 100), 0);
    EXPECT_EQ(ShareMarked(5, 100), 1);
    constexpr int RUNS = 400;
    constexpr double SHARE = 0.477; // a reaper's tick in the last so many seconds before the next
    EXPECT_NEAR(ShareMarked(4, RUNS), SHARE, 3 * std::sqrt(SHARE * (1 - SHARE) / RUNS));
}

TEST(Pekko, IsReachableAgainWithTheNextHeartbeats)
{
    constexpr std::uint32_t MEMBERS = 25;
    WatchedCluster cluster(Pekko::MakerOf({}), MEMBERS, 3);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(20s);
    network.Partition(8);
    network.RunFor(30s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        EXPECT_EQ(network.DetectorAt(member)->Members().Count(MemberState::SUSPECT),
                  member < 8 ? 17u : 8u)
            << member;
    }
    network.Heal();
    network.RunFor(30s);
    network.Crash(4);
    network.RunFor(20s);
    const Member seeds[] = {0};
    network.Boot(4, 2, seeds);
    network.RunFor(20s);
    network.Leave(9);
    network.RunFor(20s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        if (member != 9)
        {
            const auto& view = network.DetectorAt(member)->Members();
            EXPECT_EQ(view.Count(MemberState::ALIVE), MEMBERS - 1) << member;
            EXPECT_EQ(view.Count(MemberState::LEFT), 1u) << member;
        }
    }
    for (const auto& row : cluster.conclusions)
    {
        EXPECT_NE(row.kind, EventKind::DEAD) << "nobody is removed without a downing provider";
    }
}

TEST(Pekko, TakesInWhoLeftAndForgetsWhatItRecorded)
{
    constexpr std::uint32_t MEMBERS = 6;
    WatchedCluster cluster(Pekko::MakerOf({}), MEMBERS, 4);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(20s);
    network.Cut(2, 3);
    network.Cut(3, 2);
    network.RunFor(20s);
    network.Leave(2); // it holds 3 for unreachable
    network.RunFor(20s);
    network.Heal();
    network.RunFor(5s);
    EXPECT_EQ(network.DetectorAt(0)->Members().Count(MemberState::SUSPECT), 0u);
    const Member seeds[] = {0};
    network.Boot(2, 1, seeds);
    network.RunFor(30s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        const auto& view = network.DetectorAt(member)->Members();
        EXPECT_EQ(view.Count(MemberState::ALIVE), MEMBERS) << member;
    }
}

/// Cuts the member off from all others, both ways.
void CutOff(VirtualNetwork& network, Member member, std::uint32_t members)
{
    for (Member other = 0; other < members; ++other)
    {
        if (other != member)
        {
            network.Cut(member, other);
            network.Cut(other, member);
        }
    }
}

TEST(Pekko, AsksWhomItNoLongerWatchesUntilItAnswers)
{
    constexpr std::uint32_t MEMBERS = 40;
    for (Member second = 1; second < MEMBERS; second += 3)
    {
        WatchedCluster cluster(Pekko::MakerOf({}), MEMBERS, second);
        VirtualNetwork& network = cluster.network;
        network.StartConverged();
        network.RunFor(20s);
        CutOff(network, 0, MEMBERS); // those that it watched watch others meanwhile
        network.RunFor(20s);
        CutOff(network, second, MEMBERS);
        network.RunFor(20s);
        network.Heal();
        CutOff(network, second, MEMBERS);
        network.RunFor(20s);
        network.Heal();
        network.RunFor(60s);
        for (Member member = 0; member < MEMBERS; ++member)
        {
            const auto& view = network.DetectorAt(member)->Members();
            EXPECT_EQ(view.Count(MemberState::ALIVE), MEMBERS) << member << ", " << second;
        }
        cluster.ForgetTraffic();
        network.RunFor(20s);
        EXPECT_EQ(cluster.sentOf[TrafficKind::PING], 9u * 20 * MEMBERS) << "and then no longer";
    }
}

TEST(Pekko, AsksNoMoreOfTheUnreachableThanNineInAll)
{
    constexpr std::uint32_t MEMBERS = 60;
    WatchedCluster cluster(Pekko::MakerOf({}), MEMBERS, 1);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(20s);
    for (Member member = 0; member < MEMBERS * 2 / 3; ++member)
    {
        network.Crash(member);
    }
    network.RunFor(60s);
    std::map<Member, std::uint32_t> asked;
    network.Watch([&](const Passage& passage) {
        asked[passage.from] += passage.kind == TrafficKind::PING ? 1 : 0;
    });
    network.RunFor(10s);
    std::uint32_t sum = 0;
    for (const auto& [member, pings] : asked)
    {
        EXPECT_GE(pings, 10u * 9) << member;
        EXPECT_LE(pings, 10u * 2 * 9) << member;
        sum += pings;
    }
    EXPECT_NEAR(sum, 10 * (9 + 9 * 2 / 3) * MEMBERS / 3, 0.05 * sum) << "two thirds of nine in all";
}

} // namespace
} // namespace swim::detectors
