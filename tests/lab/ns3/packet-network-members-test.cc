// SPDX-License-Identifier: GPL-2.0-only
//
// Faults that hit some of a member's traffic, and members that change their place in the network.
#include "packet-network-fixture.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <gtest/gtest.h>
#include <tuple>
#include <vector>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

/// Whether a datagram and a stream get from 0 to 7, and from 7 to 0, while a block lasts.
std::array<bool, 4> Passing(Direction direction, Carrier carrier)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    net.Network().Block(1, {0, 1}, {6, 7}, direction, carrier);
    Stream there;
    Stream back;
    net.Listen(7, there);
    net.Listen(0, back);
    net.At(0, [&] {
        net.Send(0, 7);
        net.Send(7, 0);
        net.Connect(0, 7, there, 100);
        net.Connect(7, 0, back, 100);
    });
    net.RunUntil(2);
    return {net.CountArrivals(0, 7) == 1,
            net.CountArrivals(7, 0) == 1,
            there.received == 100,
            back.received == 100};
}

TEST(PacketNetworkBlock, StopsWhatItSaysAndNothingElse)
{
    using Passes = std::array<bool, 4>;
    EXPECT_EQ(Passing(Direction::BOTH, Carrier::ALL), (Passes{false, false, false, false}));
    EXPECT_EQ(Passing(Direction::BOTH, Carrier::DATAGRAMS), (Passes{false, false, true, true}));
    EXPECT_EQ(Passing(Direction::BOTH, Carrier::STREAMS), (Passes{true, true, false, false}));
    EXPECT_EQ(Passing(Direction::OUT, Carrier::DATAGRAMS), (Passes{false, true, true, true}));
    EXPECT_EQ(Passing(Direction::IN, Carrier::DATAGRAMS), (Passes{true, false, true, true}));
    EXPECT_EQ(Passing(Direction::OUT, Carrier::ALL), (Passes{false, true, false, false}))
        << "a stream needs both ways";
}

TEST(PacketNetworkBlock, TouchesOnlyPairsThatItNames)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    net.Network().Block(1, {0, 1}, {7}, Direction::BOTH, Carrier::ALL);
    net.At(0, [&net] {
        for (MemberId from = 0; from < MEMBERS; from++)
        {
            for (MemberId to = 0; to < MEMBERS; to++)
            {
                net.Send(from, to);
            }
        }
    });
    net.RunUntil(1);
    EXPECT_EQ(net.Arrivals().size(), MEMBERS * MEMBERS - 4U);
    EXPECT_EQ(net.CountArrivals(0, 7) + net.CountArrivals(7, 0) + net.CountArrivals(1, 7) +
                  net.CountArrivals(7, 1),
              0U);
}

TEST(PacketNetworkBlock, EndsByItsNumberAndNotWithAPartition)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    net.Network().Block(1, {0}, {7}, Direction::BOTH, Carrier::ALL);
    net.Network().Block(2, {0, 1}, {6, 7}, Direction::OUT, Carrier::ALL);
    net.Network().Heal();
    const auto arrivals = [&net] {
        net.ClearArrivals();
        net.At(0, [&net] {
            net.Send(0, 7);
            net.Send(7, 0);
            net.Send(1, 6);
        });
        net.RunUntil(ns3::Simulator::Now().GetSeconds() + 1);
        return std::array{net.CountArrivals(0, 7),
                          net.CountArrivals(7, 0),
                          net.CountArrivals(1, 6)};
    };
    using Counts = std::array<std::size_t, 3>;
    EXPECT_EQ(arrivals(), (Counts{0, 0, 0}));
    net.Network().Unblock(1);
    EXPECT_EQ(arrivals(), (Counts{0, 1, 0}));
    net.Network().UnblockAll();
    EXPECT_EQ(arrivals(), (Counts{1, 1, 1}));
}

