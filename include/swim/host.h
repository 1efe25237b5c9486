// SPDX-License-Identifier: MIT
//
// What the agents of one process may share: a thread, and one copy of what they know.
//
// An agent alone has a host of its own. Where a process runs many members (see swarm.h), they are
// served in turn by one thread, and a thousand views of one member keep one copy of its strings.
#pragma once

#include "agent/socket-thread.h"
#include "swim/directory.h"
#include "swim/outbox.h"

#include <memory>
#include <mutex>

namespace swim
{

/// The state of nodes that run on one thread.
struct SharedState
{
    std::mutex mutex; ///< guards the directory, and all nodes whose names it holds
    Directory directory;
    Outbox out; ///< of the input being handled; on the thread only
};

struct AgentHost
{
    std::shared_ptr<SocketThread> thread = std::make_shared<SocketThread>();
    std::shared_ptr<SharedState> state = std::make_shared<SharedState>();
};

} // namespace swim
