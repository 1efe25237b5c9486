// SPDX-License-Identifier: GPL-2.0-only
//
// The simulated network that knows paths only: a message is one event, however many links it
// crosses (ns3::SwimPathNetwork).
#pragma once

#include "lab/ns3/simulated-network.h"
#include "lab/topology/paths.h"
#include "lab/topology/topology.h"

namespace ns3
{
class Node;
class SwimPathNetwork;
} // namespace ns3

namespace swimlab
{

/**
 * Every path has the delay of its links, as PacketNetwork's has; queues and data rates of links are
 * left out. All applications run on one node of ns-3: a node for each of a million members would
 * cost more memory than the members do.
 */
class PathNetwork : public SimulatedNetwork
{
  public:
    /// See PacketNetwork.
    PathNetwork(const Topology& topology,
                const Paths& paths,
                std::span<const RouterId> routerOfMember,
                const NetworkSpec& network,
                std::uint64_t seed);
    ~PathNetwork() override;

    /// See ns3::SwimPathNetwork.
    void SetStreamsLast(bool last);

    void Host(MemberId member, ns3::Ptr<ns3::SwimApplication> application) override;
    std::uint32_t Context(MemberId member) const override;
    ns3::Ipv4Address MemberAddress(MemberId member) const override;
    std::optional<MemberId> MemberAt(ns3::Ipv4Address address) const override;
    void SetAddress(MemberId member, AddressId address) override;

  private:
    ns3::Ptr<ns3::Node> m_node;
    ns3::Ptr<ns3::SwimPathNetwork> m_paths;
};

} // namespace swimlab
