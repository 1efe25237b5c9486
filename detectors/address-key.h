// SPDX-License-Identifier: MIT
//
// An address as a number, for looking members up by it.
#pragma once

#include "swim/types.h"

#include <cstdint>

namespace swim::detectors
{

/// @return the last six bytes of an address and its port: all of an IPv4 address
inline std::uint64_t AddressKey(const Address& address)
{
    std::uint64_t key = 0;
    for (const std::uint8_t byte : address.Bytes())
    {
        key = key << 8 | byte;
    }
    return key << 16 | address.port;
}

/// @return the IPv4 address with this key
inline Address AddressOfKey(std::uint64_t key)
{
    const std::uint8_t bytes[] = {static_cast<std::uint8_t>(key >> 40),
                                  static_cast<std::uint8_t>(key >> 32),
                                  static_cast<std::uint8_t>(key >> 24),
                                  static_cast<std::uint8_t>(key >> 16)};
    return Address(bytes, static_cast<std::uint16_t>(key));
}

} // namespace swim::detectors
