// SPDX-License-Identifier: GPL-2.0-only
//
// Faults of the packet network do what is written at ns3::SwimFaultTable, to datagrams and to
// streams, and nothing else.
#include "packet-network-fixture.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <gtest/gtest.h>
#include <set>
#include <vector>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

std::vector<std::uint32_t> Numbers(const TestNetwork& net)
{
    std::vector<std::uint32_t> numbers;
    for (const auto& arrival : net.Arrivals())
    {
        numbers.push_back(arrival.number);
    }
    return numbers;
}

/// The two-sided 99.9 % interval of a binomial count, by its normal approximation.
void ExpectLossRate(std::size_t arrived, std::uint32_t sent, double probability)
{
    const double lost = static_cast<double>(sent) - static_cast<double>(arrived);
    const double deviation = std::sqrt(sent * probability * (1 - probability));
    EXPECT_NEAR(lost, sent * probability, 3.2905 * deviation) << "of " << sent;
}

TEST(PacketNetworkLoss, IsThatOfThePathAndNotOfEachLink)
{
    NetworkSpec network;
    network.loss = 0.1;
    TestNetwork net(SmallLeafSpine(), MEMBERS, network);
    constexpr std::uint32_t SENT = 20'000;
    SendSpaced(net, 0, 7, SENT);
    ExpectLossRate(net.Arrivals().size(), SENT, 0.1);
}

TEST(PacketNetworkLoss, MultipliesWhatPathSenderAndReceiverLetThrough)
{
    NetworkSpec network;
    network.loss = 0.1;
    TestNetwork net(SmallLeafSpine(), MEMBERS, network);
    net.Network().SetLoss(std::array<MemberId, 1>{0}, Direction::BOTH, 0.2);
    net.Network().SetLoss(std::array<MemberId, 1>{7}, Direction::BOTH, 0.3);
    constexpr std::uint32_t SENT = 20'000;
    SendSpaced(net, 0, 7, SENT);
    ExpectLossRate(net.Arrivals().size(), SENT, 1 - 0.9 * 0.8 * 0.7);
}

TEST(PacketNetworkLoss, OfAMemberTouchesNobodyElse)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    net.Network().SetLoss(std::array<MemberId, 1>{0}, Direction::BOTH, 1);
    net.At(0, [&net] {
        net.Send(0, 1);
        net.Send(1, 0);
        net.Send(1, 2);
    });
    net.RunUntil(1);
    EXPECT_EQ(net.Arrivals().size(), 1U);
    EXPECT_EQ(net.CountArrivals(1, 2), 1U);
}

TEST(PacketNetworkLoss, DependsOnTheSeedAndOnNothingElse)
{
    const auto arrivedWithSeed = [](std::uint64_t seed) {
        NetworkSpec network;
        network.loss = 0.5;
        TestNetwork net(SmallLeafSpine(), MEMBERS, network, seed);
        SendSpaced(net, 0, 7, 200);
        return Numbers(net);
    };
    EXPECT_EQ(arrivedWithSeed(7), arrivedWithSeed(7));
    EXPECT_NE(arrivedWithSeed(7), arrivedWithSeed(8));
}

TEST(PacketNetworkLoss, IsRepairedByStreamsAtACost)
{
    const std::uint32_t BYTES = 70'000;
    const auto lastByteNs = [BYTES](double loss) {
        NetworkSpec network;
        network.loss = loss;
        TestNetwork net(SmallLeafSpine(), MEMBERS, network);
        Stream stream;
        net.Listen(7, stream);
        net.At(0, [&] { net.Connect(0, 7, stream, BYTES); });
        net.RunUntil(60);
        EXPECT_EQ(stream.received, BYTES) << "at a loss of " << loss;
        return stream.lastByteNs;
    };
    EXPECT_GT(lastByteNs(0.05), lastByteNs(0));
}

