// SPDX-License-Identifier: MIT
//
// Redis Cluster's rules: who is pinged, when a node is PFAIL, and what a majority needs for FAIL.
#include "accuracy.h"
#include "detectors/redis.h"
#include "swim/versions.h"
#include "watched-cluster.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace swim::detectors
{
namespace
{

using namespace std::chrono_literals;

/// Nothing gets to the member or from it any more, and it is gone: as a machine without power.
void FallSilent(WatchedCluster& cluster, Member member)
{
    for (Member other = 0; other < cluster.network.Members(); ++other)
    {
        if (other != member)
        {
            cluster.network.Cut(member, other);
            cluster.network.Cut(other, member);
        }
    }
    cluster.network.Crash(member);
}

struct PfailTimes
{
    std::vector<double> suspects; ///< the first observer's PFAIL, of each run
    std::vector<double> all;      ///< every observer's
    std::vector<double> fails;    ///< the first FAIL
};

PfailTimes PfailTimesOf(std::uint32_t members, Duration timeout, int runs)
{
    PfailTimes times;
    for (int seed = 1; seed <= runs; ++seed)
    {
        WatchedCluster cluster(Redis::MakerOf({.nodeTimeout = timeout}),
                               members,
                               static_cast<std::uint64_t>(seed));
        cluster.network.SetConditions({.delayMin = 50us, .delayMax = 100us});
        cluster.network.StartConverged();
        Rng rng(static_cast<std::uint64_t>(seed), OF_CRASHES);
        cluster.network.RunFor(4 * timeout + OfSeconds(rng.Unit() * SecondsOf(timeout)));
        const Instant crash = cluster.network.Now();
        EXPECT_TRUE(cluster.conclusions.empty()) << "nobody errs in a calm network";
        FallSilent(cluster, 1);
        cluster.network.RunFor(3 * timeout);
        const auto suspicions = cluster.Times(EventKind::SUSPECT, 1);
        const auto deaths = cluster.Times(EventKind::DEAD, 1);
        EXPECT_FALSE(suspicions.empty());
        EXPECT_EQ(deaths.size(), members - 1) << "FAIL is told to everybody";
        if (suspicions.empty() || deaths.empty())
        {
            continue;
        }
        times.suspects.push_back(SecondsOf(suspicions.front() - crash));
        times.fails.push_back(SecondsOf(deaths.front() - crash));
        for (const Instant at : suspicions)
        {
            times.all.push_back(SecondsOf(at - crash));
        }
    }
    return times;
}

TEST(Redis, SuspectsAfterOneToOneAndAHalfTimeouts)
{
    const PfailTimes times = PfailTimesOf(12, 15s, 20);
    for (const double time : times.all)
    {
        EXPECT_GE(time, 15);
        EXPECT_LE(time, 1.5 * 15 + 0.2);
    }
}

struct FailCase
{
    std::uint32_t members;
    int runs;
    double failS;
};

class RedisFail : public testing::TestWithParam<FailCase>
{
};

TEST_P(RedisFail, ComesWhenTheModelOfTheRulesSays)
{
    const auto& [members, runs, failS] = GetParam();
    const PfailTimes times = PfailTimesOf(members, 15s, runs);
    EXPECT_NEAR(EstimateOf(times.fails).mean, failS, 0.1 * failS);
}

INSTANTIATE_TEST_SUITE_P(Sizes,
                         RedisFail,
                         testing::Values(FailCase{6, 60, 18.4}, FailCase{60, 10, 22.1}));

double PingsANodeAndSecond(std::uint32_t members, const Redis::Config& config, Duration time)
{
    WatchedCluster cluster(Redis::MakerOf(config), members, 9);
    cluster.network.SetConditions({.delayMin = 50us, .delayMax = 100us});
    cluster.network.StartConverged();
    cluster.network.RunFor(4 * config.nodeTimeout);
    cluster.ForgetTraffic();
    cluster.network.RunFor(time);
    EXPECT_EQ(cluster.sentOf[TrafficKind::STREAM_PING], cluster.sentOf[TrafficKind::STREAM_ACK]);
    return static_cast<double>(cluster.sentOf[TrafficKind::STREAM_PING]) / members /
           SecondsOf(time);
}

/// The model of the rules behind these rates has exact pong times. Cut to whole seconds, as on the
/// wire, what is gossiped is half a second older, and 60 nodes ping 9 % more often than it says: that
/// the target's 5 % are missed there is known, and told in docs/detectors.md.
TEST(Redis, PingsAsOftenAsTheModelOfTheRulesSays)
{
    constexpr std::pair<std::uint32_t, double> RATES[] = {{6, 1.00}, {12, 1.15}, {60, 3.65}};
    for (const auto& [members, rate] : RATES)
    {
        const double exact =
            PingsANodeAndSecond(members, {.pongGossip = Redis::PongGossip::EXACT}, 300s);
        EXPECT_NEAR(exact, rate, 0.05 * rate) << members;
        EXPECT_LE(exact, 1 + (members - 1) / 7.5) << members;
        const double cut = PingsANodeAndSecond(members, {}, 300s);
        EXPECT_GE(cut, 0.95 * rate) << members;
        EXPECT_LE(cut, 1.1 * rate) << members;
    }
}

/// Who has run for long goes on as it did: no gossip of the first seconds makes all pongs equally old.
TEST(Redis, PingsAsEvenlyAfterAConvergedStartAsLater)
{
    constexpr std::uint32_t MEMBERS = 60;
    for (const auto precision : {Redis::PongGossip::SECONDS, Redis::PongGossip::EXACT})
    {
        WatchedCluster cluster(Redis::MakerOf({.pongGossip = precision}), MEMBERS, 3);
        cluster.network.SetConditions({.delayMin = 50us, .delayMax = 100us});
        cluster.network.StartConverged();
        std::vector<std::size_t> pings;
        for (int second = 0; second < 30; ++second)
        {
            cluster.ForgetTraffic();
            cluster.network.RunFor(1s);
            pings.push_back(cluster.sentOf[TrafficKind::STREAM_PING]);
        }
        const auto [least, most] = std::ranges::minmax(pings);
        EXPECT_GT(least, MEMBERS * 3 / 2); // the mean is four
        EXPECT_LT(most, MEMBERS * 9);
    }
}

TEST(Redis, PingsAsItsSpecificationSaysWhereNobodyTellsOfPongs)
{
    const double found =
        PingsANodeAndSecond(100, {.nodeTimeout = 60s, .pongGossip = Redis::PongGossip::OFF}, 120s);
    EXPECT_GE(found, 3.3);
    EXPECT_LE(found, 4.3);
}

TEST(Redis, SendsAsManyBytesAsRedis)
{
    constexpr std::pair<std::uint32_t, std::size_t> MOST[] = {{6, 2568}, {100, 3296}};
    for (const auto& [members, most] : MOST)
    {
        WatchedCluster cluster(Redis::MakerOf({}), members, 1);
        cluster.network.StartConverged();
        cluster.network.RunFor(10s);
        std::size_t longest = 0;
        for (const std::size_t size : cluster.sizes[TrafficKind::STREAM_PING])
        {
            EXPECT_EQ((size - 2256) % 104, 0u);
            longest = std::max(longest, size);
        }
        EXPECT_EQ(longest, most);
    }
}

TEST(Redis, FailsNobodyOnTheSideOfTheFewer)
{
    constexpr std::uint32_t MEMBERS = 6; // primaries are 0, 1 and 2
    WatchedCluster cluster(Redis::MakerOf({}), MEMBERS, 4);
    cluster.network.StartConverged();
    cluster.network.RunFor(20s);
    cluster.network.Partition(1);
    cluster.network.RunFor(60s);
    for (Member other = 1; other < MEMBERS; ++other)
    {
        EXPECT_EQ(cluster.Count(EventKind::DEAD, other), 0u) << other;
    }
    EXPECT_EQ(cluster.network.DetectorAt(0)->Members().Count(MemberState::SUSPECT), MEMBERS - 1);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 0), MEMBERS - 1);
}

