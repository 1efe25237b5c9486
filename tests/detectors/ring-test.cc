// SPDX-License-Identifier: MIT
//
// Heartbeats on a ring: one observer each, a broadcast of each verdict, and the next observer.
#include "accuracy.h"
#include "detectors/bytes.h"
#include "detectors/heartbeat-ring.h"
#include "swim/versions.h"
#include "watched-cluster.h"

#include <array>
#include <bit>
#include <gtest/gtest.h>

namespace swim::detectors
{
namespace
{

using namespace std::chrono_literals;

/// Names in the order of numbers only up to ten members.
constexpr std::uint32_t ORDERED = 10;

class Ring : public testing::TestWithParam<std::uint32_t>
{
};

TEST_P(Ring, SendsOneHeartbeatAnIntervalAndTwoLogarithmsAVerdict)
{
    const std::uint32_t members = GetParam();
    WatchedCluster cluster(HeartbeatRing::MakerOf({}), members, 1);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(30s);
    cluster.ForgetTraffic();
    network.RunFor(60s);
    for (Member member = 0; member < members; ++member)
    {
        EXPECT_EQ(cluster.sentBy[member], 20u) << member;
    }
    cluster.ForgetTraffic();
    network.Crash(1);
    network.RunFor(30s);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 1), members - 1);
    EXPECT_EQ(cluster.conclusions.size(), members - 1);
    const auto logarithm = static_cast<std::size_t>(std::bit_width(members) - 1);
    EXPECT_EQ(cluster.sentOf[TrafficKind::GOSSIP], 2 * logarithm * (members - 1));
    EXPECT_EQ(cluster.sentOf[TrafficKind::PING_REQ], 1u) << "the observer turns to the next";
}

INSTANTIATE_TEST_SUITE_P(Sizes, Ring, testing::Values(8u, 10u, 16u, 64u, 100u));

TEST(HeartbeatRing, FindsACrashWithinTheTimeoutAndATick)
{
    for (std::uint64_t seed = 1; seed <= 200; ++seed)
    {
        WatchedCluster cluster(HeartbeatRing::MakerOf({}), 12, seed);
        cluster.network.StartConverged();
        Rng rng(seed, OF_CRASHES);
        cluster.network.RunFor(40s + OfSeconds(3 * rng.Unit()));
        const Instant crash = cluster.network.Now();
        cluster.network.Crash(5);
        cluster.network.RunFor(20s);
        const auto times = cluster.Times(EventKind::DEAD, 5);
        ASSERT_EQ(times.size(), 11u);
        EXPECT_GE(times.front() - crash, 10s - 3s);
        EXPECT_LE(times.front() - crash, 10s + 300ms + 10ms);
        EXPECT_LE(times.back() - times.front(), 6 * 5ms) << "a broadcast takes few hops";
    }
}

TEST(HeartbeatRing, FindsNeighboursOneAfterTheOther)
{
    WatchedCluster cluster(HeartbeatRing::MakerOf({}), ORDERED, 2);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(40s);
    const Instant crash = network.Now();
    for (const Member member : {3, 4, 5})
    {
        network.Crash(member);
    }
    network.RunFor(80s);
    const Duration found[] = {cluster.Times(EventKind::DEAD, 5).front() - crash,
                              cluster.Times(EventKind::DEAD, 4).front() - crash,
                              cluster.Times(EventKind::DEAD, 3).front() - crash};
    // The nearest to the observer first; each next one twice the time-out later.
    EXPECT_LE(found[0], 10s + 310ms);
    EXPECT_GE(found[1] - found[0], 20s);
    EXPECT_LE(found[1] - found[0], 20s + 310ms);
    EXPECT_GE(found[2] - found[1], 20s);
    EXPECT_LE(found[2] - found[1], 20s + 310ms);
}

TEST(HeartbeatRing, TakesBackAFalseVerdictAndTakesInWhoComes)
{
    constexpr std::uint32_t MEMBERS = 20;
    WatchedCluster cluster(HeartbeatRing::MakerOf({}), MEMBERS, 3);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(40s);
    network.Pause(6);
    network.RunFor(20s);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 6), MEMBERS - 1);
    network.Resume(6);
    network.RunFor(20s);
    EXPECT_EQ(cluster.Count(EventKind::JOINED, 6), MEMBERS - 1);
    network.Crash(11);
    network.RunFor(40s);
    const Member seeds[] = {2};
    network.Boot(11, 2, seeds);
    network.RunFor(20s);
    network.Leave(15);
    network.RunFor(60s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        if (member != 15)
        {
            const auto& view = network.DetectorAt(member)->Members();
            EXPECT_EQ(view.Count(MemberState::ALIVE), MEMBERS - 1) << member;
        }
    }
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 6), MEMBERS - 1) << "it is observed again";
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 15), 0u);
    network.Crash(11);
    network.RunFor(40s);
    EXPECT_EQ(cluster.Count(EventKind::DEAD, 11), 2 * MEMBERS - 3) << "and so is who came";
}

