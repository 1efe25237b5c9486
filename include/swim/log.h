// SPDX-License-Identifier: MIT
//
// What the library has to say that no listener, future or counter tells in words.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace swim
{

/// How urgent a line is.
enum class LogLevel : std::uint8_t
{
    DEBUG,   ///< each packet that was turned away
    INFO,    ///< where the agent listens, and what it tells others to reach it at
    WARNING, ///< what the application or an operator should change: conflicts, slow callbacks
};

/// Takes one line, without its end. Called as a Listener is, in turn with its calls.
using Logger = std::function<void(LogLevel level, std::string_view line)>;

} // namespace swim
