// SPDX-License-Identifier: GPL-2.0-only
//
// Faults of the packet network, passed on to the table that every member's link asks.
#include "ns3-module/model/swim-fault-table.h"
#include "ns3-module/model/swim-path-faults.h"
#include "ns3-module/model/swim-prefix-routing.h"
#include "packet-network.h"

#include "ns3/nstime.h"
#include "ns3/point-to-point-net-device.h"

namespace swimlab
{

using namespace ns3;

namespace
{

Time ToTime(Duration duration)
{
    return NanoSeconds(std::chrono::nanoseconds(duration).count());
}

/// What members send and what they receive have values apart.
void ForEach(std::span<const MemberId> members,
             Direction direction,
             const auto& setOutbound,
             const auto& setInbound)
{
    for (const MemberId member : members)
    {
        if (direction != Direction::IN)
        {
            setOutbound(member);
        }
        if (direction != Direction::OUT)
        {
            setInbound(member);
        }
    }
}

} // namespace

void PacketNetwork::SetNetworkLoss(double probability)
{
    m_faults->SetPathLoss(probability);
}

void PacketNetwork::SetNetworkDelay(Duration delay)
{
    m_faults->SetPathDelay(ToTime(delay));
}

void PacketNetwork::SetNetworkJitter(Duration jitter)
{
    m_faults->SetPathJitter(ToTime(jitter));
}

void PacketNetwork::SetNetworkDuplication(double probability)
{
    m_faults->SetPathDuplication(probability);
}

void PacketNetwork::SetNetworkReordering(double probability, Duration by)
{
    m_faults->SetPathReordering(probability, ToTime(by));
}

void PacketNetwork::SetLoss(std::span<const MemberId> members,
                            Direction direction,
                            double probability)
{
    ForEach(
        members,
        direction,
        [&](MemberId member) { m_faults->SetOutboundLoss(member, probability); },
        [&](MemberId member) { m_faults->SetInboundLoss(member, probability); });
}

void PacketNetwork::SetDelay(std::span<const MemberId> members, Direction direction, Duration delay)
{
    ForEach(
        members,
        direction,
        [&](MemberId member) { m_faults->SetOutboundDelay(member, ToTime(delay)); },
        [&](MemberId member) { m_faults->SetInboundDelay(member, ToTime(delay)); });
}

void PacketNetwork::SetJitter(std::span<const MemberId> members,
                              Direction direction,
                              Duration jitter)
{
    ForEach(
        members,
        direction,
        [&](MemberId member) { m_faults->SetOutboundJitter(member, ToTime(jitter)); },
        [&](MemberId member) { m_faults->SetInboundJitter(member, ToTime(jitter)); });
}

void PacketNetwork::SetDuplication(std::span<const MemberId> members,
                                   Direction direction,
                                   double probability)
{
    ForEach(
        members,
        direction,
        [&](MemberId member) { m_faults->SetOutboundDuplication(member, probability); },
        [&](MemberId member) { m_faults->SetInboundDuplication(member, probability); });
}

void PacketNetwork::SetReordering(std::span<const MemberId> members,
                                  Direction direction,
                                  double probability,
                                  Duration by)
{
    ForEach(
        members,
        direction,
        [&](MemberId member) { m_faults->SetOutboundReordering(member, probability, ToTime(by)); },
        [&](MemberId member) { m_faults->SetInboundReordering(member, probability, ToTime(by)); });
}

void PacketNetwork::Partition(const std::vector<std::vector<MemberId>>& sides)
{
    const auto unnamed = static_cast<std::uint32_t>(sides.size());
    for (MemberId member = 0; member < m_members.size(); member++)
    {
        m_faults->SetSide(member, unnamed);
    }
    for (std::uint32_t side = 0; side < sides.size(); side++)
    {
        for (const MemberId member : sides[side])
        {
            m_faults->SetSide(member, side);
        }
    }
}

void PacketNetwork::Heal()
{
    m_faults->Heal();
}

void PacketNetwork::Block(std::uint64_t block,
                          const std::vector<MemberId>& members,
                          const std::vector<MemberId>& others,
                          Direction direction,
                          Carrier carrier)
{
    const SwimCarrier stopped = carrier == Carrier::DATAGRAMS ? SwimCarrier::DATAGRAMS
                                : carrier == Carrier::STREAMS ? SwimCarrier::STREAMS
                                                              : SwimCarrier::ALL;
    if (direction != Direction::IN)
    {
        m_faults->Block(block, members, others, stopped);
    }
    if (direction != Direction::OUT)
    {
        m_faults->Block(block, others, members, stopped);
    }
}

void PacketNetwork::Unblock(std::uint64_t block)
{
    m_faults->Unblock(block);
}

void PacketNetwork::UnblockAll()
{
    m_faults->UnblockAll();
}

void PacketNetwork::SetDown(MemberId member)
{
    m_faults->SetUp(member, false);
}

void PacketNetwork::SetUp(MemberId member)
{
    m_faults->SetUp(member, true);
}

void PacketNetwork::Disconnect(MemberId member)
{
    m_faults->SetConnected(member, false);
    if (const auto routing = m_members.at(member).node->GetObject<SwimPrefixRouting>())
    {
        routing->RemoveDefaultRoute();
    }
}

void PacketNetwork::Reconnect(MemberId member)
{
    const Attachment& reconnected = m_members.at(member);
    m_faults->SetConnected(member, true);
    if (const auto routing = reconnected.node->GetObject<SwimPrefixRouting>())
    {
        routing->SetDefaultRoute(reconnected.device);
    }
}

} // namespace swimlab
