// SPDX-License-Identifier: GPL-2.0-only
//
// See disturbances.h.
#include "lab/record/metrics/disturbances.h"

#include <algorithm>
#include <array>

namespace swimlab
{

namespace
{

/// "0%", "0s in": nothing is set any more. Whatever else stands in front has another number.
bool IsNothing(std::string_view value)
{
    const std::string_view number = value.substr(0, value.find_first_not_of("0123456789."));
    return !number.empty() && number.find_first_not_of("0.") == std::string_view::npos;
}

/// The place among a member's own impairments, or nothing.
std::optional<unsigned> ImpairmentOf(Verb verb)
{
    switch (verb)
    {
    case Verb::LOSS:
        return 0;
    case Verb::DATAGRAM_LOSS:
        return 1;
    case Verb::DELAY:
        return 2;
    case Verb::JITTER:
        return 3;
    case Verb::REORDER:
        return 4;
    default: // A packet that comes twice harms nobody.
        return {};
    }
}

} // namespace

/// What a row sets or takes away: of an impairment a mark for each direction.
Disturbances::Marks Disturbances::MarksOf(Verb verb, std::string_view value)
{
    switch (verb)
    {
    case Verb::PAUSE:
    case Verb::RESUME:
        return PAUSED;
    case Verb::STALL:
    case Verb::UNSTALL:
        return STALLED;
    case Verb::DISCONNECT:
    case Verb::RECONNECT:
        return UNPLUGGED;
    case Verb::SLOW:
        return SLOW;
    default:
        break;
    }
    const auto impairment = ImpairmentOf(verb);
    if (!impairment)
    {
        return 0;
    }
    constexpr unsigned FIRST = 4;
    constexpr Marks IN = 1;
    constexpr Marks OUT = 2;
    const Marks directions = value.ends_with(" in") ? IN : value.ends_with(" out") ? OUT : IN | OUT;
    return static_cast<Marks>(directions << (FIRST + 2 * *impairment));
}

Verb Disturbances::CauseOf(MemberId member) const
{
    const Member& of = m_members[member];
    const auto isInForce = [&of](Verb verb) {
        return verb == Verb::BLOCK ? of.blocks > 0 : (of.marks & MarksOf(verb, "")) != 0;
    };
    constexpr std::array VERBS = {Verb::PAUSE,
                                  Verb::STALL,
                                  Verb::DISCONNECT,
                                  Verb::BLOCK,
                                  Verb::LOSS,
                                  Verb::DATAGRAM_LOSS,
                                  Verb::DELAY,
                                  Verb::JITTER,
                                  Verb::REORDER,
                                  Verb::SLOW};
    const bool ofGone =
        (of.cause == Verb::PAUSE || of.cause == Verb::STALL) && !isInForce(of.cause);
    const auto found = std::ranges::find_if(VERBS, isInForce);
    return ofGone && found != VERBS.end() ? *found : of.cause;
}

bool Disturbances::IsAbout(Verb verb)
{
    return verb == Verb::BLOCK || verb == Verb::UNBLOCK || MarksOf(verb, "") != 0;
}

bool Disturbances::Begins(Verb verb, std::string_view value)
{
    const bool ends = verb == Verb::RESUME || verb == Verb::UNSTALL || verb == Verb::RECONNECT ||
                      verb == Verb::UNBLOCK;
    return IsAbout(verb) && !ends && (!SetsValue(verb) || !IsNothing(value));
}

void Disturbances::ApplyTo(Member& member, Verb verb, std::string_view value)
{
    if (verb == Verb::BLOCK)
    {
        ++member.blocks;
    }
    else if (verb == Verb::UNBLOCK)
    {
        member.blocks -= member.blocks > 0 ? 1 : 0;
    }
    else if (verb == Verb::CRASH || verb == Verb::RESTART || verb == Verb::LEAVE)
    {
        member.marks &= static_cast<Marks>(~OF_PROCESS);
    }
    else if (Begins(verb, value))
    {
        member.marks |= MarksOf(verb, value);
    }
    else
    {
        member.marks &= static_cast<Marks>(~MarksOf(verb, value));
    }
}

void Disturbances::Apply(TimeNs timeNs,
                         Verb verb,
                         std::optional<MemberId> subject,
                         std::string_view value)
{
    if (subject)
    {
        Member& member = m_members[*subject];
        const bool before = IsDisturbed(member);
        ApplyTo(member, verb, value);
        member.endedNs = before && !IsDisturbed(member) ? timeNs : member.endedNs;
        member.cause = !before && IsDisturbed(member) ? verb : member.cause;
    }
    else if (verb == Verb::UNBLOCK)
    {
        for (Member& member : m_members)
        {
            const bool before = IsDisturbed(member);
            member.blocks = 0;
            member.endedNs = before && !IsDisturbed(member) ? timeNs : member.endedNs;
        }
    }
}

} // namespace swimlab
