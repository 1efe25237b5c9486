// SPDX-License-Identifier: MIT
//
// Cassandra's rules: what a round sends, and when silence becomes a conviction.
#include "accuracy.h"
#include "detectors/bytes.h"
#include "detectors/cassandra.h"
#include "swim/versions.h"
#include "watched-cluster.h"

#include <cmath>
#include <gtest/gtest.h>

namespace swim::detectors
{
namespace
{

using namespace std::chrono_literals;

TEST(Cassandra, FindsACrashWhenTheModelOfItsRulesSays)
{
    constexpr std::uint32_t MEMBERS = 50;
    std::vector<double> first;
    std::vector<double> median;
    std::vector<double> last;
    for (std::uint64_t seed = 1; seed <= 30; ++seed)
    {
        WatchedCluster cluster(Cassandra::MakerOf({}), MEMBERS, seed);
        cluster.network.SetConditions({.delayMin = 1us, .delayMax = 1us});
        cluster.network.StartConverged();
        Rng rng(seed, OF_CRASHES);
        cluster.network.RunFor(150s + OfSeconds(rng.Unit()));
        EXPECT_TRUE(cluster.conclusions.empty()) << "no false conviction";
        const Instant crash = cluster.network.Now();
        cluster.network.Crash(20);
        cluster.network.RunFor(40s);
        const auto deaths = cluster.Times(EventKind::DEAD, 20);
        ASSERT_EQ(deaths.size(), MEMBERS - 1);
        first.push_back(SecondsOf(deaths.front() - crash));
        median.push_back(SecondsOf(deaths[deaths.size() / 2] - crash));
        last.push_back(SecondsOf(deaths.back() - crash));
    }
    EXPECT_NEAR(EstimateOf(first).mean, 20.1, 0.05 * 20.1);
    EXPECT_NEAR(EstimateOf(median).mean, 23.3, 0.05 * 23.3);
    EXPECT_NEAR(EstimateOf(last).mean, 26.4, 0.05 * 26.4);
}

TEST(Cassandra, ConvictsAtTheFirstLookAfterSoManyMeans)
{
    Directory directory;
    std::vector<IdentityId> members;
    std::vector<Address> addresses;
    for (std::uint8_t i = 0; i < 2; ++i)
    {
        const std::uint8_t bytes[] = {10, 0, 0, i};
        addresses.emplace_back(bytes, 7946);
        members.push_back(directory.Intern(directory.InternName(std::string(1, 'a' + i)),
                                           addresses.back(),
                                           "",
                                           OUR_VERSIONS));
    }
    const auto baseline = std::make_shared<const Baseline>(members, directory);
    for (const Duration every : {Duration(1s), Duration(1300ms), Duration(2s)})
    {
        const auto node = Cassandra::MakerOf(
            {.window = 20,
             .seeds = 0})({.self = members[0], .baseline = baseline}, Rng(1, 1), directory);
        node->Start(Instant{});
        Outbox out;
        Instant now{};
        std::uint32_t version = 0;
        std::vector<Instant> looks;
        std::vector<Instant> deaths;
        const auto runTo = [&](Instant end) {
            while (node->NextDeadline() <= end)
            {
                looks.push_back(node->NextDeadline());
                node->Advance(looks.back(), out);
                for (const Event& event : out.Events())
                {
                    if (event.kind == EventKind::DEAD)
                    {
                        deaths.push_back(looks.back());
                    }
                }
                out.Clear();
            }
            now = end;
        };
        for (int report = 0; report < 25; ++report)
        {
            runTo(now + every);
            wire::Bytes message;
            ByteWriter writer(message);
            writer.Number(std::uint8_t{18}); // ACK2
            writer.Name("b");
            writer.Number(std::uint32_t{1});
            for (const std::uint8_t byte : addresses[1].Bytes())
            {
                writer.Number(byte);
            }
            writer.Number(addresses[1].port);
            writer.Number(std::uint32_t{1});
            writer.Number(++version);
            node->Receive(now, addresses[1], message, out);
            out.Clear();
        }
        const Instant last = now;
        EXPECT_TRUE(deaths.empty());
        looks.clear();
        runTo(now + 60s);
        ASSERT_EQ(deaths.size(), 1u);
        const Instant due = last + OfSeconds(8 * std::log(10) * SecondsOf(every));
        const auto first = std::ranges::upper_bound(looks, due);
        ASSERT_NE(first, looks.end());
        EXPECT_EQ(deaths[0], *first) << SecondsOf(every);
    }
}

TEST(Cassandra, SendsAboutOneSynARoundAndAnswersAllOfThem)
{
    constexpr std::uint32_t MEMBERS = 50;
    WatchedCluster cluster(Cassandra::MakerOf({}), MEMBERS, 2);
    cluster.network.StartConverged();
    cluster.network.RunFor(20s);
    cluster.ForgetTraffic();
    cluster.network.RunFor(60s);
    const double syns = static_cast<double>(cluster.sentOf[TrafficKind::GOSSIP]) / MEMBERS / 60;
    EXPECT_GT(syns, 1.0);
    EXPECT_LT(syns, 1.1);
    EXPECT_GT(cluster.sentOf[TrafficKind::ACK], cluster.sentOf[TrafficKind::GOSSIP]);
    EXPECT_LE(cluster.sentOf[TrafficKind::ACK], 2 * cluster.sentOf[TrafficKind::GOSSIP] + MEMBERS);
}

TEST(Cassandra, TrustsAgainWhoeverComesBack)
{
    constexpr std::uint32_t MEMBERS = 12;
    WatchedCluster cluster(Cassandra::MakerOf({}), MEMBERS, 5);
    cluster.network.StartConverged();
    cluster.network.RunFor(60s);
    cluster.network.Partition(5);
    cluster.network.RunFor(60s);
    EXPECT_EQ(cluster.network.DetectorAt(0)->Members().Count(MemberState::ALIVE), 5u);
    cluster.network.Heal();
    cluster.network.RunFor(30s);
    cluster.network.Crash(3);
    cluster.network.RunFor(60s);
    const Member seeds[] = {0};
    cluster.network.Boot(3, 2, seeds);
    cluster.network.RunFor(30s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        EXPECT_EQ(cluster.network.DetectorAt(member)->Members().Count(MemberState::ALIVE), MEMBERS)
            << member;
    }
}

/// A dead endpoint that starts again is learnt anew, from a first interval of 2 s; who was never missed is
/// not.
TEST(Cassandra, LearnsTheIntervalsOfADeadMemberThatComesBackAnew)
{
    constexpr std::uint32_t MEMBERS = 20;
    const Member seeds[] = {0};
    for (const bool missed : {true, false})
    {
        WatchedCluster cluster(Cassandra::MakerOf({}), MEMBERS, 7);
        cluster.network.StartConverged();
        cluster.network.RunFor(150s);
        cluster.network.Crash(7);
        cluster.network.RunFor(missed ? 60s : 1s);
        EXPECT_EQ(cluster.Count(EventKind::DEAD, 7), missed ? MEMBERS - 1 : 0);
        cluster.network.Boot(7, 2, seeds);
        cluster.network.RunFor(3s);
        cluster.network.Crash(7);
        const Instant crash = cluster.network.Now();
        cluster.conclusions.clear();
        cluster.network.RunFor(60s);
        const auto deaths = cluster.Times(EventKind::DEAD, 7);
        ASSERT_FALSE(deaths.empty());
        const double median = SecondsOf(deaths[deaths.size() / 2] - crash);
        EXPECT_EQ(median > 26, missed) << median;
    }
}

} // namespace
} // namespace swim::detectors
