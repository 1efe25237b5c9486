// SPDX-License-Identifier: MIT
//
// The kinds of messages, as records and metrics count them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace swim
{

/// What a message is counted as; a compound counts once, as what it carries first.
enum class TrafficKind : std::uint8_t
{
    PING,        ///< of a direct probe, or on behalf of another
    PING_REQ,    ///< asks another to ping
    ACK,         ///< answers a ping, or passes the answer on
    NACK,        ///< a relay heard nothing
    GOSSIP,      ///< news without a probe, and user messages
    PUSH_PULL,   ///< a table of members, asked or answered
    STREAM_PING, ///< a probe's last try, by stream
    STREAM_ACK,  ///< its answer
    STREAM_USER, ///< a user message by stream
};

/// How many there are: the values are 0 to one less.
inline constexpr std::size_t TRAFFIC_KINDS = static_cast<std::size_t>(TrafficKind::STREAM_USER) + 1;

/// @return the kind as the records spell it: "ping-req"
std::string_view TrafficKindName(TrafficKind kind);

/// @return which messages it counts, in a sentence
std::string_view TrafficKindMeaning(TrafficKind kind);

} // namespace swim
