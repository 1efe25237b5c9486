// SPDX-License-Identifier: MIT
//
// Many members in one process, on real sockets: a large cluster on one machine, or load for
// another.
//
// They share one thread and one copy of what they know (see host.h). Each has an address of its
// own, and is an agent like any other: nobody outside can tell.
#pragma once

#include "swim/agent.h"
#include "swim/future.h"
#include "swim/host.h"
#include "swim/join.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace swim
{

/// How many members, and what they are like.
struct SwarmOptions
{
    /// How many.
    std::size_t members = 1;
    /// Of the first member. The others are called alike, with their number behind the name instead
    /// of its 0, and listen at the addresses behind its own, at the same port.
    AgentOptions first = {.name = "m0", .bind = "127.0.0.1:7946"};
    /// Who hears a member; null: nobody. Instead of first.listener.
    std::function<Listener*(std::size_t member)> listenerOf = nullptr;
};

/// Members of one process, numbered from 0. All methods from any thread.
class Swarm
{
  public:
    /// Starts all members; they know nobody yet. Lets the process open as many files as they need.
    /// @throws AgentError
    explicit Swarm(const SwarmOptions& options);

    /// Shuts all down.
    ~Swarm();

    Swarm(const Swarm&) = delete;
    Swarm& operator=(const Swarm&) = delete;

    /// How many members there are.
    std::size_t Size() const
    {
        return m_agents.size();
    }

    /// One of them. @throws std::out_of_range if there is none of that number
    Agent& At(std::size_t member)
    {
        return *m_agents.at(member);
    }

    /**
     * Makes all members join, one after the other.
     * @param seeds whom to ask; empty: the first few of the swarm
     * @param over the time between the first and the last join
     * @return of each member how it went
     */
    std::vector<Future<JoinResult>> Join(std::vector<std::string> seeds, Duration over);

    /// How many members the one knows that knows fewest.
    std::size_t LeastKnown() const;

    /// Whether nobody has anything left to gossip.
    bool Quiet() const;

  private:
    AgentHost m_host;
    std::vector<std::unique_ptr<Agent>> m_agents;
};

} // namespace swim
