// SPDX-License-Identifier: GPL-2.0-only
//
// What a router does with a packet that is not for itself, and nothing else: look up, queue, send.
//
// Routers of a cluster's network forward in hardware: a lookup and a queue. ns-3's IPv4 stack does
// the same through some twenty calls a hop, which were two thirds of a simulation's time.
#ifndef SWIM_FORWARDER_H
#define SWIM_FORWARDER_H

#include "swim-packet-tracer.h"
#include "swim-prefix-routing.h"

#include "ns3/address.h"
#include "ns3/data-rate.h"
#include "ns3/net-device.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/packet.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace ns3
{

/**
 * @ingroup swim
 * The forwarding plane of a router without an IPv4 stack of its own. It has no address, answers
 * nothing and leaves the TTL as it is: to be used where routes cannot loop, as quickest paths
 * cannot.
 */
class SwimForwarder : public Object
{
  public:
    static TypeId GetTypeId();

    /// @param ownPrefix whose hosts are attached here
    void SetAddressPlan(const SwimAddressPlan& plan, uint32_t ownPrefix);

    /// @param tracer is told of what is not forwarded, and outlives the forwarder; null: nobody is
    void SetTracer(SwimPacketTracer* tracer)
    {
        m_tracer = tracer;
    }

    /// Forwards what this device of the node receives.
    void AddDevice(Ptr<NetDevice> device);

    /// @param host number of the address within the own prefix
    void AddHostRoute(uint32_t host, Ptr<NetDevice> device);

    /// Nobody has the address any more.
    void RemoveHostRoute(uint32_t host);

    /**
     * A link to another router, one way: a drop-tail queue, a rate and a delay, as a
     * PointToPointNetDevice on a PointToPointChannel has them and to the same nanosecond, but
     * worked out as a packet comes, so that a packet costs one event a link.
     * @param queuePackets how many may wait behind the one that is being sent
     * @param delayFactor what each packet's delay is multiplied by; null: 1
     * @return the link's number
     */
    uint32_t AddLink(Ptr<SwimForwarder> to,
                     DataRate rate,
                     Time delay,
                     uint32_t queuePackets,
                     Ptr<RandomVariableStream> delayFactor = nullptr);

    /// How long packets from one own host to another take within the router. @param factor as above
    void SetInnerDelay(Time delay, Ptr<RandomVariableStream> factor);

    /// @param prefix of another router
    /// @param link number of the link towards it
    void AddPrefixRoute(uint32_t prefix, uint32_t link);

  private:
    struct Link
    {
        Ptr<SwimForwarder> to;
        DataRate rate;
        Time delay;
        uint32_t queuePackets = 0;
        Ptr<RandomVariableStream> delayFactor;
        Time freeAt;             //!< when the last packet so far has left
        std::deque<Time> starts; //!< of packets that wait, or waited until a moment ago
    };

    static constexpr uint32_t NO_LINK = UINT32_MAX;

    void DoDispose() override;

    void Receive(Ptr<NetDevice> device,
                 Ptr<const Packet> packet,
                 uint16_t protocol,
                 const Address& from,
                 const Address& to,
                 NetDevice::PacketType type);

    void Forward(Ptr<const Packet> packet, bool fromOwnHost);
    void Deliver(Ptr<const Packet> packet, uint32_t host);
    void Send(Link& link, Ptr<const Packet> packet);
    void Lose(const Packet& packet, SwimLoss why) const;

    SwimPacketTracer* m_tracer = nullptr;
    SwimAddressPlan m_plan;
    uint32_t m_ownPrefix = 0;
    std::vector<Ptr<NetDevice>> m_deviceOfHost; //!< by host number in the own prefix
    std::vector<uint32_t> m_linkOfPrefix;       //!< by prefix number
    std::vector<Link> m_links;
    Time m_innerDelay;
    Ptr<RandomVariableStream> m_innerFactor;
};

} // namespace ns3

#endif // SWIM_FORWARDER_H
