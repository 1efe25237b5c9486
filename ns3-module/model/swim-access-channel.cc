// SPDX-License-Identifier: GPL-2.0-only
//
// Delivery over a member's link, later by what the table of faults says.
#include "swim-access-channel.h"

#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SwimAccessChannel);

namespace
{

/// In front of the IPv4 header on a point-to-point link.
constexpr uint32_t PPP_BYTES = 2;

} // namespace

TypeId SwimAccessChannel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SwimAccessChannel")
                            .SetParent<PointToPointChannel>()
                            .SetGroupName("Swim")
                            .AddConstructor<SwimAccessChannel>();
    return tid;
}

void SwimAccessChannel::Install(uint32_t member, Ptr<SwimFaultTable> faults)
{
    m_member = member;
    m_faults = faults;
}

bool SwimAccessChannel::TransmitStart(Ptr<const Packet> p,
                                      Ptr<PointToPointNetDevice> src,
                                      Time txTime)
{
    const uint32_t wire = src == GetSource(0) ? 0 : 1;
    const bool fromMember = wire == 0;
    SwimPacketTracer* const tracer = m_faults->Tracer();
    if (fromMember && !m_faults->IsUp(m_member))
    {
        if (tracer)
        {
            tracer->OnPacketLost(*p, PPP_BYTES, m_faults->WhyDown(m_member));
        }
        return true; // the device goes on as if it had sent
    }
    if (tracer && fromMember)
    {
        tracer->OnTransmitted(m_member, *p, PPP_BYTES);
    }
    const Ptr<PointToPointNetDevice> destination = GetDestination(wire);
    const uint32_t copies =
        fromMember ? m_faults->OutboundCopies(m_member) : m_faults->InboundCopies(m_member);
    if (tracer && copies > 1)
    {
        tracer->OnPacketCopies(*p, PPP_BYTES, copies - 1);
    }
    for (uint32_t copy = 0; copy < copies; copy++)
    {
        const Time extraDelay =
            fromMember ? m_faults->OutboundDelay(m_member) : m_faults->InboundDelay(m_member);
        if (tracer)
        {
            const int64_t nowNs = Simulator::Now().GetNanoSeconds();
            tracer->OnHop({src->GetNode()->GetId(),
                           destination->GetNode()->GetId(),
                           nowNs,
                           nowNs,
                           nowNs + txTime.GetNanoSeconds(),
                           (GetDelay() + extraDelay).GetNanoSeconds()},
                          *p,
                          PPP_BYTES);
        }
        Simulator::ScheduleWithContext(destination->GetNode()->GetId(),
                                       txTime + GetDelay() + extraDelay,
                                       &PointToPointNetDevice::Receive,
                                       destination,
                                       p->Copy());
    }
    return true;
}

void SwimAccessChannel::DoDispose()
{
    m_faults = nullptr;
    PointToPointChannel::DoDispose();
}

} // namespace ns3
