// SPDX-License-Identifier: MIT
//
// swim-agent run: its command line.
#pragma once

#include <CLI/CLI.hpp>

namespace swim::program
{

/// Adds the command to the program. @param code becomes the program's exit code
void AddRunCommand(CLI::App& app, int& code);

} // namespace swim::program
