// SPDX-License-Identifier: MIT
//
// Where a running agent's control socket is.
//
// Each user has a folder of sockets, one for each agent: $XDG_RUNTIME_DIR/swim-agent, or
// /run/swim-agent for root, or /tmp/swim-agent-UID. Nobody else may enter it. No two names share a
// file: a command must never reach another agent than the one that it names.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace swim::program
{

/// The file of an agent's socket in its user's folder. Letters, digits, `-`, `_` and `.` stand for
/// themselves and other bytes as %20; a name that gets too long so is `~` and its hash.
std::string ControlFileName(const std::string& name);

/// The socket of the agent of that name in the user's folder, which is made if it is not there.
/// @throws UserError if there can be no such folder or path
std::string DefaultControlPath(const std::string& name);

/// Where the agent of that name listens, if it runs. @throws UserError if the folder is another's
std::string ControlPathOf(const std::string& name);

/// A socket of the user's folder that somebody listens at.
struct RunningAgent
{
    std::string path;
    std::optional<std::string> name; ///< nothing where the file does not tell it
};

/// All agents of the user that run, by path; those that ended without removing their socket do not.
/// @throws UserError if the folder is another's
std::vector<RunningAgent> RunningAgents();

/// What the system takes for the address of a socket, whose length it limits to 107 bytes.
class SocketAddress
{
  public:
    /// @param path of any length @throws UserError if there is no such folder
    explicit SocketAddress(const std::string& path);
    ~SocketAddress();

    SocketAddress(const SocketAddress&) = delete;
    SocketAddress& operator=(const SocketAddress&) = delete;

    /// A path that leads there while this object lives.
    const std::string& Path() const
    {
        return m_path;
    }

  private:
    std::string m_path;
    int m_folder = -1; ///< by which a long path is reached
};

} // namespace swim::program
