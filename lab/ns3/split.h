// SPDX-License-Identifier: GPL-2.0-only
//
// One run of a scenario by multilevel splitting: what plain runs would count of wrong deaths, where
// these are too rare to be seen. split-tree.h has the method, suspicion-progress.h what it follows.
#pragma once

#include "lab/backend/backend.h"
#include "lab/ns3/split-tree.h"

namespace swimlab
{

struct SplitOptions
{
    std::vector<double> levels;        ///< rising, as shares of the shortest suspicion time-out
    std::vector<std::uint32_t> copies; ///< one for all levels, or one for each
    SplitBounds bounds;
};

/**
 * The content of split.json: the same for the same plan, levels and copies.
 * @throws UserError of levels and copies that are none, and of plans that cannot be split
 * @throws RunFailure where a bound is hit or a copy fails
 */
nlohmann::ordered_json Split(const Plan& plan,
                             const SplitOptions& options,
                             const OnProgress& onProgress);

/// `swimlab-ns3 split`.
OwnCommand SplitCommand();

} // namespace swimlab
