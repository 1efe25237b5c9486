// SPDX-License-Identifier: GPL-2.0-only
//
// The packet network without faults: everybody is reached, as soon as links and queues allow.
//
// Times are computed by hand from the topology, so that a mistake in routes, delays or data rates
// shows up as a number and not as a curve that looks plausible.
#include "packet-network-fixture.h"

#include <chrono>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

Topology Build(TopologyKind kind)
{
    TopologySpec spec;
    spec.kind = kind;
    spec.leaves = 4;
    spec.spines = 2;
    spec.arity = 4;
    spec.routers = 12;
    return BuildTopology(spec);
}

/// Routers in a circle, each link with another delay and data rate.
Topology Ring(std::uint32_t routers)
{
    Topology topology;
    topology.accessDelay = 20us;
    topology.accessBitsPerSecond = 100'000'000;
    for (RouterId router = 0; router < routers; router++)
    {
        topology.routers.emplace_back().label = "r" + std::to_string(router);
        const RouterId next = (router + 1) % routers;
        topology.links.push_back({.a = std::min(router, next),
                                  .b = std::max(router, next),
                                  .delay = std::chrono::microseconds(100 + router),
                                  .bitsPerSecond = 10'000'000 * (router + 1)});
    }
    return topology;
}

void ExpectAllPairsReached(const Topology& topology, const NetworkSpec& network = {})
{
    constexpr std::uint32_t MEMBERS = 20;
    TestNetwork net(topology, MEMBERS, network);
    for (MemberId from = 0; from < MEMBERS; from++)
    {
        for (MemberId to = 0; to < MEMBERS; to++)
        {
            if (from != to)
            {
                net.At(0, [&net, from, to] { net.Send(from, to); });
            }
        }
    }
    net.RunUntil(2);
    std::set<std::pair<MemberId, MemberId>> pairs;
    for (const auto& arrival : net.Arrivals())
    {
        pairs.emplace(arrival.from, arrival.to);
    }
    EXPECT_EQ(net.Arrivals().size(), MEMBERS * (MEMBERS - 1)) << "each datagram once";
    EXPECT_EQ(pairs.size(), MEMBERS * (MEMBERS - 1)) << "each pair";
}

class EveryKind : public testing::TestWithParam<TopologyKind>
{
};