TEST(PacketNetworkDirection, SplitsAMembersOwnValues)
{
    const std::array<MemberId, 1> one{7};
    TestNetwork lossy(SmallLeafSpine(), MEMBERS);
    lossy.Network().SetLoss(one, Direction::IN, 1);
    lossy.At(0, [&lossy] {
        lossy.Send(0, 7);
        lossy.Send(7, 0);
    });
    lossy.RunUntil(1);
    EXPECT_EQ(lossy.CountArrivals(0, 7), 0U);
    EXPECT_EQ(lossy.CountArrivals(7, 0), 1U);
}

TEST(PacketNetworkDirection, SplitsAMembersOwnDelay)
{
    const std::array<MemberId, 1> one{7};
    for (const auto& [direction, thereNs, backNs] :
         {std::tuple(Direction::IN, 50'000'000, 0), std::tuple(Direction::OUT, 0, 50'000'000)})
    {
        const std::int64_t undisturbedNs = UndisturbedNs();
        TestNetwork net(SmallLeafSpine(), MEMBERS);
        net.Network().SetDelay(one, direction, 50ms);
        net.At(0, [&net] { net.Send(0, 7); });
        net.At(1, [&net] { net.Send(7, 0); });
        net.RunUntil(2);
        EXPECT_EQ(net.Arrivals().at(0).timeNs, undisturbedNs + thereNs);
        EXPECT_EQ(net.Arrivals().at(1).timeNs, 1'000'000'000 + undisturbedNs + backNs);
    }
}

/// How many of so many datagrams come more than once, and how many come at all.
std::pair<std::size_t, std::size_t> Arriving(TestNetwork& net, std::uint32_t sent)
{
    SendSpaced(net, 0, 7, sent);
    std::vector<int> times(sent);
    for (const auto& arrival : net.Arrivals())
    {
        ++times[arrival.number];
    }
    return {std::count_if(times.begin(), times.end(), [](int n) { return n > 1; }),
            std::count_if(times.begin(), times.end(), [](int n) { return n > 0; })};
}

TEST(PacketNetworkDuplication, DoublesAShareOfThePackets)
{
    constexpr std::uint32_t SENT = 10'000;
    const double deviation = 3.2905 * std::sqrt(SENT * 0.1 * 0.9);
    NetworkSpec network;
    network.duplication = 0.1;
    TestNetwork net(SmallLeafSpine(), MEMBERS, network);
    const auto [doubled, arrived] = Arriving(net, SENT);
    EXPECT_NEAR(static_cast<double>(doubled), SENT * 0.1, deviation);
    EXPECT_EQ(arrived, SENT);
}

TEST(PacketNetworkDuplication, OfAMemberHasADirection)
{
    const std::array<MemberId, 1> one{7};
    for (const auto& [direction, expected] :
         {std::pair(Direction::IN, 100U), std::pair(Direction::OUT, 0U)})
    {
        TestNetwork net(SmallLeafSpine(), MEMBERS);
        net.Network().SetDuplication(one, direction, 1);
        EXPECT_EQ(Arriving(net, 100).first, expected);
    }
}

TEST(PacketNetworkDuplication, IsNothingToStreams)
{
    NetworkSpec network;
    network.duplication = 0.5;
    network.reorder = 0.2;
    network.reorderBy = 3ms;
    TestNetwork net(SmallLeafSpine(), MEMBERS, network);
    Stream stream;
    net.Listen(7, stream);
    net.At(0, [&] { net.Connect(0, 7, stream, 70'000); });
    net.RunUntil(30);
    EXPECT_EQ(stream.received, 70'000U);
}

TEST(PacketNetworkReordering, HoldsBackAShareOfThePacketsAndNoOthers)
{
    const std::int64_t undisturbedNs = UndisturbedNs();
    constexpr std::uint32_t SENT = 10'000;
    NetworkSpec network;
    network.reorder = 0.1;
    network.reorderBy = 4500us; // so that it does not meet the one after it
    TestNetwork net(SmallLeafSpine(), MEMBERS, network);
    SendSpaced(net, 0, 7, SENT);
    ASSERT_EQ(net.Arrivals().size(), SENT);
    std::size_t late = 0;
    for (const auto& arrival : net.Arrivals())
    {
        const std::int64_t addedNs = TookNs(arrival) - undisturbedNs;
        EXPECT_TRUE(addedNs == 0 || addedNs == 4'500'000) << addedNs;
        late += addedNs > 0 ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(late), SENT * 0.1, 3.2905 * std::sqrt(SENT * 0.1 * 0.9));
}

TEST(PacketNetworkCable, PulledOutTellsTheSenderAndNobodyElse)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    Stream out;
    Stream in;
    net.Network().Disconnect(7);
    net.At(0, [&] {
        EXPECT_FALSE(net.Send(7, 0)) << "no route";
        EXPECT_FALSE(net.Connect(7, 0, out, 1));
        EXPECT_TRUE(net.Send(0, 7)) << "others know nothing";
        EXPECT_TRUE(net.Connect(0, 7, in, 1));
    });
    net.RunUntil(1);
    EXPECT_TRUE(net.Arrivals().empty());
    EXPECT_EQ(net.PacketsAt(7), 0U);
    EXPECT_EQ(net.PacketsAt(0), 0U);

    net.Network().Reconnect(7);
    net.At(0, [&] {
        EXPECT_TRUE(net.Send(7, 0));
        EXPECT_TRUE(net.Send(0, 7));
    });
    net.RunUntil(2);
    EXPECT_EQ(net.Arrivals().size(), 2U);
}

TEST(PacketNetworkCable, StaysOutWhileTheMachineStartsAgain)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    net.Network().Disconnect(7);
    net.Network().SetDown(7);
    net.Network().SetUp(7);
    net.At(0, [&] {
        net.Send(0, 7);
        net.Send(7, 0);
    });
    net.RunUntil(1);
    EXPECT_TRUE(net.Arrivals().empty());
}

class PacketNetworkAddress : public testing::TestWithParam<bool>
{
};

TEST_P(PacketNetworkAddress, NewOneIsReachedAndTheOldOneIsNot)
{
    NetworkSpec network;
    network.queueDiscs = GetParam();
    TestNetwork net(SmallLeafSpine(), MEMBERS, network, 1, 1);
    const auto old = net.Network().MemberAddress(1);
    net.Network().SetAddress(1, MEMBERS);
    EXPECT_NE(net.Network().MemberAddress(1), old);
    const std::vector<std::uint8_t> payload(60);
    Stream stream;
    net.Listen(7, stream);
    net.At(0, [&] {
        net.SendTo(7, old, payload);
        net.Send(7, 1);
        net.Send(1, 7);
        net.Connect(1, 7, stream, 100);
    });
    net.RunUntil(2);
    EXPECT_EQ(net.Arrivals().size(), 2U);
    EXPECT_EQ(net.CountArrivals(7, 1), 1U);
    EXPECT_EQ(net.CountArrivals(1, 7), 1U) << "it sends from the new address";
    EXPECT_EQ(stream.received, 100U);
}

TEST_P(PacketNetworkAddress, OfAnotherReachesTheNewHolderAndItsFaults)
{
    NetworkSpec network;
    network.queueDiscs = GetParam();
    TestNetwork net(SmallLeafSpine(), MEMBERS, network, 1, 1);
    net.Network().SetDown(2);
    net.Network().SetAddress(1, 2);
    net.At(0,
           [&] { net.SendTo(7, net.Network().MemberAddress(1), std::vector<std::uint8_t>(60)); });
    net.RunUntil(1);
    ASSERT_EQ(net.Arrivals().size(), 1U);
    EXPECT_EQ(net.Arrivals()[0].to, 1U);

    // Its first holder comes back with an address of its own.
    net.Network().SetAddress(2, MEMBERS);
    net.Network().SetUp(2);
    net.Network().Partition({{1}, {2, 7}});
    net.ClearArrivals();
    net.At(0, [&] {
        net.Send(7, 1);
        net.Send(1, 7);
        net.Send(7, 2);
        net.Send(2, 7);
    });
    net.RunUntil(2);
    EXPECT_EQ(net.Arrivals().size(), 2U);
    EXPECT_EQ(net.CountArrivals(7, 2) + net.CountArrivals(2, 7), 2U);
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutQueueDiscs, PacketNetworkAddress, testing::Bool());

} // namespace
} // namespace swimlab
