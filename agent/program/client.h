// SPDX-License-Identifier: MIT
//
// The other end of the control socket: how a command talks to a running agent.
#pragma once

#include "agent/program/json.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace swim::program
{

/// Options that all commands to a running agent share.
struct ClientOptions
{
    std::optional<std::string> name;
    std::string control;
    bool json = false;
};

/// Adds a command with these options to the program.
/// @param run is called with the options if the command is given
CLI::App& AddClientCommand(CLI::App& app,
                           const std::string& name,
                           const std::string& description,
                           std::function<void(const ClientOptions&)> run);

/// Sends a request and waits for its answer. @throws UserError if no agent answers, or it refuses
Json Ask(const ClientOptions& options, const Json& request);

/// Likewise, and then gives each line that comes, until the agent ends. @return the answer
Json AskAndWatch(const ClientOptions& options,
                 const Json& request,
                 const std::function<void(const std::string&)>& onLine);

/// Prints an answer without "ok" if the user wants JSON. @return whether it did
bool PrintedAsJson(const ClientOptions& options, Json answer);

/// Prints rows in columns of equal width; the first is the head.
void PrintTable(const std::vector<std::vector<std::string>>& rows);

/// "1.234 ms"
std::string Milliseconds(const Json& nanoseconds);

// The commands, by what they are about.

void AddMemberCommands(CLI::App& app);
void AddMessageCommands(CLI::App& app);
void AddKeyCommands(CLI::App& app);

} // namespace swim::program
