// SPDX-License-Identifier: MIT
//
// Joining as users mean it: several addresses and names at once, tried again until one answers.
#pragma once

#include "swim/types.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace swim
{

/// How joining went. Some addresses may have answered while others did not.
struct JoinResult
{
    std::size_t contacted = 0;            ///< other members that answered; one is enough
    std::vector<std::string> errors = {}; ///< of the last attempt, each naming its address
    /// Where those who answered hold a member of our name to be that is not us: another one, or
    /// ourselves before a restart. They do not take us in while it is so; we go on offering.
    std::optional<Address> nameHeldAt = {};

    /// @return whether we are in a cluster: somebody answered, and nobody else has our name there
    bool Accepted() const
    {
        return contacted > 0 && !nameHeldAt;
    }
};

/// How long to try.
struct JoinOptions
{
    std::uint32_t retries = 0; ///< further attempts while nobody answered; 0: one attempt only
    Duration retryInterval = std::chrono::seconds(5); ///< from the end of an attempt to the next
    Duration delay{};                                 ///< before the first attempt; 0: at once
    /// Where others answered that hold our name to be elsewhere: how long to wait until they take us
    /// in (parameter dead_node_reclaim_time) before the result says that they do not.
    Duration acceptance = std::chrono::seconds(60);
    /// Told of each attempt in which nobody answered and which another follows; called as a Listener
    /// is.
    std::function<void(const JoinResult&)> failed = {};
};

} // namespace swim
