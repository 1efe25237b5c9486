// SPDX-License-Identifier: GPL-2.0-only
//
// The table of verbs.
#include "verbs.h"

#include "protocol/swim/types.h"

#include <algorithm>

namespace swimlab
{

namespace
{

constexpr VerbInfo VERBS[] = {
    {"crash", Verb::CRASH, Operand::MEMBERS, true, {}},
    {"restart", Verb::RESTART, Operand::MEMBERS, false, {}},
    {"pause", Verb::PAUSE, Operand::MEMBERS, true, {}},
    {"resume", Verb::RESUME, Operand::MEMBERS, false, {}},
    {"leave", Verb::LEAVE, Operand::MEMBERS, true, {}},
    {"join", Verb::JOIN, Operand::MEMBERS, false, {}},
    {"partition", Verb::PARTITION, Operand::SIDES, true, {}},
    {"heal", Verb::HEAL, Operand::NOTHING, false, {}},
    {"block", Verb::BLOCK, Operand::MEMBERS, true, {"to", "direction", "carries"}},
    {"unblock", Verb::UNBLOCK, Operand::NOTHING, false, {}},
    {"loss", Verb::LOSS, Operand::SHARE, true, {"members", "direction"}},
    {"datagram_loss", Verb::DATAGRAM_LOSS, Operand::SHARE, true, {"members", "direction"}},
    {"delay", Verb::DELAY, Operand::TIME, true, {"members", "direction"}},
    {"jitter", Verb::JITTER, Operand::TIME, true, {"members", "direction"}},
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

} // namespace swimlab