class RingAfterAVerdict : public testing::TestWithParam<std::uint32_t>
{
};

TEST_P(RingAfterAVerdict, ConvictsNobodyElse)
{
    constexpr std::uint32_t MEMBERS = 12;
    WatchedCluster cluster(HeartbeatRing::MakerOf({.observers = GetParam()}), MEMBERS, 3);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(40s);
    network.Pause(6);
    network.RunFor(20s);
    network.Resume(6);
    network.RunFor(120s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        const std::size_t verdicts = cluster.Count(EventKind::DEAD, member);
        EXPECT_EQ(verdicts, member == 6 ? MEMBERS - 1 : 0) << member;
        const auto& view = network.DetectorAt(member)->Members();
        EXPECT_EQ(view.Count(MemberState::ALIVE), MEMBERS) << member;
    }
    cluster.ForgetTraffic();
    network.RunFor(60s);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        EXPECT_EQ(cluster.sentBy[member], 20u * GetParam()) << "to its observers alone";
    }
}

TEST(HeartbeatRing, GivesNoVerdictAsItWakesLate)
{
    constexpr std::uint32_t MEMBERS = 12;
    for (int tenths = 60; tenths <= 250; ++tenths) // two intervals, or more
    {
        WatchedCluster cluster(HeartbeatRing::MakerOf({}), MEMBERS, 5);
        VirtualNetwork& network = cluster.network;
        network.StartConverged();
        network.RunFor(40s);
        network.Pause(6);
        network.RunFor(tenths * 100ms);
        network.Resume(6);
        network.RunFor(40s);
        for (const auto& row : cluster.conclusions)
        {
            EXPECT_TRUE(row.kind != EventKind::DEAD || row.subject == 6) << tenths;
        }
    }
}

TEST(HeartbeatRing, FindsACrashWhileItWasPausedSoonAfterItWakes)
{
    WatchedCluster cluster(HeartbeatRing::MakerOf({}), ORDERED, 5);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(40s);
    network.Crash(5);
    network.RunFor(3500ms);
    network.Pause(6); // for less than its own observer waits
    network.RunFor(7s);
    network.Resume(6);
    const Instant awake = network.Now();
    network.RunFor(10s);
    const auto times = cluster.Times(EventKind::DEAD, 5);
    ASSERT_EQ(times.size(), ORDERED - 1);
    EXPECT_GT(times.front(), awake) << "not at the look that is late";
    EXPECT_LE(times.front(), awake + 300ms) << "but at the next";
}

TEST(HeartbeatRing, PassesAVerdictOnAsItWasGiven)
{
    constexpr std::uint32_t MEMBERS = 8;
    constexpr std::uint8_t DEAD_TYPE = 18;
    Directory directory;
    std::vector<IdentityId> members;
    for (std::uint8_t i = 0; i < MEMBERS; ++i)
    {
        const std::array<std::uint8_t, 4> bytes{10, 0, 0, i};
        const std::string name = "m" + std::to_string(i);
        members.push_back(
            directory.Intern(directory.InternName(name), Address(bytes, 1), "", OUR_VERSIONS));
    }
    const Detector::Setup setup{.self = members[0],
                                .baseline = std::make_shared<const Baseline>(members, directory),
                                .age = Age::SETTLED};
    const auto detector = HeartbeatRing::MakerOf({})(setup, Rng(1, 0), directory);
    Outbox out;
    detector->Start(Instant{});
    const auto verdict = [&](std::string_view from, std::uint32_t incarnation) {
        wire::Bytes message;
        ByteWriter writer(message);
        writer.Number(DEAD_TYPE);
        writer.Name(from);
        writer.Number(std::uint32_t{1});
        writer.Name("m5");
        writer.Number(incarnation);
        out.Clear();
        detector->Receive(Instant{} + 1s, Address{}, message, out);
        std::size_t told = 0;
        for (const Outbox::Datagram& datagram : out.Datagrams())
        {
            const wire::ByteView bytes = out.Bytes(datagram);
            if (datagram.kind == TrafficKind::GOSSIP)
            {
                const wire::ByteView tail = bytes.last(sizeof(incarnation));
                EXPECT_EQ(ByteReader(tail).Number<std::uint32_t>(), incarnation);
                ++told;
            }
        }
        return told;
    };
    EXPECT_EQ(verdict("m1", 0), 0u) << "of a former life";
    EXPECT_EQ(verdict("m1", 4), 6u) << "of a life that it has not heard of";
    EXPECT_EQ(verdict("m2", 4), 0u) << "once";
    EXPECT_EQ(verdict("m3", 7), 6u) << "dead again";
    const PeerRecord record =
        detector->Members().At(detector->Members().Find(directory.FindName("m5")));
    EXPECT_EQ(record.State(), MemberState::DEAD);
    EXPECT_EQ(record.incarnation, 7u);
}

INSTANTIATE_TEST_SUITE_P(Observers, RingAfterAVerdict, testing::Values(1u, 2u, 3u));

} // namespace
} // namespace swim::detectors
