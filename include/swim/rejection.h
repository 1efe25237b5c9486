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
    LABEL_UNEXPECTED,      ///< in an answer on a stream, say
    LABEL_MALFORMED,       ///< no label, or none that ends
    LABEL_MISSING,         ///< and ours has one
    LABEL_FOREIGN,         ///< another cluster's
    NO_KEY,                ///< encrypted, and we have no key at all
    ENCRYPTION_MALFORMED,  ///< its head does not fit its bytes
    UNDECRYPTABLE,         ///< by none of our keys: damaged, foreign or plain
    NOT_ENCRYPTED,         ///< and `gossip_verify_incoming` asks for it
    WRONG_CRC,             ///< damaged on the way
    COMPRESSION_MALFORMED, ///< no LZW
    COMPRESSION_UNKNOWN,   ///< another algorithm than LZW
    COMPRESSION_TOO_LARGE, ///< what would come out

    // Messages and what they lie in:
    EMPTY,                   ///< no bytes where a message should be
    NESTED_TOO_DEEPLY,       ///< compounds in compounds
    COMPOUND_TRUNCATED,      ///< parts are missing
    MALFORMED,               ///< no msgpack of the message that its type names
    TYPE_UNSUPPORTED,        ///< no message that comes by datagram
    STREAM_EMPTY,            ///< closed before its first byte
    STREAM_MALFORMED,        ///< likewise, of a stream
    STREAM_TYPE_UNSUPPORTED, ///< no message that comes by stream

    // What messages say:
    ALIVE_UNUSABLE,     ///< without name or address, or with impossible versions
    ALIVE_VETOED,       ///< by Application::AcceptAlive
    TOO_MANY_MEMBERS,   ///< `member_limit`
    DIRECTORY_FULL,     ///< see Directory::CAPACITY
    LAST_INCARNATION,   ///< an accusation that nobody could refute
    TOO_MANY_PING_REQS, ///< more than we relay at a time

    // Push/pulls:
    PUSH_PULL_MALFORMED,        ///< the table cannot be read
    PUSH_PULL_STATE_UNKNOWN,    ///< a member is neither alive, suspect, dead nor left
    PUSH_PULL_INCOMPATIBLE,     ///< some member could not talk to another
    PUSH_PULL_VETOED,           ///< by Application::AcceptMerge
    PUSH_PULL_LAST_INCARNATION, ///< see LAST_INCARNATION

    // Coordinates:
    COORDINATE_VERSION,     ///< of another payload than serf's
    COORDINATE_MALFORMED,   ///< cannot be read
    COORDINATE_DIMENSIONS,  ///< not eight
    COORDINATE_IMPLAUSIBLE, ///< see Plausible()
    ROUND_TRIP_IMPLAUSIBLE, ///< negative, or beyond 10 s
};

/// @return the reason as event lines and events.csv spell it: "wrong CRC"
std::string_view RejectionName(Rejection rejection);

/// @return the reason of this name, or nothing if there is none
std::optional<Rejection> FindRejection(std::string_view name);

} // namespace swim
