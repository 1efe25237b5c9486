// SPDX-License-Identifier: GPL-2.0-only
//
// What can be done to a cluster: the verbs of [[event]], and the keys that go with each.
//
// One table says it all, so that reading a scenario, its error messages and the names in records
// cannot disagree.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace swimlab
{

/// What an event does. Those from LOSS on set a value, which another value replaces.
enum class Verb : std::uint8_t
{
    CRASH,         ///< the process is gone at once, and says nothing; its machine drops what comes
    RESTART,       ///< a process that crashed or left starts again and joins
    PAUSE,         ///< the process stops; what is sent to it waits in its sockets
    RESUME,        ///< a paused process goes on where it stopped
    LEAVE,         ///< the process leaves the cluster of its own will, and ends
    JOIN,          ///< a member that was not there from the start starts and joins
    PARTITION,     ///< nothing passes between sides
    HEAL,          ///< ends the partition
    BLOCK,         ///< what some members send to some others vanishes
    UNBLOCK,       ///< ends one block or all
    DISCONNECT,    ///< the network card is unplugged: sending fails at once, nothing comes
    RECONNECT,     ///< it is plugged in again
    CHURN,         ///< members crash and come back at random
    INJECT,        ///< members get a message that nobody sent
    UPDATE,        ///< members change their metadata
    LOSS,          ///< share of packets lost, of datagrams and streams alike
    DATAGRAM_LOSS, ///< share of datagrams lost
    DELAY,         ///< delay added to each packet
    JITTER,        ///< delay added to each packet, uniform between 0 and the value
    DUPLICATION,   ///< share of packets that arrive twice
    REORDER,       ///< share of packets that are held back, so that later ones overtake them
    SLOW,          ///< the process handles each message late
};

inline constexpr std::size_t VERB_COUNT = static_cast<std::size_t>(Verb::SLOW) + 1;

/// Whether the verb sets a value, of everybody or of members, that another value replaces.
constexpr bool SetsValue(Verb verb)
{
    return verb >= Verb::LOSS;
}

/// Whether the verb does something to members one by one, whatever the others do.
constexpr bool HitsMembers(Verb verb)
{
    return verb <= Verb::JOIN || verb == Verb::DISCONNECT || verb == Verb::RECONNECT ||
           verb == Verb::INJECT || verb == Verb::UPDATE;
}

/// Whether each member that it hits starts a process.
constexpr bool StartsProcess(Verb verb)
{
    return verb == Verb::RESTART || verb == Verb::JOIN;
}

/// What undoes a verb; one that sets a value is undone by another value.
Verb Undoing(Verb verb);

/// Of a member's traffic: what it sends, what it receives, or both.
enum class Direction : std::uint8_t
{
    BOTH,
    IN,
    OUT,
};

/// What a block stops.
enum class Carrier : std::uint8_t
{
    ALL,
    DATAGRAMS, ///< UDP
    STREAMS,   ///< TCP
};

/// A message that INJECT can make up.
enum class Message : std::uint8_t
{
    ALIVE,
    SUSPECT,
    DEAD,
};

/// What a verb takes as its value.
enum class Operand : std::uint8_t
{
    MEMBERS,
    SIDES,
    NOTHING, ///< `true`
    SHARE,   ///< "1%", of everybody or of `members`
    TIME,    ///< "5ms", likewise
    MESSAGE, ///< "dead"
};

struct VerbInfo
{
    std::string_view name;
    Verb verb;
    Operand operand;
    bool canEnd; ///< whether `for` can undo it
    /// The keys that go with it besides `at` and `for`; empty ones do not count.
    std::array<std::string_view, 4> options;
    std::size_t required = 0; ///< how many of them, from the first, must be given

    bool Takes(std::string_view option) const;
};

/// All verbs, in the order in which messages list them.
std::span<const VerbInfo> VerbTable();

/// `crash`, `datagram_loss`: as in scenario files and in events.csv.
std::string_view ToString(Verb verb);

/// `both`, `in`, `out`.
std::string_view ToString(Direction direction);

/// `all`, `datagrams`, `streams`.
std::string_view ToString(Carrier carrier);

/// `alive`, `suspect`, `dead`.
std::string_view ToString(Message message);

} // namespace swimlab
