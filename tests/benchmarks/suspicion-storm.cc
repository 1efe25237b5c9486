// SPDX-License-Identifier: MIT
//
// Times a storm of suspicions: a quarter of 64 members hear at once that they are suspected, refute
// it, and everybody passes the accusations and the refutations on until nobody has news any more.
//
// Beside it, the same datagrams only decoded. An item is a datagram.
#include "benchmark-report.h"
#include "cluster-loop.h"
#include "decode-only.h"

#include <benchmark/benchmark.h>

namespace
{

using namespace std::chrono_literals;

swim::Config WithoutPushPull()
{
    swim::Config config = *swim::Preset("memberlist-lan");
    config.pushPullInterval = swim::Duration::zero();
    return config;
}

/// @return how many datagrams were delivered until the last of the news was passed on
std::uint64_t Storm(swim::ClusterLoop& cluster)
{
    constexpr int STEPS = 20; // of a gossip interval; news is passed on for half as long
    cluster.Slander();
    std::uint64_t datagrams = 0;
    for (int step = 0; step < STEPS; ++step)
    {
        datagrams += cluster.Step(200ms);
    }
    return datagrams;
}

/// Whether every one of so many storms is over, each with a refutation by each who was slandered.
bool AreOver(const swim::ClusterLoop& cluster, std::uint64_t storms)
{
    for (std::uint32_t member = 0; member < swim::ClusterLoop::MEMBERS; ++member)
    {
        const bool slandered = member % swim::ClusterLoop::SLANDERED_EVERY == 0;
        if (cluster.At(member).QueuedUpdates() > 0 ||
            cluster.At(member).Incarnation() != (slandered ? storms + 1 : 1))
        {
            return false;
        }
    }
    return true;
}

void SuspicionStorm(benchmark::State& state)
{
    swim::ClusterLoop cluster(WithoutPushPull());
    std::uint64_t storms = 0;
    for (; storms < 5; ++storms) // until its memory is there
    {
        Storm(cluster);
    }
    std::uint64_t datagrams = 0;
    const std::uint64_t before = heap::Allocations();
    for (auto _ : state)
    {
        datagrams += Storm(cluster);
        ++storms;
    }
    ReportItems(state, datagrams, before);
    if (!AreOver(cluster, storms))
    {
        state.SkipWithError("not every slander was refuted and passed on");
    }
}

void SuspicionStormDecoded(benchmark::State& state)
{
    swim::ClusterLoop cluster(WithoutPushPull());
    std::vector<swim::wire::Bytes> storm;
    cluster.KeepCopies(&storm);
    Storm(cluster);
    const std::uint64_t before = heap::Allocations();
    for (auto _ : state)
    {
        for (const swim::wire::Bytes& datagram : storm)
        {
            if (swim::CountMessages(datagram) == 0)
            {
                state.SkipWithError("a datagram was not understood");
                return;
            }
        }
    }
    ReportItems(state, state.iterations() * storm.size(), before);
}

BENCHMARK(SuspicionStorm)->Name("suspicion-storm");
BENCHMARK(SuspicionStormDecoded)->Name("suspicion-storm-decoded");

} // namespace
