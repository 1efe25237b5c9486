// SPDX-License-Identifier: GPL-2.0-only
//
// Networks of regions, simulated: packets and paths take as long between any two regions as the
// matrix says, lose as many, and vary as they should, each pair by itself.
#include "delay-sample.h"
#include "lab/ns3/delay-factor.h"
#include "lab/ns3/path-network.h"
#include "packet-network-fixture.h"

#include "ns3/rng-seed-manager.h"
#include "ns3/swim-fault-table.h"
#include "ns3/swim-path-network.h"

#include <cmath>
#include <gtest/gtest.h>
#include <tuple>

namespace swimlab
{
namespace
{

constexpr std::uint32_t MESH_MEMBERS = 6; // two a region
constexpr std::int64_t A_MS = 1'000'000;

TopologySpec MeshSpec()
{
    TopologySpec spec;
    spec.kind = TopologyKind::REGIONS;
    spec.matrix = {"m.csv",
                   "m.csv",
                   std::make_shared<const std::string>(
                       "one-way ms,a,b,c\na,1,10,100\nb,10,2,10\nc,60,10,3\n")};
    return spec;
}

/// When a datagram from each member to each other arrives, by packets that leave together.
std::vector<std::int64_t> PacketDelaysNs(const Topology& topology)
{
    TestNetwork net(topology, MESH_MEMBERS);
    std::vector<std::int64_t> delays(MESH_MEMBERS * MESH_MEMBERS);
    for (MemberId from = 0; from < MESH_MEMBERS; ++from)
    {
        for (MemberId to = 0; to < MESH_MEMBERS; ++to)
        {
            net.At(0.001 * (from * MESH_MEMBERS + to), [&net, from, to] {
                if (from != to)
                {
                    net.Send(from, to);
                }
            });
        }
    }
    net.RunUntil(2);
    for (const Arrival& arrival : net.Arrivals())
    {
        const std::uint32_t pair = arrival.from * MESH_MEMBERS + arrival.to;
        delays[pair] = arrival.timeNs - pair * A_MS;
    }
    return delays;
}

/// What paths of the same topology are made of.
ns3::Ptr<ns3::SwimPathNetwork> MakePaths(const Topology& topology,
                                         ns3::Ptr<ns3::SwimFaultTable> faults)
{
    const Paths paths(topology);
    ns3::SwimPathNetwork::Paths all;
    all.routers = paths.Routers();
    for (RouterId from = 0; from < all.routers; ++from)
    {
        for (RouterId to = 0; to < all.routers; ++to)
        {
            all.delaysNs.push_back(paths.Delay(from, to).count());
        }
    }
    all.delayFactors = MakePairFactors(topology);
    all.routerOfMember = Attach(MESH_MEMBERS, topology, AttachPolicy::EVEN);
    return ns3::Create<ns3::SwimPathNetwork>(all, faults);
}

TEST(Mesh, TakesAsLongAsTheMatrixSaysOnPacketsAndOnPaths)
{
    const Topology topology = BuildTopology(MeshSpec());
    const auto packets = PacketDelaysNs(topology);
    const auto faults = ns3::Create<ns3::SwimFaultTable>(MESH_MEMBERS);
    const auto paths = MakePaths(topology, faults);
    const auto routers = Attach(MESH_MEMBERS, topology, AttachPolicy::EVEN);
    for (MemberId from = 0; from < MESH_MEMBERS; ++from)
    {
        for (MemberId to = 0; to < MESH_MEMBERS; ++to)
        {
            if (from == to)
            {
                continue;
            }
            const std::int64_t said = topology.Pair(routers[from], routers[to]).delay.count();
            EXPECT_EQ(paths->DrawDelay(from, to).GetNanoSeconds(), said) << from << " " << to;
            constexpr std::int64_t ON_THE_WIRES = 2'000; // 90 bytes: twice at 1 Gbit/s, once at 10
            EXPECT_GE(packets[from * MESH_MEMBERS + to], said) << from << " " << to;
            EXPECT_LE(packets[from * MESH_MEMBERS + to], said + ON_THE_WIRES) << from << " " << to;
        }
    }
    EXPECT_EQ(topology.Pair(0, 2).delay, std::chrono::milliseconds(100)) << "and not over b";
}

/// Numbered datagrams a millisecond apart; their delays.
std::vector<double> PacketsBetween(const Topology& topology,
                                   MemberId from,
                                   MemberId to,
                                   std::uint32_t count,
                                   std::uint64_t seed = 1)
{
    TestNetwork net(topology, MESH_MEMBERS, {}, seed);
    for (std::uint32_t number = 0; number < count; ++number)
    {
        net.At(0.001 * number, [&net, from, to, number] { net.Send(from, to, number); });
    }
    net.RunUntil(0.001 * count + 30);
    std::vector<double> delays;
    for (const Arrival& arrival : net.Arrivals())
    {
        delays.push_back(static_cast<double>(arrival.timeNs - arrival.number * A_MS));
    }
    return delays;
}

class MeshDelays : public testing::TestWithParam<DelayShape>
{
};

TEST_P(MeshDelays, VaryOnPacketsAndOnPathsAsIsAsked)
{
    constexpr std::uint32_t COUNT = 20'000;
    TopologySpec spec = MeshSpec();
    spec.delayShape = GetParam();
    const Topology topology = BuildTopology(spec);
    // Of a delay of 100 ms the microsecond on the wires is nothing; nor is it within a region.
    ExpectShape(PacketsBetween(topology, 0, 5, COUNT), GetParam(), 100 * A_MS);
    ExpectShape(PacketsBetween(topology, 4, 5, COUNT), GetParam(), 3 * A_MS + 1'500);
    ns3::RngSeedManager::SetRun(1);
    const auto faults = ns3::Create<ns3::SwimFaultTable>(MESH_MEMBERS);
    const auto paths = MakePaths(topology, faults);
    for (const auto& [from, to, mean] : {std::tuple(0, 5, 100), {5, 0, 60}, {4, 5, 3}})
    {
        std::vector<double> delays;
        for (std::uint32_t message = 0; message < COUNT; ++message)
        {
            delays.push_back(static_cast<double>(paths->DrawDelay(from, to).GetNanoSeconds()));
        }
        ExpectShape(delays, GetParam(), static_cast<double>(mean * A_MS));
    }
}

INSTANTIATE_TEST_SUITE_P(All, MeshDelays, testing::ValuesIn(SomeShapes()), NameOfShape);

TEST(Mesh, DrawsEachPairByItself)
{
    TopologySpec spec = MeshSpec();
    spec.delayShape = {DelayDistribution::LOGNORMAL, 0.3, {}};
    const Topology topology = BuildTopology(spec);
    const auto draws = [&](bool othersToo, std::uint64_t seed) {
        ns3::RngSeedManager::SetRun(seed);
        const auto faults = ns3::Create<ns3::SwimFaultTable>(MESH_MEMBERS);
        const auto paths = MakePaths(topology, faults);
        std::vector<std::int64_t> delays;
        for (int i = 0; i < 100; ++i)
        {
            if (othersToo)
            {
                paths->DrawDelay(2, 4);
            }
            delays.push_back(paths->DrawDelay(0, 5).GetNanoSeconds());
        }
        return delays;
    };
    EXPECT_EQ(draws(false, 1), draws(true, 1)) << "whatever others send";
    EXPECT_NE(draws(false, 1), draws(false, 2));
}

TEST(Mesh, LosesOnAPairWhatItsLossIsAndNothingElsewhere)
{
    constexpr std::uint32_t COUNT = 4'000;
    TopologySpec spec = MeshSpec();
    spec.lossMatrix = {
        "l.csv",
        "l.csv",
        std::make_shared<const std::string>("loss %,a,b,c\na,0,0,20\nb,0,0,0\nc,0,0,0\n")};
    const Topology topology = BuildTopology(spec);
    const double arrived = static_cast<double>(PacketsBetween(topology, 0, 5, COUNT).size());
    EXPECT_NEAR(arrived / COUNT, 0.8, 4 * 0.4 / std::sqrt(COUNT)) << "four standard deviations";
    EXPECT_EQ(PacketsBetween(topology, 5, 0, COUNT).size(), COUNT) << "the other direction";
    EXPECT_EQ(PacketsBetween(topology, 0, 3, COUNT).size(), COUNT) << "another pair";
}

/// What NetworkSpec says comes on top, as in every other network.
TEST(Mesh, AddsTheNetworksOwnLoss)
{
    constexpr std::uint32_t COUNT = 4'000;
    TopologySpec spec = MeshSpec();
    spec.pairs = {{.between = {"a", "c"}, .loss = 0.2}};
    const Topology topology = BuildTopology(spec);
    NetworkSpec network;
    network.loss = 0.5;
    const auto routers = Attach(MESH_MEMBERS, topology, AttachPolicy::EVEN);

    class Lossy : public PathNetwork
    {
      public:
        using PathNetwork::Faults;
        using PathNetwork::PathNetwork;
    };

    const Lossy paths(topology, Paths(topology), routers, network, 1);
    std::uint32_t lost = 0;
    for (std::uint32_t i = 0; i < COUNT; ++i)
    {
        lost += paths.Faults()->DrawLoss(5, 0) ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(lost) / COUNT, 1 - 0.8 * 0.5, 4 * 0.49 / std::sqrt(COUNT));
    ns3::Simulator::Destroy();
}

} // namespace
} // namespace swimlab
