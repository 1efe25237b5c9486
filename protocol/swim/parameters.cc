// SPDX-License-Identifier: MIT
//
// The table of all parameters: name, unit, meaning, source and range.
//
// One row a field, in the order of Config. Nothing else in the program lists the parameters, so a
// new one is a field, a row here, and the code that obeys it.
#include "swim/parameter-rows.h"

#include <span>

namespace swim
{

namespace
{

using namespace rows;

/// Words to choose from, joined by `|`; a word's place is the value of the enumerator.
constexpr std::string_view SUSPICION_LAWS = "memberlist|paper";
constexpr std::string_view PIGGYBACK_KINDS = "none|ping|ping-ack|all";
constexpr std::string_view RETRANSMIT_LAWS = "memberlist|paper|memlist";
constexpr std::string_view SEND_ERRORS = "failure|ignore";
constexpr std::string_view AWARENESS_SCALES = "interval|timeout|both";
constexpr std::string_view AWARENESS_LAWS = "memberlist|paper";
constexpr std::string_view PRECEDENCES = "memberlist|total";
constexpr std::string_view OWN_DEATHS = "refute|stop";

static_assert(WordAt(SUSPICION_LAWS, static_cast<std::size_t>(SuspicionLaw::PAPER)) == "paper");
static_assert(WordAt(PIGGYBACK_KINDS, static_cast<std::size_t>(Piggyback::ALL)) == "all");
static_assert(WordAt(RETRANSMIT_LAWS, static_cast<std::size_t>(RetransmitLaw::MEMLIST)) ==
              "memlist");
static_assert(WordAt(SEND_ERRORS, static_cast<std::size_t>(SendError::IGNORE)) == "ignore");
static_assert(WordAt(AWARENESS_SCALES, static_cast<std::size_t>(AwarenessScales::BOTH)) == "both");
static_assert(WordAt(AWARENESS_LAWS, static_cast<std::size_t>(AwarenessLaw::PAPER)) == "paper");
static_assert(WordAt(PRECEDENCES, static_cast<std::size_t>(Precedence::TOTAL)) == "total");
static_assert(WordAt(OWN_DEATHS, static_cast<std::size_t>(OwnDeath::STOP)) == "stop");

// The most of counts are far above what anybody runs, and low enough that no product overflows.
constexpr Parameter PARAMETERS[] = {
    DurationRow<&Config::probeInterval, LONGEST_INTERVAL>(
        "probe_interval",
        "The protocol period: each member probes one other in each. Detection time grows and load "
        "falls in proportion. At least three round trips.",
        "SWIM 3.1 (T'); memberlist ProbeInterval"),
    DurationRow<&Config::probeTimeout, LONGEST_INTERVAL>(
        "probe_timeout",
        "How long a probe waits for the direct ack before it asks others; less than "
        "probe_interval. Take the 99th percentile of the round trip.",
        "SWIM 3.1; memberlist ProbeTimeout"),
    CountRow<&Config::indirectChecks, 0, MAX_RANDOM_PEERS>(
        "indirect_checks",
        "How many others are asked to probe a member that did not answer. More forgive more loss "
        "between two members; 0 leaves indirect probes out.",
        "SWIM 3.1 (k); memberlist IndirectChecks"),
    BooleanRow<&Config::streamFallback>(
        "stream_fallback",
        "Whether an unanswered probe is also tried over a stream, which tells lost datagrams from "
        "a dead member.",
        "memberlist DisableTcpPings (negated)"),
    BooleanRow<&Config::nack>(
        "nack",
        "Whether a member asked for an indirect probe says so when it gets no ack. Missing nacks "
        "tell a member that its own network is at fault.",
        "Lifeguard IV-A"),
    PercentRow<&Config::nackDelay, 1>(
        "nack_delay",
        "After which share of probe_timeout a relay without an ack sends its nack. A nack counts "
        "only if it arrives by the end of the probe round: probe_timeout * (1 + nack_delay) and "
        "two latencies must be less than probe_interval, which 100% misses in memberlist-lan and "
        "memberlist-wan.",
        "Lifeguard IV-A (80 %); memberlist handleIndirectPing (100 %)"),
    WordRow<&Config::sendError, SEND_ERRORS>(
        "send_error",
        "What follows when the operating system refuses to send a ping. failure: the same as a "
        "missing ack, at once. ignore: the round ends without a verdict, and a member whose own "
        "network is down suspects nobody.",
        "memberlist probeNode: failure; 0.2.2: ignore"),
    BooleanRow<&Config::suspicion>(
        "suspicion",
        "Whether a member that fails a probe is suspected first and may defend itself; otherwise "
        "it is dead at once.",
        "SWIM 4.2"),
    WordRow<&Config::suspicionLaw, SUSPICION_LAWS>(
        "suspicion_law",
        "How the time of a suspicion grows with the table size n. memberlist: suspicion_mult * "
        "max(1, log10 n) * probe_interval, longer until others confirm. paper: suspicion_mult * "
        "ceil(ln(n + 1)) * probe_interval.",
        "SWIM 5; memberlist suspicionTimeout"),
    CountRow<&Config::suspicionMult, 1, 1000>(
        "suspicion_mult",
        "Factor of the least time of a suspicion. More forgives longer silence and detects later.",
        "Lifeguard IV-B (alpha); memberlist SuspicionMult"),
    CountRow<&Config::suspicionMaxTimeoutMult, 1, 1000>(
        "suspicion_max_timeout_mult",
        "A suspicion that nobody confirms lasts this many times the least time. 1: confirmations "
        "do not matter.",
        "Lifeguard IV-B (beta); memberlist SuspicionMaxTimeoutMult"),
    {"suspicion_confirmations",
     "count or auto",
     "How many members must confirm a suspicion to shorten it to its least time. auto: "
     "suspicion_mult - 2. 0, or more than there are other members: the least time at once.",
     "Lifeguard IV-B (K = 3); memberlist suspectNode (auto)",
     SetCountOrAuto<&Config::suspicionConfirmations, 255>,
     GetCountOrAuto<&Config::suspicionConfirmations>,
     CountOrAutoRange<255>},
    BooleanRow<&Config::buddy>(
        "buddy",
        "Whether a ping to a suspect carries the suspicion, so that it hears of it at the first "
        "chance.",
        "Lifeguard IV-C"),
    BooleanRow<&Config::buddyRelays>(
        "buddy_relays",
        "Whether a ping to a suspect on behalf of another member carries the suspicion too; needs "
        "buddy.",
        "Lifeguard IV-C (any ping); memberlist: false"),
    CountRow<&Config::awarenessMaxMultiplier, 1, 255>(
        "awareness_max_multiplier",
        "A member that doubts its own health stretches its probes up to this many times. 1: it "
        "never does.",
        "Lifeguard IV-A (S + 1 = 9); memberlist AwarenessMaxMultiplier (8)"),
    WordRow<&Config::awarenessScales, AWARENESS_SCALES>(
        "awareness_scales",
        "What poor health stretches: the end of the probe round (interval), the wait for the "
        "direct ack (timeout), or both. timeout alone takes its time from the indirect probes.",
        "Lifeguard IV-A (both); memberlist probeNode (interval)"),
    WordRow<&Config::awarenessLaw, AWARENESS_LAWS>(
        "awareness_law",
        "What a failed probe adds to the score of health. memberlist: the number of nacks that did "
        "not come, 1 where no relay could send any. paper: 1, and 1 more where a nack did not "
        "come.",
        "Lifeguard IV-A; memberlist probeNode"),
    WordRow<&Config::piggyback, PIGGYBACK_KINDS>(
        "piggyback",
        "Which messages of the failure detector carry updates: none, pings, pings and acks "
        "(ping-ack), or also nacks and ping-reqs (all).",
        "SWIM 4.1; memberlist sendMsg"),
    BooleanRow<&Config::multicast>(
        "multicast",
        "Whether a member tells all that it knows of what it found out itself, at once and in a "
        "datagram each, and nobody passes news on: as many datagrams as members, and who misses "
        "one "
        "never hears of it. A seed tells of who joins.",
        "SWIM 3.2 (its basic protocol)"),
    CountRow<&Config::piggybackLimit, 0, 255>(
        "piggyback_limit",
        "The most updates that a message carries. 0: as many as fit into udp_buffer_size.",
        "SWIM 5 (6 updates)"),
    WordRow<&Config::retransmitLaw, RETRANSMIT_LAWS>(
        "retransmit_law",
        "How the retransmit limit grows with the table size n. memberlist: ceil(log10(n + 1)); "
        "paper: ceil(ln(n + 1)); memlist: ceil(log10(n) + 1); each times retransmit_mult.",
        "SWIM 4.1 and 5; memberlist retransmitLimit"),
    CountRow<&Config::retransmitMult, 1, 1000>(
        "retransmit_mult",
        "Factor of the retransmit limit: how often a member passes on an update. More reaches "
        "everybody more surely and costs as much more.",
        "SWIM 4.1 (lambda); memberlist RetransmitMult"),
    DurationRow<&Config::gossipInterval, LONGEST_INTERVAL, Zero::MEANS_OFF>(
        "gossip_interval",
        "How often updates are sent in messages of their own, apart from probes. 0s: never.",
        "memberlist GossipInterval"),
    CountRow<&Config::gossipNodes, 1, MAX_RANDOM_PEERS>(
        "gossip_nodes",
        "To how many members each gossip tick sends: the fan-out.",
        "memberlist GossipNodes"),
    DurationRow<&Config::gossipToTheDeadTime, LONGEST_MEMORY, Zero::ALLOWED>(
        "gossip_to_the_dead_time",
        "How long gossip still goes to a dead member, so that a living one hears of its death and "
        "objects. No longer than reap_time has an effect.",
        "memberlist GossipToTheDeadTime"),
    {"udp_buffer_size",
     "bytes",
     "The most bytes of a datagram's payload. Leave room for IP and UDP headers in the network's "
     "MTU.",
     "memberlist UDPBufferSize",
     SetDatagramBytes<&Config::udpBufferSize>,
     GetBytes<&Config::udpBufferSize>,
     DatagramRange},
    PercentRow<&Config::userBroadcastShare, 0>(
        "user_broadcast_share",
        "In which share of the datagrams user broadcasts take their room before news of members. "
        "0%: they get what such news leaves, which can be nothing for as long as members come and "
        "go.",
        "memberlist getBroadcasts (0 %)"),
    CountRow<&Config::userQueueDepth, 1, 1000000>(
        "user_queue_depth",
        "The most user broadcasts that wait. One more of a member's own is refused; one more of "
        "another's, to be passed on, drops the one that was sent most often.",
        "serf MaxQueueDepth"),
    DurationRow<&Config::pushPullInterval, LONGEST_INTERVAL, Zero::MEANS_OFF>(
        "push_pull_interval",
        "How often a member exchanges its whole table with another over a stream; stretched in "
        "clusters of more than 32. 0s: only when it joins.",
        "memberlist PushPullInterval"),
    DurationRow<&Config::tcpTimeout, LONGEST_INTERVAL>(
        "tcp_timeout",
        "How long a stream may take to open and to exchange tables before it is given up.",
        "memberlist TCPTimeout"),
    DurationRow<&Config::reconnectInterval, LONGEST_INTERVAL, Zero::MEANS_OFF>(
        "reconnect_interval",
        "How often a member tries to reach a dead one again; the two sides of a long partition "
        "find each other by it. 0s: never, as memberlist. It ends with reap_time.",
        "serf ReconnectInterval (30 s)"),
    DurationRow<&Config::announceToDownInterval, LONGEST_INTERVAL, Zero::MEANS_OFF>(
        "announce_to_down_interval",
        "How often a member tells dead ones by datagram what it holds of them; one that lives "
        "objects and its ack brings the objection back. 0s: never, as memberlist. It ends with "
        "reap_time.",
        "foca periodic_announce_to_down_members (65 s, WAN 125 s)"),
    CountRow<&Config::announceToDownNodes, 1, MAX_RANDOM_PEERS>(
        "announce_to_down_nodes",
        "To how many dead members at a time.",
        "foca periodic_announce_to_down_members (2, WAN 3)"),
    DurationRow<&Config::seedInterval, LONGEST_INTERVAL, Zero::MEANS_OFF>(
        "seed_interval",
        "How often a member exchanges its table with one of the seeds that it holds for dead or "
        "does not know any more; two sides that forgot each other meet again there. 0s: never.",
        "scalecube syncInterval"),
    DurationRow<&Config::rejoinInterval, LONGEST_INTERVAL, Zero::MEANS_OFF>(
        "rejoin_interval",
        "How often a member whose name others hold at an earlier address of it offers its table "
        "again, until they take the new one (see dead_node_reclaim_time). 0s: it waits for its "
        "next push/pull, as in memberlist.",
        "none; answers memberlist issue 157"),
    DurationRow<&Config::deadNodeReclaimTime, LONGEST_MEMORY, Zero::MEANS_OFF>(
        "dead_node_reclaim_time",
        "How long after its death a member's name may come back from another address. 0s: never "
        "while it is remembered.",
        "memberlist DeadNodeReclaimTime"),
    DurationRow<&Config::reapTime, LONGEST_MEMORY, Zero::ALLOWED>(
        "reap_time",
        "How long dead and left members are remembered. memberlist uses gossip_to_the_dead_time "
        "for it; longer lets reconnect_interval heal longer partitions.",
        "memberlist GossipToTheDeadTime; serf ReconnectTimeout (24 h)"),
    BooleanRow<&Config::deadIsFinal>(
        "dead_is_final",
        "Whether a confirmed death stands against every later word while it is remembered; "
        "otherwise a higher incarnation revives.",
        "SWIM 4.2 (Confirm overrides)"),
    WordRow<&Config::ownDeath, OWN_DEATHS>(
        "own_death",
        "What a member does that hears of its own death. refute: it answers with a higher "
        "incarnation; with dead_is_final nobody takes that, and it goes on probing and accusing. "
        "stop: "
        "it falls silent for good, and its process has to start anew.",
        "memberlist deadNode (refute); SWIM 5 (failed members do not rejoin)"),
    WordRow<&Config::precedence, PRECEDENCES>(
        "precedence",
        "Which of two pieces of news about one member wins. total: the higher incarnation, then "
        "left over dead over suspect over alive, so that all members end with the same view "
        "whatever the order of arrival. memberlist: the same, but a dead member's incarnation is "
        "not raised by news of a later death, and a delayed alive can bring it back.",
        "SWIM 4.2; memberlist deadNode, suspectNode"),
    CountRow<&Config::memberLimit, 1, 1048576>(
        "member_limit",
        "The most members of any state in a table; strangers beyond it are rejected.",
        "memberlist's limit on a push/pull's nodes"),
    BooleanRow<&Config::compression>(
        "compression",
        "Whether datagrams are compressed (LZW) where that makes them smaller, and streams always. "
        "Compressed messages are understood in any case.",
        "memberlist EnableCompression (true; off in the presets here, since it changes bytes and "
        "no behaviour)"),
    {"label",
     "text",
     "The name of the cluster, written before every packet; packets with another label, or "
     "without, are rejected. Empty: no label. Two clusters that reuse each other's addresses need "
     "it to stay apart.",
     "memberlist Label",
     SetText<&Config::label, 255>,
     GetText<&Config::label>,
     TextRange<255>},
    BooleanRow<&Config::skipInboundLabelCheck>(
        "skip_inbound_label_check",
        "Whether the label was checked and taken off before packets arrive, by who multiplexes "
        "them.",
        "memberlist SkipInboundLabelCheck"),
    BooleanRow<&Config::gossipVerifyIncoming>(
        "gossip_verify_incoming",
        "With encryption: whether plaintext that arrives is rejected. false while a cluster moves "
        "to encryption or away from it.",
        "memberlist GossipVerifyIncoming"),
    BooleanRow<&Config::gossipVerifyOutgoing>("gossip_verify_outgoing",
                                              "With encryption: whether what is sent is encrypted.",
                                              "memberlist GossipVerifyOutgoing"),
    BooleanRow<&Config::coordinates>(
        "coordinates",
        "Whether members work out network coordinates from the round trips of probes, from which "
        "the round trip between any two can be estimated.",
        "Vivaldi; serf coordinate"),
};

} // namespace

std::span<const Parameter> Parameters()
{
    return PARAMETERS;
}

const Parameter* FindParameter(std::string_view name)
{
    for (const auto& parameter : PARAMETERS)
    {
        if (parameter.name == name)
        {
            return &parameter;
        }
    }
    return nullptr;
}

} // namespace swim
