// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-forwarder.h.
#include "swim-forwarder.h"

#include "swim-fault-table.h"
#include "swim-ns3-compat.h"

#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <array>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SwimForwarder);

namespace
{

/// Where an IPv4 header has its destination (RFC 791).
constexpr uint32_t DESTINATION_OFFSET = 16;
constexpr uint32_t HEADER_SIZE = 20;

/// What a packet is longer by on a point-to-point link.
constexpr uint32_t PPP_HEADER_SIZE = 2;

Time Drawn(Time delay, const Ptr<RandomVariableStream>& factor)
{
    return factor ? NanoSeconds(DrawDelayNs(delay.GetNanoSeconds(), factor)) : delay;
}

} // namespace

TypeId SwimForwarder::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SwimForwarder")
                            .SetParent<Object>()
                            .SetGroupName("Swim")
                            .AddConstructor<SwimForwarder>();
    return tid;
}

void SwimForwarder::SetAddressPlan(const SwimAddressPlan& plan, uint32_t ownPrefix)
{
    m_plan = plan;
    m_ownPrefix = ownPrefix;
}

void SwimForwarder::AddDevice(Ptr<NetDevice> device)
{
    device->GetNode()->RegisterProtocolHandler(MakeCallback(&SwimForwarder::Receive, this),
                                               SWIM_ETHER_TYPE_IPV4,
                                               device);
}

void SwimForwarder::AddHostRoute(uint32_t host, Ptr<NetDevice> device)
{
    if (host >= m_deviceOfHost.size())
    {
        m_deviceOfHost.resize(host + 1);
    }
    m_deviceOfHost[host] = device;
}

void SwimForwarder::RemoveHostRoute(uint32_t host)
{
    m_deviceOfHost.at(host) = nullptr;
}

uint32_t SwimForwarder::AddLink(Ptr<SwimForwarder> to,
                                DataRate rate,
                                Time delay,
                                uint32_t queuePackets,
                                Ptr<RandomVariableStream> delayFactor)
{
    m_links.push_back({to, rate, delay, queuePackets, delayFactor, Time(0), {}});
    return static_cast<uint32_t>(m_links.size() - 1);
}

void SwimForwarder::SetInnerDelay(Time delay, Ptr<RandomVariableStream> factor)
{
    m_innerDelay = delay;
    m_innerFactor = factor;
}

void SwimForwarder::AddPrefixRoute(uint32_t prefix, uint32_t link)
{
    if (prefix >= m_linkOfPrefix.size())
    {
        m_linkOfPrefix.resize(prefix + 1, NO_LINK);
    }
    m_linkOfPrefix[prefix] = link;
}

void SwimForwarder::DoDispose()
{
    m_deviceOfHost.clear();
    m_links.clear(); // neighbours hold each other
    Object::DoDispose();
}

void SwimForwarder::Receive(Ptr<NetDevice> /* device */,
                            Ptr<const Packet> packet,
                            uint16_t /* protocol */,
                            const Address& /* from */,
                            const Address& /* to */,
                            NetDevice::PacketType /* type */)
{
    Forward(packet, true);
}

void SwimForwarder::Forward(Ptr<const Packet> packet, bool fromOwnHost)
{
    std::array<uint8_t, HEADER_SIZE> header;
    if (packet->CopyData(header.data(), HEADER_SIZE) < HEADER_SIZE)
    {
        return;
    }
    const uint32_t destination = Ipv4Address::Deserialize(&header[DESTINATION_OFFSET]).Get();
    // Below the base, the difference wraps round to a prefix that no table holds.
    const uint32_t offset = destination - m_plan.base;
    const uint32_t prefix = offset >> m_plan.hostBits;
    if (prefix == m_ownPrefix)
    {
        const uint32_t host = offset & ((1U << m_plan.hostBits) - 1);
        if (fromOwnHost && m_innerDelay.IsStrictlyPositive())
        {
            Simulator::Schedule(Drawn(m_innerDelay, m_innerFactor),
                                &SwimForwarder::Deliver,
                                Ptr<SwimForwarder>(this),
                                packet,
                                host);
            return;
        }
        Deliver(packet, host);
        return;
    }
    if (prefix < m_linkOfPrefix.size() && m_linkOfPrefix[prefix] != NO_LINK)
    {
        Send(m_links[m_linkOfPrefix[prefix]], packet);
        return;
    }
    Lose(*packet, SwimLoss::NOBODY);
}

void SwimForwarder::Lose(const Packet& packet, SwimLoss why) const
{
    if (m_tracer)
    {
        m_tracer->OnPacketLost(packet, 0, why);
    }
}

void SwimForwarder::Deliver(Ptr<const Packet> packet, uint32_t host)
{
    if (host < m_deviceOfHost.size() && m_deviceOfHost[host])
    {
        const Ptr<NetDevice>& device = m_deviceOfHost[host];
        if (!device->Send(packet->Copy(), device->GetBroadcast(), SWIM_ETHER_TYPE_IPV4))
        {
            Lose(*packet, SwimLoss::QUEUE);
        }
        return;
    }
    Lose(*packet, SwimLoss::NOBODY);
}

void SwimForwarder::Send(Link& link, Ptr<const Packet> packet)
{
    const Time now = Simulator::Now();
    while (!link.starts.empty() && link.starts.front() <= now)
    {
        link.starts.pop_front();
    }
    if (link.starts.size() >= link.queuePackets)
    {
        Lose(*packet, SwimLoss::QUEUE);
        return;
    }
    const Time start = std::max(now, link.freeAt);
    if (start > now)
    {
        link.starts.push_back(start);
    }
    link.freeAt = start + link.rate.CalculateBytesTxTime(packet->GetSize() + PPP_HEADER_SIZE);
    const Time delay = Drawn(link.delay, link.delayFactor);
    if (m_tracer)
    {
        m_tracer->OnHop({GetObject<Node>()->GetId(),
                         link.to->GetObject<Node>()->GetId(),
                         now.GetNanoSeconds(),
                         start.GetNanoSeconds(),
                         link.freeAt.GetNanoSeconds(),
                         delay.GetNanoSeconds()},
                        *packet,
                        0);
    }
    Simulator::Schedule(link.freeAt + delay - now, &SwimForwarder::Forward, link.to, packet, false);
}

} // namespace ns3