TEST(PacketNetworkPartition, StopsDatagramsBetweenSidesOnly)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    const auto sendAll = [&net] {
        net.Send(0, 3);
        net.Send(3, 0);
        net.Send(0, 1);
        net.Send(3, 7);
    };
    // The cut runs through a leaf: sides are members, whatever the links.
    net.At(0, [&] { net.Network().Partition({{0, 1, 4}, {2, 3, 5, 6, 7}}); });
    net.At(1, sendAll);
    net.RunUntil(2);
    EXPECT_EQ(net.Arrivals().size(), 2U);
    EXPECT_EQ(net.CountArrivals(0, 1), 1U);
    EXPECT_EQ(net.CountArrivals(3, 7), 1U);

    net.ClearArrivals();
    net.At(1, [&] { net.Network().Heal(); });
    net.At(2, sendAll);
    net.RunUntil(5);
    EXPECT_EQ(net.Arrivals().size(), 4U);
}

TEST(PacketNetworkPartition, TakesMembersInNoSideForASideTogether)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    net.Network().Partition({{0, 1}, {2, 3}});
    net.At(0, [&net] {
        net.Send(4, 5);
        net.Send(4, 0);
        net.Send(4, 2);
    });
    net.RunUntil(1);
    EXPECT_EQ(net.Arrivals().size(), 1U);
    EXPECT_EQ(net.CountArrivals(4, 5), 1U);
}

TEST(PacketNetworkPartition, StopsStreamsSilentlyUntilHealed)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    Stream stream;
    net.Listen(7, stream);
    net.Network().Partition({{0, 1, 2, 3}, {4, 5, 6, 7}});
    net.At(0, [&] { net.Connect(0, 7, stream, 1000); });
    net.RunUntil(2.5);
    EXPECT_FALSE(stream.connected);
    EXPECT_FALSE(stream.over);
    EXPECT_EQ(net.PacketsAt(0), 0U) << "nobody says that the way is cut";

    net.Network().Heal();
    net.RunUntil(30);
    EXPECT_TRUE(stream.connected) << "by a later SYN";
    EXPECT_EQ(stream.received, 1000U);
}

TEST(PacketNetworkPartition, HoldsUpAnOpenStreamUntilHealed)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    Stream stream;
    net.Listen(7, stream);
    net.At(0, [&] { net.Connect(0, 7, stream, 1000); });
    net.At(1, [&] {
        net.Network().Partition({{0}, {7}});
        stream.client->Send(stream.out.data(), 500, 0);
    });
    net.RunUntil(3);
    EXPECT_EQ(stream.received, 1000U);
    net.Network().Heal();
    net.RunUntil(30);
    EXPECT_EQ(stream.received, 1500U);
}

TEST(PacketNetworkDelay, OfTheNetworkCountsOnceAPath)
{
    const std::int64_t undisturbedNs = UndisturbedNs();
    NetworkSpec network;
    network.delay = 30ms;
    TestNetwork net(SmallLeafSpine(), MEMBERS, network);
    SendSpaced(net, 0, 7, 1);
    EXPECT_EQ(TookNs(net.Arrivals().at(0)), undisturbedNs + 30'000'000);
}

TEST(PacketNetworkDelay, OfMembersAddsUpInBothDirections)
{
    std::vector<std::int64_t> tookNs;
    for (const auto& [from, to] : {std::pair<MemberId, MemberId>{0, 7}, {7, 0}, {6, 7}, {5, 6}})
    {
        TestNetwork net(SmallLeafSpine(), MEMBERS);
        net.Network().SetDelay(std::array<MemberId, 2>{0, 6}, Direction::BOTH, 5ms);
        net.Network().SetDelay(std::array<MemberId, 1>{7}, Direction::BOTH, 20ms);
        SendSpaced(net, from, to, 1);
        tookNs.push_back(net.Arrivals().at(0).timeNs);
    }
    const std::int64_t undisturbedNs = UndisturbedNs();
    EXPECT_EQ(tookNs[0], undisturbedNs + 25'000'000);
    EXPECT_EQ(tookNs[1], undisturbedNs + 25'000'000);
    // 6 and 7 are on one leaf: a way of two links less than from 0 to 7.
    EXPECT_GT(tookNs[2], 25'000'000);
    EXPECT_LT(tookNs[2], undisturbedNs + 25'000'000);
    EXPECT_GT(tookNs[3], 5'000'000);
    EXPECT_LT(tookNs[3], undisturbedNs + 5'000'000);
}

