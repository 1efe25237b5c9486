// SPDX-License-Identifier: GPL-2.0-only
//
// The simulated network that carries packets: a topology as ns-3 nodes, devices, queues and routes.
//
// Everything in it is ns-3's own UDP, TCP, IPv4 and point-to-point links, so what the network does
// to the protocol is what ns-3 says it does. Three things are ours: routing by aggregated prefixes,
// faults on the paths, and settings, which are Linux's where ns-3's defaults are those of the
// nineties.
#pragma once

#include "lab/ns3/simulated-network.h"
#include "lab/topology/paths.h"
#include "lab/topology/topology.h"

#include "ns3/ipv4-address.h"
#include "ns3/node.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ns3
{
class PointToPointChannel;
class PointToPointNetDevice;
class SwimMemberAddresses;
struct SwimAddressPlan;
} // namespace ns3

namespace swimlab
{

/// Who speaks IP at a member's end of its link.
enum class HostStack
{
    SIMULATED, ///< ns-3's stack on the member's node
    EXTERNAL,  ///< whoever takes whole packets from MemberDevice and sends them there
};

/**
 * A node for each router and for each member, every member on a link of its own to its router.
 *
 * Router r owns the prefix number r of 10.0.0.0/8; its members have addresses of it. Links between
 * routers are unnumbered. Hosts have UDP, TCP and ICMP. Routers look up, queue and send, and leave
 * the TTL as it is; in a mesh they hold back what goes from one own member to another for as long as
 * that takes. With queue discs they are IPv4 routers of ns-3, which answer with ICMP. The MTU
 * is 1500 bytes, and each device has a drop-tail queue of DEVICE_QUEUE_PACKETS.
 *
 * ns-3's TCP ignores an RST that answers its SYN. So a stream to a machine that is up but where
 * nobody listens is not refused, as it would be in reality: it ends with the caller's timeout.
 */
class PacketNetwork : public SimulatedNetwork
{
  public:
    /// Linux's default for network cards (txqueuelen); 1.5 MB of full packets.
    static constexpr std::uint32_t DEVICE_QUEUE_PACKETS = 1000;

    /**
     * @param paths of the topology
     * @param routerOfMember from Attach; its size is the number of members
     * @param network loss, delay, jitter and queueDiscs are used; datagramLoss is for the sockets
     * @param seed of what is lost and of jitter
     * @param routerOfSpareAddress addresses besides those that the members have at the start
     * @throws TopologyError of `routers` if 10.0.0.0/8 has too few addresses
     */
    PacketNetwork(const Topology& topology,
                  const Paths& paths,
                  std::span<const RouterId> routerOfMember,
                  const NetworkSpec& network,
                  std::uint64_t seed,
                  std::span<const RouterId> routerOfSpareAddress = {},
                  HostStack hostStack = HostStack::SIMULATED);
    ~PacketNetwork() override;

    ns3::Ptr<ns3::Node> MemberNode(MemberId member) const;
    /// The member's end of the link to its router.
    ns3::Ptr<ns3::PointToPointNetDevice> MemberDevice(MemberId member) const;
    ns3::Ptr<ns3::Node> RouterNode(RouterId router) const;

    void Host(MemberId member, ns3::Ptr<ns3::SwimApplication> application) override;
    std::uint32_t Context(MemberId member) const override;
    ns3::Ipv4Address MemberAddress(MemberId member) const override;
    std::optional<MemberId> MemberAt(ns3::Ipv4Address address) const override;

    void Trace(ns3::SwimPacketTracer& tracer) override;

    /// With HostStack::EXTERNAL it is the stack's own matter to tell who sends.
    void Disconnect(MemberId member) override;
    void Reconnect(MemberId member) override;

    void SetAddress(MemberId member, AddressId address) override;

  private:
    /// A member's place at its router.
    struct Attachment
    {
        ns3::Ptr<ns3::Node> node;
        ns3::Ptr<ns3::PointToPointNetDevice> device;
        ns3::Ptr<ns3::PointToPointNetDevice> routerDevice;
        AddressId address;
    };

    /// An address as its router knows it.
    struct HostAddress
    {
        RouterId router;
        std::uint32_t host;
        ns3::Ipv4Address address;
    };

    void BuildRouters(const Topology& topology, const ns3::SwimAddressPlan& plan);
    void NumberAddresses(std::span<const RouterId> routerOfAddress,
                         const ns3::SwimAddressPlan& plan);
    void BuildMembers(const Topology& topology,
                      std::span<const RouterId> routerOfMember,
                      const ns3::SwimAddressPlan& plan);
    void AddAddress(const Attachment& member) const;
    void BuildLinks(const Topology& topology,
                    const Paths& paths,
                    std::span<const RouterId> routerOfMember);
    void BuildMesh(const Topology& topology);
    ns3::Ptr<ns3::PointToPointNetDevice> AddDevice(ns3::Ptr<ns3::Node> node,
                                                   ns3::Ptr<ns3::PointToPointChannel> channel,
                                                   std::uint64_t bitsPerSecond) const;

    bool m_queueDiscs;
    HostStack m_hostStack;
    ns3::Ipv4Mask m_mask; ///< of a router's prefix
    std::vector<ns3::Ptr<ns3::Node>> m_routers;
    std::vector<Attachment> m_members;
    std::vector<HostAddress> m_addresses; ///< by AddressId
    ns3::Ptr<ns3::SwimMemberAddresses> m_memberOfAddress;
};

} // namespace swimlab
