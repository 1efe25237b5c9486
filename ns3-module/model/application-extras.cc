// SPDX-License-Identifier: GPL-2.0-only
//
// See application-extras.h.
#include "application-extras.h"

#include "address-conversion.h"
#include "cluster-shared.h"

#include "ns3/packet.h"

namespace ns3
{

namespace
{

Ptr<Packet> ToPacket(swim::wire::ByteView message)
{
    return Create<Packet>(message.data(), static_cast<uint32_t>(message.size()));
}

} // namespace

void SwimApplication::Extras::OnSent(const swim::Address& to, swim::wire::ByteView message)
{
    if (!m_txWithAddressesTrace.IsEmpty())
    {
        m_txWithAddressesTrace(ToPacket(message),
                               m_application.GetSocketAddress(),
                               ToSocketAddress(to));
    }
}

void SwimApplication::Extras::OnReceived(const swim::Address& from, swim::wire::ByteView message)
{
    if (!m_rxWithAddressesTrace.IsEmpty())
    {
        m_rxWithAddressesTrace(ToPacket(message),
                               ToSocketAddress(from),
                               m_application.GetSocketAddress());
    }
}

void SwimApplication::Extras::OnStreamOpened(uint32_t exchange,
                                             const swim::Address& to,
                                             swim::wire::ByteView request)
{
    m_peers[exchange] = to;
    OnSent(to, request);
}

void SwimApplication::Extras::OnStreamAnswered(uint32_t exchange, swim::wire::ByteView answer)
{
    OnReceived(m_peers[exchange], answer);
    m_peers.erase(exchange);
}

void SwimApplication::Extras::OnStreamGone(uint32_t exchange)
{
    m_peers.erase(exchange);
}

} // namespace ns3
