// SPDX-License-Identifier: MIT
//
// What a future of an agent's holds, with the word of its AgentError as a value, which tests compare.
#pragma once

#include "swim/agent.h"

#include <future>
#include <optional>
#include <string>
#include <utility>

namespace swim
{

/// A round trip, or why there is none.
struct PingOutcome
{
    std::optional<Duration> roundTrip;
    std::string error;
};

inline JoinResult OutcomeOf(Future<JoinResult>& ready)
{
    return ready.get();
}

// A shared future is held until the error was read. The count of an exception's holders is kept by
// libstdc++, where ThreadSanitizer does not see it; that of a shared future it sees, and so it sees
// that the agent's thread, should it free the error, does so after it was read.

/// @return why it failed, or nothing
inline std::optional<std::string> OutcomeOf(Future<void>& ready)
{
    const std::shared_future<void> held = ready.Release().share();
    try
    {
        held.get();
        return std::nullopt;
    }
    catch (const AgentError& error)
    {
        return error.what();
    }
}

inline PingOutcome OutcomeOf(Future<Duration>& ready)
{
    const std::shared_future<Duration> held = ready.Release().share();
    try
    {
        return {held.get(), ""};
    }
    catch (const AgentError& error)
    {
        return {std::nullopt, error.what()};
    }
}

/// What OutcomeOf makes of a future of this value.
template <typename Value>
using Outcome = decltype(OutcomeOf(std::declval<Future<Value>&>()));

} // namespace swim
