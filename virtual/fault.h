// SPDX-License-Identifier: MIT
//
// What can be done to a cluster on a virtual network, as plain data.
#pragma once

#include "swim/types.h"
#include "virtual/member.h"

#include <cstdint>
#include <vector>

namespace swim
{

/// One thing that is done.
struct Fault
{
    enum class Kind : std::uint8_t
    {
        CRASH,
        RESTART, ///< a process that crashed or left starts again and joins
        PAUSE,
        RESUME,
        STALL,
        UNSTALL,
        LEAVE,
        PARTITION,
        HEAL,
        DATAGRAM_LOSS, ///< of everybody from now on
        DUPLICATION,   ///< likewise
        DELAY,         ///< likewise, on top of the network's own
        JITTER,        ///< likewise
    };

    /// What a member is, to those who do things to it.
    enum class Condition : std::uint8_t
    {
        RUNNING,
        PAUSED,
        STALLED,
        DOWN, ///< it crashed or left
    };

    Kind kind = Kind::HEAL;
    std::vector<Member> members{};       ///< up to LEAVE: who is hit, in order
    std::vector<std::uint32_t> sideOf{}; ///< PARTITION: by member
    double share = 0;                    ///< DATAGRAM_LOSS, DUPLICATION
    Duration time{};                     ///< DELAY, JITTER
    std::vector<Member> seeds{};         ///< RESTART: whom they contact, each leaving out itself
    bool keepsIncarnation = true;        ///< RESTART: whether the process remembers its own
};

/// Whether it is done to members one by one.
constexpr bool HitsMembers(Fault::Kind kind)
{
    return kind <= Fault::Kind::LEAVE;
}

/// Whether it can be done to a member in that condition.
constexpr bool CanHit(Fault::Kind kind, Fault::Condition condition)
{
    using Kind = Fault::Kind;
    using Condition = Fault::Condition;
    switch (kind)
    {
    case Kind::CRASH:
        return condition != Condition::DOWN;
    case Kind::RESTART:
        return condition == Condition::DOWN;
    case Kind::RESUME:
        return condition == Condition::PAUSED;
    case Kind::UNSTALL:
        return condition == Condition::STALLED;
    default:
        return condition == Condition::RUNNING;
    }
}

} // namespace swim
