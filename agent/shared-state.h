// SPDX-License-Identifier: MIT
//
// What an AgentHost holds: the thread on which agents are served, the one on which applications hear
// of it, and the state of their nodes.
#pragma once

#include "agent/callbacks.h"
#include "agent/socket-thread.h"
#include "swim/directory.h"
#include "swim/host.h"
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

/// The threads, and the state of what runs on the first.
struct AgentHost::Parts
{
    std::shared_ptr<SocketThread> thread = std::make_shared<SocketThread>();
    std::shared_ptr<CallbackThread> callbacks = std::make_shared<CallbackThread>();
    std::shared_ptr<SharedState> state = std::make_shared<SharedState>();
};

} // namespace swim
