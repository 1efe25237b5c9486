// SPDX-License-Identifier: GPL-2.0-only
//
// The table of verbs.
#include "lab/scenario/verbs.h"

#include "swim/assert.h"
#include "swim/types.h"

#include <algorithm>

namespace swimlab
{

namespace
{

constexpr VerbInfo VERBS[] = {
    {"crash", Verb::CRASH, Operand::MEMBERS, true, {"over", "incarnation", "address"}},
    {"restart", Verb::RESTART, Operand::MEMBERS, false, {"over", "incarnation", "address"}},
    {"pause", Verb::PAUSE, Operand::MEMBERS, true, {"over"}},
    {"resume", Verb::RESUME, Operand::MEMBERS, false, {"over"}},
    {"leave", Verb::LEAVE, Operand::MEMBERS, true, {"over", "incarnation", "address"}},
    {"join", Verb::JOIN, Operand::MEMBERS, false, {"over"}},
    {"partition", Verb::PARTITION, Operand::SIDES, true, {}},
    {"heal", Verb::HEAL, Operand::NOTHING, false, {}},
    {"block", Verb::BLOCK, Operand::MEMBERS, true, {"to", "direction", "carries"}},
    {"unblock", Verb::UNBLOCK, Operand::NOTHING, false, {}},
    {"disconnect", Verb::DISCONNECT, Operand::MEMBERS, true, {"over"}},
    {"reconnect", Verb::RECONNECT, Operand::MEMBERS, false, {"over"}},
    {"churn", Verb::CHURN, Operand::MEMBERS, true, {"every", "down", "incarnation", "address"}, 2},
    {"inject", Verb::INJECT, Operand::MESSAGE, false, {"into", "about", "incarnation", "from"}, 4},
    {"update", Verb::UPDATE, Operand::MEMBERS, false, {"meta", "over"}, 1},
    {"loss", Verb::LOSS, Operand::SHARE, true, {"members", "direction"}},
    {"datagram_loss", Verb::DATAGRAM_LOSS, Operand::SHARE, true, {"members", "direction"}},
    {"delay", Verb::DELAY, Operand::TIME, true, {"members", "direction"}},
    {"jitter", Verb::JITTER, Operand::TIME, true, {"members", "direction"}},
    {"duplication", Verb::DUPLICATION, Operand::SHARE, true, {"members", "direction"}},
    {"reorder", Verb::REORDER, Operand::SHARE, true, {"by", "members", "direction"}, 1},
    {"slow", Verb::SLOW, Operand::MEMBERS, true, {"by"}, 1},
};

static_assert(std::size(VERBS) == VERB_COUNT);

} // namespace

bool VerbInfo::Takes(std::string_view option) const
{
    return std::find(options.begin(), options.end(), option) != options.end();
}

std::span<const VerbInfo> VerbTable()
{
    return VERBS;
}

Verb Undoing(Verb verb)
{
    switch (verb)
    {
    case Verb::CRASH:
    case Verb::CHURN:
    case Verb::LEAVE:
        return Verb::RESTART;
    case Verb::PAUSE:
        return Verb::RESUME;
    case Verb::PARTITION:
        return Verb::HEAL;
    case Verb::BLOCK:
        return Verb::UNBLOCK;
    case Verb::DISCONNECT:
        return Verb::RECONNECT;
    default:
        return verb;
    }
}

std::string_view ToString(Verb verb)
{
    for (const auto& info : VERBS)
    {
        if (info.verb == verb)
        {
            return info.name;
        }
    }
    SWIM_ASSERT(false, "every verb has a name");
}

std::string_view ToString(Direction direction)
{
    constexpr std::array<std::string_view, 3> NAMES = {"both", "in", "out"};
    return NAMES[static_cast<std::size_t>(direction)];
}

std::string_view ToString(Carrier carrier)
{
    constexpr std::array<std::string_view, 3> NAMES = {"all", "datagrams", "streams"};
    return NAMES[static_cast<std::size_t>(carrier)];
}

std::string_view ToString(Message message)
{
    constexpr std::array<std::string_view, 3> NAMES = {"alive", "suspect", "dead"};
    return NAMES[static_cast<std::size_t>(message)];
}

} // namespace swimlab
