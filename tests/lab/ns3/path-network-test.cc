// SPDX-License-Identifier: GPL-2.0-only
//
// What faults cost the network of paths: a partition, a block or a pulled cable changes who reaches
// whom, and no delay has to be computed anew.
#include "ns3/swim-fault-table.h"
#include "ns3/swim-path-network.h"
#include "ns3/udp-l4-protocol.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <vector>

namespace ns3
{

namespace
{

constexpr uint32_t MEMBERS = 12;
constexpr uint32_t ROUTERS = 4;

/// Members at four routers in a row, each link a millisecond.
SwimPathNetwork::Paths Row()
{
    SwimPathNetwork::Paths paths;
    paths.routers = ROUTERS;
    for (int from = 0; from < int{ROUTERS}; ++from)
    {
        for (int to = 0; to < int{ROUTERS}; ++to)
        {
            paths.delaysNs.push_back(1'000'000 * std::abs(from - to));
        }
    }
    paths.accessDelay = MicroSeconds(50);
    for (uint32_t member = 0; member < MEMBERS; ++member)
    {
        paths.routerOfMember.push_back(member % ROUTERS);
    }
    return paths;
}

std::vector<int64_t> DelaysNs(const SwimPathNetwork& network)
{
    std::vector<int64_t> delays;
    for (uint32_t from = 0; from < MEMBERS; ++from)
    {
        for (uint32_t to = 0; to < MEMBERS; ++to)
        {
            delays.push_back(network.GetDelay(from, to).GetNanoSeconds());
        }
    }
    return delays;
}

TEST(PathNetwork, FaultsChangeWhoReachesWhomAndNoDelay)
{
    const auto faults = Create<SwimFaultTable>(MEMBERS);
    const auto network = Create<SwimPathNetwork>(Row(), faults);
    const std::vector<int64_t> before = DelaysNs(*network);
    EXPECT_EQ(network->GetDelay(0, 3), MicroSeconds(3100));
    const auto cut = [&](uint32_t from, uint32_t to) {
        return faults->IsCut(from, to, UdpL4Protocol::PROT_NUMBER);
    };

    for (uint32_t member = 0; member < MEMBERS / 2; ++member)
    {
        faults->SetSide(member, 1);
    }
    EXPECT_TRUE(cut(0, 7));
    EXPECT_FALSE(cut(0, 5));
    EXPECT_FALSE(cut(6, 7));
    EXPECT_EQ(DelaysNs(*network), before);
    faults->Heal();
    EXPECT_FALSE(cut(0, 7));

    faults->SetConnected(3, false);
    faults->Block(1, {4}, {5}, SwimCarrier::ALL);
    EXPECT_TRUE(cut(0, 3));
    EXPECT_TRUE(cut(4, 5));
    EXPECT_FALSE(cut(5, 4));
    EXPECT_EQ(DelaysNs(*network), before);
}

} // namespace

} // namespace ns3
