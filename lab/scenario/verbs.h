// SPDX-License-Identifier: GPL-2.0-only
//
// What can be done to a cluster: the verbs of [[event]], and the keys that go with each.
//
// One table says it all, so that reading a scenario, its error messages and the names in records
// cannot disagree.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace swimlab
{

/// What an event does.
enum class Verb : std::uint8_t
{
    CRASH,         ///< the process is gone at once, and says nothing; its machine drops what comes
    RESTART,       ///< a process that crashed or left starts again and joins
    PAUSE,         ///< the process stops; what is sent to it waits in its sockets
    RESUME,        ///< a paused process goes on where it stopped
    STALL,         ///< the process blocks before it sends and after it receives; timers run on
    UNSTALL,       ///< a stalled process goes on, in order
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

/// Of a member's traffic: what it sends, what it receives, or both.
enum class Direction : std::uint8_t
{
    BOTH,
    IN,
    OUT,
};

/// Names of the enumerators, in their order.
inline constexpr std::string_view DIRECTIONS = "both|in|out";

/// What a block stops.
enum class Carrier : std::uint8_t
{
    ALL,
    DATAGRAMS, ///< UDP
    STREAMS,   ///< TCP
};

/// Names of the enumerators, in their order.
inline constexpr std::string_view CARRIERS = "all|datagrams|streams";

/// A message that INJECT can make up.
enum class Message : std::uint8_t
{
    ALIVE,
    SUSPECT,
    DEAD,
};

/// Names of the enumerators, in their order.
inline constexpr std::string_view MESSAGES = "alive|suspect|dead";

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

/// What a verb does it to.
enum class VerbClass : std::uint8_t
{
    PROCESS,  ///< processes of members
    CARD,     ///< network cards of members
    NETWORK,  ///< what passes between members
    VALUE,    ///< likewise, by a value of everybody or of members that another value replaces
    SLOWNESS, ///< processes of members, by such a value
    MESSAGE,  ///< what members are told or tell
};

struct VerbInfo
{
    std::string_view name;
    Verb verb;
    VerbClass what;
    Operand operand;
    bool hitsMembers;   ///< one by one, whatever the others do
    bool startsProcess; ///< of each member that it hits
    /// What `for` does in the end: of a verb that sets a value the same with the value before.
    /// None: nothing undoes it.
    std::optional<Verb> undoing;
    /// The keys that go with it besides `at` and `for`; empty ones do not count.
    std::array<std::string_view, 4> options;
    std::size_t required; ///< how many of them, from the first, must be given
    std::string_view meaning;

    bool Takes(std::string_view option) const;
    bool Needs(std::string_view option) const;
};

/// All verbs, in the order of the enumeration, which is that in which messages list them.
std::span<const VerbInfo> VerbTable();

const VerbInfo& InfoOf(Verb verb);

/// The verb that scenario files and events.csv spell so, if any.
std::optional<Verb> FindVerb(std::string_view name);

// Columns of the table, and what follows from them.

/// Whether the verb sets a value, of everybody or of members, that another value replaces.
bool SetsValue(Verb verb);

/// Whether the verb changes what the network does to packets.
bool ImpairsNetwork(Verb verb);

/// Whether the verb does something to members one by one, whatever the others do.
bool HitsMembers(Verb verb);

/// Whether the verb is done to a running process by what stands between it and its sockets.
bool IsSuffered(Verb verb);

/// Whether each member that it hits starts a process.
bool StartsProcess(Verb verb);

/// What undoes a verb that can end; one that sets a value is undone by another value.
Verb Undoing(Verb verb);

/// `crash`, `datagram_loss`: as in scenario files and in events.csv.
std::string_view ToString(Verb verb);

/// `both`, `in`, `out`.
std::string_view ToString(Direction direction);

/// `all`, `datagrams`, `streams`.
std::string_view ToString(Carrier carrier);

/// `alive`, `suspect`, `dead`.
std::string_view ToString(Message message);

} // namespace swimlab
