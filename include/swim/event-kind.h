// SPDX-License-Identifier: MIT
//
// What a member can conclude of others, of itself and of what it was sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace swim
{

/// What a member concludes (JOINED to REJECTED), or tells only the program that embeds it.
enum class EventKind : std::uint8_t
{
    JOINED,         ///< subject is live and was not: unknown, dead or left
    SUSPECT,        ///< alive became suspect
    REFUTED,        ///< suspect became alive; subject is self: I answered an accusation
    DEAD,           ///< subject became dead
    LEFT,           ///< subject left of its own will
    UPDATED,        ///< metadata changed
    CONFLICT,       ///< another address claims subject's name
    REJECTED,       ///< a packet was malformed or foreign; see rejection
    JOIN_SUCCEEDED, ///< a join exchange with a seed was answered
    JOIN_FAILED,    ///< a join exchange with a seed failed
    SEND_FAILED,    ///< a user message on a stream may not have arrived
};

/// How many there are: the values are 0 to one less.
inline constexpr std::size_t EVENT_KINDS = static_cast<std::size_t>(EventKind::SEND_FAILED) + 1;

/// @return the event as the records spell it: "joined"
std::string_view EventKindName(EventKind kind);

/// @return what it says, in a sentence
std::string_view EventKindMeaning(EventKind kind);

} // namespace swim
