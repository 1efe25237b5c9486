// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-forwarder.h.
#include "swim-forwarder.h"

#include "ns3/ipv4-l3-protocol.h"
#include "ns3/node.h"

#include <array>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SwimForwarder);

namespace
{

/// Where an IPv4 header has its destination (RFC 791).
constexpr uint32_t DESTINATION_OFFSET = 16;
constexpr uint32_t HEADER_SIZE = 20;

void SetAt(std::vector<Ptr<NetDevice>>& devices, uint32_t index, Ptr<NetDevice> device)
{
    if (index >= devices.size())
    {
        devices.resize(index + 1);
    }
    devices[index] = device;
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
    device->GetNode()->RegisterProtocolHandler(MakeCallback(&SwimForwarder::Forward, this),
                                               Ipv4L3Protocol::PROT_NUMBER,
                                               device);
}

void SwimForwarder::AddHostRoute(uint32_t host, Ptr<NetDevice> device)
{
    SetAt(m_deviceOfHost, host, device);
}

void SwimForwarder::AddPrefixRoute(uint32_t prefix, Ptr<NetDevice> device)
{
    SetAt(m_deviceOfPrefix, prefix, device);
}

void SwimForwarder::DoDispose()
{
    m_deviceOfHost.clear();
    m_deviceOfPrefix.clear();
    Object::DoDispose();
}

void SwimForwarder::Forward(Ptr<NetDevice>,
                            Ptr<const Packet> packet,
                            uint16_t protocol,
                            const Address&,
                            const Address&,
                            NetDevice::PacketType)
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
    const bool own = prefix == m_ownPrefix;
    const uint32_t index = own ? offset & ((1U << m_plan.hostBits) - 1) : prefix;
    const auto& devices = own ? m_deviceOfHost : m_deviceOfPrefix;
    if (index < devices.size() && devices[index])
    {
        devices[index]->Send(packet->Copy(), devices[index]->GetBroadcast(), protocol);
    }
}

} // namespace ns3
