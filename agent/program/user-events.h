// SPDX-License-Identifier: MIT
//
// Messages to everybody (swim-agent event), which each member passes on when it hears them first.
//
// In a cluster with Serf's agents they are Serf's user events. Elsewhere they are JSON with an id
// of their own, {"swim-agent-event": "<id>", "name": ..., "payload": ...}; by its id a member knows
// what it has heard.
#pragma once

#include "agent/program/json.h"
#include "swim/agent.h"

#include <cstddef>
#include <deque>
#include <future>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace swim::program
{

/// All methods from any thread.
class UserEvents
{
  public:
    /// @param serf whether there may be Serf's agents in the cluster
    explicit UserEvents(SerfPeers serf)
        : m_serf(serf)
    {
    }

    Future<void> Send(Agent& agent, const std::string& name, const Bytes& payload);

    /// What a user message says.
    struct Heard
    {
        std::string_view kind; ///< "user-event", "message"; empty: of no interest, or heard before
        Json fields;           ///< of the event line
        bool passOn = false;
    };

    /// Reads a user message that came.
    Heard Hear(ByteView message);

  private:
    /// Ids remembered; beyond it the oldest are forgotten.
    static constexpr std::size_t MOST_IDS = 4096;

    bool IsNew(const std::string& id);

    const SerfPeers m_serf;
    std::mutex m_mutex; ///< guards the two below
    std::deque<std::string> m_byAge;
    std::set<std::string> m_ids;
};

} // namespace swim::program
