// SPDX-License-Identifier: MIT
//
// Joining as users mean it: several addresses and names at once, tried again until one answers.
#pragma once

#include "agent/driver.h"

namespace swim
{

struct JoinResult
{
    std::size_t contacted = 0;       ///< addresses that answered; one is enough to be a member
    std::vector<std::string> errors; ///< of the last attempt, each naming its address
};

struct JoinOptions
{
    std::uint32_t retries = 0; ///< further attempts while nobody answered
    Duration retryInterval = std::chrono::seconds(5);
    Duration delay{}; ///< before the first attempt
};

using OnJoined = std::function<void(const JoinResult&)>;

/// On the transport's thread only. @param addresses as people write them; see endpoint.h
void StartJoin(Driver& driver,
               Transport& transport,
               std::vector<std::string> addresses,
               const JoinOptions& options,
               OnJoined done);

} // namespace swim
