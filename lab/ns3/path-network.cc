// SPDX-License-Identifier: GPL-2.0-only
//
// See path-network.h.
#include "lab/ns3/path-network.h"

#include "lab/ns3/delay-factor.h"

#include "ns3/node.h"
#include "ns3/swim-application.h"
#include "ns3/swim-path-network.h"

namespace swimlab
{

using namespace ns3;

namespace
{

SwimPathNetwork::Paths ToPaths(const Topology& topology,
                               const Paths& paths,
                               std::span<const RouterId> routerOfMember,
                               const NetworkSpec& network)
{
    SwimPathNetwork::Paths all;
    all.routers = paths.Routers();
    all.delaysNs.reserve(std::size_t{all.routers} * all.routers);
    for (RouterId from = 0; from < all.routers; ++from)
    {
        for (RouterId to = 0; to < all.routers; ++to)
        {
            all.delaysNs.push_back(paths.Delay(from, to).count());
        }
    }
    all.delayFactors = MakePairFactors(topology);
    all.accessDelay = NanoSeconds(std::chrono::nanoseconds(topology.accessDelay).count());
    all.routerOfMember.assign(routerOfMember.begin(), routerOfMember.end());
    all.bitsPerSecond = network.accessQueue ? topology.accessBitsPerSecond : 0;
    return all;
}

} // namespace

PathNetwork::PathNetwork(const Topology& topology,
                         const Paths& paths,
                         std::span<const RouterId> routerOfMember,
                         const NetworkSpec& network,
                         std::uint64_t seed)
    : SimulatedNetwork(static_cast<std::uint32_t>(routerOfMember.size()), network, seed),
      m_node(CreateObject<Node>()),
      m_paths(Create<SwimPathNetwork>(ToPaths(topology, paths, routerOfMember, network), Faults()))
{
    SetPairLoss(topology, routerOfMember);
}

PathNetwork::~PathNetwork() = default;

void PathNetwork::SetStreamsLast(bool last)
{
    m_paths->SetStreamsLast(last);
}

void PathNetwork::Host(MemberId, Ptr<SwimApplication> application)
{
    application->SetPathNetwork(m_paths);
    m_node->AddApplication(application);
}

std::uint32_t PathNetwork::Context(MemberId) const
{
    return m_node->GetId();
}

Ipv4Address PathNetwork::MemberAddress(MemberId member) const
{
    return m_paths->GetAddress(member);
}

std::optional<MemberId> PathNetwork::MemberAt(Ipv4Address address) const
{
    const std::uint32_t member = m_paths->FindMember(address);
    return member == SwimPathNetwork::NOBODY ? std::nullopt : std::optional(member);
}

void PathNetwork::SetAddress(MemberId member, AddressId address)
{
    m_paths->SetAddress(member, address);
}

} // namespace swimlab
