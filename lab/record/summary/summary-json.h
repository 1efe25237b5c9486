// SPDX-License-Identifier: GPL-2.0-only
//
// conclusions.json: what a summary found, as docs/records.md lists it.
#pragma once

#include "lab/record/summary/accusations.h"
#include "lab/record/summary/crash-watch.h"
#include "lab/record/summary/view-sizes.h"

#include <cstdint>
#include <string>
#include <vector>

namespace swimlab::summary
{

/// What the views of the live members are worth at the end; docs/metrics.md has the meanings.
struct Agreement
{
    std::uint64_t livePairs = 0;
    std::uint64_t missingPairs = 0;
    std::uint64_t missingMembers = 0;
    std::uint64_t foreignPairs = 0;
    std::uint64_t stalePairs = 0;
    std::uint64_t resurrections = 0;
    std::int64_t settledNs = -1; ///< last change of a live member's view; -1: never

    /// @param live by member
    Agreement(const Health& health,
              const Views& views,
              const std::vector<bool>& live,
              std::uint64_t resurrections,
              std::int64_t settledNs);
};

/// All parts of a summary, of a run that is over.
struct SummaryParts
{
    const std::vector<std::string>& names;
    std::int64_t stepNs;
    const std::vector<CrashWatch>& crashes;
    const Accusations::Counts& accusations;
    const ViewSizes& viewSizes;
    Agreement agreement;
};

std::string SummaryJson(const SummaryParts& parts);

} // namespace swimlab::summary
