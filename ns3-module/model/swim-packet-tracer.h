// SPDX-License-Identifier: GPL-2.0-only
//
// Who is told what becomes of a message on its way, and of the packets that carry it.
#ifndef SWIM_PACKET_TRACER_H
#define SWIM_PACKET_TRACER_H

#include <cstdint>

namespace ns3
{

class Packet;

/**
 * @ingroup swim
 * Why something did not arrive.
 */
enum class SwimLoss : uint8_t
{
    NONE,        //!< it did, or may yet
    LOSS,        //!< the network lost it
    SOCKET_LOSS, //!< the sender's or the receiver's socket did
    PARTITION,   //!< the receiver is on another side
    BLOCK,       //!< a block of everything
    BLOCK_UDP,   //!< a block of datagrams
    BLOCK_TCP,   //!< a block of streams
    LINK_DOWN,   //!< the sender's or the receiver's cable is pulled
    QUEUE,       //!< a queue of the network was full
    OVERFLOW,    //!< the receiver's socket was full
    NOBODY,      //!< nobody has the address
    DOWN,        //!< the machine or the process is gone
    STALL,       //!< the receiver stood still and never read it
    CLOSED,      //!< who opened the stream gave it up
};

/**
 * @ingroup swim
 * How a packet crosses a link. Times are those of the simulation.
 */
struct SwimHop
{
    uint32_t from;    //!< number of the node
    uint32_t to;      //!< likewise
    int64_t toldNs;   //!< now; later hops are told later
    int64_t beginsNs; //!< the first bit is sent
    int64_t endsNs;   //!< the last bit is
    int64_t delayNs;  //!< how much later they arrive
};

/**
 * @ingroup swim
 * A message that is traced has a number other than 0, which goes with it; ns-3's own packets go by
 * themselves. Nobody is told anything where there is no tracer, and of messages with number 0.
 *
 * Its methods run in the midst of what the network does and must not act on it.
 */
class SwimPacketTracer
{
  public:
    /// Of a packet whose IPv4 header is not in it.
    static constexpr uint32_t NO_HEADER = UINT32_MAX;

    /// The network has doubled it: so many more arrive or are lost.
    virtual void OnCopies(uint64_t message, uint32_t more) = 0;

    /// One copy of it is lost.
    virtual void OnLost(uint64_t message, SwimLoss why) = 0;

    /// A member's device begins to send. @param header bytes in front of the IPv4 header
    virtual void OnTransmitted(uint32_t member, const Packet& packet, uint32_t header) = 0;

    /// It is about to cross a link.
    virtual void OnHop(const SwimHop& hop, const Packet& packet, uint32_t header) = 0;

    virtual void OnPacketCopies(const Packet& packet, uint32_t header, uint32_t more) = 0;

    /// @param header as above, or NO_HEADER
    virtual void OnPacketLost(const Packet& packet, uint32_t header, SwimLoss why) = 0;

    /// It is at the receiver's device, and was not lost.
    virtual void OnPacketArrived(uint32_t member, const Packet& packet, uint32_t header) = 0;

  protected:
    ~SwimPacketTracer() = default;
};

} // namespace ns3

#endif // SWIM_PACKET_TRACER_H
