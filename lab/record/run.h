// SPDX-License-Identifier: GPL-2.0-only
//
// What every program that performs plans tells of a run.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace swimlab
{

/// How far a run is.
struct RunProgress
{
    double simulatedSeconds;
    double ofSeconds;
    std::optional<std::uint64_t> events; ///< of the simulator so far; real processes have none
};

using OnProgress = std::function<void(const RunProgress&)>;

/// What all members together did that no event tells, by name; docs/records.md lists the names.
using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

} // namespace swimlab
