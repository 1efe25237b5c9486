// SPDX-License-Identifier: MIT
//
// What an application hears of its agent.
#pragma once

#include "swim/bytes.h"
#include "swim/event-kind.h"
#include "swim/rejection.h"
#include "swim/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace swim
{

/// One member as the agent sees it.
struct Member
{
    std::string name;                       ///< unique in the cluster
    Address address = {};                   ///< where it is reached
    std::string meta = {};                  ///< what it tells of itself; Serf's tags, see serf.h
    MemberState state = MemberState::ALIVE; ///< what we believe of it
    std::uint32_t incarnation = 0;          ///< how recent that is: only the member makes it grow
    std::optional<Duration> roundTrip = {}; ///< of the last direct probe that it answered
};

/// The agent's view of a member changed.
struct MembershipEvent
{
    EventKind kind = {};           ///< JOINED, SUSPECT, REFUTED, DEAD, LEFT, UPDATED or CONFLICT
    Member member = {};            ///< as it is now
    std::uint32_t incarnation = 0; ///< of the member, when this was concluded
    std::string by = {};           ///< the member whose word it was
    Instant when = {};             ///< by the transport's clock; see Agent::Now()
    Address claimed = {}; ///< of CONFLICT: where the other one of that name says that it is
};

/// A message that somebody broadcast.
struct BroadcastMessage
{
    std::string from = {}; ///< the member that sent it
    std::string name = {}; ///< BroadcastOptions::name; mostly empty
    Bytes payload = {};    ///< as it was given to Agent::Broadcast
};

/// What became of the calls of one agent's listener.
struct CallbackCounters
{
    std::uint64_t made = 0;    ///< that have returned, or thrown
    std::uint64_t failed = 0;  ///< of these: that threw
    std::uint64_t lost = 0;    ///< that were never made, as too many waited already
    std::uint64_t waiting = 0; ///< at the moment, the one under way not among them
};

/**
 * Hears what an agent concludes and receives. Every method has a default that does nothing.
 *
 * Called on a thread of its own, one call after the other: it may take its time, call any agent,
 * wait for futures, shut its agent down and destroy it. The agent goes on meanwhile, and calls wait,
 * AgentOptions::mostCallbacks of them; what is beyond is lost, counted, and told by OnLost. What a
 * method throws is logged and counted. Agents that share an AgentHost share the thread. On a
 * network in memory (memory-network.h) calls come within RunFor, since there are no threads.
 *
 * Once Agent::Shutdown() has returned, no call is under way but the one that called it, and none
 * will come.
 */
class Listener
{
  public:
    virtual ~Listener() = default;

    /// The view of a member changed. Tells of ourselves too: REFUTED, when we answered an
    /// accusation.
    virtual void OnEvent(const MembershipEvent& /*event*/)
    {
    }

    /// Somebody broadcast a message with Relay::EVERYBODY. Told once; never to its sender.
    virtual void OnBroadcast(const BroadcastMessage& /*message*/)
    {
    }

    /**
     * A user message came: by Agent::Send, by a broadcast with Relay::RECEIVERS, or of memberlist's
     * own. They look alike on the wire, and such a broadcast comes more than once.
     * @return whether to pass it on: true for a broadcast that is heard for the first time, which
     *         only the application can tell, by an id in the payload
     */
    virtual bool OnUserMessage(ByteView /*payload*/)
    {
        return false;
    }

    /// A packet, or a part of one, was malformed or foreign and changed nothing. It came from the
    /// address, whose port is not the one that its owner listens at where it came by a stream.
    virtual void OnRejected(Rejection /*reason*/, const Address& /*from*/, Instant /*when*/)
    {
    }

    /// A datagram or a connection was turned away unread: AgentOptions::allow has not its source.
    virtual void OnForbidden(const Address& /*from*/, Instant /*when*/)
    {
    }

    /// So many calls were lost just before this one, as the earlier ones took too long.
    virtual void OnLost(std::uint64_t /*calls*/)
    {
    }
};

} // namespace swim
