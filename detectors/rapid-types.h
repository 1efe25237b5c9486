// SPDX-License-Identifier: MIT
//
// The types of Rapid's messages; see rapid.h. Each begins with its type, the sender's name and
// incarnation; on streams the sender's address follows, in datagrams other than probes and what answers
// the number that RECEIVED acknowledges.
#pragma once

#include <cstdint>

namespace swim::detectors
{

enum class RapidType : std::uint8_t
{
    PROBE = 1,
    PROBE_ANSWER,
    LEAVE,  ///< to an observer, who then alerts
    ALERTS, ///< configuration, and alerts
    VOTE,   ///< configuration and value: the fast round's 2b
    PHASE_1A,
    PHASE_1B,
    PHASE_2A,
    PHASE_2B,
    PRE_JOIN,        ///< stream, to a seed
    PRE_JOIN_ANSWER, ///< how it goes on; the configuration's id and the observers, or all of it
    JOIN,            ///< stream, to an observer
    WELCOME,         ///< stream, from an observer: a whole configuration
    RECEIVED,        ///< the number of what was received
};

// What an alert or a part of a value begins with.
inline constexpr std::uint8_t RAPID_DOWN = 1;
inline constexpr std::uint8_t RAPID_LEAVES = 2; ///< beside DOWN: of its own will
inline constexpr std::uint8_t RAPID_JOINS = 4;  ///< incarnation and address follow

/// What PRE_JOIN_ANSWER begins with.
enum class JoinStatus : std::uint8_t
{
    SAFE_TO_JOIN,
    ALREADY_IN, ///< a process of this name is a member: its configuration follows
    NOT_READY,  ///< the seed is in no configuration itself
};

} // namespace swim::detectors
