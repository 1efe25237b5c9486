// SPDX-License-Identifier: MIT
//
// Where an application's own functions run: beside the agent's thread, so that one that takes its
// time costs the application its news and never the member its life.
#pragma once

#include "swim/listener.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace swim
{

/// Runs tasks one after the other on a thread of its own. Many agents share one.
class CallbackThread
{
  public:
    using Task = std::function<void()>;

    /// @throws std::system_error if the system has no thread to give
    CallbackThread();

    /// What waits is dropped. From any thread, also from a task.
    ~CallbackThread();

    CallbackThread(const CallbackThread&) = delete;
    CallbackThread& operator=(const CallbackThread&) = delete;

    /// From any thread.
    void Post(Task task);

  private:
    struct Queue;

    std::shared_ptr<Queue> m_queue; ///< the thread holds it too, so it may outlive us
    std::thread m_thread;
};

/// The calls of one agent: counted, bounded, and none after Close(). From any thread.
class Callbacks
{
  public:
    using Task = std::function<void()>;

    /// What to do about calls that went wrong; runs as the calls do.
    struct Complaints
    {
        std::vector<std::function<void(std::uint64_t calls)>> lost; ///< in this order
        std::function<void(const std::string& what)> threw;
    };

    /// @param post runs a task later, one after the other @param most calls that may wait
    Callbacks(std::function<void(Task)> post, std::size_t most, Complaints complaints);
    ~Callbacks();

    /// What waiting calls may hold of messages, in bytes; one call may be larger.
    static constexpr std::size_t MOST_BYTES = 64 << 20;

    /// Calls this later, unless closed by then or too many wait already.
    /// @param bytes that it holds, beyond a few hundred
    void Call(Task call, std::size_t bytes = 0);

    /// No call begins any more; the one under way may go on.
    void Forbid();

    /// No call begins any more; waits for the end of the one under way, unless that is who asks.
    void Close();

    /// @return what tells whether it is closed, for a call that has something to do afterwards
    std::function<bool()> WhetherClosed() const;

    CallbackCounters Count() const;

  private:
    struct State;

    std::function<void(Task)> m_post;
    std::shared_ptr<State> m_state; ///< calls hold it too
};

} // namespace swim
