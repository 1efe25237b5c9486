// SPDX-License-Identifier: MIT
//
// What a node has under way with others and waits for an answer to, each by its number (see
// DeadlineList).
#pragma once

#include "swim/types.h"

#include <cstdint>

namespace swim
{

/// A ping that we sent for somebody else, by its sequence number. It sends its nack at its
/// deadline, if one is asked for, and then goes on waiting for an ack to pass on.
struct RelayedPing
{
    std::uint32_t id;
    Instant deadline;
    Instant end; ///< when it waits no longer
    Address origin;
    std::uint32_t originSeqNo;
    bool nack; ///< one is asked for and has not been sent
};

/// A ping that the application asked for, by its sequence number.
struct AskedPing
{
    std::uint32_t id;
    Instant sent;
    Instant deadline;
};

/// What a stream is for.
enum class ExchangeKind : std::uint8_t
{
    JOIN,
    PUSH_PULL,
    RECONNECT,
    PING,
    USER,
};

/// A stream that we opened and whose answer we await.
struct Exchange
{
    std::uint32_t id;
    ExchangeKind kind;
    Instant deadline;
};

} // namespace swim
