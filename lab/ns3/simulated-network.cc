// SPDX-License-Identifier: GPL-2.0-only
//
// See simulated-network.h. Faults go to one table, which whatever carries a message asks.
#include "lab/ns3/simulated-network.h"

#include "lab/ns3/delay-factor.h"
#include "ns3-module/model/swim-ns3-compat.h"

#include "ns3/nstime.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/swim-fault-table.h"

#include <algorithm>

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

/// Any fixed number below 2^63: streams of objects that nobody assigned start there.
constexpr std::int64_t FAULT_STREAM = 1;

} // namespace

SimulatedNetwork::SimulatedNetwork(std::uint32_t members,
                                   const NetworkSpec& network,
                                   std::uint64_t seed)
    : m_members(members),
      m_faults(Create<SwimFaultTable>(members))
{
    RngSeedManager::SetRun(seed);
    m_faults->AssignStreams(FAULT_STREAM);
    SetNetworkLoss(network.loss);
    SetNetworkDelay(network.delay);
    SetNetworkDelayShape(network.delayShape);
    SetNetworkJitter(network.jitter);
    SetNetworkDuplication(network.duplication);
    SetNetworkReordering(network.reorder, network.reorderBy);
}

SimulatedNetwork::~SimulatedNetwork() = default;

Ptr<SwimFaultTable> SimulatedNetwork::Faults() const
{
    return m_faults;
}

void SimulatedNetwork::SetPairLoss(const Topology& topology,
                                   std::span<const RouterId> routerOfMember)
{
    const auto loses = [](const PairPath& pair) { return pair.loss > 0; };
    if (std::ranges::none_of(topology.pairs, loses))
    {
        return;
    }
    std::vector<double> losses;
    for (const PairPath& pair : topology.pairs)
    {
        losses.push_back(pair.loss);
    }
    m_faults->SetPairLoss({routerOfMember.begin(), routerOfMember.end()}, std::move(losses));
}

void SimulatedNetwork::Trace(SwimPacketTracer& tracer)
{
    m_faults->SetTracer(&tracer);
}

SwimLoss SimulatedNetwork::WhyNoStream(MemberId from, MemberId to) const
{
    const SwimLoss here = m_faults->WhyDown(from);
    const SwimLoss there =
        here == SwimLoss::NONE ? m_faults->WhyCut(from, to, SWIM_PROTOCOL_TCP) : here;
    return there == SwimLoss::NONE ? m_faults->WhyCut(to, from, SWIM_PROTOCOL_TCP) : there;
}

void SimulatedNetwork::SetNetworkLoss(double probability)
{
    m_faults->SetPathLoss(probability);
}

void SimulatedNetwork::SetNetworkDelay(Duration delay)
{
    m_faults->SetPathDelay(ToTime(delay));
}

void SimulatedNetwork::SetNetworkDelayShape(const DelayShape& shape)
{
    m_faults->SetPathDelayFactor(MakeDelayFactor(shape, DELAY_STREAM));
}

void SimulatedNetwork::SetNetworkJitter(Duration jitter)
{
    m_faults->SetPathJitter(ToTime(jitter));
}

void SimulatedNetwork::SetNetworkDuplication(double probability)
{
    m_faults->SetPathDuplication(probability);
}

void SimulatedNetwork::SetNetworkReordering(double probability, Duration by)
{
    m_faults->SetPathReordering(probability, ToTime(by));
}

void SimulatedNetwork::SetLoss(std::span<const MemberId> members,
                               Direction direction,
                               double probability)
{
    ForEach(
        members,
        direction,
        [&](MemberId member) { m_faults->SetOutboundLoss(member, probability); },
        [&](MemberId member) { m_faults->SetInboundLoss(member, probability); });
}

void SimulatedNetwork::SetDelay(std::span<const MemberId> members,
                                Direction direction,
                                Duration delay)
{
    ForEach(
        members,
        direction,
        [&](MemberId member) { m_faults->SetOutboundDelay(member, ToTime(delay)); },
        [&](MemberId member) { m_faults->SetInboundDelay(member, ToTime(delay)); });
}

void SimulatedNetwork::SetJitter(std::span<const MemberId> members,
                                 Direction direction,
                                 Duration jitter)
{
    ForEach(
        members,
        direction,
        [&](MemberId member) { m_faults->SetOutboundJitter(member, ToTime(jitter)); },
        [&](MemberId member) { m_faults->SetInboundJitter(member, ToTime(jitter)); });
}

void SimulatedNetwork::SetDuplication(std::span<const MemberId> members,
                                      Direction direction,
                                      double probability)
{
    ForEach(
        members,
        direction,
        [&](MemberId member) { m_faults->SetOutboundDuplication(member, probability); },
        [&](MemberId member) { m_faults->SetInboundDuplication(member, probability); });
}

void SimulatedNetwork::SetReordering(std::span<const MemberId> members,
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

void SimulatedNetwork::Partition(const std::vector<std::vector<MemberId>>& sides)
{
    const auto unnamed = static_cast<std::uint32_t>(sides.size());
    for (MemberId member = 0; member < m_members; member++)
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

void SimulatedNetwork::Heal()
{
    m_faults->Heal();
}

void SimulatedNetwork::Block(std::uint64_t block,
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

void SimulatedNetwork::Unblock(std::uint64_t block)
{
    m_faults->Unblock(block);
}

void SimulatedNetwork::UnblockAll()
{
    m_faults->UnblockAll();
}

void SimulatedNetwork::SetDown(MemberId member)
{
    m_faults->SetUp(member, false);
}

void SimulatedNetwork::SetUp(MemberId member)
{
    m_faults->SetUp(member, true);
}

void SimulatedNetwork::DrawAnew(std::uint64_t key)
{
    // A quarter of the streams that may be assigned: that two keys have one of three in common does
    // not happen.
    m_faults->AssignStreams(static_cast<std::int64_t>(key >> 2));
}

void SimulatedNetwork::Disconnect(MemberId member)
{
    m_faults->SetConnected(member, false);
}

void SimulatedNetwork::Reconnect(MemberId member)
{
    m_faults->SetConnected(member, true);
}

} // namespace swimlab
