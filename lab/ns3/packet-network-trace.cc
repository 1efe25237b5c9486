// SPDX-License-Identifier: GPL-2.0-only
//
// Who is told where the packet network loses packets, besides what the table of faults says.
#include "lab/ns3/packet-network.h"
#include "ns3-module/model/swim-forwarder.h"
#include "ns3-module/model/swim-packet-tracer.h"
#include "ns3-module/model/swim-path-faults.h"

#include "ns3/node.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/queue-disc.h"
#include "ns3/traffic-control-layer.h"

namespace swimlab
{

using namespace ns3;

namespace
{

/// A device's queue holds packets with the header of its link.
void LoseInQueue(SwimPacketTracer* tracer, Ptr<const Packet> packet)
{
    constexpr std::uint32_t PPP_BYTES = 2;
    tracer->OnPacketLost(*packet, PPP_BYTES, SwimLoss::QUEUE);
}

/// A queue disc's item carries its IP header apart from its packet.
void LoseInDisc(SwimPacketTracer* tracer, Ptr<const QueueDiscItem> item)
{
    const Ptr<QueueDiscItem> dropped = ConstCast<QueueDiscItem>(item);
    tracer->OnPacketLost(*dropped->GetPacket(), SwimPacketTracer::NO_HEADER, SwimLoss::QUEUE);
}

void TraceDevice(const Ptr<NetDevice>& device, SwimPacketTracer& tracer)
{
    device->TraceConnectWithoutContext("MacTxDrop", MakeBoundCallback(&LoseInQueue, &tracer));
    const auto control = device->GetNode()->GetObject<TrafficControlLayer>();
    if (const auto disc = control ? control->GetRootQueueDiscOnDevice(device) : nullptr)
    {
        disc->TraceConnectWithoutContext("Drop", MakeBoundCallback(&LoseInDisc, &tracer));
    }
}

} // namespace

std::optional<MemberId> PacketNetwork::MemberAt(Ipv4Address address) const
{
    const std::uint32_t member = m_memberOfAddress->Find(address);
    return member == SwimMemberAddresses::NOT_A_MEMBER ? std::nullopt : std::optional(member);
}

void PacketNetwork::Trace(SwimPacketTracer& tracer)
{
    SimulatedNetwork::Trace(tracer);
    for (const Ptr<Node>& router : m_routers)
    {
        if (const auto forwarder = router->GetObject<SwimForwarder>())
        {
            forwarder->SetTracer(&tracer);
        }
    }
    // Behind a stack of IPv4, which does not say what became of a packet.
    for (const Attachment& member : m_members)
    {
        TraceDevice(member.device, tracer);
    }
    for (const Ptr<Node>& router : m_queueDiscs ? m_routers : std::vector<Ptr<Node>>{})
    {
        for (std::uint32_t device = 0; device < router->GetNDevices(); ++device)
        {
            TraceDevice(router->GetDevice(device), tracer);
        }
    }
}

} // namespace swimlab
