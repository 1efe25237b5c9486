// SPDX-License-Identifier: GPL-2.0-only
//
// Addresses as the protocol has them, and as ns-3's sockets do. Private to this module, as it is
// C++20.
#pragma once

#include "swim/types.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"

#include <array>
#include <cstdint>

namespace ns3
{

constexpr uint8_t IPV6_BYTES = 16;

inline swim::Address ToSwimAddress(Ipv4Address address, uint16_t port)
{
    std::array<uint8_t, 4> bytes;
    address.Serialize(bytes.data());
    return swim::Address(bytes, port);
}

inline swim::Address ToSwimAddress(Ipv6Address address, uint16_t port)
{
    std::array<uint8_t, IPV6_BYTES> bytes;
    address.Serialize(bytes.data());
    return swim::Address(bytes, port);
}

/// @param address of a socket of either family
inline swim::Address ToSwimAddress(const Address& address)
{
    if (Inet6SocketAddress::IsMatchingType(address))
    {
        const auto inet6 = Inet6SocketAddress::ConvertFrom(address);
        return ToSwimAddress(inet6.GetIpv6(), inet6.GetPort());
    }
    const auto inet = InetSocketAddress::ConvertFrom(address);
    return ToSwimAddress(inet.GetIpv4(), inet.GetPort());
}

/// The number that an IPv4 address is: without a call into ns-3, as each message on paths asks for it.
inline uint32_t ToIpv4Number(const swim::Address& address)
{
    const auto& bytes = address.bytes;
    return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

inline bool IsIpv6(const swim::Address& address)
{
    return address.length == IPV6_BYTES;
}

inline Address ToSocketAddress(const swim::Address& address)
{
    if (IsIpv6(address))
    {
        return Inet6SocketAddress(Ipv6Address::Deserialize(address.bytes.data()), address.port);
    }
    return InetSocketAddress(Ipv4Address(ToIpv4Number(address)), address.port);
}

/// @return any address of the same family
inline Address AnySocketAddress(const swim::Address& address, uint16_t port)
{
    if (IsIpv6(address))
    {
        return Inet6SocketAddress(Ipv6Address::GetAny(), port);
    }
    return InetSocketAddress(Ipv4Address::GetAny(), port);
}

} // namespace ns3
