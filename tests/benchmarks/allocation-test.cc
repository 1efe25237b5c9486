// SPDX-License-Identifier: MIT
//
// The steady state takes nothing from the heap.
//
// A program of its own, since counting replaces the program's operator new. Push/pull is left out,
// since a table of any size goes through it; so are suspicions, which are no steady state.
#include "cluster-loop.h"
#include "heap-count.h"

#include <gtest/gtest.h>

namespace swim
{

namespace
{

/// Lets the cluster live, one gossip interval a step. @return how many datagrams were delivered
std::uint64_t Live(ClusterLoop& cluster, Duration time)
{
    constexpr Duration STEP = std::chrono::milliseconds(200);
    std::uint64_t datagrams = 0;
    for (Duration passed{}; passed < time; passed += STEP)
    {
        datagrams += cluster.Step(STEP);
    }
    return datagrams;
}

Config WithoutPushPull()
{
    Config config = *Preset("memberlist-lan");
    config.pushPullInterval = Duration::zero();
    return config;
}

using namespace std::chrono_literals;

TEST(Allocation, TheCounterCounts)
{
    const std::uint64_t before = heap::Allocations();
    const auto something = std::make_unique<wire::Bytes>(100);
    EXPECT_EQ(heap::Allocations() - before, 2u);
}

TEST(Allocation, AQuietClusterAllocatesNothing)
{
    ClusterLoop cluster(WithoutPushPull());
    Live(cluster, 300s); // until sequence numbers have three bytes, which they keep for long
    const std::uint64_t before = heap::Allocations();
    const std::uint64_t datagrams = Live(cluster, 300s);
    EXPECT_EQ(heap::Allocations() - before, 0u);
    EXPECT_EQ(datagrams, 300u * ClusterLoop::MEMBERS * 2) << "a ping and an ack each second";
}

TEST(Allocation, GossipAllocatesNothingOnceItsMemoryIsThere)
{
    ClusterLoop cluster(WithoutPushPull());
    for (int round = 0; round < 5; ++round)
    {
        cluster.Slander();
        Live(cluster, 30s);
    }
    cluster.Slander();
    const std::uint64_t before = heap::Allocations();
    const std::uint64_t datagrams = Live(cluster, 30s);
    EXPECT_EQ(heap::Allocations() - before, 0u);
    EXPECT_GT(datagrams, 30u * ClusterLoop::MEMBERS * 2 + 1000) << "gossip is sent on top";
    for (std::uint32_t member = 0; member < ClusterLoop::MEMBERS;
         member += ClusterLoop::SLANDERED_EVERY)
    {
        EXPECT_EQ(cluster.At(member).Incarnation(), 7u) << "each slander was refuted";
    }
}

} // namespace

} // namespace swim
