// SPDX-License-Identifier: MIT
//
// See own-address.h.
#include "agent/own-address.h"

#include "swim/agent.h"
#include "swim/endpoint.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace swim
{

namespace
{

// Addresses for documentation (RFC 5737, RFC 3849): nobody's, so their route is the default one.
constexpr const char* SOMEWHERE = "192.0.2.1";
constexpr const char* SOMEWHERE_IPV6 = "2001:db8::1";

std::optional<Address> FromSystem(const sockaddr* address)
{
    if (address != nullptr && address->sa_family == AF_INET)
    {
        const auto& bytes = reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
        return Address({reinterpret_cast<const std::uint8_t*>(&bytes), 4}, 0);
    }
    if (address != nullptr && address->sa_family == AF_INET6)
    {
        const auto& bytes = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
        return Address({reinterpret_cast<const std::uint8_t*>(&bytes), 16}, 0);
    }
    return std::nullopt;
}

/// Whether others than the machine itself and its neighbours on one link may reach it.
bool IsReachable(const Address& address)
{
    const auto bytes = address.Bytes();
    if (bytes.size() == 4)
    {
        return bytes[0] != 127 && !(bytes[0] == 169 && bytes[1] == 254);
    }
    const bool loopback =
        std::ranges::all_of(bytes.first(15), [](std::uint8_t byte) { return byte == 0; });
    return !loopback && !(bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
}

std::string ListOf(const std::vector<OwnAddress>& addresses)
{
    std::string list;
    for (const OwnAddress& each : addresses)
    {
        list +=
            (list.empty() ? "" : ", ") + FormatAddress(each.address) + " (" + each.interface + ")";
    }
    return list;
}

std::vector<OwnAddress> Candidates(const std::vector<OwnAddress>& own,
                                   const AllowList& allow,
                                   std::size_t length,
                                   std::uint16_t port)
{
    std::vector<OwnAddress> candidates;
    for (OwnAddress each : own)
    {
        each.address.port = port;
        if (each.address.length == length && !each.loopback && IsReachable(each.address) &&
            allow.Allows(each.address))
        {
            candidates.push_back(each);
        }
    }
    return candidates;
}

} // namespace

std::vector<OwnAddress> OwnAddresses()
{
    std::vector<OwnAddress> own;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0)
    {
        return own;
    }
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owned(list, freeifaddrs);
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next)
    {
        const std::optional<Address> address = FromSystem(entry->ifa_addr);
        if (address && (entry->ifa_flags & IFF_UP) != 0)
        {
            own.push_back({.interface = entry->ifa_name,
                           .address = *address,
                           .loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0});
        }
    }
    return own;
}

std::optional<Address> SourceOfDefaultRoute(bool ipv6)
{
    const HostPort far{.host = ipv6 ? SOMEWHERE_IPV6 : SOMEWHERE, .port = 9};
    const std::optional<Address> address = NumericAddress(far);
    sockaddr_storage storage{};
    socklen_t size = 0;
    if (ipv6)
    {
        auto& to = reinterpret_cast<sockaddr_in6&>(storage);
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(far.port);
        std::memcpy(&to.sin6_addr, address->bytes.data(), 16);
        size = sizeof to;
    }
    else
    {
        auto& to = reinterpret_cast<sockaddr_in&>(storage);
        to.sin_family = AF_INET;
        to.sin_port = htons(far.port);
        std::memcpy(&to.sin_addr, address->bytes.data(), 4);
        size = sizeof to;
    }
    const int probe = socket(storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    auto* const raw = reinterpret_cast<sockaddr*>(&storage);
    // To connect a datagram socket looks up the route, and sends nothing.
    const bool found =
        probe >= 0 && connect(probe, raw, size) == 0 && getsockname(probe, raw, &size) == 0;
    if (probe >= 0)
    {
        close(probe);
    }
    return found ? FromSystem(raw) : std::nullopt;
}

Address PickOwnAddress(const Address& local,
                       const std::vector<OwnAddress>& own,
                       const AllowList& allow,
                       const std::optional<Address>& routed)
{
    std::vector<OwnAddress> candidates = Candidates(own, allow, local.length, local.port);
    if (candidates.empty() && local.length == 16) // such a socket takes IPv4 too
    {
        candidates = Candidates(own, allow, 4, local.port);
    }
    if (candidates.empty())
    {
        throw AgentError("bind = \"" + FormatAddress(local) +
                         "\": the machine has no address there that others could reach; set "
                         "advertise to where they do, or bind to one address");
    }
    if (candidates.size() == 1)
    {
        return candidates.front().address;
    }
    for (const OwnAddress& each : candidates)
    {
        if (routed && std::ranges::equal(routed->Bytes(), each.address.Bytes()))
        {
            return each.address;
        }
    }
    throw AgentError("bind = \"" + FormatAddress(local) +
                     "\": no default route tells which address others reach; set advertise to one "
                     "of " +
                     ListOf(candidates));
}

} // namespace swim
