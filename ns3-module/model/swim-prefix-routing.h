// SPDX-License-Identifier: GPL-2.0-only
//
// IPv4 routing by aggregated prefixes, in constant time.
//
// Each router owns one prefix and all prefixes are equally long, so that the next router is a shift
// and an array access away. Most of what that saves, it saves against routes to single hosts, which
// ns-3's global routing searches in order: any aggregated table does so. Against Ipv4StaticRouting
// with the same prefixes, which also searches its routes and the addresses of all interfaces, a
// datagram over four links between 1000 hosts costs about 1.6 times less. And routers' links need
// no addresses here, which Ipv4StaticRouting asks for.
#ifndef SWIM_PREFIX_ROUTING_H
#define SWIM_PREFIX_ROUTING_H

#include "swim-ns3-compat.h"

#include "ns3/ipv4-address.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/net-device.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/**
 * @ingroup swim
 * How addresses are shared out: prefix number p holds the addresses from
 * base + (p << hostBits) to the one before prefix p + 1.
 */
struct SwimAddressPlan
{
    uint32_t base = 0x0a000000; //!< first address of prefix 0, in host order; 10.0.0.0
    uint32_t hostBits = 8;      //!< bits of an address within its prefix; 1 to 31

    /// @return the address number `host` of a prefix
    Ipv4Address Address(uint32_t prefix, uint32_t host) const
    {
        return Ipv4Address(base + (prefix << hostBits) + host);
    }

    /// @return the mask of a prefix
    Ipv4Mask Mask() const
    {
        return Ipv4Mask(~((1U << hostBits) - 1));
    }
};

/**
 * @ingroup swim
 * Unicast routes of a router or a host. Routes are looked up in the order: an address of this node,
 * a host of this node's own prefix, another prefix, the default route.
 *
 * Broadcast and multicast have no routes: links are point to point. Routes do not react to
 * interfaces going down; a packet for one is dropped there, as on a static route.
 */
class SwimPrefixRouting : public Ipv4RoutingProtocol
{
  public:
    static TypeId GetTypeId();

    void SetAddressPlan(const SwimAddressPlan& plan);

    /// Hosts of this prefix are attached to this node, each with a route of its own.
    void SetOwnPrefix(uint32_t prefix);

    /// @param host number of the address within this node's own prefix
    /// @param device where it is attached
    void AddHostRoute(uint32_t host, Ptr<NetDevice> device);

    /// Nobody has the address any more.
    void RemoveHostRoute(uint32_t host);

    /// @param prefix the prefix of another router
    /// @param device towards it
    void AddPrefixRoute(uint32_t prefix, Ptr<NetDevice> device);

    /// Of hosts: everything goes to their router.
    void SetDefaultRoute(Ptr<NetDevice> device);

    /// Of hosts without a cable: sending fails, for there is no route.
    void RemoveDefaultRoute();

    Ptr<Ipv4Route> RouteOutput(Ptr<Packet> p,
                               const Ipv4Header& header,
                               Ptr<NetDevice> oif,
                               Socket::SocketErrno& sockerr) override;
    bool RouteInput(Ptr<const Packet> p,
                    const Ipv4Header& header,
                    Ptr<const NetDevice> idev,
                    SwimRouteInputArgument<UnicastForwardCallback> ucb,
                    SwimRouteInputArgument<MulticastForwardCallback> mcb,
                    SwimRouteInputArgument<LocalDeliverCallback> lcb,
                    SwimRouteInputArgument<ErrorCallback> ecb) override;
    void NotifyInterfaceUp(uint32_t interface) override;
    void NotifyInterfaceDown(uint32_t interface) override;
    void NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void SetIpv4(Ptr<Ipv4> ipv4) override;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                           Time::Unit unit = Time::S) const override;

  protected:
    void DoDispose() override;

  private:
    static constexpr uint32_t NO_PREFIX = UINT32_MAX;

    /// @return the route to an address that is not this node's, or null
    const Ptr<Ipv4Route>& Lookup(Ipv4Address destination) const;

    bool IsLocal(Ipv4Address address) const;

    /// The one route through a device: only its device and its source ever matter on these links.
    Ptr<Ipv4Route> RouteThrough(Ptr<NetDevice> device);

    Ptr<Ipv4> m_ipv4;
    SwimAddressPlan m_plan;
    uint32_t m_ownPrefix = NO_PREFIX;
    std::vector<Ptr<Ipv4Route>> m_routeOfHost;   //!< by host number in the own prefix
    std::vector<Ptr<Ipv4Route>> m_routeOfPrefix; //!< by prefix number
    std::vector<Ptr<Ipv4Route>> m_routeOfDevice; //!< by the device's index in the node
    Ptr<Ipv4Route> m_default;
    std::vector<Ipv4Address> m_addresses; //!< of this node; two as a rule
};

} // namespace ns3

#endif // SWIM_PREFIX_ROUTING_H
