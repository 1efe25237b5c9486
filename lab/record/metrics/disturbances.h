// SPDX-License-Identifier: GPL-2.0-only
//
// Who is disturbed: paused, stalled, slow, blocked, unplugged, or impaired by loss, delay, jitter or
// reordering of its own.
//
// One idea with many verbs: such a member runs, but not as it should, and what becomes of it is no
// fault of the detector. Lifeguard (section V) calls these members anomalous. Crashes and leaves are
// none of them: there the process is gone.
#pragma once

#include "lab/record/time-ns.h"
#include "lab/scenario/verbs.h"
#include "lab/topology/member-id.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace swimlab
{

class Disturbances
{
  public:
    explicit Disturbances(MemberId members)
        : m_members(members)
    {
    }

    /// Takes in a row of ground truth. @param subject none: the row is about everybody
    /// @param value what was set; a value of nothing ends what another began
    void Apply(TimeNs timeNs, Verb verb, std::optional<MemberId> subject, std::string_view value);

    bool IsDisturbed(MemberId member) const
    {
        return IsDisturbed(m_members[member]);
    }

    /// So that it can hardly hear of anything: paused, stalled, blocked or unplugged.
    bool IsCutShort(MemberId member) const
    {
        return (m_members[member].marks & CUT_SHORT) != 0 || m_members[member].blocks != 0;
    }

    /// When it was disturbed last, of one that is not now; -NEVER_NS: never.
    TimeNs EndedNs(MemberId member) const
    {
        return m_members[member].endedNs;
    }

    /// What began the disturbance of a member that is disturbed; where that was the matter of a process
    /// that is gone, the first of the verbs that are in force.
    Verb CauseOf(MemberId member) const;

    /// Whether a row about a member, alone, is the beginning of such a thing.
    static bool Begins(Verb verb, std::string_view value);

    /// Whether rows of that verb can begin or end one.
    static bool IsAbout(Verb verb);

  private:
    using Marks = std::uint16_t;

    static constexpr Marks PAUSED = 1;
    static constexpr Marks UNPLUGGED = 2;
    static constexpr Marks STALLED = 4;
    static constexpr Marks SLOW = 8;
    /// Of what a process is, and a new one is not.
    static constexpr Marks OF_PROCESS = PAUSED | STALLED;
    static constexpr Marks CUT_SHORT = PAUSED | UNPLUGGED | STALLED;

    struct Member
    {
        TimeNs endedNs = -NEVER_NS;
        Marks marks = 0;
        std::uint16_t blocks = 0; ///< how many are in force
        Verb cause = Verb::BLOCK; ///< that made it disturbed last
    };

    static bool IsDisturbed(const Member& member)
    {
        return member.marks != 0 || member.blocks != 0;
    }

    static Marks MarksOf(Verb verb, std::string_view value);
    void ApplyTo(Member& member, Verb verb, std::string_view value);

    std::vector<Member> m_members;
};

} // namespace swimlab
