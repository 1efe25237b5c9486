// SPDX-License-Identifier: MIT
//
// What a node decided on the way to its conclusions: whom it gave up probing, why it waits no longer.
//
// A conclusion (Event) says that a member is held for dead; decisions say how it came to that. They
// are for who traces a run and change nothing: a node writes them into an outbox that asks for them.
#pragma once

#include "swim/ids.h"
#include "swim/types.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace swim
{

/// What a timer or a piece of news made a node decide.
enum class DecisionKind : std::uint8_t
{
    PROBE_TIMEOUT,       ///< no ack in time: others are asked, and a stream is tried
    PROBE_SAVED,         ///< the stream answered where no datagram did
    PROBE_GIVEN_UP,      ///< the system refused to send the ping: this round says nothing
    PROBE_FAILED,        ///< nothing answered by the end of the round
    SUSPICION_STARTED,   ///< the subject is suspect from now on
    SUSPICION_CONFIRMED, ///< one more accuser
    SUSPICION_SHORTENED, ///< by that confirmation
    SUSPICION_FIRED,     ///< nobody refuted in time: the subject is dead
    SUSPICION_ENDED,     ///< by news: a refutation, a death, or the end of the observer
    REFUTED,             ///< an accusation against the node itself was answered
    HEALTH,              ///< the node's own health score changed
};

/// How many there are: the values are 0 to one less.
inline constexpr std::size_t DECISION_KINDS = static_cast<std::size_t>(DecisionKind::HEALTH) + 1;

/// @return the decision as traces spell it: "probe-failed"
std::string_view DecisionKindName(DecisionKind kind);

/// One decision; fields that mean nothing to its kind are as they are here.
struct Decision
{
    DecisionKind kind;
    NameId subject = NONE;         ///< whom it is about
    NameId accuser = NONE;         ///< whose word it was
    std::uint32_t incarnation = 0; ///< the subject's; of REFUTED the new one
    std::uint32_t sequence = 0;    ///< the probe's number
    Duration timeout{};            ///< of a suspicion: how long it lasts, from its start
    Duration least{};              ///< SUSPICION_STARTED: with all confirmations
    Duration most{};               ///< SUSPICION_STARTED: with none
    std::uint32_t count = 0; ///< of PROBE_TIMEOUT helpers, of PROBE_FAILED nacks, of HEALTH the
                             ///< score, of SUSPICION_STARTED confirmations that shorten it
    std::uint32_t of = 0;    ///< of PROBE_FAILED the nacks that were asked for
    bool stream = false;     ///< PROBE_TIMEOUT: a stream is tried too
    std::string_view by{};   ///< SUSPICION_ENDED: what ended it, such as "alive"
};

/// Appends what the columns of a trace have no place for: `timeout_s=5.000;min_s=5.000`.
void AppendDetail(const Decision& decision, std::string& text);

} // namespace swim
