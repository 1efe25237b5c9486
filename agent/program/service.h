// SPDX-License-Identifier: MIT
//
// The agent as a service: from its settings to its orderly end.
//
// The agent has a thread of its own; signals, commands and intervals are handled on the main one.
// SIGTERM and SIGINT leave the cluster and end, a second one ends at once; SIGHUP reads the
// settings again.
#pragma once

#include "agent/program/settings.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace swim::program
{

/// What the command line says of the service, and how to read the rest.
struct ServiceOptions
{
    /// Reads the settings, at the start and on SIGHUP. @throws UserError
    std::function<Settings()> read;
    bool stdinControl = false;
    Duration trafficInterval{}; ///< 0: no lines of traffic and counters
    std::uint32_t incarnation = 1;
    std::optional<std::uint64_t> seed;
    std::string trace;         ///< a path; empty: no trace
    bool tracePackets = false; ///< with the bytes of packets
};

/// Exit codes of the program.
inline constexpr int EXIT_FAILED = 1;     ///< nobody to join; the command did not work
inline constexpr int EXIT_USER_ERROR = 2; ///< something that the user can put right

/// @return the program's exit code. @throws UserError if it cannot start
int RunService(const ServiceOptions& options);

} // namespace swim::program
