// SPDX-License-Identifier: GPL-2.0-only
//
// What a router does with a packet that is not for itself, and nothing else: look up, queue, send.
//
// Routers of a cluster's network forward in hardware: a lookup and a queue. ns-3's IPv4 stack does
// the same through some twenty calls a hop, which were two thirds of a simulation's time.
#ifndef SWIM_FORWARDER_H
#define SWIM_FORWARDER_H

#include "swim-prefix-routing.h"

#include "ns3/address.h"
#include "ns3/net-device.h"
#include "ns3/object.h"
#include "ns3/packet.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/**
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

    /// Forwards what this device of the node receives.
    void AddDevice(Ptr<NetDevice> device);

    /// @param host number of the address within the own prefix
    void AddHostRoute(uint32_t host, Ptr<NetDevice> device);

    /// @param prefix of another router
    void AddPrefixRoute(uint32_t prefix, Ptr<NetDevice> device);

  private:
    void DoDispose() override;

    void Forward(Ptr<NetDevice> device,
                 Ptr<const Packet> packet,
                 uint16_t protocol,
                 const Address& from,
                 const Address& to,
                 NetDevice::PacketType type);

    SwimAddressPlan m_plan;
    uint32_t m_ownPrefix = 0;
    std::vector<Ptr<NetDevice>> m_deviceOfHost;   //!< by host number in the own prefix
    std::vector<Ptr<NetDevice>> m_deviceOfPrefix; //!< by prefix number
};

} // namespace ns3

#endif // SWIM_FORWARDER_H
