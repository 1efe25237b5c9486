// SPDX-License-Identifier: GPL-2.0-only
//
// See made-packet.h. RFC 791, 8200, 768 and 9293; the checksum is RFC 1071's.
#include "lab/record/trace/made-packet.h"

#include <span>

namespace swimlab
{

namespace
{

constexpr std::uint8_t PROTOCOL_TCP = 6;
constexpr std::uint8_t PROTOCOL_UDP = 17;
constexpr std::size_t IPV4_BYTES = 4;
constexpr std::size_t IPV4_HEADER = 20;
constexpr std::size_t IPV4_CHECKSUM_AT = 10;
constexpr std::size_t UDP_HEADER = 8;
constexpr std::size_t UDP_CHECKSUM_AT = 6;
constexpr std::size_t TCP_HEADER = 20;
constexpr std::size_t TCP_CHECKSUM_AT = 16;
constexpr std::uint8_t HOPS = 64;
constexpr std::uint8_t PUSH_ACK = 0x18;
constexpr std::uint16_t WINDOW = 65535;

void Put8(std::uint8_t number, std::string& out)
{
    out += static_cast<char>(number);
}

void Put16(std::uint16_t number, std::string& out)
{
    Put8(static_cast<std::uint8_t>(number >> 8), out);
    Put8(static_cast<std::uint8_t>(number), out);
}

void Put32(std::uint32_t number, std::string& out)
{
    Put16(static_cast<std::uint16_t>(number >> 16), out);
    Put16(static_cast<std::uint16_t>(number), out);
}

void PutAddress(const swim::Address& address, std::string& out)
{
    for (const std::uint8_t byte : address.Bytes())
    {
        Put8(byte, out);
    }
}

/// The sum of the bytes as numbers of 16 bits, so that sums can be added.
std::uint64_t SumOf(std::string_view bytes)
{
    std::uint64_t sum = 0;
    for (std::size_t place = 0; place < bytes.size(); ++place)
    {
        sum += static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[place]))
               << (place % 2 == 0 ? 8 : 0);
    }
    return sum;
}

std::uint16_t ChecksumOf(std::uint64_t sum)
{
    while (sum >> 16 != 0)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

void Fill(std::uint16_t checksum, std::size_t at, std::string& packet)
{
    packet[at] = static_cast<char>(checksum >> 8);
    packet[at + 1] = static_cast<char>(checksum & 0xff);
}

void PutIpv4(const MadeAddresses& addresses,
             std::uint8_t protocol,
             std::size_t bytes,
             std::string& packet)
{
    const std::size_t start = packet.size();
    Put8(0x45, packet); // version 4, five words of header
    Put8(0, packet);
    Put16(static_cast<std::uint16_t>(IPV4_HEADER + bytes), packet);
    Put32(0x4000, packet); // no identification, not to be fragmented
    Put8(HOPS, packet);
    Put8(protocol, packet);
    Put16(0, packet);
    PutAddress(addresses.from, packet);
    PutAddress(addresses.to, packet);
    const std::string_view header = std::string_view(packet).substr(start);
    Fill(ChecksumOf(SumOf(header)), start + IPV4_CHECKSUM_AT, packet);
}

void PutIpv6(const MadeAddresses& addresses,
             std::uint8_t protocol,
             std::size_t bytes,
             std::string& packet)
{
    Put32(0x60000000, packet);
    Put16(static_cast<std::uint16_t>(bytes), packet);
    Put8(protocol, packet);
    Put8(HOPS, packet);
    PutAddress(addresses.from, packet);
    PutAddress(addresses.to, packet);
}

} // namespace

void MakePacket(const MadeAddresses& addresses,
                bool stream,
                swim::wire::ByteView payload,
                std::string& packet)
{
    const std::uint8_t protocol = stream ? PROTOCOL_TCP : PROTOCOL_UDP;
    const std::size_t bytes = (stream ? TCP_HEADER : UDP_HEADER) + payload.size();
    const bool ipv4 = addresses.from.length == IPV4_BYTES;
    (ipv4 ? PutIpv4 : PutIpv6)(addresses, protocol, bytes, packet);
    const std::size_t start = packet.size();
    Put16(addresses.from.port, packet);
    Put16(addresses.to.port, packet);
    if (stream)
    {
        Put32(addresses.sequence, packet);
        Put32(addresses.seen, packet);
        Put8(TCP_HEADER / 4 << 4, packet);
        Put8(PUSH_ACK, packet);
        Put16(WINDOW, packet);
        Put32(0, packet); // checksum, urgent pointer
    }
    else
    {
        Put16(static_cast<std::uint16_t>(bytes), packet);
        Put16(0, packet);
    }
    packet.append(reinterpret_cast<const char*>(payload.data()), payload.size());
    std::string pseudo;
    PutAddress(addresses.from, pseudo);
    PutAddress(addresses.to, pseudo);
    const std::uint64_t sum = SumOf(pseudo) + protocol + bytes + SumOf(packet.substr(start));
    std::uint16_t checksum = ChecksumOf(sum);
    if (!stream && checksum == 0)
    {
        checksum = 0xffff; // 0 says of UDP that there is none
    }
    Fill(checksum, start + (stream ? TCP_CHECKSUM_AT : UDP_CHECKSUM_AT), packet);
}

} // namespace swimlab
