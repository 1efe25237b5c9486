// SPDX-License-Identifier: MIT
//
// What every benchmark of the core tells: items a second, and heap allocations an item.
#pragma once

#include "heap-count.h"

#include <benchmark/benchmark.h>

/// @param allocationsBefore the measured loop
inline void ReportItems(benchmark::State& state,
                        std::uint64_t items,
                        std::uint64_t allocationsBefore)
{
    const std::uint64_t allocations = heap::Allocations() - allocationsBefore;
    state.SetItemsProcessed(static_cast<std::int64_t>(items));
    state.counters["allocations_per_item"] =
        static_cast<double>(allocations) / static_cast<double>(items);
}
