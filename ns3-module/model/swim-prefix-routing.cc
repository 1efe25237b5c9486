// SPDX-License-Identifier: GPL-2.0-only
//
// Lookups of aggregated prefixes; see the header for why they are not ns-3's own.
#include "swim-prefix-routing.h"

#include "ns3/abort.h"
#include "ns3/ipv4-header.h"
#include "ns3/node.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/packet.h"

#include <algorithm>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SwimPrefixRouting);

namespace
{

const Ptr<Ipv4Route> NO_ROUTE;

void SetAt(std::vector<Ptr<Ipv4Route>>& routes, uint32_t index, const Ptr<Ipv4Route>& route)
{
    if (index >= routes.size())
    {
        routes.resize(index + 1);
    }
    routes[index] = route;
}

} // namespace

TypeId SwimPrefixRouting::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SwimPrefixRouting")
                            .SetParent<Ipv4RoutingProtocol>()
                            .SetGroupName("Swim")
                            .AddConstructor<SwimPrefixRouting>();
    return tid;
}

void SwimPrefixRouting::SetAddressPlan(const SwimAddressPlan& plan)
{
    NS_ABORT_MSG_IF(plan.hostBits < 1 || plan.hostBits > 31,
                    "SwimAddressPlan: hostBits = " << plan.hostBits << ": must be from 1 to 31");
    m_plan = plan;
}

void SwimPrefixRouting::SetOwnPrefix(uint32_t prefix)
{
    m_ownPrefix = prefix;
}

void SwimPrefixRouting::AddHostRoute(uint32_t host, Ptr<NetDevice> device)
{
    NS_ABORT_MSG_IF(host >> m_plan.hostBits != 0,
                    "SwimPrefixRouting: host " << host << " does not fit into " << m_plan.hostBits
                                               << " bits");
    SetAt(m_routeOfHost, host, RouteThrough(device));
}

void SwimPrefixRouting::RemoveHostRoute(uint32_t host)
{
    SetAt(m_routeOfHost, host, nullptr);
}

void SwimPrefixRouting::AddPrefixRoute(uint32_t prefix, Ptr<NetDevice> device)
{
    SetAt(m_routeOfPrefix, prefix, RouteThrough(device));
}

void SwimPrefixRouting::SetDefaultRoute(Ptr<NetDevice> device)
{
    m_default = RouteThrough(device);
}

void SwimPrefixRouting::RemoveDefaultRoute()
{
    m_default = nullptr;
}

Ptr<Ipv4Route> SwimPrefixRouting::RouteThrough(Ptr<NetDevice> device)
{
    const uint32_t index = device->GetIfIndex();
    if (index >= m_routeOfDevice.size())
    {
        m_routeOfDevice.resize(index + 1);
    }
    Ptr<Ipv4Route>& route = m_routeOfDevice[index];
    if (route)
    {
        return route;
    }
    // Routers' links are unnumbered: what the router itself says comes from its own address, which
    // is on the loopback interface as interface 0.
    const auto interface = static_cast<uint32_t>(m_ipv4->GetInterfaceForDevice(device));
    const bool numbered = m_ipv4->GetNAddresses(interface) > 0;
    const uint32_t sourceInterface = numbered ? interface : 0;
    const uint32_t last = m_ipv4->GetNAddresses(sourceInterface) - 1;

    route = Create<Ipv4Route>();
    route->SetGateway(Ipv4Address::GetAny());
    route->SetSource(m_ipv4->GetAddress(sourceInterface, last).GetLocal());
    route->SetOutputDevice(device);
    return route;
}

bool SwimPrefixRouting::IsLocal(Ipv4Address address) const
{
    return std::find(m_addresses.begin(), m_addresses.end(), address) != m_addresses.end();
}

const Ptr<Ipv4Route>& SwimPrefixRouting::Lookup(Ipv4Address destination) const
{
    // Below the base, the difference wraps round to a prefix that no table holds.
    const uint32_t offset = destination.Get() - m_plan.base;
    const uint32_t prefix = offset >> m_plan.hostBits;
    if (prefix == m_ownPrefix)
    {
        const uint32_t host = offset & ((1U << m_plan.hostBits) - 1);
        return host < m_routeOfHost.size() ? m_routeOfHost[host] : NO_ROUTE;
    }
    if (prefix < m_routeOfPrefix.size() && m_routeOfPrefix[prefix])
    {
        return m_routeOfPrefix[prefix];
    }
    return m_default;
}

