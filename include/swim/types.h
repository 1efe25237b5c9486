// SPDX-License-Identifier: MIT
//
// The words that every part of the protocol shares: time, addresses, ids and member states.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace swim
{

/// A length of time in integer nanoseconds.
using Duration = std::chrono::nanoseconds;

/// The clock that a driver keeps; the protocol never reads it, it is told.
struct ProtocolClock
{
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<ProtocolClock>;
    static constexpr bool is_steady = true;
};

/// A moment, counted from whatever start the driver chose.
using Instant = ProtocolClock::time_point;

/// Later than everything: the deadline of a timer that is not armed.
inline constexpr Instant NEVER = Instant::max();

/// A member's name, interned by the Directory: dense from 0.
using NameId = std::uint32_t;

/// A name with its address, port, metadata and versions, interned by the Directory: dense from 0.
using IdentityId = std::uint32_t;

/// A member's place in one node's table.
using Slot = std::uint32_t;

/// No name, no identity or no slot.
inline constexpr std::uint32_t NONE = UINT32_MAX;

/// What a node believes of a member; the values are memberlist's on the wire.
enum class MemberState : std::uint8_t
{
    ALIVE = 0,
    SUSPECT = 1,
    DEAD = 2,
    LEFT = 3,
};

/**
 * Where a member can be reached. The bytes are memberlist's `Addr`: 4 for IPv4, 16 for IPv6 or for
 * the mapped form, kept exactly as they came (wire-protocol: two forms of one address are a
 * conflict).
 */
struct Address
{
    std::array<std::uint8_t, 16> bytes{};
    std::uint8_t length = 0; ///< 0 (unknown), 4 or 16
    std::uint16_t port = 0;

    Address() = default;

    Address(std::span<const std::uint8_t> raw, std::uint16_t portNumber)
        : length(static_cast<std::uint8_t>(std::min<std::size_t>(raw.size(), 16))),
          port(portNumber)
    {
        std::copy_n(raw.begin(), length, bytes.begin());
    }

    std::span<const std::uint8_t> Bytes() const
    {
        return {bytes.data(), length};
    }

    friend bool operator==(const Address&, const Address&) = default;
};

/// Checks what only a programmer can break; stays in release builds.
#define SWIM_ASSERT(condition, explanation)                                                        \
    do                                                                                             \
    {                                                                                              \
        if (!(condition)) [[unlikely]]                                                             \
        {                                                                                          \
            std::fprintf(stderr,                                                                   \
                         "%s:%d: %s (violated: %s)\n",                                             \
                         __FILE__,                                                                 \
                         __LINE__,                                                                 \
                         explanation,                                                              \
                         #condition);                                                              \
            std::abort();                                                                          \
        }                                                                                          \
    } while (false)

} // namespace swim
