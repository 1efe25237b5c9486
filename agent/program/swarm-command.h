// SPDX-License-Identifier: MIT
//
// swim-agent swarm: many members in one process, for load and for size.
#pragma once

#include <CLI/CLI.hpp>

namespace swim::program
{

/// Adds the command to the program. @param code becomes the program's exit code
void AddSwarmCommand(CLI::App& app, int& code);

} // namespace swim::program
