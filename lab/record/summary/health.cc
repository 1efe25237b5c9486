// SPDX-License-Identifier: GPL-2.0-only
//
// See health.h.
#include "lab/record/summary/health.h"

#include <algorithm>
#include <array>

namespace swimlab::summary
{

Health::Health(const std::vector<bool>& present)
    : m_members(present.size())
{
    for (MemberId member = 0; member < present.size(); ++member)
    {
        m_members[member].state = present[member] ? State::LIVE : State::ABSENT;
    }
}

Health::Change Health::Foresee(std::string_view event, MemberId member) const
{
    const State state = m_members[member].state;
    const auto when = [](bool possible, Change change) { return possible ? change : Change::NONE; };
    if (event == "crash")
    {
        return when(state == State::LIVE || state == State::PAUSED, Change::CRASHES);
    }
    if (event == "pause" || event == "stall" || event == "leave")
    {
        return when(state == State::LIVE, Change::STOPS);
    }
    if (event == "resume" || event == "unstall")
    {
        return when(state == State::PAUSED, Change::STOPS);
    }
    if (event == "join")
    {
        return when(state != State::LIVE, Change::STARTS);
    }
    return when(event == "restart", Change::STARTS);
}

void Health::Apply(std::string_view event, MemberId member, std::uint32_t incarnation)
{
    /// Rows about a member that say nothing against it.
    static constexpr std::array<std::string_view, 6> TOUCH_NOBODY =
        {"partition", "join", "unblock", "inject", "update", "broadcast"};
    Member& entry = m_members[member];
    entry.touched |=
        std::find(TOUCH_NOBODY.begin(), TOUCH_NOBODY.end(), event) == TOUCH_NOBODY.end();
    switch (Foresee(event, member))
    {
    case Change::NONE:
        return;
    case Change::CRASHES:
        entry.state = State::CRASHED;
        break;
    case Change::STARTS:
        entry.state = State::LIVE;
        entry.lowestIncarnation = incarnation;
        break;
    case Change::STOPS:
        entry.state = event == "pause" || event == "stall" ? State::PAUSED
                      : event == "leave"                   ? State::LEFT
                                                           : State::LIVE;
        entry.paused |= entry.state == State::PAUSED;
        break;
    }
    entry.changed = ++m_changes;
}

} // namespace swimlab::summary
