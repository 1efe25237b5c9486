// SPDX-License-Identifier: MIT
//
// Joining as users mean it: several addresses and names at once, tried again until one answers.
#pragma once

#include "swim/types.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace swim
{

/// How joining went. Some addresses may have answered while others did not.
struct JoinResult
{
    std::size_t contacted = 0;       ///< other members that answered; one is enough
    std::vector<std::string> errors; ///< of the last attempt, each naming its address
};

/// How long to try.
struct JoinOptions
{
    std::uint32_t retries = 0; ///< further attempts while nobody answered; 0: one attempt only
    Duration retryInterval = std::chrono::seconds(5); ///< from the end of an attempt to the next
    Duration delay{};                                 ///< before the first attempt; 0: at once
    /// Told of each attempt in which nobody answered and which another follows, on the agent's
    /// thread; as a Listener it must not wait.
    std::function<void(const JoinResult&)> failed = {};
};

} // namespace swim
