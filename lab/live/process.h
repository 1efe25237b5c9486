// SPDX-License-Identifier: GPL-2.0-only
//
// A child process that cannot outlive us: its lines as they come, signals by its own id, its end.
//
// However the parent ends, also by SIGKILL, the kernel kills the child (PR_SET_PDEATHSIG, which is
// about the thread that forked: the one that runs the loop must be the program's main thread).
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace swimlab
{

/// A program cannot be started. The message names it and says why.
class ProcessError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// A child process with pipes to its standard streams, which ends with this object.
class Process
{
  public:
    struct Start
    {
        std::vector<std::string> command; ///< the program, looked up in PATH, and its arguments
        /// Runs in the child before the program does: only what is safe after fork, a setns say. It
        /// may return in a child of its own, which has the same process group.
        /// @return whether the program may start
        std::function<bool()> enter;
    };

    /// Called from the loop, never from inside a call of Process. Any may be empty. A last line
    /// without its end is told too once the process has ended, unless SIGKILL cut it.
    struct Handlers
    {
        std::function<void(std::string_view)> onLine;      ///< of its standard output
        std::function<void(std::string_view)> onErrorLine; ///< of its standard error
        /// After the last line. @param how "exit code 2", "SIGSEGV"
        std::function<void(const std::string& how)> onEnd;
    };

    /// Starts it, in a process group of its own. @throws ProcessError
    Process(asio::io_context& loop, const Start& start, Handlers handlers);

    /// Kills its process group if it still runs, and waits for that. Nothing is told.
    ~Process();

    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t Pid() const;

    /// Until onEnd was called.
    bool IsRunning() const;

    /// To its whole process group. Without effect once it has ended.
    void Signal(int number);

    /// Writes a line to its standard input; what it does not read yet waits.
    void WriteLine(std::string_view line);

    /// It reads the end of file after what was written before.
    void CloseInput();

  private:
    class State;

    std::shared_ptr<State> m_state; ///< outlives us in calls that are under way
};

} // namespace swimlab
