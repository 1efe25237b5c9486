// SPDX-License-Identifier: MIT
//
// What an agent will answer: a std::future that cannot be waited for in vain.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <utility>

namespace swim
{

/**
 * The result of something that an agent was asked for; used as a std::future.
 *
 * The agent settles it, at the latest when it is shut down. To wait for it where the agent cannot
 * settle it meanwhile is an error that is told, where a std::future would hang: on the thread on
 * which the agent works (in an answer of Delegates), and on a network in memory, whose clock does
 * not turn while somebody waits.
 */
template <typename T>
class Future
{
  public:
    /// Throws AgentError, saying why, if waiting would be in vain.
    using Check = std::function<void()>;

    /// No result to come.
    Future() = default;

    /// For the library itself. @param check called before each wait for a result that is not there
    Future(std::future<T> future, std::shared_ptr<const Check> check)
        : m_future(std::move(future)),
          m_check(std::move(check))
    {
    }

    /// @return whether there is a result to come, or one that was not taken yet
    bool valid() const noexcept // NOLINT: as std::future spells it
    {
        return m_future.valid();
    }

    /// Waits for the result. @throws AgentError where that would be in vain
    void wait() const
    {
        CheckWait();
        m_future.wait();
    }

    /// Waits for the result, so long at most. @throws AgentError where that would be in vain
    template <typename Rep, typename Period>
    std::future_status wait_for(const std::chrono::duration<Rep, Period>& time) const
    {
        if (time > time.zero())
        {
            CheckWait();
        }
        return m_future.wait_for(time);
    }

    /// Waits for the result until then. @throws AgentError where that would be in vain
    template <typename Clock, typename Duration>
    std::future_status wait_until(const std::chrono::time_point<Clock, Duration>& time) const
    {
        CheckWait();
        return m_future.wait_until(time);
    }

    /// Waits for the result and takes it. @throws AgentError if it failed, or waiting is in vain
    T get()
    {
        CheckWait();
        return m_future.get();
    }

    /// Gives up the checks, for those who need a std::future; it may be waited for in vain.
    std::future<T> Release()
    {
        return std::move(m_future);
    }

  private:
    void CheckWait() const
    {
        if (m_check && m_future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        {
            (*m_check)();
        }
    }

    std::future<T> m_future;
    std::shared_ptr<const Check> m_check;
};

} // namespace swim