Ptr<Ipv4Route> SwimPrefixRouting::RouteOutput(Ptr<Packet> /* p */,
                                              const Ipv4Header& header,
                                              Ptr<NetDevice> oif,
                                              Socket::SocketErrno& sockerr)
{
    const Ipv4Address destination = header.GetDestination();
    Ptr<Ipv4Route> route;
    if (IsLocal(destination))
    {
        route = Create<Ipv4Route>();
        route->SetGateway(Ipv4Address::GetAny());
        route->SetSource(destination);
        route->SetOutputDevice(m_ipv4->GetNetDevice(0));
    }
    else if (!destination.IsMulticast() && !destination.IsBroadcast())
    {
        route = Lookup(destination);
    }
    if (!route || (oif && oif != route->GetOutputDevice()))
    {
        sockerr = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }
    sockerr = Socket::ERROR_NOTERROR;
    return route;
}

bool SwimPrefixRouting::RouteInput(Ptr<const Packet> p,
                                   const Ipv4Header& header,
                                   Ptr<const NetDevice> idev,
                                   SwimRouteInputArgument<UnicastForwardCallback> ucb,
                                   SwimRouteInputArgument<MulticastForwardCallback> /* mcb */,
                                   SwimRouteInputArgument<LocalDeliverCallback> lcb,
                                   SwimRouteInputArgument<ErrorCallback> ecb)
{
    const Ipv4Address destination = header.GetDestination();
    const auto interface = static_cast<uint32_t>(m_ipv4->GetInterfaceForDevice(idev));
    if (IsLocal(destination))
    {
        lcb(p, header, interface);
        return true;
    }
    if (destination.IsMulticast() || destination.IsBroadcast())
    {
        return false;
    }
    const Ptr<Ipv4Route>& route = Lookup(destination);
    if (!route || !m_ipv4->IsForwarding(interface))
    {
        ecb(p, header, Socket::ERROR_NOROUTETOHOST);
        return true;
    }
    ucb(route, p, header);
    return true;
}

void SwimPrefixRouting::NotifyInterfaceUp(uint32_t /* interface */)
{
}

void SwimPrefixRouting::NotifyInterfaceDown(uint32_t /* interface */)
{
}

void SwimPrefixRouting::NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    m_addresses.push_back(address.GetLocal());
    const uint32_t device = m_ipv4->GetNetDevice(interface)->GetIfIndex();
    if (device < m_routeOfDevice.size() && m_routeOfDevice[device])
    {
        m_routeOfDevice[device]->SetSource(address.GetLocal());
    }
}

void SwimPrefixRouting::NotifyRemoveAddress(uint32_t /* interface */, Ipv4InterfaceAddress address)
{
    const auto found = std::find(m_addresses.begin(), m_addresses.end(), address.GetLocal());
    if (found != m_addresses.end())
    {
        m_addresses.erase(found);
    }
}

void SwimPrefixRouting::SetIpv4(Ptr<Ipv4> ipv4)
{
    m_ipv4 = ipv4;
    for (uint32_t i = 0; i < ipv4->GetNInterfaces(); i++)
    {
        for (uint32_t j = 0; j < ipv4->GetNAddresses(i); j++)
        {
            m_addresses.push_back(ipv4->GetAddress(i, j).GetLocal());
        }
    }
}

void SwimPrefixRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                                          Time::Unit /* unit */) const
{
    std::ostream& os = *stream->GetStream();
    for (uint32_t host = 0; host < m_routeOfHost.size(); host++)
    {
        if (m_routeOfHost[host])
        {
            os << m_plan.Address(m_ownPrefix, host) << "/32 dev "
               << m_routeOfHost[host]->GetOutputDevice()->GetIfIndex() << '\n';
        }
    }
    for (uint32_t prefix = 0; prefix < m_routeOfPrefix.size(); prefix++)
    {
        if (m_routeOfPrefix[prefix])
        {
            os << m_plan.Address(prefix, 0) << '/' << m_plan.Mask().GetPrefixLength() << " dev "
               << m_routeOfPrefix[prefix]->GetOutputDevice()->GetIfIndex() << '\n';
        }
    }
    if (m_default)
    {
        os << "default dev " << m_default->GetOutputDevice()->GetIfIndex() << '\n';
    }
}

void SwimPrefixRouting::DoDispose()
{
    m_ipv4 = nullptr;
    m_default = nullptr;
    m_routeOfHost.clear();
    m_routeOfPrefix.clear();
    m_routeOfDevice.clear();
    m_addresses.clear();
    Ipv4RoutingProtocol::DoDispose();
}

} // namespace ns3
