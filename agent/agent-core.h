// SPDX-License-Identifier: MIT
//
// What is behind an Agent: its transport, its driver and its application, and how one thread asks
// another one for something.
#pragma once

#include "agent/audience.h"
#include "agent/completion.h"
#include "agent/driver.h"
#include "agent/shared-state.h"
#include "swim/agent.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace swim
{

/// Why what was asked for is not done.
inline constexpr const char* SHUT_DOWN = "the agent was shut down";

/// What an agent is made of.
class Agent::Core
{
  public:
    Core(const AgentOptions& checked, std::unique_ptr<Transport> transport, AgentHost::Parts parts);

    /// @return the driver, for what reads its state
    /// @throws AgentError in an answer of Delegates, which has the lock already
    Driver& Reading() const;

    /// What an agent has that shares nothing: a thread for callbacks, unless somebody turns the
    /// transport. @throws AgentError
    static AgentHost::Parts OwnParts(const Transport& transport);

    void Shutdown();

    /// For an answer of an agent's, which has to end first. Nobody is called any more.
    static void ShutdownLater(std::unique_ptr<Core> core);

    /// Runs a task on the transport's thread.
    /// @return what the task answers, or else `ifShutDown`
    template <typename Value, typename Result>
    Future<Value> Call(Result ifShutDown,
                       std::function<void(std::function<void(const Result&)>)> task);

    /// Likewise for tasks that only succeed or fail.
    Future<void> Do(std::function<void(Driver::OnDone)> task)
    {
        return Call<void, Failure>(SHUT_DOWN, std::move(task));
    }

    /// Finds who is meant by a member's name or by an address.
    /// @param found told where, and why not where that is unknown
    void Locate(
        const std::string& who,
        const std::function<void(const std::optional<Address>&, const std::string&)>& found);

    void Ping(const std::string& member,
              Duration timeout,
              const std::function<void(const PingResult&)>& done);

    const std::unique_ptr<Transport> transport;
    const std::string name;
    const Duration probeTimeout;
    const Address address; ///< where others reach it
    Audience audience;
    const std::unique_ptr<Driver> driver;

  private:
    /// For a future of ours, which may outlive us.
    std::shared_ptr<const std::function<void()>> CheckOfWaits() const;

    std::mutex m_stopping;
    std::shared_ptr<const std::function<void()>> m_checkOfWaits;
};

template <typename Value, typename Result>
Future<Value> Agent::Core::Call(Result ifShutDown,
                                std::function<void(std::function<void(const Result&)>)> task)
{
    const auto completion = std::make_shared<Completion<Value, Result>>(std::move(ifShutDown));
    Future<Value> future(completion->GetFuture(), m_checkOfWaits);
    transport->Post([completion, task = std::move(task)] {
        task([completion](const Result& result) { completion->Set(result); });
    });
    return future;
}

} // namespace swim
