// SPDX-License-Identifier: MIT
//
// Times the steady state of 64 members: pings and acks, each encoded, decoded and ruled upon.
//
// Compiled once with each copy of the core; SWIMLAB_BENCHMARK says under which name it registers.
// Push/pull is off: once a minute each it would be noise in what is to be measured.
#include "benchmark-report.h"
#include "cluster-loop.h"

#include <benchmark/benchmark.h>

namespace
{

void SteadyState(benchmark::State& state)
{
    swim::Config config = *swim::Preset("memberlist-lan");
    config.pushPullInterval = swim::Duration::zero();
    swim::ClusterLoop cluster(config);
    for (int period = 0; period < 300; ++period) // until its memory is there
    {
        cluster.Step(config.probeInterval);
    }
    std::uint64_t messages = 0;
    const std::uint64_t before = heap::Allocations();
    for (auto _ : state)
    {
        messages += cluster.Step(config.probeInterval);
    }
    const std::uint64_t expected = state.iterations() * swim::ClusterLoop::MEMBERS * 2;
    if (messages != expected)
    {
        state.SkipWithError("not every member got one ack for one ping in each period");
    }
    ReportItems(state, messages, before);
}

BENCHMARK(SteadyState)->Name(SWIMLAB_BENCHMARK);

} // namespace
