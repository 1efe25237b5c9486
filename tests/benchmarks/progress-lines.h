// SPDX-License-Identifier: GPL-2.0-only
//
// The lines in which a simulation says how far it is, as swimlab-ns3 prints them.
//
// Who measures takes the time between two of them: neither the building of a network nor the first
// touch of its memory is in it.
#pragma once

#include "lab/backend/memory.h"

#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <cstdio>
#include <ctime>

namespace swimlab
{

inline void PrintProgress(double simulated, double of)
{
    std::printf("{\"simulated_s\":%g,\"of_s\":%g,\"memory_bytes\":%llu,\"cpu_s\":%g}\n",
                simulated,
                of,
                static_cast<unsigned long long>(ResidentMemoryBytes()),
                static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
    std::fflush(stdout);
}

/// Runs the simulation for so long; prints a line at the start, after a tenth and at the end.
inline void RunWithProgress(ns3::Time duration)
{
    const double seconds = duration.GetSeconds();
    for (const double done : {0.0, seconds / 10})
    {
        ns3::Simulator::Schedule(ns3::Seconds(done), &PrintProgress, done, seconds);
    }
    ns3::Simulator::Stop(duration);
    ns3::Simulator::Run();
    PrintProgress(seconds, seconds);
}

} // namespace swimlab
