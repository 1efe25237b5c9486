// SPDX-License-Identifier: GPL-2.0-only
//
// Reads the sender of a packet that arrives, and asks the table of faults.
#include "swim-path-faults.h"

#include "ns3/abort.h"
#include "ns3/packet.h"

#include <array>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SwimPathFaults);

SwimMemberAddresses::SwimMemberAddresses(Ipv4Address base, uint32_t count)
    : m_base(base.Get()),
      m_members(count, NOT_A_MEMBER)
{
}

void SwimMemberAddresses::Set(Ipv4Address address, uint32_t member)
{
    const uint32_t offset = address.Get() - m_base;
    NS_ABORT_MSG_UNLESS(offset < m_members.size(), "address " << address << " is out of range");
    m_members[offset] = member;
}

uint32_t SwimMemberAddresses::Find(Ipv4Address address) const
{
    const uint32_t offset = address.Get() - m_base;
    return offset < m_members.size() ? m_members[offset] : NOT_A_MEMBER;
}

TypeId SwimPathFaults::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SwimPathFaults")
                            .SetParent<ErrorModel>()
                            .SetGroupName("Swim")
                            .AddConstructor<SwimPathFaults>();
    return tid;
}

void SwimPathFaults::Install(uint32_t receiver,
                             Ptr<SwimFaultTable> faults,
                             Ptr<const SwimMemberAddresses> addresses)
{
    m_receiver = receiver;
    m_faults = faults;
    m_addresses = addresses;
}

bool SwimPathFaults::DoCorrupt(Ptr<Packet> packet)
{
    // The device asks before it removes its own header: 2 bytes of PPP, then IPv4, whose protocol
    // is at byte 9 and whose source is at byte 12. Copying 18 bytes out is far cheaper than taking
    // headers off and putting them back.
    constexpr uint32_t PPP_BYTES = 2;
    constexpr uint32_t PROTOCOL_AT = PPP_BYTES + 9;
    constexpr uint32_t SOURCE_AT = PPP_BYTES + 12;
    std::array<uint8_t, SOURCE_AT + 4> head{};
    packet->CopyData(head.data(), head.size());

    const uint32_t sender = m_addresses->Find(Ipv4Address::Deserialize(&head[SOURCE_AT]));
    SwimLoss why = sender == SwimMemberAddresses::NOT_A_MEMBER
                       ? m_faults->WhyDown(m_receiver)
                       : m_faults->WhyCut(sender, m_receiver, head[PROTOCOL_AT]);
    if (why == SwimLoss::NONE && sender != SwimMemberAddresses::NOT_A_MEMBER &&
        m_faults->DrawLoss(sender, m_receiver))
    {
        why = SwimLoss::LOSS;
    }
    if (SwimPacketTracer* const tracer = m_faults->Tracer())
    {
        if (why == SwimLoss::NONE)
        {
            tracer->OnPacketArrived(m_receiver, *packet, PPP_BYTES);
        }
        else
        {
            tracer->OnPacketLost(*packet, PPP_BYTES, why);
        }
    }
    return why != SwimLoss::NONE;
}

void SwimPathFaults::DoReset()
{
}

void SwimPathFaults::DoDispose()
{
    m_faults = nullptr;
    m_addresses = nullptr;
    ErrorModel::DoDispose();
}

} // namespace ns3
