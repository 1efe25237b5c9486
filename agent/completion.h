// SPDX-License-Identifier: MIT
//
// From what the driver tells to what an application waits for: a promise that is always kept, by a
// value or by an AgentError.
#pragma once

#include "agent/driver.h"
#include "swim/agent.h"

#include <exception>
#include <future>
#include <optional>
#include <string>
#include <utility>

namespace swim
{

/// How a ping went.
struct PingResult
{
    std::optional<Duration> roundTrip;
    std::string error; ///< where there is no round trip
};

inline void Settle(std::promise<void>& promise, const Failure& failure)
{
    if (failure)
    {
        promise.set_exception(std::make_exception_ptr(AgentError(*failure)));
    }
    else
    {
        promise.set_value();
    }
}

inline void Settle(std::promise<Duration>& promise, const PingResult& result)
{
    if (result.roundTrip)
    {
        promise.set_value(*result.roundTrip);
    }
    else
    {
        promise.set_exception(std::make_exception_ptr(AgentError(result.error)));
    }
}

inline void Settle(std::promise<JoinResult>& promise, const JoinResult& result)
{
    promise.set_value(result);
}

/// A promise that keeps itself: where the work is dropped half done, it answers with a default.
template <typename Value, typename Result>
class Completion
{
  public:
    explicit Completion(Result otherwise)
        : m_result(std::move(otherwise))
    {
    }

    ~Completion()
    {
        Settle(m_promise, m_result);
    }

    Completion(const Completion&) = delete;
    Completion& operator=(const Completion&) = delete;

    std::future<Value> GetFuture()
    {
        return m_promise.get_future();
    }

    void Set(const Result& result)
    {
        m_result = result;
    }

  private:
    std::promise<Value> m_promise;
    Result m_result;
};

} // namespace swim