/// Five primaries of whom one is real; what the others say is made up.
class RedisReports : public testing::Test
{
  protected:
    static constexpr std::uint8_t PING = 16;
    static constexpr std::uint8_t PRIMARY = 1;

    RedisReports()
    {
        std::vector<IdentityId> members;
        for (std::uint8_t i = 0; i < 5; ++i)
        {
            const std::uint8_t bytes[] = {10, 0, 0, i};
            members.push_back(directory.Intern(directory.InternName(std::string(1, 'a' + i)),
                                               Address(bytes, 7946),
                                               "",
                                               OUR_VERSIONS));
        }
        const auto baseline = std::make_shared<const Baseline>(members, directory);
        node = Redis::MakerOf({.nodeTimeout = 15s, .replicas = 0})(
            {.self = members[0], .baseline = baseline, .age = Age::SETTLED},
            Rng(1, 1),
            directory);
        node->Start(Instant{});
    }

    void RunTo(Instant end)
    {
        while (node->NextDeadline() <= end)
        {
            node->Advance(node->NextDeadline(), out);
            Take();
        }
        now = end;
    }

    /// A ping of a primary that holds 'e' so.
    void Hear(char from, MemberState state)
    {
        const std::uint8_t bytes[] = {10, 0, 0, static_cast<std::uint8_t>(from - 'a')};
        wire::Bytes message;
        ByteWriter writer(message);
        writer.Number(PING);
        writer.Name(std::string(1, from));
        writer.Number(std::uint32_t{1});
        writer.Place(Address(bytes, 7946));
        writer.Number(PRIMARY);
        writer.Number(std::uint16_t{1});
        const std::size_t start = message.size();
        writer.Name("e");
        writer.Place(Address(std::vector<std::uint8_t>{10, 0, 0, 4}, 7946));
        writer.Number(std::uint32_t{1});
        writer.Number(static_cast<std::uint8_t>(state));
        writer.Number(std::int64_t{0});
        writer.Zeros(start + Redis::ENTRY_BYTES - message.size());
        wire::Bytes framed;
        wire::EncodeUser(message, framed);
        node->ReceiveStream(now, framed, out);
        EXPECT_FALSE(out.StreamAnswer().empty());
        Take();
    }

