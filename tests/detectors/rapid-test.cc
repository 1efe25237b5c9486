// SPDX-License-Identifier: MIT
//
// Clusters of Rapid: one view change for many, consistent at all members.
#include "accuracy.h"
#include "detectors/rapid.h"
#include "watched-cluster.h"

#include <cmath>
#include <gtest/gtest.h>
#include <set>

namespace swim::detectors
{
namespace
{

using namespace std::chrono_literals;

const Rapid& At(const WatchedCluster& cluster, Member member)
{
    return static_cast<const Rapid&>(*cluster.network.DetectorAt(member));
}

/// Watches all sizes that any configuration ever has.
std::set<std::uint32_t> SizesSeen(WatchedCluster& cluster, Duration time)
{
    std::set<std::uint32_t> sizes;
    const Instant end = cluster.network.Now() + time;
    while (cluster.network.Now() < end)
    {
        cluster.network.RunFor(250ms);
        for (Member member = 0; member < cluster.network.Members(); ++member)
        {
            if (cluster.network.DetectorAt(member))
            {
                sizes.insert(At(cluster, member).ConfigurationSize());
            }
        }
    }
    return sizes;
}

void ExpectOneConfiguration(const WatchedCluster& cluster, std::uint32_t size)
{
    std::set<std::uint64_t> ids;
    for (Member member = 0; member < cluster.network.Members(); ++member)
    {
        if (cluster.network.DetectorAt(member))
        {
            ids.insert(At(cluster, member).ConfigurationId());
            EXPECT_EQ(At(cluster, member).ConfigurationSize(), size) << member;
        }
    }
    EXPECT_EQ(ids.size(), 1u);
}

TEST(Rapid, RemovesTenInOneStep)
{
    constexpr std::uint32_t MEMBERS = 200; // a thousand: long/rapid-ways-test.cc
    WatchedCluster cluster(Rapid::MakerOf({}), MEMBERS, 1);
    cluster.network.StartConverged();
    cluster.network.RunFor(3s);
    for (Member member = 0; member < 10; ++member)
    {
        cluster.network.Crash(member * 19);
    }
    EXPECT_EQ(SizesSeen(cluster, 15s), (std::set<std::uint32_t>{MEMBERS, MEMBERS - 10}));
    ExpectOneConfiguration(cluster, MEMBERS - 10);
}

TEST(Rapid, AlertsAndChangesViewWhenItsRulesSay)
{
    constexpr std::uint32_t MEMBERS = 60;
    std::vector<double> alerts;
    std::vector<double> views;
    for (std::uint64_t seed = 1; seed <= 40; ++seed)
    {
        WatchedCluster cluster(Rapid::MakerOf({}), MEMBERS, seed);
        cluster.network.SetConditions({.delayMin = 1ms, .delayMax = 1ms});
        cluster.network.StartConverged();
        Rng rng(seed, OF_CRASHES);
        cluster.network.RunFor(5s + OfSeconds(rng.Unit()));
        const Instant crash = cluster.network.Now();
        cluster.network.Crash(9);
        cluster.network.RunFor(20s);
        for (const auto& row : cluster.conclusions)
        {
            if (row.kind == EventKind::SUSPECT && row.source == row.observer)
            {
                // The tenth failure comes at V + 10 s, V uniform to the next tick.
                alerts.push_back(SecondsOf(row.at - crash));
                EXPECT_GE(alerts.back(), 10 - 0.001);
                EXPECT_LE(alerts.back(), 11 + 0.001);
            }
        }
        const auto deaths = cluster.Times(EventKind::DEAD, 9);
        ASSERT_EQ(deaths.size(), MEMBERS - 1);
        EXPECT_LE(deaths.back() - deaths.front(), 5ms) << "all within one broadcast";
        views.push_back(SecondsOf(deaths.front() - crash));
    }
    EXPECT_GT(alerts.size(), 50u);
    // The ninth of ten ticks, 100 to 200 ms of batching, two ways.
    EXPECT_NEAR(EstimateOf(views).mean, 10 + 0.818 + 0.15 + 0.002, 0.1);
}

TEST(Rapid, SendsTenProbesAndTenAnswersASecond)
{
    constexpr std::uint32_t MEMBERS = 50;
    WatchedCluster cluster(Rapid::MakerOf({}), MEMBERS, 2);
    std::map<Member, std::size_t> probes;
    std::map<Member, std::size_t> answers;
    cluster.network.StartConverged();
    cluster.network.RunFor(2s);
    cluster.network.Watch([&](const Passage& passage) {
        auto& counted = passage.kind == TrafficKind::PING ? probes : answers;
        ++counted[passage.from];
    });
    cluster.network.RunFor(30s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        EXPECT_EQ(probes[member], 300u) << member;
        EXPECT_NEAR(static_cast<double>(answers[member]), 300, 10) << "answers may be under way";
    }
}

TEST(Rapid, FallsBackToAClassicRoundWhereTheFastOneCannotSucceed)
{
    constexpr std::uint32_t MEMBERS = 30;
    std::vector<double> delays;
    for (std::uint64_t seed = 1; seed <= 150; ++seed)
    {
        WatchedCluster cluster(Rapid::MakerOf({.resendAfter = 0s}), MEMBERS, seed);
        cluster.network.SetConditions({.delayMin = 1ms, .delayMax = 1ms});
        cluster.network.StartConverged();
        cluster.network.RunFor(3s);
        // More than a quarter is gone at once: 22 are left, of whom 23 would have to vote.
        for (Member member = 0; member < 8; ++member)
        {
            cluster.network.Crash(member * 3);
        }
        Instant voted = NEVER;
        Instant fellBack = NEVER;
        std::map<Instant, std::size_t> broadcasts;
        cluster.network.RunFor(10s);
        cluster.network.Watch([&](const Passage& passage) {
            if (passage.kind == TrafficKind::GOSSIP)
            {
                ++broadcasts[cluster.network.Now()];
            }
        });
        cluster.network.RunFor(60s);
        ExpectOneConfiguration(cluster, MEMBERS - 8);
        const auto deaths = cluster.Times(EventKind::DEAD, 0);
        ASSERT_FALSE(deaths.empty());
        // The last burst of votes, and the first message after it, a millisecond and more later.
        for (const auto& [at, count] : broadcasts)
        {
            if (at < deaths.front() - 5ms)
            {
                voted = at;
            }
            else if (fellBack == NEVER && at < deaths.front())
            {
                fellBack = at;
            }
        }
        ASSERT_NE(fellBack, NEVER);
        delays.push_back(SecondsOf(fellBack - voted));
    }
    // 1 s and the least of 22 exponential times with a mean of 30 s.
    const Estimate delay = EstimateOf(delays);
    EXPECT_NEAR(delay.mean, 1 + 30.0 / 22, 3 * delay.error);
}

/// By the rule, which counts for the life of a configuration, a tenth of loss would remove everybody.
TEST(Rapid, BearsLossByWhatItSendsAgain)
{
    constexpr std::uint32_t MEMBERS = 40;
    for (const bool resends : {true, false})
    {
        WatchedCluster cluster(Rapid::MakerOf({.resendAfter = resends ? 200ms : 0ms}), MEMBERS, 4);
        cluster.network.SetConditions({.delayMin = 1ms, .delayMax = 1ms, .loss = 0.1});
        cluster.network.StartConverged();
        cluster.network.RunFor(120s);
        std::size_t deaths = 0;
        for (const auto& row : cluster.conclusions)
        {
            deaths += row.kind == EventKind::DEAD ? 1 : 0;
        }
        EXPECT_EQ(deaths == 0, resends) << deaths;
    }
}

TEST(Rapid, TakesInWhoJoinsWhoLeavesAndWhoComesBack)
{
    constexpr std::uint32_t MEMBERS = 20;
    WatchedCluster cluster(Rapid::MakerOf({}), MEMBERS, 5);
    VirtualNetwork& network = cluster.network;
    network.Boot(0, 1, {});
    network.RunFor(1s);
    const Member seeds[] = {0};
    for (Member member = 1; member < MEMBERS; ++member)
    {
        network.Boot(member, 1, seeds);
    }
    network.RunFor(60s);
    ExpectOneConfiguration(cluster, MEMBERS);
    network.Leave(4);
    network.RunFor(5s);
    ExpectOneConfiguration(cluster, MEMBERS - 1);
    EXPECT_EQ(cluster.Count(EventKind::LEFT, 4), MEMBERS);
    network.Crash(7);
    network.RunFor(15s);
    ExpectOneConfiguration(cluster, MEMBERS - 2);
    network.Boot(7, 2, seeds);
    network.RunFor(15s);
    ExpectOneConfiguration(cluster, MEMBERS - 1);
}

/// A batch is one event: what its alerts make stable is proposed together.
TEST(Rapid, TakesInTogetherAllWhoseAlertsAreInOneBatch)
{
    constexpr std::uint32_t MEMBERS = 60;
    WatchedCluster cluster(Rapid::MakerOf({}), MEMBERS, 1);
    VirtualNetwork& network = cluster.network;
    network.SetConditions({.delayMin = 1ms, .delayMax = 1ms});
    network.Boot(0, 1, {});
    network.RunFor(1s);
    const Member seeds[] = {0};
    for (Member member = 1; member < MEMBERS; ++member)
    {
        network.Boot(member, 1, seeds);
    }
    network.RunFor(100ms); // until the batch is sent, or more
    EXPECT_LE(SizesSeen(cluster, 1s).size(), 2u) << "one change of views";
    ExpectOneConfiguration(cluster, MEMBERS);
}

TEST(Rapid, LetsWhoWasRemovedJoinAgain)
{
    constexpr std::uint32_t MEMBERS = 30;
    WatchedCluster cluster(Rapid::MakerOf({}), MEMBERS, 6);
    cluster.network.StartConverged();
    cluster.network.RunFor(3s);
    cluster.network.Pause(11);
    cluster.network.RunFor(15s);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 11), MEMBERS - 1);
    cluster.network.Resume(11);
    cluster.network.RunFor(20s);
    ExpectOneConfiguration(cluster, MEMBERS);
}

} // namespace
} // namespace swim::detectors
