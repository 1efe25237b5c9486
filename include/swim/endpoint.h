// SPDX-License-Identifier: MIT
//
// Addresses as people write them: "10.0.0.1:7946", "[fe80::1]:7946", "db-1:7946", "db-1".
#pragma once

#include "swim/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace swim
{

/// memberlist's port, where none is given.
inline constexpr std::uint16_t DEFAULT_PORT = 7946;

/// A host and its port, before the host's name was looked up.
struct HostPort
{
    std::string host;                  ///< without brackets; a name or a number
    std::uint16_t port = DEFAULT_PORT; ///< 0 to 65535
};

/// @return host and port, or nothing if the text is no `host`, `host:port` or `[host]:port`
std::optional<HostPort> ParseHostPort(std::string_view text);

/// @return the address if the host is a number and no name, or nothing
std::optional<Address> NumericAddress(const HostPort& endpoint);

/// @return "10.0.0.1:7946" or "[::1]:7946"; an IPv4 address in its mapped form looks like IPv4
std::string FormatAddress(const Address& address);

/// @return whether it stands for all addresses of the machine, as 0.0.0.0 and [::] do
bool IsUnspecified(const Address& address);

/// @return the address with 4 bytes if it is IPv4 in its mapped form, otherwise as it is
Address WithoutMapping(const Address& address);

} // namespace swim