TEST(PacketNetworkDelay, CanBeTakenAway)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    const std::array<MemberId, 1> slow{7};
    net.Network().SetDelay(slow, Direction::BOTH, 1s);
    net.Network().SetDelay(slow, Direction::BOTH, 0ms);
    SendSpaced(net, 0, 7, 1);
    const auto tookNs = TookNs(net.Arrivals().at(0));
    EXPECT_LT(tookNs, 1'000'000);
}

TEST(PacketNetworkJitter, IsUniformUpToItsValueAndLetsPacketsOvertake)
{
    const std::int64_t undisturbedNs = UndisturbedNs();
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    net.Network().SetJitter(std::array<MemberId, 1>{7}, Direction::BOTH, 10ms);
    constexpr std::uint32_t SENT = 10'000;
    SendSpaced(net, 0, 7, SENT);

    const auto& arrivals = net.Arrivals();
    ASSERT_EQ(arrivals.size(), SENT);
    double sumNs = 0;
    for (const auto& arrival : arrivals)
    {
        const std::int64_t addedNs = TookNs(arrival) - undisturbedNs;
        ASSERT_GE(addedNs, 0);
        ASSERT_LE(addedNs, 10'000'000);
        sumNs += static_cast<double>(addedNs);
    }
    const double deviationNs = 10e6 / std::sqrt(12.0 * SENT);
    EXPECT_NEAR(sumNs / SENT, 5e6, 3.2905 * deviationNs);

    const auto numbers = Numbers(net);
    EXPECT_FALSE(std::is_sorted(numbers.begin(), numbers.end()));
}

TEST(PacketNetworkJitter, DoesNotChangeWhatIsLost)
{
    const auto arrivedWithJitter = [](Duration jitter) {
        NetworkSpec network;
        network.loss = 0.5;
        // Less than the millisecond between packets: they arrive, and draw, in the order sent.
        network.jitter = jitter;
        TestNetwork net(SmallLeafSpine(), MEMBERS, network);
        SendSpaced(net, 0, 7, 200);
        return Numbers(net);
    };
    EXPECT_EQ(arrivedWithJitter(0us), arrivedWithJitter(500us));
}

TEST(PacketNetworkDown, IsSilentBothWays)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    net.Network().SetDown(7);
    const auto sendAll = [&net] {
        net.Send(0, 7);
        net.Send(7, 0);
        net.Send(0, 6);
    };
    net.At(0, sendAll);
    net.RunUntil(1);
    EXPECT_EQ(net.Arrivals().size(), 1U);
    EXPECT_EQ(net.CountArrivals(0, 6), 1U);

    net.ClearArrivals();
    net.Network().SetUp(7);
    net.At(0, sendAll);
    net.RunUntil(2);
    EXPECT_EQ(net.Arrivals().size(), 3U);
}

TEST(PacketNetworkDown, NeitherAcceptsNorRefusesStreams)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    Stream stream; // nobody listens: a machine that is up would answer with an RST
    net.Network().SetDown(7);
    net.At(0, [&] { net.Connect(0, 7, stream, 1); });
    net.RunUntil(2.5);
    EXPECT_EQ(net.PacketsAt(0), 0U);
    EXPECT_EQ(net.PacketsAt(7), 0U);
    EXPECT_FALSE(stream.connected);
}

TEST(PacketNetworkDown, StillDeliversWhatHasLeftTheMachine)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    net.Network().SetDelay(std::array<MemberId, 1>{7}, Direction::BOTH, 100ms);
    net.At(0, [&net] { net.Send(7, 0); });
    net.At(0.05, [&net] { net.Network().SetDown(7); });
    net.RunUntil(1);
    EXPECT_EQ(net.CountArrivals(7, 0), 1U);
}

TEST(PacketNetworkDown, LosesWhatWaitsInTheMachinesQueue)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    net.At(0, [&net] {
        for (std::uint32_t number = 0; number < 100; number++)
        {
            net.Send(7, 0, number, 1400); // 11.4 µs each at 1 Gbit/s
        }
    });
    net.At(500e-6, [&net] { net.Network().SetDown(7); });
    net.RunUntil(1);
    EXPECT_EQ(net.CountArrivals(7, 0), 44U) << "those whose transmission had begun after 500 us";
}

} // namespace
} // namespace swimlab
