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
    Address address;                        ///< where it is reached
    std::string meta;                       ///< what it tells of itself; Serf's tags, see serf.h
    MemberState state = MemberState::ALIVE; ///< what we believe of it
    std::uint32_t incarnation = 0;          ///< how recent that is: only the member makes it grow
    std::optional<Duration> roundTrip;      ///< of the last direct probe that it answered
};

/// The agent's view of a member changed.
struct MembershipEvent
{
    EventKind kind;            ///< JOINED, SUSPECT, REFUTED, DEAD, LEFT, UPDATED or CONFLICT
    Member member;             ///< as it is now
    std::uint32_t incarnation; ///< of the member, when this was concluded
    std::string by;            ///< the member whose word it was
    Instant when;              ///< by the transport's clock; see Agent::Now()
    Address claimed = {};      ///< of CONFLICT: where the other one of that name says that it is
};

/**
 * Hears what an agent concludes and receives. Every method has a default that does nothing.
 *
 * Called on the agent's own thread, one call after the other, and under no lock: it may call the
 * agent, but must not wait for a future of it, nor shut it down, nor throw. While it runs, the
 * agent answers nobody: what takes longer than a probe's timeout belongs on another thread.
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

    /// A packet, or a part of one, was malformed or foreign and changed nothing. It came from the
    /// address, whose port is not the one that its owner listens at where it came by a stream.
    virtual void OnRejected(Rejection /*reason*/, const Address& /*from*/, Instant /*when*/)
    {
    }

    /// A datagram or a connection was turned away unread: AgentOptions::allow has not its source.
    virtual void OnForbidden(const Address& /*from*/, Instant /*when*/)
    {
    }

    /**
     * A user message came, by broadcast or for this member alone; they look alike, and a broadcast
     * comes more than once.
     * @return whether to pass it on: true for a broadcast that is heard for the first time, which
     *         only the application can tell, by an id in the payload
     */
    virtual bool OnUserMessage(ByteView /*payload*/)
    {
        return false;
    }
};

} // namespace swim
