// SPDX-License-Identifier: MIT
//
// Scylla's rules: when an unanswered echo becomes a verdict, what other changes do to it, and what is sent.
#include "accuracy.h"
#include "detectors/scylla.h"
#include "watched-cluster.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace swim::detectors
{
namespace
{

using namespace std::chrono_literals;

constexpr Duration DELAY = 1ms;
constexpr std::uint32_t MEMBERS = 10;
constexpr Member FAILS = 7;

struct ScyllaCluster : WatchedCluster
{
    explicit ScyllaCluster(std::uint64_t seed, std::uint32_t members = MEMBERS)
        : WatchedCluster(Scylla::MakerOf({}), members, seed)
    {
        network.SetConditions({.delayMin = DELAY, .delayMax = DELAY});
        network.StartConverged();
        Rng rng(seed, OF_CRASHES);
        network.RunFor(30s + 4 * OfSeconds(rng.Unit()));
    }

    /// Seconds from now until each of the others holds the member for down.
    std::vector<double> Down(Member member, Duration within)
    {
        const Instant from = network.Now();
        network.RunFor(within);
        std::vector<double> seconds;
        for (const Instant at : Times(EventKind::DEAD, member))
        {
            seconds.push_back(SecondsOf(at - from));
        }
        return seconds;
    }
};

void ExpectBetween(const std::vector<double>& times, double least, double most)
{
    ASSERT_EQ(times.size(), MEMBERS - 1);
    EXPECT_GE(times.front(), least);
    EXPECT_LE(times.back(), most);
}

TEST(Scylla, FindsTheSilentAfter22To24Seconds)
{
    std::vector<double> all;
    for (std::uint64_t seed = 1; seed <= 40; ++seed)
    {
        ScyllaCluster cluster(seed);
        cluster.network.Pause(FAILS);
        const std::vector<double> times = cluster.Down(FAILS, 30s);
        // An answer may be under way when he falls silent, and an echo for which he is too late.
        ExpectBetween(times, 22 - 2 * SecondsOf(DELAY), 24 + SecondsOf(DELAY));
        all.insert(all.end(), times.begin(), times.end());
    }
    std::ranges::sort(all);
    EXPECT_LT(all.front(), 22.1) << "the bounds are reached";
    EXPECT_GT(all.back(), 23.9);
    const Estimate mean = EstimateOf(all);
    EXPECT_NEAR(mean.mean, 23.0, 3 * mean.error);
}

TEST(Scylla, FindsWhoWasSilentBeforeTheLoopsStart)
{
    WatchedCluster cluster(Scylla::MakerOf({}), MEMBERS, 1);
    cluster.network.SetConditions({.delayMin = DELAY, .delayMax = DELAY});
    cluster.network.StartConverged();
    cluster.network.Pause(FAILS);
    cluster.network.RunFor(60s);
    const auto found = cluster.Times(EventKind::DEAD, FAILS);
    ASSERT_EQ(found.size(), MEMBERS - 1);
    EXPECT_GE(SecondsOf(found.front().time_since_epoch()), 22);
    EXPECT_LE(SecondsOf(found.back().time_since_epoch()), 24)
        << "a phase of an interval, and one echo";
}

TEST(Scylla, FindsWhoFellSilentWhenAnotherWasFound)
{
    for (std::uint64_t seed = 1; seed <= 40; ++seed)
    {
        ScyllaCluster cluster(seed);
        cluster.network.Pause(FAILS);
        Rng rng(seed, OF_CRASHES + 1);
        cluster.network.RunFor(22s + 2 * OfSeconds(rng.Unit()));
        cluster.network.Pause(2);
        const std::vector<double> times = cluster.Down(2, 60s);
        ASSERT_EQ(times.size(), MEMBERS - 2);
        EXPECT_GE(times.front(), 22 - 2 * SecondsOf(DELAY));
        // Whose loops had ended for the change begins the next when all have.
        EXPECT_LE(times.back(), 2 + 24 + SecondsOf(DELAY)) << seed;
    }
}

TEST(Scylla, FindsTheRefusingAfter20To22Seconds)
{
    std::vector<double> all;
    for (std::uint64_t seed = 1; seed <= 40; ++seed)
    {
        ScyllaCluster cluster(seed);
        cluster.network.Crash(FAILS);
        const std::vector<double> times = cluster.Down(FAILS, 30s);
        ExpectBetween(times, 20, 22 + 12 * 2 * SecondsOf(DELAY));
        all.insert(all.end(), times.begin(), times.end());
    }
    EXPECT_LT(*std::ranges::min_element(all), 20.1) << "the bounds are reached";
    EXPECT_GT(*std::ranges::max_element(all), 21.9);
}

TEST(Scylla, DoesNotReviveWhoLeavesMeanwhile)
{
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
    {
        ScyllaCluster cluster(seed, 6);
        cluster.network.Partition(3);
        cluster.network.RunFor(60s);
        cluster.network.SetConditions({.delayMin = 20ms, .delayMax = 300ms});
        cluster.network.Heal();
        Rng rng(seed, OF_CRASHES);
        cluster.network.RunFor(OfSeconds(2 * rng.Unit()));
        cluster.network.Leave(1);
        cluster.conclusions.clear();
        cluster.network.RunFor(10s);
        std::set<Member> left;
        for (const auto& row : cluster.conclusions)
        {
            const bool returns = row.subject == 1 && row.kind == EventKind::JOINED;
            EXPECT_FALSE(returns && left.contains(row.observer)) << seed;
            if (row.subject == 1 && row.kind == EventKind::LEFT)
            {
                left.insert(row.observer);
            }
        }
    }
}

TEST(Scylla, StartsTheTimeOfOthersAnewWhenSomebodyWasFound)
{
    ScyllaCluster cluster(3);
    cluster.network.Crash(FAILS);
    cluster.network.RunFor(10s);
    cluster.network.Crash(2);
    const Instant second = cluster.network.Now();
    cluster.network.RunFor(60s);
    const auto found = cluster.Times(EventKind::DEAD, FAILS);
    const auto foundNext = cluster.Times(EventKind::DEAD, 2);
    ASSERT_EQ(found.size(), MEMBERS - 2);
    ASSERT_EQ(foundNext.size(), MEMBERS - 2);
    // The first is found after 20 to 22 s, the loops have ended within 2 s, and the next take 22 s.
    EXPECT_GE(SecondsOf(foundNext.front() - second), 20 - 10 + 22);
    EXPECT_LE(SecondsOf(foundNext.back() - second), 22 - 10 + 2 + 22 + 12 * 2 * SecondsOf(DELAY));
}

TEST(Scylla, AsksNobodyWhileASilentOneIsWaitedForAfterAChange)
{
    ScyllaCluster cluster(4);
    cluster.network.Pause(FAILS);
    cluster.network.RunFor(3s);
    cluster.network.Leave(2); // who is live has changed: all loops end, but the one of the silent
    cluster.network.RunFor(5s);
    cluster.ForgetTraffic();
    cluster.network.RunFor(10s);
    EXPECT_EQ(cluster.sentOf[TrafficKind::STREAM_PING], 0u);
    cluster.network.RunFor(10s);
    EXPECT_EQ(cluster.Times(EventKind::DEAD, FAILS).size(), MEMBERS - 2);
    EXPECT_GT(cluster.sentOf[TrafficKind::STREAM_PING], 0u) << "then they start again";
}

TEST(Scylla, AsksEachOfTheOthersOnceInAnIntervalAndIsAnswered)
{
    ScyllaCluster cluster(5, 30);
    cluster.ForgetTraffic();
    cluster.network.RunFor(200s);
    const auto echoes = static_cast<double>(cluster.sentOf[TrafficKind::STREAM_PING]);
    EXPECT_NEAR(echoes / 30 / 200, 29 / (2 + 2 * SecondsOf(DELAY)), 0.1);
    EXPECT_NEAR(static_cast<double>(cluster.sentOf[TrafficKind::STREAM_ACK]), echoes, 30 * 29);
}

TEST(Scylla, GossipsToEachOfTheLiveWithinTenRounds)
{
    constexpr std::uint32_t MANY = 34;
    WatchedCluster cluster(Scylla::MakerOf({}), MANY, 6);
    std::map<Member, int> heard;
    int rounds = 0;
    Instant last{};
    cluster.network.Watch([&](const Passage& passage) {
        if (passage.kind == TrafficKind::GOSSIP && passage.from == 0)
        {
            ++heard[passage.to];
            rounds += cluster.network.Now() == last ? 0 : 1;
            last = cluster.network.Now();
        }
    });
    cluster.network.StartConverged();
    cluster.network.RunFor(90s);
    EXPECT_EQ(rounds, 90);
    ASSERT_EQ(heard.size(), MANY - 1);
    for (const auto& [member, times] : heard)
    {
        // 33 others in lists of 4: nine rounds.
        EXPECT_EQ(times, 10) << member;
    }
}

TEST(Scylla, HoldsEverybodyForDownWhoseEchoesItsOwnPauseDelayed)
{
    ScyllaCluster cluster(8);
    cluster.network.Pause(FAILS);
    cluster.network.RunFor(40s);
    cluster.conclusions.clear();
    cluster.network.Resume(FAILS);
    cluster.network.RunFor(1s);
    std::set<Member> held;
    for (const auto& row : cluster.conclusions)
    {
        if (row.kind == EventKind::DEAD && row.observer == FAILS)
        {
            held.insert(row.subject);
        }
    }
    EXPECT_EQ(held.size(), MEMBERS - 1) << "though they answer";
    cluster.network.RunFor(60s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        EXPECT_EQ(cluster.network.DetectorAt(member)->Members().Count(MemberState::ALIVE), MEMBERS)
            << member;
    }
}

TEST(Scylla, TrustsAgainWhoeverComesBack)
{
    ScyllaCluster cluster(9, 12);
    cluster.network.Partition(5);
    cluster.network.RunFor(60s);
    EXPECT_EQ(cluster.network.DetectorAt(0)->Members().Count(MemberState::ALIVE), 5u);
    cluster.network.Heal();
    cluster.network.RunFor(60s);
    cluster.network.Crash(3);
    cluster.network.RunFor(60s);
    const Member seeds[] = {0};
    cluster.network.Boot(3, 2, seeds);
    cluster.network.RunFor(30s);
    for (Member member = 0; member < 12; ++member)
    {
        EXPECT_EQ(cluster.network.DetectorAt(member)->Members().Count(MemberState::ALIVE), 12u)
            << member;
    }
}

} // namespace
} // namespace swim::detectors
