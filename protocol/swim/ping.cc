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
    m_pings.push_back({seqNo, now, now + timeout});
    SendPing({seqNo, member, m_directory.Get(m_identity).address, m_directory.Name(m_name)},
             to,
             nullptr,
             out);
    return seqNo;
}

/// @return whether the ack was that of an application's ping
bool Node::EndPing(Instant now, std::uint32_t seqNo)
{
    const auto ping = std::ranges::find(m_pings, seqNo, &AskedPing::seqNo);
    if (ping == m_pings.end())
    {
        return false;
    }
    const Duration roundTrip = now - ping->sent;
    m_pings.erase(ping);
    TellPinged(seqNo, roundTrip);
    return true;
}

Instant Node::EarliestPing() const
{
    const auto first = std::ranges::min_element(m_pings, {}, &AskedPing::deadline);
    return first == m_pings.end() ? NEVER : first->deadline;
}

void Node::OnPingTimeout()
{
    const auto first = std::ranges::min_element(m_pings, {}, &AskedPing::deadline);
    const std::uint32_t seqNo = first->seqNo;
    m_pings.erase(first);
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
