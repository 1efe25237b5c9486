// SPDX-License-Identifier: MIT
//
// Every number that an operator can turn, with memberlist's names, and the presets that people
// compare.
//
// Fields are plain data so that tests and programs can set them directly. `Parameters()` is the
// same list as a table of names, units, meanings and sources: scenario files, ns-3 attributes,
// agents and the documentation all read that one table.
#pragma once

#include "swim/types.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace swim
{

/// How many times an update is passed on, from the table size n.
enum class RetransmitLaw : std::uint8_t
{
    MEMBERLIST, ///< mult * ceil(log10(n + 1))
    PAPER,      ///< mult * ceil(ln(n + 1)), SWIM section 5
    MEMLIST,    ///< mult * ceil(log10(n) + 1)
};

/// How long a suspect may defend itself, from the table size n.
enum class SuspicionLaw : std::uint8_t
{
    MEMBERLIST, ///< mult * max(1, log10 n) * probe_interval, shortened by confirmations
    PAPER,      ///< mult * ceil(ln(n + 1)) * probe_interval, SWIM section 5
};

/// Which messages carry piggybacked updates.
enum class Piggyback : std::uint8_t
{
    OFF,      ///< updates travel by gossip ticks and push/pull alone
    PING,     ///< pings
    PING_ACK, ///< pings and acks, as in the paper
    ALL,      ///< pings, acks, nacks and ping-reqs, as in memberlist
};

/// Which news about one member wins.
enum class Precedence : std::uint8_t
{
    MEMBERLIST, ///< memberlist's rules, which keep a dead member's incarnation as it was
    TOTAL,      ///< by incarnation, then alive < suspect < dead < left: the larger wins, always
};

/// What a member does that hears of its own death.
enum class OwnDeath : std::uint8_t
{
    REFUTE, ///< answers with a higher incarnation, whether that is taken or not
    STOP,   ///< falls silent for good, as a process that must not rejoin
};

/// What a member that doubts its own health stretches.
enum class AwarenessScales : std::uint8_t
{
    INTERVAL, ///< the end of a probe round, as memberlist
    TIMEOUT,  ///< the wait for the direct ack
    BOTH,     ///< as the Lifeguard paper
};

/// How much a failed probe worsens the health of who probed.
enum class AwarenessLaw : std::uint8_t
{
    MEMBERLIST, ///< by the nacks that did not come; by 1 where no relay could send any
    PAPER,      ///< by 1, and by 1 more where a nack did not come
};

/// What a probe makes of a datagram that the operating system refused to send.
enum class SendError : std::uint8_t
{
    FAILURE, ///< no ack: goes on to the indirect probes, as memberlist from 0.2.3 on
    IGNORE,  ///< the round ends without a verdict, as memberlist 0.2.2
};

/// The most members that one choice at random draws: relays of a probe, targets of a gossip tick.
inline constexpr std::uint32_t MAX_RANDOM_PEERS = 64;

/**
 * Settings of the protocol, by default memberlist's for a local network.
 *
 * Each field is the parameter of the same name in snake case: Parameters() tells its meaning, its
 * unit and its range, and docs/ shows the table. Validate() checks all of them.
 */
struct Config
{
    // Probing.
    Duration probeInterval = std::chrono::seconds(1);       ///< parameter probe_interval
    Duration probeTimeout = std::chrono::milliseconds(500); ///< parameter probe_timeout
    std::uint32_t indirectChecks = 3;                       ///< parameter indirect_checks
    bool streamFallback = true;                             ///< memberlist: !DisableTcpPings
    bool nack = true;                                       ///< parameter nack
    std::uint32_t nackDelay = 100; ///< percent of probe_timeout after which a relay sends its nack
    SendError sendError = SendError::FAILURE; ///< parameter send_error

    // Suspicion.
    bool suspicion = true;                                ///< parameter suspicion
    SuspicionLaw suspicionLaw = SuspicionLaw::MEMBERLIST; ///< parameter suspicion_law
    std::uint32_t suspicionMult = 4;                      ///< parameter suspicion_mult
    std::uint32_t suspicionMaxTimeoutMult = 6;            ///< parameter suspicion_max_timeout_mult
    /// Lifeguard's K; none: suspicionMult - 2, as memberlist.
    std::optional<std::uint32_t> suspicionConfirmations;
    bool buddy = true;        ///< a ping to a suspect carries the suspicion (Lifeguard IV-C)
    bool buddyRelays = false; ///< and so does a ping on behalf of another

    // Local health (Lifeguard IV-A); 1 is off.
    std::uint32_t awarenessMaxMultiplier = 8; ///< parameter awareness_max_multiplier
    AwarenessScales awarenessScales = AwarenessScales::INTERVAL; ///< parameter awareness_scales
    AwarenessLaw awarenessLaw = AwarenessLaw::MEMBERLIST;        ///< parameter awareness_law

    // Dissemination.
    Piggyback piggyback = Piggyback::ALL; ///< parameter piggyback
    bool multicast = false;               ///< each tells all of what it found out itself (SWIM 3.2)
    std::uint32_t piggybackLimit = 0;     ///< updates a message; 0: as many as fit
    RetransmitLaw retransmitLaw = RetransmitLaw::MEMBERLIST;  ///< parameter retransmit_law
    std::uint32_t retransmitMult = 4;                         ///< parameter retransmit_mult
    Duration gossipInterval = std::chrono::milliseconds(200); ///< 0: no gossip tick
    std::uint32_t gossipNodes = 3;                            ///< parameter gossip_nodes
    Duration gossipToTheDeadTime = std::chrono::seconds(30);  ///< parameter gossip_to_the_dead_time
    std::uint32_t udpBufferSize = 1400;                       ///< bytes a datagram may have
    std::uint32_t userBroadcastShare =
        0; ///< percent of the datagrams in which user broadcasts go first
    std::uint32_t userQueueDepth = 4096; ///< user broadcasts that wait at most

    // Anti-entropy and healing.
    Duration pushPullInterval = std::chrono::seconds(30); ///< 0: only at join
    Duration tcpTimeout = std::chrono::seconds(10);       ///< parameter tcp_timeout
    Duration reconnectInterval = Duration::zero();        ///< 0: never; serf: 30 s
    Duration announceToDownInterval = Duration::zero();   ///< 0: never; foca: 65 s
    std::uint32_t announceToDownNodes = 2;                ///< parameter announce_to_down_nodes
    Duration rejoinInterval = Duration::zero();      ///< 0: who is refused waits for its push/pull
    Duration seedInterval = Duration::zero();        ///< 0: seeds serve at join only
    Duration deadNodeReclaimTime = Duration::zero(); ///< 0: a dead name keeps its address
    Duration reapTime = std::chrono::seconds(30); ///< how long dead and left members are remembered
    /// A confirmed death cannot be taken back by a higher incarnation while it is remembered
    /// (SWIM 4.2: Confirm overrides everything). memberlist: false, a higher incarnation revives.
    bool deadIsFinal = false;
    OwnDeath ownDeath = OwnDeath::REFUTE;           ///< parameter own_death
    Precedence precedence = Precedence::MEMBERLIST; ///< parameter precedence
    std::uint32_t memberLimit = 1'048'576;          ///< strangers beyond it are rejected

    // Envelope: what is around the messages.
    bool compression = false;           ///< parameter compression
    std::string label;                  ///< empty: none
    bool skipInboundLabelCheck = false; ///< parameter skip_inbound_label_check
    bool gossipVerifyIncoming = true;   ///< with a cipher: plaintext is rejected
    bool gossipVerifyOutgoing = true;   ///< with a cipher: we send no plaintext

    // Network coordinates (Vivaldi), in the payload of acks as serf sends them.
    bool coordinates = false; ///< parameter coordinates

    /// @return whether all parts are the same
    friend bool operator==(const Config&, const Config&) = default;
};

/// One row of the parameter table.
struct Parameter
{
    std::string_view name; ///< memberlist's name in snake case: `probe_interval`
    /// "duration", "count", "count or auto", "percent", "bytes", "boolean", "text", or the words to
    /// choose from: "none|ping|all".
    std::string_view unit;
    std::string_view meaning; ///< what it governs, its relation to others, how to choose
    std::string_view source;  ///< paper section or memberlist field
    /// Sets the field from text as a scenario file spells it ("200ms", "3", "true").
    /// @return what is wrong and what would be right, to follow the value ("must be …"), or nothing
    std::optional<std::string> (*set)(Config&, std::string_view text);
    /// @return the value in the spelling that `set` reads
    std::string (*get)(const Config&);
    /// @return what values there are: "from 1ms to 24h"; empty where the unit says all
    std::string (*range)();
};

/// All parameters, in the order of the fields.
std::span<const Parameter> Parameters();

/// @return the parameter of that name, or nullptr
const Parameter* FindParameter(std::string_view name);

/// Preset names: swim-basic, swim, memlist, memberlist-lan, memberlist-wan, memberlist-local,
/// lifeguard-paper, recommended-lan, recommended-wan.
std::span<const std::string_view> PresetNames();

/// @return the preset, or nothing if there is none of that name
std::optional<Config> Preset(std::string_view name);

/**
 * Checks every field's range, and what no single field can tell: relations between fields.
 * @return a message naming field, value and what is allowed; nothing if the config can run
 */
std::optional<std::string> Validate(const Config& config);

/// Reads a duration with its compulsory unit: ns, us, ms, s, m or h ("1.5s").
/// @return nothing if the text is no such duration
std::optional<Duration> ParseDuration(std::string_view text);

/// Writes a duration in the largest unit that keeps it whole: "1500ms".
std::string FormatDuration(Duration duration);

} // namespace swim
