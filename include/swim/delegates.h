// SPDX-License-Identifier: MIT
//
// What an application may say and decide while its agent works: memberlist's delegates.
//
// Two kinds. The *answers* are asked in the midst of what the agent does, on its thread and under its
// lock: they must return at once, and may not call any agent's methods that read (these throw
// AgentError there) nor wait. What one throws is logged, and taken for the default answer (by meta
// when the agent starts: it is an AgentError of the constructor); one that takes longer than 10 ms is
// logged too. The *notices* come as a listener's calls do, on the
// listener's thread, and may do what a listener may.
#pragma once

#include "swim/bytes.h"
#include "swim/listener.h"
#include "swim/types.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace swim
{

/// Functions that an application may set; each is left alone where it is empty.
struct Delegates
{
    // Answers:

    /// Our metadata, asked when the agent starts and at Agent::RefreshMeta() (memberlist's NodeMeta).
    /// Instead of AgentOptions::meta. @param most bytes
    std::function<std::string(std::size_t most)> meta = {};

    /// What goes with each push/pull (memberlist's LocalState); at most 20 MiB. What is longer is
    /// not sent, and logged. Not among Serf's agents, who have their own state there: to set this or
    /// remoteState makes AgentOptions::serf NO. @param join whether somebody joins with this exchange
    std::function<Bytes(bool join)> localState = {};

    /// Whether to believe that this member lives as it says (memberlist's NotifyAlive): one we do not
    /// know, or news of one that we do. Its state is ALIVE. Default: yes.
    std::function<bool(const Member& member)> acceptAlive = {};

    /// Whether to merge a table, before any of it is believed (memberlist's NotifyMerge).
    /// @param members all that it names @param join whether somebody joins with this exchange.
    /// Default: yes.
    std::function<bool(const std::vector<Member>& members, bool join)> acceptMerge = {};

    /// What the ack of each direct probe carries (memberlist's AckPayload); at most 256 bytes. Not
    /// asked where parameter coordinates is on, which needs the place.
    std::function<Bytes()> ackPayload = {};

    // Notices:

    /// What came with a push/pull (memberlist's MergeRemoteState).
    std::function<void(ByteView state, bool join)> remoteState = {};

    /// A direct probe of ours was answered (memberlist's NotifyPingComplete).
    std::function<void(const Member& member, Duration roundTrip, ByteView payload)> pinged = {};

    /// @return whether any is set
    explicit operator bool() const
    {
        return meta || localState || acceptAlive || acceptMerge || ackPayload || remoteState ||
               pinged;
    }
};

} // namespace swim
