// SPDX-License-Identifier: MIT
//
// Messages to everybody (swim-agent event), of which each member hears once.
//
// In a cluster with Serf's agents they are Serf's user events. Elsewhere they are broadcasts of ours
// that hold JSON: {"swim-agent-event": NAME, "payload": ...}.
#pragma once

#include "agent/program/json.h"
#include "swim/agent.h"

#include <string>
#include <string_view>

namespace swim::program
{

/// Sends one.
Future<void> SendUserEvent(Agent& agent, const std::string& name, const Bytes& payload);

/// What a message says.
struct UserMessage
{
    std::string_view kind; ///< "user-event", "message"; empty: of no interest
    Json fields;           ///< of the event line
};

/// Reads a broadcast that came.
UserMessage ReadBroadcast(const BroadcastMessage& message);

/// Reads a user message that came. @param serf whether there may be Serf's agents in the cluster
UserMessage ReadUserMessage(ByteView message, SerfPeers serf);

} // namespace swim::program
