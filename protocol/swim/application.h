// SPDX-License-Identifier: MIT
//
// What an application may say and hear while a node works: memberlist's delegates in one place.
//
// Every method has a default that leaves the protocol alone, so an application overrides what it
// needs. The node calls them in the middle of an input: they must not call the node back. What they
// answer may depend on nothing but what they were told, or the node is not deterministic.
#pragma once

#include "swim/ids.h"
#include "swim/wire.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace swim
{

/// What a program that embeds a node overrides, to say and to hear; it outlives the node.
class Application
{
  public:
    Application() = default;
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;
    virtual ~Application() = default;

    /// Whether to believe this alive message, about whomever (memberlist's AliveDelegate).
    virtual bool AcceptAlive(const wire::Alive& /*alive*/)
    {
        return true;
    }

    /// Whether to merge the table of a push/pull, before anything of it is believed (memberlist's
    /// MergeDelegate). @param message the whole push/pull; walk it with a wire::PushPullReader
    virtual bool AcceptMerge(wire::ByteView /*message*/)
    {
        return true;
    }

    /**
     * A broadcast of another member arrived for the first time, and the node has queued it to be
     * passed on (Relay::EVERYBODY). Each comes once, in any order.
     * @param from its sender, who may have gone meanwhile
     * @param name that the sender gave it, see BroadcastOptions; may be empty
     */
    virtual void OnBroadcast(std::string_view /*from*/,
                             std::string_view /*name*/,
                             wire::ByteView /*payload*/)
    {
    }

    /**
     * A broadcast of our own no longer waits to be sent, or nobody lives whom it could reach. May
     * come before Node::Broadcast returns.
     * @param broadcast what Broadcast returned as its id
     * @param passedOn whether it was sent as often as the retransmit limit asks, or there is nobody
     *        to tell; false: another took its place, by its name or in a full queue
     */
    virtual void OnBroadcastDone(std::uint32_t /*broadcast*/, bool /*passedOn*/)
    {
    }

    /**
     * A user message of no form that the node knows arrived, by gossip (Relay::RECEIVERS) or for
     * this member alone; both look alike on the wire.
     * @return whether to pass it on to others: true for a broadcast that is heard for the first
     *         time (which only the application can tell, by an id in the payload)
     */
    virtual bool OnUserMessage(wire::ByteView /*payload*/)
    {
        return false;
    }

    /// Appends the state that goes with a push/pull (memberlist's LocalState).
    /// @param join whether somebody joins with this exchange
    virtual void AppendState(bool /*join*/, wire::Bytes& /*out*/)
    {
    }

    /// The state that came with a push/pull (memberlist's MergeRemoteState).
    virtual void OnState(bool /*join*/, wire::ByteView /*state*/)
    {
    }

    /// Appends what the ack of a direct ping carries (memberlist's PingDelegate). At most
    /// MAX_ACK_PAYLOAD bytes are sent; none of them where `coordinates` needs the place.
    virtual void AppendAckPayload(wire::Bytes& /*out*/)
    {
    }

    /// A direct ping was answered. @param roundTrip from the ping to its ack
    virtual void OnRoundTrip(NameId /*member*/, Duration /*roundTrip*/, wire::ByteView /*payload*/)
    {
    }

    /// A ping that Node::Ping sent was answered, or was not in time. @param ping what Ping returned
    virtual void OnPinged(std::uint32_t /*ping*/, std::optional<Duration> /*roundTrip*/)
    {
    }
};

/// Leaves room for updates in the smallest datagram.
inline constexpr std::size_t MAX_ACK_PAYLOAD = 256;

} // namespace swim
