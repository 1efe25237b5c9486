// SPDX-License-Identifier: GPL-2.0-only
//
// Who hears what members conclude and move, where a trace source for each member costs too much.
#ifndef SWIM_OBSERVER_H
#define SWIM_OBSERVER_H

#include <cstdint>
#include <string_view>

namespace ns3
{

/**
 * One observer may serve all members. A trace source is a list of callbacks in each application:
 * with ten thousand members, finding the way through it takes longer than handling a message.
 *
 * Like trace sinks, its methods run in the midst of what a member does and must not act on members.
 */
class SwimObserver
{
  public:
    virtual ~SwimObserver() = default;

    /// See SwimApplication::EventTracedCallback.
    virtual void OnEvent(uint32_t observer,
                         std::string_view event,
                         std::string_view subject,
                         uint32_t incarnation,
                         std::string_view source) = 0;

    /**
     * See SwimApplication::MessageTracedCallback.
     * @param kind place in the list ping, ping-req, ack, nack, gossip, push-pull, stream-ping,
     *        stream-ack, stream-user, from 0
     */
    virtual void OnSent(uint32_t member, uint8_t kind, uint32_t bytes) = 0;
    virtual void OnReceived(uint32_t member, uint8_t kind, uint32_t bytes) = 0;
};

} // namespace ns3

#endif // SWIM_OBSERVER_H