TEST_P(EveryKind, CarriesDatagramsBetweenAllPairs)
{
    ExpectAllPairsReached(Build(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(PacketNetwork,
                         EveryKind,
                         testing::Values(TopologyKind::STAR,
                                         TopologyKind::LEAF_SPINE,
                                         TopologyKind::FAT_TREE,
                                         TopologyKind::WAXMAN,
                                         TopologyKind::BARABASI_ALBERT));

TEST(PacketNetwork, CarriesDatagramsBetweenAllPairsOfARing)
{
    ExpectAllPairsReached(Ring(5));
}

TEST(PacketNetwork, CarriesDatagramsThroughQueueDiscs)
{
    NetworkSpec network;
    network.queueDiscs = true;
    ExpectAllPairsReached(Build(TopologyKind::LEAF_SPINE), network);
}

TEST(PacketNetwork, TakesAsLongAsDelaysAndSerialisationOfThePath)
{
    const Topology topology = Ring(5);
    TestNetwork net(topology, 5);
    net.At(0, [&net] { net.Send(0, 2); });
    net.RunUntil(1);
    ASSERT_EQ(net.Arrivals().size(), 1U);
    ASSERT_EQ(net.RouterOf(0), 0U);
    ASSERT_EQ(net.RouterOf(2), 2U);

    // PPP 2, IPv4 20, UDP 8. Stored and forwarded: access, r0 to r1, r1 to r2, access.
    constexpr std::int64_t BITS = (TestNetwork::SMALL_BYTES + 30) * 8;
    const std::int64_t delayNs = 20'000 + 100'000 + 101'000 + 20'000;
    const std::int64_t serialisationNs = BITS * 10 + BITS * 100 + BITS * 50 + BITS * 10;
    EXPECT_EQ(net.Arrivals()[0].timeNs, delayNs + serialisationNs);
}

TEST(PacketNetwork, FollowsTheSamePathsAsTheStatistics)
{
    TopologySpec spec;
    spec.kind = TopologyKind::WAXMAN;
    spec.routers = 15;
    spec.linkRate = spec.accessRate = 1'000'000'000'000; // serialisation below 1 ns a link
    const Topology topology = BuildTopology(spec);
    constexpr std::uint32_t MEMBERS = 15;
    TestNetwork net(topology, MEMBERS);
    for (MemberId to = 1; to < MEMBERS; to++)
    {
        net.At(to, [&net, to] { net.Send(0, to); });
    }
    net.RunUntil(MEMBERS);
    ASSERT_EQ(net.Arrivals().size(), MEMBERS - 1);
    for (const auto& arrival : net.Arrivals())
    {
        const auto path = net.GetPaths().Delay(net.RouterOf(0), net.RouterOf(arrival.to));
        const std::int64_t expectedNs = (path + 2 * topology.accessDelay).count();
        const std::int64_t tookNs = arrival.timeNs - arrival.to * 1'000'000'000LL;
        EXPECT_NEAR(tookNs, expectedNs, 20) << "to member " << arrival.to;
    }
}

TEST(PacketNetwork, ReassemblesDatagramsLargerThanTheMtu)
{
    TestNetwork net(Build(TopologyKind::LEAF_SPINE), 8);
    net.At(0, [&net] { net.Send(0, 7, 42, 5000); });
    net.RunUntil(1);
    ASSERT_EQ(net.Arrivals().size(), 1U);
    EXPECT_EQ(net.Arrivals()[0].number, 42U);
}

TEST(PacketNetwork, DropsWhatDoesNotFitIntoTheQueueOfADevice)
{
    TestNetwork net(Build(TopologyKind::STAR), 2);
    constexpr std::uint32_t BURST = PacketNetwork::DEVICE_QUEUE_PACKETS + 500;
    net.At(0, [&net] {
        for (std::uint32_t number = 0; number < BURST; number++)
        {
            net.Send(0, 1, number, 1400);
        }
    });
    net.RunUntil(1);
    const auto& arrivals = net.Arrivals();
    ASSERT_EQ(arrivals.size(), PacketNetwork::DEVICE_QUEUE_PACKETS + 1) << "one is on the wire";
    EXPECT_EQ(arrivals.back().number, PacketNetwork::DEVICE_QUEUE_PACKETS) << "the tail is dropped";
}

TEST(PacketNetwork, SendsAPushPullInAFewRoundTrips)
{
    TestNetwork net(Build(TopologyKind::LEAF_SPINE), 8);
    Stream stream;
    net.Listen(7, stream);
    net.At(0, [&] { net.Connect(0, 7, stream, 70'000); });
    net.RunUntil(10);
    EXPECT_EQ(stream.received, 70'000U);
    // A round trip is 0.4 ms. Slow start from 10 segments needs one for the handshake and three
    // for the data, which itself takes 0.6 ms; a delayed acknowledgement would add 40 ms.
    EXPECT_LT(stream.lastByteNs, 4'000'000);
}

TEST(PacketNetwork, AnswersAConnectionWithRstWhereNobodyListens)
{
    TestNetwork net(Build(TopologyKind::STAR), 2);
    Stream stream;
    net.At(0, [&] { net.Connect(0, 1, stream, 1); });
    net.RunUntil(0.1);
    EXPECT_EQ(net.PacketsAt(1), 1U) << "a SYN";
    EXPECT_EQ(net.PacketsAt(0), 1U) << "an RST";
    EXPECT_FALSE(stream.connected);
}

TEST(PacketNetwork, DeliversWhatAMemberSendsToItself)
{
    TestNetwork net(Build(TopologyKind::STAR), 2);
    net.At(0, [&] { net.Send(1, 1, 5); });
    net.RunUntil(0.1);
    ASSERT_EQ(net.CountArrivals(1, 1), 1U);
    EXPECT_EQ(net.Arrivals()[0].number, 5U);
}

TEST(PacketNetwork, GivesEachMemberAnAddressOfItsRoutersPrefix)
{
    TestNetwork net(Build(TopologyKind::LEAF_SPINE), 20);
    std::set<ns3::Ipv4Address> addresses;
    for (MemberId member = 0; member < 20; member++)
    {
        const auto address = net.Network().MemberAddress(member);
        addresses.insert(address);
        // 5 members a leaf, and 3 reserved: 8 addresses a router.
        EXPECT_EQ((address.Get() - 0x0a000000) >> 3, net.RouterOf(member)) << address;
    }
    EXPECT_EQ(addresses.size(), 20U);
}

TEST(PacketNetwork, RefusesMoreRoutersAndMembersThanThereAreAddresses)
{
    Topology topology = Ring(1500);
    const Paths paths(topology);
    const std::vector<RouterId> allOnOne(20'000, 0);
    try
    {
        const PacketNetwork network(topology, paths, allOnOne, {}, 1);
        FAIL() << "1500 prefixes of 32768 addresses are more than 10.0.0.0/8";
    }
    catch (const TopologyError& error)
    {
        EXPECT_EQ(error.Field(), "routers");
        EXPECT_EQ(std::string(error.what()),
                  "routers = 1500 with up to 20000 members each do not fit into 10.0.0.0/8: take "
                  "fewer routers, or spread members evenly");
    }
}

} // namespace
} // namespace swimlab
