// SPDX-License-Identifier: MIT
//
// What happens to the member, as JSON lines: to standard output or a file, and to those who watch
// (swim-agent monitor).
//
// Each line begins with "event", "monotonic_ns" (CLOCK_MONOTONIC, which all processes of a machine
// share) and "time" (RFC 3339, UTC).
#pragma once

#include "agent/program/json.h"
#include "agent/program/line-output.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace swim::program
{

/// @return the beginning of a line about something that happened then
Json EventLine(std::string_view event, Instant when);

/// @return now, by the clock of an agent on sockets
Instant MonotonicNow();

/// All methods from any thread.
class EventStream
{
  public:
    using Watcher = std::function<void(const std::string& line)>;

    /// @param output where to write; null: only those who watch are told
    explicit EventStream(std::unique_ptr<LineOutput> output);

    void Write(const Json& line);

    /// Goes on in the file of that path, which is opened anew: the former one may have been moved
    /// away. @param path as of OpenEvents. @throws std::system_error; nothing changes then
    void Reopen(const std::string& path);

    /// @param watcher is told of each line under a lock, so it must only take note
    /// @return an id for Unwatch
    std::uint64_t Watch(Watcher watcher);
    void Unwatch(std::uint64_t id);

  private:
    std::mutex m_mutex; ///< keeps the order the same for all
    std::unique_ptr<LineOutput> m_output;
    std::map<std::uint64_t, Watcher> m_watchers;
    std::uint64_t m_nextWatcher = 0;
};

/// @return the output that --events names: "-" is standard output, "" is none.
/// @throws std::system_error
std::unique_ptr<LineOutput> OpenEvents(const std::string& path);

} // namespace swim::program
