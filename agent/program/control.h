// SPDX-License-Identifier: MIT
//
// The commands that a running agent obeys: one JSON object in, one out. Standard input and the
// control socket both end here.
//
// A request names its "command" and whatever that needs, and may carry an "id", which its answer
// repeats, and the name of the "agent" that it is for, which any other agent refuses. The answer is
// {"ok": true, ...} or {"ok": false, "error": "..."}; requests begin in the order in which they
// come, but may be answered in another.
#pragma once

#include "agent/impaired-transport.h"
#include "agent/program/json.h"
#include "agent/program/member-keys.h"
#include "swim/agent.h"

#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace swim::program
{

/// What is wrong with a request, for its answer.
class RequestError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// Nothing if it worked, else what went wrong.
using Failure = std::optional<std::string>;

/// @return how what was asked of an agent went; waits for it
Failure FailureOf(Future<void>& asked);

/// What the commands work on; outlives the control.
struct ControlTarget
{
    Agent& agent;
    MemberKeys* keys; ///< null: no encryption
    /// Leaves the cluster and then ends the program.
    std::function<void(Duration timeout, std::function<void(const Failure&)> done)> leave;
    ImpairedTransport* impaired = nullptr; ///< the agent's; null: its network is as it is
};

/// Obeys requests, and sees that each is answered once.
class Control
{
  public:
    /// May be called on any thread, once.
    using Reply = std::function<void(const Json& answer)>;

    explicit Control(ControlTarget target);

    /// Waits for what is under way; shut the agent down before, so that it ends.
    ~Control();

    /// Obeys one line. Does not wait; from one thread.
    /// @param watch makes who asked hear of events; null: that is not possible here
    void Handle(const std::string& line,
                const Reply& reply,
                const std::function<void()>& watch = nullptr);

    // For the commands:

    ControlTarget& Target()
    {
        return m_target;
    }

    /// Calls `then` with the future on another thread, where it may be waited for.
    template <typename Value, typename Then>
    void Await(Future<Value> future, Then then)
    {
        const auto shared = std::make_shared<Future<Value>>(std::move(future));
        asio::post(m_waiting, [shared, then = std::move(then)] { then(*shared); });
    }

  private:
    /// More requests than this that take their time wait for each other.
    static constexpr std::size_t WAITING_THREADS = 8;

    ControlTarget m_target;
    asio::thread_pool m_waiting;
};

/// One command. A new one is a function and a row in commands.cc.
struct Command
{
    std::string_view name;
    /// @throws RequestError
    void (*run)(Control& control, const Json& request, const Control::Reply& reply);
};

/// @return the command, or null
const Command* FindCommand(std::string_view name);

/// @return {"ok": true}
Json Success();

/// @return {"ok": false, "error": ...}
Json Refusal(const std::string& error);

} // namespace swim::program