    void Take()
    {
        for (const Event& event : out.Events())
        {
            EXPECT_NE(event.kind, EventKind::REJECTED);
            fails += event.kind == EventKind::DEAD && directory.Name(event.subject) == "e" ? 1 : 0;
        }
        out.Clear();
    }

    Directory directory;
    Outbox out;
    std::unique_ptr<Detector> node;
    Instant now{};
    int fails = 0;
};

TEST_F(RedisReports, CountForTwiceTheTimeout)
{
    RunTo(Instant{} + 25s); // nobody answers: it holds everybody PFAIL
    Hear('b', MemberState::SUSPECT);
    EXPECT_EQ(fails, 0) << "its own word and one report are no three of five";
    RunTo(Instant{} + 25s + 30s + 1s);
    Hear('c', MemberState::SUSPECT);
    EXPECT_EQ(fails, 0) << "the first report is older than 30 s";
    Hear('b', MemberState::SUSPECT);
    EXPECT_EQ(fails, 1);
}

TEST_F(RedisReports, AreTakenBackByWhoSaysOtherwise)
{
    RunTo(Instant{} + 25s);
    Hear('b', MemberState::SUSPECT);
    Hear('b', MemberState::ALIVE);
    Hear('c', MemberState::SUSPECT);
    EXPECT_EQ(fails, 0);
    Hear('d', MemberState::DEAD);
    EXPECT_EQ(fails, 1) << "FAIL is a report as PFAIL is";
}

/// The one voter needs nobody's report, and whoever has no vote is never the majority.
TEST(Redis, LetsTheOnlyPrimaryDecideAlone)
{
    for (const Member crashed : {0u, 1u})
    {
        WatchedCluster cluster(Redis::MakerOf({.nodeTimeout = 5s, .replicas = 2}), 3, 2);
        cluster.network.StartConverged();
        cluster.network.RunFor(10s);
        FallSilent(cluster, crashed);
        cluster.network.RunFor(15s);
        EXPECT_GE(cluster.Count(EventKind::SUSPECT, crashed), 1u);
        EXPECT_EQ(cluster.Count(EventKind::DEAD, crashed), crashed == 0 ? 0u : 2u) << crashed;
    }
}

TEST(Redis, KnowsARestartedReplicaAgain)
{
    constexpr std::uint32_t MEMBERS = 6;
    WatchedCluster cluster(Redis::MakerOf({.nodeTimeout = 5s}), MEMBERS, 8);
    cluster.network.StartConverged();
    cluster.network.RunFor(10s);
    FallSilent(cluster, 5);
    cluster.network.RunFor(15s);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 5), MEMBERS - 1);
    cluster.network.Heal();
    const Member seeds[] = {0};
    cluster.network.Boot(5, 2, seeds);
    cluster.network.RunFor(15s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        EXPECT_EQ(cluster.network.DetectorAt(member)->Members().Count(MemberState::ALIVE), MEMBERS)
            << member;
    }
}

} // namespace
} // namespace swim::detectors
