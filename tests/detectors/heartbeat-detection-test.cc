// SPDX-License-Identifier: MIT
//
// How soon heartbeats find a crash, and what they send.
#include "accuracy.h"
#include "detectors/heartbeat.h"
#include "watched-cluster.h"

#include <gtest/gtest.h>

namespace swim::detectors
{
namespace
{

using namespace std::chrono_literals;

std::vector<double> DetectionTimes(const Heartbeat::Config& config, int crashes, Duration delay)
{
    std::vector<double> times;
    for (int seed = 0; seed < crashes; ++seed)
    {
        OneWay pair(Heartbeat::MakerOf(config), static_cast<std::uint64_t>(seed), [&](Rng&) {
            return std::optional(delay);
        });
        Rng rng(static_cast<std::uint64_t>(seed), OF_CRASHES);
        pair.RunTo(Instant{} + 5s + OfSeconds(rng.Unit()));
        times.push_back(SecondsOf(pair.CrashAndWait(20s)));
    }
    return times;
}

TEST(Heartbeat, FindsACrashUniformlyWithinAnIntervalOfTheTimeout)
{
    constexpr int CRASHES = 10'000;
    constexpr double ETA = 1;
    Heartbeat::Config restart;
    restart.rule = Heartbeat::Rule::RESTART;
    restart.timeout = 2500ms;
    const auto restarted = DetectionTimes(restart, CRASHES, 10ms);
    constexpr double MOST = 2.5 + 0.01;
    EXPECT_LE(*std::ranges::max_element(restarted), MOST + 1e-9);
    EXPECT_GE(*std::ranges::min_element(restarted), MOST - ETA);
    EXPECT_NEAR(EstimateOf(restarted).mean, MOST - ETA / 2, 0.01 * (MOST - ETA / 2));

    Heartbeat::Config nfd;
    nfd.rule = Heartbeat::Rule::NFD_S;
    nfd.delta = 1500ms;
    const auto known = DetectionTimes(nfd, CRASHES, 10ms);
    EXPECT_LE(*std::ranges::max_element(known), 1.5 + ETA + 1e-9);
    EXPECT_GE(*std::ranges::min_element(known), 1.5);
    EXPECT_NEAR(EstimateOf(known).mean, 1.5 + ETA / 2, 0.01 * (1.5 + ETA / 2));
}

TEST(NfdS, NeverTakesLongerThanDeltaAndAnInterval)
{
    Heartbeat::Config config;
    config.rule = Heartbeat::Rule::NFD_S;
    config.delta = 700ms;
    for (std::uint64_t seed = 0; seed < 2000; ++seed)
    {
        OneWay pair(Heartbeat::MakerOf(config), seed, [](Rng& rng) -> std::optional<Duration> {
            return rng.Unit() < 0.3 ? std::nullopt : std::optional(OfSeconds(2 * rng.Unit()));
        });
        Rng rng(seed, OF_CRASHES);
        pair.RunTo(Instant{} + 20s + OfSeconds(rng.Unit()));
        EXPECT_LE(pair.CrashAndWait(30s), config.delta + config.interval) << seed;
    }
}

TEST(Heartbeat, SendsToEverybodyOnceAnInterval)
{
    constexpr std::uint32_t MEMBERS = 12;
    WatchedCluster cluster(Heartbeat::MakerOf({}), MEMBERS, 1);
    cluster.network.StartConverged();
    cluster.network.RunFor(1s); // after the random phases
    cluster.ForgetTraffic();
    cluster.network.RunFor(30s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        EXPECT_EQ(cluster.sentBy[member], 30u * (MEMBERS - 1)) << member;
    }
    EXPECT_TRUE(cluster.conclusions.empty());
}

TEST(Heartbeat, TellsEverybodyOfACrashARestartAndALeave)
{
    constexpr std::uint32_t MEMBERS = 8;
    WatchedCluster cluster(Heartbeat::MakerOf({}), MEMBERS, 2);
    cluster.network.StartConverged();
    cluster.network.RunFor(10s);
    cluster.network.Crash(3);
    cluster.network.RunFor(10s);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 3), MEMBERS - 1);
    EXPECT_EQ(cluster.conclusions.size(), MEMBERS - 1);
    const Member seeds[] = {0};
    cluster.network.Boot(3, 2, seeds);
    cluster.network.RunFor(10s);
    EXPECT_EQ(cluster.Count(EventKind::JOINED, 3), MEMBERS - 1);
    EXPECT_EQ(cluster.network.DetectorAt(3)->Members().Count(MemberState::ALIVE), MEMBERS);
    cluster.network.Leave(5);
    cluster.network.RunFor(10s);
    EXPECT_EQ(cluster.Count(EventKind::LEFT, 5), MEMBERS) << "itself too";
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 5), 0u);
}

TEST(Heartbeat, MeetsAgainAfterAPartition)
{
    constexpr std::uint32_t MEMBERS = 10;
    WatchedCluster cluster(Heartbeat::MakerOf({}), MEMBERS, 3);
    cluster.network.StartConverged();
    cluster.network.RunFor(5s);
    cluster.network.Partition(4);
    cluster.network.RunFor(20s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        const auto& view = cluster.network.DetectorAt(member)->Members();
        EXPECT_EQ(view.Count(MemberState::ALIVE), member < 4 ? 4u : 6u) << member;
    }
    cluster.network.Heal();
    cluster.network.RunFor(5s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        const auto& view = cluster.network.DetectorAt(member)->Members();
        EXPECT_EQ(view.Count(MemberState::ALIVE), MEMBERS) << member;
    }
}

TEST(Heartbeat, HearsWhoStartsAgainAndForgotItsIncarnation)
{
    constexpr std::uint32_t MEMBERS = 5;
    WatchedCluster cluster(Heartbeat::MakerOf({}), MEMBERS, 4);
    cluster.network.StartConverged();
    cluster.network.RunFor(60s);
    cluster.network.Crash(2);
    const Member seeds[] = {1};
    cluster.network.Boot(2, 1, seeds); // before anybody misses it
    cluster.network.RunFor(30s);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 2), 0u);
}

} // namespace
} // namespace swim::detectors
