// SPDX-License-Identifier: GPL-2.0-only
//
// What run.json says of a run, as far as metrics need it.
#pragma once

#include "lab/record/metrics/metric.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace swimlab
{

struct RunDescription
{
    RunFacts facts; ///< without steps, which are in events.csv
    std::string eventsSha256;
    bool isSummary = false; ///< it kept no events
    /// By member: for each of its restarts, in their order, whether it came back at another address.
    std::map<MemberId, std::vector<bool>> moves{};
};

/// @throws RecordError that names the file, the key and what would be right
RunDescription ReadRunJson(const std::filesystem::path& file);

} // namespace swimlab
