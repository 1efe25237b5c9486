// SPDX-License-Identifier: MIT
//
// Why a packet, or a part of one, was not taken.
//
// One list for all who tell it: the node, the agent's event lines, and the readers of what other
// implementations log, so that rows of different programs can be compared by their text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace swim
{

/// A reason to reject; RejectionName has it in words.
enum class Rejection : std::uint8_t
{
    // The envelope:
    LABEL_UNEXPECTED, ///< in an answer on a stream, say
    LABEL_MALFORMED,
    LABEL_MISSING,
    LABEL_FOREIGN, ///< another cluster's
    NO_KEY,        ///< encrypted, and we have no key at all
    ENCRYPTION_MALFORMED,
    UNDECRYPTABLE, ///< by none of our keys: damaged, foreign or plain
    NOT_ENCRYPTED, ///< and `gossip_verify_incoming` asks for it
    WRONG_CRC,
    COMPRESSION_MALFORMED,
    COMPRESSION_UNKNOWN,
    COMPRESSION_TOO_LARGE, ///< what would come out

    // Messages and what they lie in:
    EMPTY,
    NESTED_TOO_DEEPLY,
    COMPOUND_TRUNCATED,
    MALFORMED,
    TYPE_UNSUPPORTED,
    STREAM_EMPTY,
    STREAM_MALFORMED,
    STREAM_TYPE_UNSUPPORTED,

    // What messages say:
    ALIVE_UNUSABLE,   ///< without name or address, or with impossible versions
    ALIVE_VETOED,     ///< by Application::AcceptAlive
    TOO_MANY_MEMBERS, ///< `member_limit`
    DIRECTORY_FULL,   ///< see Directory::CAPACITY
    LAST_INCARNATION, ///< an accusation that nobody could refute
    TOO_MANY_PING_REQS,

    // Push/pulls:
    PUSH_PULL_MALFORMED,
    PUSH_PULL_STATE_UNKNOWN,
    PUSH_PULL_INCOMPATIBLE, ///< some member could not talk to another
    PUSH_PULL_VETOED,       ///< by Application::AcceptMerge
    PUSH_PULL_LAST_INCARNATION,

    // Coordinates:
    COORDINATE_VERSION,
    COORDINATE_MALFORMED,
    COORDINATE_DIMENSIONS,
    COORDINATE_IMPLAUSIBLE,
    ROUND_TRIP_IMPLAUSIBLE,
};

/// @return the reason as event lines and events.csv spell it: "wrong CRC"
std::string_view RejectionName(Rejection rejection);

/// @return the reason of this name, or nothing if there is none
std::optional<Rejection> FindRejection(std::string_view name);

} // namespace swim
