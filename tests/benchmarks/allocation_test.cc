// SPDX-License-Identifier: MIT
//
// The steady state takes nothing from the heap.
//
// Replaces the program's operator new by one that counts: every allocation of the core shows,
// whichever container makes it. That is why this is a program of its own. Push/pull is left out,
// since a table of any size goes through it; so are suspicions, which are no steady state.
#include "cluster-loop.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <new>

namespace
{

std::uint64_t allocations = 0;

void* Allocate(std::size_t size)
{
    ++allocations;
    if (void* memory = std::malloc(std::max<std::size_t>(size, 1)))
    {
        return memory;
    }
    throw std::bad_alloc();
}

} // namespace

void* operator new(std::size_t size)
{
    return Allocate(size);
}

void* operator new[](std::size_t size)
{
    return Allocate(size);
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    ++allocations;
    return std::malloc(std::max<std::size_t>(size, 1));
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete[](void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

void operator delete[](void* memory, std::size_t) noexcept
{
    std::free(memory);
}

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

/// Every fourth member hears that it is suspected, and tells everybody otherwise.
void Slander(ClusterLoop& cluster)
{
    for (std::uint32_t member = 0; member < ClusterLoop::MEMBERS; member += 4)
    {
        wire::Bytes suspect;
        const std::string name = "member-" + std::to_string(member);
        wire::EncodeSuspect({cluster.At(member).Incarnation(), name, "member-1"}, suspect);
        cluster.Hear(member, suspect);
    }
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
    const std::uint64_t before = allocations;
    const auto something = std::make_unique<wire::Bytes>(100);
    EXPECT_EQ(allocations - before, 2u);
}

TEST(Allocation, AQuietClusterAllocatesNothing)
{
    ClusterLoop cluster(WithoutPushPull());
    Live(cluster, 300s); // until sequence numbers have three bytes, which they keep for long
    const std::uint64_t before = allocations;
    const std::uint64_t datagrams = Live(cluster, 300s);
    EXPECT_EQ(allocations - before, 0u);
    EXPECT_EQ(datagrams, 300u * ClusterLoop::MEMBERS * 2) << "a ping and an ack each second";
}

TEST(Allocation, GossipAllocatesNothingOnceItsMemoryIsThere)
{
    ClusterLoop cluster(WithoutPushPull());
    for (int round = 0; round < 5; ++round)
    {
        Slander(cluster);
        Live(cluster, 30s);
    }
    Slander(cluster);
    const std::uint64_t before = allocations;
    const std::uint64_t datagrams = Live(cluster, 30s);
    EXPECT_EQ(allocations - before, 0u);
    EXPECT_GT(datagrams, 30u * ClusterLoop::MEMBERS * 2 + 1000) << "gossip is sent on top";
    for (std::uint32_t member = 0; member < ClusterLoop::MEMBERS; member += 4)
    {
        EXPECT_EQ(cluster.At(member).Incarnation(), 7u) << "each slander was refuted";
    }
}

} // namespace

} // namespace swim
