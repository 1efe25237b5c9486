// SPDX-License-Identifier: GPL-2.0-only
//
// Who hears what members conclude and move, where a trace source for each member costs too much.
#ifndef SWIM_OBSERVER_H
#define SWIM_OBSERVER_H

#include "ns3/ipv4-address.h"

#include <cstdint>
#include <string_view>

namespace ns3
{

/**
 * @ingroup swim
 * Whom a conclusion names.
 */
struct SwimParty
{
    static constexpr uint32_t NO_MEMBER = UINT32_MAX;

    uint32_t member = NO_MEMBER;    //!< index in the cluster
    std::string_view stranger = {}; //!< a name that no member has; empty where nobody is named
};

/**
 * @ingroup swim
 * What a member concluded; see SwimApplication::EventTracedCallback.
 */
struct SwimConclusion
{
    /// The order is the protocol's.
    enum class Kind : uint8_t
    {
        JOINED,
        SUSPECT,
        REFUTED,
        DEAD,
        LEFT,
        UPDATED,
        CONFLICT,
        REJECTED,
    };

    /// Place in the protocol's list of reasons to reject a packet; NO_REASON but for REJECTED.
    static constexpr uint8_t NO_REASON = UINT8_MAX;

    uint32_t observer;
    Kind kind;
    SwimParty subject;        //!< nobody for REJECTED
    uint32_t incarnation = 0; //!< the subject's
    SwimParty source;         //!< whose word it was
    uint8_t rejection = NO_REASON;
    std::string_view reason = {}; //!< the same in words
};

/**
 * @ingroup swim
 * One observer may serve all members. A trace source is a list of callbacks in each application:
 * with ten thousand members, finding the way through it takes longer than handling a message.
 *
 * Like trace sinks, its methods run in the midst of what a member does and must not act on members.
 */
class SwimObserver
{
  public:
    virtual ~SwimObserver() = default;

    virtual void OnEvent(const SwimConclusion& conclusion) = 0;

    /**
     * See SwimApplication::MessageTracedCallback.
     * @param kind place in the list ping, ping-req, ack, nack, gossip, push-pull, stream-ping,
     *        stream-ack, stream-user, from 0
     * @param to to whom; any address, Ipv4Address::GetAny, where it is none of IPv4
     */
    virtual void OnSent(uint32_t member, uint8_t kind, uint32_t bytes, Ipv4Address to) = 0;
    virtual void OnReceived(uint32_t member, uint8_t kind, uint32_t bytes) = 0;
};

} // namespace ns3

#endif // SWIM_OBSERVER_H
