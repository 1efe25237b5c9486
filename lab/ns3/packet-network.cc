// SPDX-License-Identifier: GPL-2.0-only
//
// Builds the packet network and passes its faults on.
//
// The stack is put together object by object: InternetStackHelper would give every node ARP, packet
// sockets and three routing protocols, none of which carries a packet here.
#include "lab/ns3/packet-network.h"

#include "lab/ns3/delay-factor.h"
#include "ns3-module/model/swim-access-channel.h"
#include "ns3-module/model/swim-fault-table.h"
#include "ns3-module/model/swim-forwarder.h"
#include "ns3-module/model/swim-path-faults.h"
#include "ns3-module/model/swim-prefix-routing.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/data-rate.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/icmpv4-l4-protocol.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/mac48-address.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/swim-application.h"
#include "ns3/swim-helper.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/udp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace swimlab
{

using namespace ns3;

namespace
{

/// Numbers of addresses within a router's prefix. 0 is the prefix itself, the last is broadcast.
constexpr std::uint32_t ROUTER_HOST = 1;
constexpr std::uint32_t FIRST_MEMBER_HOST = 2;
constexpr std::uint32_t RESERVED_HOSTS = 3;

std::int64_t Ns(Duration duration)
{
    return std::chrono::nanoseconds(duration).count();
}

SwimAddressPlan MakeAddressPlan(std::size_t routers, std::span<const RouterId> routerOfAddress)
{
    std::vector<std::uint32_t> addressesOf(routers);
    for (const RouterId router : routerOfAddress)
    {
        addressesOf[router]++;
    }
    const std::uint32_t most = *std::max_element(addressesOf.begin(), addressesOf.end());

    SwimAddressPlan plan;
    plan.hostBits = std::bit_width(most + RESERVED_HOSTS - 1);
    constexpr std::uint64_t ADDRESSES = 1U << 24; // 10.0.0.0/8
    if (static_cast<std::uint64_t>(routers) << plan.hostBits > ADDRESSES)
    {
        throw TopologyError("routers",
                            "routers = " + std::to_string(routers) + " with up to " +
                                std::to_string(most) +
                                " members each do not fit into 10.0.0.0/8: take fewer routers, or "
                                "spread members evenly");
    }
    return plan;
}

/// IPv4, ICMP and our routing; the order is that of InternetStackHelper, which objects rely on.
Ptr<SwimPrefixRouting> AddIpv4(Ptr<Node> node, const SwimAddressPlan& plan, bool forwards)
{
    auto ipv4 = CreateObject<Ipv4L3Protocol>();
    ipv4->SetAttribute("IpForward", BooleanValue(forwards));
    node->AggregateObject(CreateObject<TrafficControlLayer>());
    node->AggregateObject(ipv4);
    node->AggregateObject(CreateObject<Icmpv4L4Protocol>());

    auto routing = CreateObject<SwimPrefixRouting>();
    routing->SetAddressPlan(plan);
    node->AggregateObject(routing);
    ipv4->SetRoutingProtocol(routing);
    return routing;
}

void AddHostStack(Ptr<Node> node, const SwimAddressPlan& plan)
{
    AddIpv4(node, plan, false);
    node->AggregateObject(CreateObject<UdpL4Protocol>());
    node->AggregateObject(CreateObject<TcpL4Protocol>());
}

void AddHostRoute(Ptr<Node> router, std::uint32_t host, Ptr<NetDevice> device)
{
    if (const auto forwarder = router->GetObject<SwimForwarder>())
    {
        forwarder->AddHostRoute(host, device);
        return;
    }
    router->GetObject<SwimPrefixRouting>()->AddHostRoute(host, device);
}

void RemoveHostRoute(Ptr<Node> router, std::uint32_t host)
{
    if (const auto forwarder = router->GetObject<SwimForwarder>())
    {
        forwarder->RemoveHostRoute(host);
        return;
    }
    router->GetObject<SwimPrefixRouting>()->RemoveHostRoute(host);
}

} // namespace

PacketNetwork::PacketNetwork(const Topology& topology,
                             const Paths& paths,
                             std::span<const RouterId> routerOfMember,
                             const NetworkSpec& network,
                             std::uint64_t seed,
                             std::span<const RouterId> routerOfSpareAddress,
                             HostStack hostStack)
    : SimulatedNetwork(static_cast<std::uint32_t>(routerOfMember.size()), network, seed),
      m_queueDiscs(network.queueDiscs),
      m_hostStack(hostStack)
{
    std::vector<RouterId> routerOfAddress(routerOfMember.begin(), routerOfMember.end());
    routerOfAddress.insert(routerOfAddress.end(),
                           routerOfSpareAddress.begin(),
                           routerOfSpareAddress.end());
    const SwimAddressPlan plan = MakeAddressPlan(topology.routers.size(), routerOfAddress);
    m_mask = plan.Mask();
    // ns-3's own date from slow links, and would decide how long a push/pull takes.
    SwimHelper::UseLinuxTcpDefaults();
    // memberlist's, where ns-3's 128 KiB overflow in a pause of some seconds.
    Config::SetDefault("ns3::UdpSocket::RcvBufSize", UintegerValue(2 << 20));

    BuildRouters(topology, plan);
    if (topology.pairs.empty())
    {
        BuildLinks(topology, paths, routerOfMember);
    }
    else
    {
        BuildMesh(topology);
        SetPairLoss(topology, routerOfMember);
    }
    NumberAddresses(routerOfAddress, plan);
    BuildMembers(topology, routerOfMember, plan);
}

PacketNetwork::~PacketNetwork() = default;

void PacketNetwork::BuildRouters(const Topology& topology, const SwimAddressPlan& plan)
{
    for (RouterId router = 0; router < topology.routers.size(); router++)
    {
        auto node = CreateObject<Node>();
        m_routers.push_back(node);
        if (!m_queueDiscs)
        {
            auto forwarder = CreateObject<SwimForwarder>();
            forwarder->SetAddressPlan(plan, router);
            node->AggregateObject(forwarder);
            continue;
        }
        // A queue disc takes its packets from ns-3's IPv4.
        AddIpv4(node, plan, true)->SetOwnPrefix(router);
        node->GetObject<Ipv4>()->AddAddress(
            0,
            Ipv4InterfaceAddress(plan.Address(router, ROUTER_HOST), Ipv4Mask::GetOnes()));
    }
}

void PacketNetwork::BuildLinks(const Topology& topology,
                               const Paths& paths,
                               std::span<const RouterId> routerOfMember)
{
    std::vector<bool> carriesMembers(topology.routers.size());
    for (const RouterId router : routerOfMember)
    {
        carriesMembers[router] = true;
    }

    // Everything for which `next` is the next hop leaves through one device or link.
    const auto addRoutes = [&](RouterId from, RouterId next, const auto& routes, auto through) {
        for (RouterId to = 0; to < topology.routers.size(); to++)
        {
            if (to != from && carriesMembers[to] && paths.NextHop(from, to) == next)
            {
                routes->AddPrefixRoute(to, through);
            }
        }
    };

    for (const Link& link : topology.links)
    {
        const Time delay = NanoSeconds(Ns(link.delay));
        if (!m_queueDiscs)
        {
            const auto a = m_routers[link.a]->GetObject<SwimForwarder>();
            const auto b = m_routers[link.b]->GetObject<SwimForwarder>();
            const DataRate rate(link.bitsPerSecond);
            addRoutes(link.a, link.b, a, a->AddLink(b, rate, delay, DEVICE_QUEUE_PACKETS));
            addRoutes(link.b, link.a, b, b->AddLink(a, rate, delay, DEVICE_QUEUE_PACKETS));
            continue;
        }
        auto channel = CreateObject<PointToPointChannel>();
        channel->SetAttribute("Delay", TimeValue(delay));
        const auto a = AddDevice(m_routers[link.a], channel, link.bitsPerSecond);
        const auto b = AddDevice(m_routers[link.b], channel, link.bitsPerSecond);
        addRoutes(link.a, link.b, m_routers[link.a]->GetObject<SwimPrefixRouting>(), a);
        addRoutes(link.b, link.a, m_routers[link.b]->GetObject<SwimPrefixRouting>(), b);
    }
}

void PacketNetwork::BuildMesh(const Topology& topology)
{
    NS_ABORT_MSG_IF(m_queueDiscs, "links of a mesh have no queue discs");
    const auto factors = MakePairFactors(topology);
    const auto factorOf = [&](RouterId from, RouterId to) {
        return factors.empty() ? nullptr : factors[from * topology.routers.size() + to];
    };
    for (const Link& link : topology.links)
    {
        for (const auto& [from, to] : {std::pair(link.a, link.b), std::pair(link.b, link.a)})
        {
            const auto forwarder = m_routers[from]->GetObject<SwimForwarder>();
            const std::uint32_t number =
                forwarder->AddLink(m_routers[to]->GetObject<SwimForwarder>(),
                                   DataRate(link.bitsPerSecond),
                                   NanoSeconds(Ns(topology.Pair(from, to).delay)),
                                   DEVICE_QUEUE_PACKETS,
                                   factorOf(from, to));
            forwarder->AddPrefixRoute(to, number);
        }
    }
    for (RouterId router = 0; router < topology.routers.size(); router++)
    {
        m_routers[router]->GetObject<SwimForwarder>()->SetInnerDelay(
            NanoSeconds(Ns(topology.Pair(router, router).delay)),
            factorOf(router, router));
    }
}

void PacketNetwork::NumberAddresses(std::span<const RouterId> routerOfAddress,
                                    const SwimAddressPlan& plan)
{
    const auto routers = static_cast<std::uint32_t>(m_routers.size());
    m_memberOfAddress = Create<SwimMemberAddresses>(plan.Address(0, 0), routers << plan.hostBits);
    std::vector<std::uint32_t> nextHost(routers, FIRST_MEMBER_HOST);
    for (const RouterId router : routerOfAddress)
    {
        const std::uint32_t host = nextHost[router]++;
        m_addresses.push_back({router, host, plan.Address(router, host)});
    }
}

void PacketNetwork::BuildMembers(const Topology& topology,
                                 std::span<const RouterId> routerOfMember,
                                 const SwimAddressPlan& plan)
{
    for (MemberId member = 0; member < routerOfMember.size(); member++)
    {
        auto node = CreateObject<Node>();
        if (m_hostStack == HostStack::SIMULATED)
        {
            AddHostStack(node, plan);
        }
        auto channel = CreateObject<SwimAccessChannel>();
        channel->SetAttribute("Delay", TimeValue(NanoSeconds(Ns(topology.accessDelay))));
        channel->Install(member, Faults());
        const auto device = AddDevice(node, channel, topology.accessBitsPerSecond);
        const auto routerDevice =
            AddDevice(m_routers[routerOfMember[member]], channel, topology.accessBitsPerSecond);

        auto pathFaults = CreateObject<SwimPathFaults>();
        pathFaults->Install(member, Faults(), m_memberOfAddress);
        device->SetReceiveErrorModel(pathFaults);

        m_members.push_back({node, device, routerDevice, member});
        m_memberOfAddress->Set(m_addresses[member].address, member);
        AddAddress(m_members.back());
        if (const auto routing = node->GetObject<SwimPrefixRouting>())
        {
            routing->SetDefaultRoute(device);
        }
    }
}

/// To the member's own stack and to its router's routes.
void PacketNetwork::AddAddress(const Attachment& member) const
{
    const HostAddress& added = m_addresses[member.address];
    if (const auto ipv4 = member.node->GetObject<Ipv4>())
    {
        ipv4->AddAddress(static_cast<std::uint32_t>(ipv4->GetInterfaceForDevice(member.device)),
                         Ipv4InterfaceAddress(added.address, m_mask));
    }
    AddHostRoute(m_routers[added.router], added.host, member.routerDevice);
}

Ptr<PointToPointNetDevice> PacketNetwork::AddDevice(Ptr<Node> node,
                                                    Ptr<PointToPointChannel> channel,
                                                    std::uint64_t bitsPerSecond) const
{
    // A queue disc only acts once the device's queue is full, so it gets ns-3's short one.
    constexpr std::uint32_t WITH_QUEUE_DISC_PACKETS = 100;
    const auto ipv4 = node->GetObject<Ipv4>();
    const bool queueDisc = m_queueDiscs && ipv4;
    auto queue = CreateObject<DropTailQueue<Packet>>();
    queue->SetMaxSize(QueueSize(QueueSizeUnit::PACKETS,
                                queueDisc ? WITH_QUEUE_DISC_PACKETS : DEVICE_QUEUE_PACKETS));

    auto device = CreateObject<PointToPointNetDevice>();
    device->SetDataRate(DataRate(bitsPerSecond));
    device->SetAddress(Mac48Address::Allocate());
    device->SetQueue(queue);
    node->AddDevice(device);
    device->Attach(channel);

    if (queueDisc)
    {
        auto queueInterface = CreateObject<NetDeviceQueueInterface>();
        queueInterface->GetTxQueue(0)->ConnectQueueTraces(queue);
        device->AggregateObject(queueInterface);
        TrafficControlHelper::Default().Install(device);
    }

    if (const auto forwarder = node->GetObject<SwimForwarder>())
    {
        forwarder->AddDevice(device);
    }
    if (ipv4)
    {
        ipv4->SetUp(ipv4->AddInterface(device));
    }
    return device;
}

Ptr<Node> PacketNetwork::MemberNode(MemberId member) const
{
    return m_members.at(member).node;
}

Ptr<PointToPointNetDevice> PacketNetwork::MemberDevice(MemberId member) const
{
    return m_members.at(member).device;
}

Ipv4Address PacketNetwork::MemberAddress(MemberId member) const
{
    return m_addresses[m_members.at(member).address].address;
}

std::uint32_t PacketNetwork::Context(MemberId member) const
{
    return MemberNode(member)->GetId();
}

void PacketNetwork::Host(MemberId member, Ptr<SwimApplication> application)
{
    MemberNode(member)->AddApplication(application);
}

void PacketNetwork::Disconnect(MemberId member)
{
    SimulatedNetwork::Disconnect(member);
    if (const auto routing = m_members.at(member).node->GetObject<SwimPrefixRouting>())
    {
        routing->RemoveDefaultRoute();
    }
}

void PacketNetwork::Reconnect(MemberId member)
{
    SimulatedNetwork::Reconnect(member);
    const Attachment& reconnected = m_members.at(member);
    if (const auto routing = reconnected.node->GetObject<SwimPrefixRouting>())
    {
        routing->SetDefaultRoute(reconnected.device);
    }
}

Ptr<Node> PacketNetwork::RouterNode(RouterId router) const
{
    return m_routers.at(router);
}

void PacketNetwork::SetAddress(MemberId member, AddressId address)
{
    Attachment& moved = m_members.at(member);
    const HostAddress& old = m_addresses[moved.address];
    const HostAddress& added = m_addresses.at(address);
    NS_ABORT_MSG_UNLESS(added.router == old.router,
                        "member " << member << ": an address of another router does not reach it");
    if (const auto ipv4 = moved.node->GetObject<Ipv4>())
    {
        const auto interface = ipv4->GetInterfaceForDevice(moved.device);
        ipv4->RemoveAddress(static_cast<std::uint32_t>(interface), 0);
    }
    if (m_memberOfAddress->Find(old.address) == member)
    {
        RemoveHostRoute(m_routers[old.router], old.host);
    }
    m_memberOfAddress->Set(added.address, member);
    moved.address = address;
    AddAddress(moved);
}

} // namespace swimlab
