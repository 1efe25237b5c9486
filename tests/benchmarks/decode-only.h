// SPDX-License-Identifier: MIT
//
// A reader of messages who does nothing with them: what anybody who speaks this wire has to spend.
//
// Beside it stands what the core spends on the same bytes, so the quotient is what its rules, its
// tables, its queues and its own encoding cost on top, in a unit that is the same on every machine.
#pragma once

#include "swim/stream-scanner.h"
#include "swim/wire.h"

#include <cstdint>

namespace swim
{

/// @return how many messages it holds; 0 if anything in it is wrong
inline std::uint64_t CountMessages(wire::ByteView message)
{
    if (message.empty())
    {
        return 0;
    }
    const wire::ByteView body = message.subspan(1);
    const auto decodes = [body](auto decoded) { return wire::Decode(body, decoded) ? 1u : 0u; };
    switch (static_cast<wire::MessageType>(message[0]))
    {
    case wire::MessageType::CRC:
        return CountMessages(wire::CheckCrc(body));
    case wire::MessageType::COMPOUND: {
        std::uint64_t count = 0;
        wire::CompoundParts parts(body);
        for (wire::ByteView part; parts.Next(part);)
        {
            count += CountMessages(part);
        }
        return parts.Truncated() == 0 ? count : 0;
    }
    case wire::MessageType::PING:
        return decodes(wire::Ping{});
    case wire::MessageType::ACK:
        return decodes(wire::Ack{});
    case wire::MessageType::SUSPECT:
    case wire::MessageType::DEAD:
        return decodes(wire::Accusation{});
    case wire::MessageType::ALIVE:
        return decodes(wire::Alive{});
    default:
        return 0;
    }
}

/// @return how many states a push/pull holds
inline std::uint64_t CountStates(wire::ByteView message)
{
    std::uint64_t count = 0;
    wire::PushPullReader states(message);
    for (wire::PushNodeState state; states.Next(state);)
    {
        ++count;
    }
    return count;
}

} // namespace swim
