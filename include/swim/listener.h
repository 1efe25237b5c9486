// SPDX-License-Identifier: MIT
//
// What an application hears of its agent.
#pragma once

#include "swim/outbox.h"

#include <optional>
#include <string>

namespace swim
{

/// One member as the agent sees it.
struct Member
{
    std::string name;
    Address address;
    std::string meta;
    MemberState state = MemberState::ALIVE;
    std::uint32_t incarnation = 0;
    std::optional<Duration> roundTrip; ///< of the last direct probe that it answered
};

/// The agent's view of a member changed.
struct MembershipEvent
{
    EventKind kind;            ///< JOINED, SUSPECT, REFUTED, DEAD, LEFT, UPDATED or CONFLICT
    Member member;             ///< as it is now
    std::uint32_t incarnation; ///< of the member, when this was concluded
    std::string by;            ///< the member whose word it was
    Instant when;              ///< by the transport's clock; see Agent::Now()
};

/// Called on the agent's own thread, one call after the other, and under no lock: it may call the
/// agent, but must not wait for a future of it, nor shut it down.
class Listener
{
  public:
    virtual ~Listener() = default;

    /// Tells of ourselves too: REFUTED, when we answered an accusation.
    virtual void OnEvent(const MembershipEvent& /*event*/)
    {
    }

    /// A packet, or a part of one, was malformed or foreign and changed nothing.
    virtual void OnRejected(std::string_view /*reason*/, Instant /*when*/)
    {
    }

    /**
     * A user message came, by broadcast or for this member alone; they look alike, and a broadcast
     * comes more than once.
     * @return whether to pass it on: true for a broadcast that is heard for the first time, which
     *         only the application can tell, by an id in the payload
     */
    virtual bool OnUserMessage(wire::ByteView /*payload*/)
    {
        return false;
    }
};

} // namespace swim
