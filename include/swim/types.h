// SPDX-License-Identifier: MIT
//
// The words that every part of the protocol shares: time, addresses and member states.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace swim
{

/// A length of time in integer nanoseconds.
using Duration = std::chrono::nanoseconds;

/// The clock that a driver keeps; the protocol never reads it, it is told.
struct ProtocolClock
{
    using duration = Duration;                                 ///< what it counts in
    using rep = duration::rep;                                 ///< the number in a duration
    using period = duration::period;                           ///< its unit
    using time_point = std::chrono::time_point<ProtocolClock>; ///< see Instant
    static constexpr bool is_steady = true;                    ///< never runs backwards
};

/// A moment, counted from whatever start the driver chose.
using Instant = ProtocolClock::time_point;

/// Later than everything: the deadline of a timer that is not armed.
inline constexpr Instant NEVER = Instant::max();

/// @return so much later, and NEVER where that is beyond what can be counted
constexpr Instant Later(Instant now, Duration delay)
{
    return delay > NEVER - now ? NEVER : now + delay;
}

/// The longest name of a member, in bytes. memberlist has no limit, but news about a name that no
/// datagram holds could never be passed on: with the longest metadata this one fits into 1400
/// bytes.
inline constexpr std::size_t MAX_NAME_SIZE = 512;

/// The longest metadata of a member, in bytes: memberlist's limit.
inline constexpr std::size_t MAX_META_SIZE = 512;

/// The longest user message on a stream, in bytes: memberlist's limit. In a datagram it must fit
/// into `udp_buffer_size`.
inline constexpr std::uint32_t MAX_USER_MESSAGE_SIZE = 20 * 1024 * 1024;

/// What a member is believed to be; the values are memberlist's on the wire.
enum class MemberState : std::uint8_t
{
    ALIVE = 0,   ///< answers, or nobody said otherwise
    SUSPECT = 1, ///< did not answer a probe; may still refute the accusation
    DEAD = 2,    ///< did not refute it in time
    LEFT = 3,    ///< said itself that it leaves
};

/// How a user message for one member travels.
enum class Delivery : std::uint8_t
{
    DATAGRAM, ///< may be lost
    STREAM,   ///< arrives whole, or the failure is reported
};

/**
 * Where a member can be reached. The bytes are memberlist's `Addr`: 4 for IPv4, 16 for IPv6 or for
 * the mapped form, kept exactly as they came: to memberlist, two forms of one address are a
 * conflict.
 */
struct Address
{
    std::array<std::uint8_t, 16> bytes{}; ///< in the order of the network; zeros behind length
    std::uint8_t length = 0;              ///< 0 (unknown), 4 or 16
    std::uint16_t port = 0;               ///< of UDP and TCP alike

    /// Unknown.
    Address() = default;

    /// @param raw 4 or 16 bytes, in the order of the network; none: unknown
    /// @param portNumber of UDP and TCP alike
    Address(std::span<const std::uint8_t> raw, std::uint16_t portNumber)
        : length(static_cast<std::uint8_t>(std::min<std::size_t>(raw.size(), 16))),
          port(portNumber)
    {
        if (length == 4) // as most are: the compiler copies as many as it knows of
        {
            std::copy_n(raw.begin(), 4, bytes.begin());
            return;
        }
        std::copy_n(raw.begin(), length, bytes.begin());
    }

    /// As many as there are.
    std::span<const std::uint8_t> Bytes() const
    {
        return {bytes.data(), length};
    }

    /// @return whether all parts are the same
    friend bool operator==(const Address&, const Address&) = default;
};

} // namespace swim
