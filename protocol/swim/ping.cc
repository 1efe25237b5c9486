// SPDX-License-Identifier: MIT
//
// Pings that the application asks for, to measure a round trip (memberlist's Ping). They have
// sequence numbers of their own and leave the failure detector alone: no answer accuses nobody.
#include "swim/node.h"

namespace swim
{

std::uint32_t Node::Ping(Instant now,
                         std::string_view member,
                         const Address& to,
                         Duration timeout,
                         Outbox& out)
{
    FireDue(now, out);
    const std::uint32_t seqNo = ++m_seqNo;
    m_pings.Add({seqNo, now, Later(now, timeout)});
    SendPing(PingTo(member, seqNo), to, nullptr, out);
    return seqNo;
}

/// @return whether the ack was that of an application's ping
bool Node::EndPing(Instant now, std::uint32_t seqNo)
{
    const std::optional<AskedPing> ping = m_pings.Take(seqNo);
    if (ping)
    {
        TellPinged(seqNo, now - ping->sent);
    }
    return ping.has_value();
}

void Node::OnPingTimeout()
{
    const std::uint32_t seqNo = m_pings.First().id;
    m_pings.Take(seqNo);
    TellPinged(seqNo, std::nullopt);
}

void Node::TellPinged(std::uint32_t seqNo, std::optional<Duration> roundTrip)
{
    if (m_application != nullptr)
    {
        m_application->OnPinged(seqNo, roundTrip);
    }
}

} // namespace swim
