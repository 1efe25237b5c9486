// SPDX-License-Identifier: MIT
//
// What the agents of one process may share: a thread, and one copy of what they know.
//
// An agent alone has a host of its own. Where a process runs many members (see swarm.h), they are
// served in turn by one thread, and a thousand views of one member keep one copy of its strings.
#pragma once

#include <memory>

namespace swim
{

/**
 * A thread on which agents are served, one on which their listeners are called, and the strings that
 * they share.
 *
 * Copies stand for the same threads, which end with the last of them and the last agent on them.
 * From any thread.
 */
class AgentHost
{
  public:
    /// What only agents see.
    struct Parts;

    /// Starts a thread. @throws AgentError (agent.h) if the system has none to give
    AgentHost();

    /// For the library itself.
    const Parts& GetParts() const
    {
        return *m_parts;
    }

  private:
    std::shared_ptr<const Parts> m_parts;
};

} // namespace swim
