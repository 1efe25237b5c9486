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

inline JoinResult OutcomeOf(std::future<JoinResult>& ready)
{
    return ready.get();
}

/// @return why it failed, or nothing
inline std::optional<std::string> OutcomeOf(std::future<void>& ready)
{
    try
    {
        ready.get();
        return std::nullopt;
    }
    catch (const AgentError& error)
    {
        return error.what();
    }
}

inline PingOutcome OutcomeOf(std::future<Duration>& ready)
{
    try
    {
        return {ready.get(), ""};
    }
    catch (const AgentError& error)
    {
        return {std::nullopt, error.what()};
    }
}

/// What OutcomeOf makes of a future of this value.
template <typename Value>
using Outcome = decltype(OutcomeOf(std::declval<std::future<Value>&>()));

} // namespace swim
