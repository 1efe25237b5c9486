// SPDX-License-Identifier: GPL-2.0-only
//
// What the scenario did to each member so far: who is live, who was ever paused or touched.
//
// The streamed twin of analysis/run/truth.py, with the same rules; docs/metrics.md defines them.
#pragma once

#include "lab/scenario/targets.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace swimlab::summary
{

/// What ground truth says of each member.
class Health
{
  public:
    /// @param present by member: not those who enter by a join
    explicit Health(const std::vector<bool>& present);

    /// What an action makes of a member.
    enum class Change : std::uint8_t
    {
        NONE,  ///< nothing: a second crash of a crashed member
        STOPS, ///< it is live no longer, or live again after a pause
        CRASHES,
        STARTS ///< a process that knows nobody
    };

    /// Says what the row will change, and changes nothing yet.
    Change Foresee(std::string_view event, MemberId member) const;

    /// Takes a row of ground truth in. @param incarnation of the process that starts; 0: no start
    void Apply(std::string_view event, MemberId member, std::uint32_t incarnation);

    bool IsLive(MemberId member) const
    {
        return m_members[member].state == State::LIVE;
    }

    /// It crashed or left.
    bool IsGone(MemberId member) const
    {
        const State state = m_members[member].state;
        return state == State::CRASHED || state == State::LEFT;
    }

    /// Live, and nothing changed that since the given number of changes.
    bool IsLiveSince(MemberId member, std::uint32_t changes) const
    {
        return IsLive(member) && m_members[member].changed <= changes;
    }

    bool WasPaused(MemberId member) const
    {
        return m_members[member].paused;
    }

    /// Whether the scenario did anything to it; a partition is done to the network.
    bool WasTouched(MemberId member) const
    {
        return m_members[member].touched;
    }

    /// Lower incarnations are of processes before the one last started.
    std::uint32_t LowestIncarnation(MemberId member) const
    {
        return m_members[member].lowestIncarnation;
    }

    /// How many rows changed the health of a member so far.
    std::uint32_t Changes() const
    {
        return m_changes;
    }

  private:
    enum class State : std::uint8_t
    {
        ABSENT,
        LIVE,
        PAUSED,
        CRASHED,
        LEFT
    };

    struct Member
    {
        std::uint32_t changed = 0;
        std::uint32_t lowestIncarnation = 0;
        State state = State::LIVE;
        bool paused = false;
        bool touched = false;
    };

    std::vector<Member> m_members;
    std::uint32_t m_changes = 0;
};

} // namespace swimlab::summary
