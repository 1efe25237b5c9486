// SPDX-License-Identifier: GPL-2.0-only
//
// What is really the case at a row of a run: who lives, as which process, who is parted from whom, who
// is disturbed.
//
// The one state that all metrics read; docs/metrics.md defines it. Rows, not times, are the clock: two
// events of one instant have an order, and it is that of the record.
#pragma once

#include "lab/record/metrics/disturbances.h"
#include "lab/record/metrics/measure.h"
#include "lab/record/metrics/run-facts.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// A row of ground truth.
struct TruthEvent
{
    TimeNs timeNs;
    Verb verb;
    std::optional<MemberId> subject;          ///< none: everybody
    std::optional<std::uint32_t> incarnation; ///< of the process that starts, where it is told
    std::string_view value;                   ///< what was set; of a partition the member's side
};

/// A paused process is neither live nor gone: it keeps its views and learns nothing. So is a stalled
/// one, though its suspicions run out meanwhile. An unplugged one runs on and draws its conclusions, but
/// is as good as gone to the others. The network card is none of the process: whatever becomes of this
/// one, a member is unplugged until it is plugged in again, and UNPLUGGED if it would be LIVE.
enum class Health : std::uint8_t
{
    ABSENT, ///< it enters later, by a join
    LIVE,
    PAUSED,
    STALLED,
    CRASHED,
    LEFT,
    UNPLUGGED
};

/// Whether there is a process, whatever it suffers.
constexpr bool HasProcess(Health health)
{
    return health != Health::ABSENT && health != Health::CRASHED && health != Health::LEFT;
}

/// What a row of ground truth makes of its subject.
struct HealthChange
{
    Health before = Health::LIVE;
    Health after = Health::LIVE;
    bool starts = false; ///< a process that knows nobody

    /// A second crash of a crashed member changes nothing.
    bool IsNone() const
    {
        return before == after && !starts;
    }
};

/// Which sides a partition has.
using Sides = std::vector<std::int32_t>; ///< by member; NO_SIDE: reaches everybody

inline constexpr std::int32_t NO_SIDE = -1;

class GroundTruth
{
  public:
    /// @param facts outlives this
    explicit GroundTruth(const RunFacts& facts);

    /// What the row will change; changes nothing yet. @param subject of the row, which has one
    HealthChange Foresee(Verb verb, MemberId subject) const;

    /// Takes in a row of ground truth.
    /// @return whether a step is complete by it: of a partition, only by the last of its rows
    /// @throws std::logic_error if it is not what was foretold
    bool Apply(const TruthEvent& event);

    /// Takes in that somebody recorded an incarnation of a member.
    void Hear(MemberId subject, std::uint32_t incarnation)
    {
        std::uint32_t& highest = m_members[subject].highestIncarnation;
        highest = incarnation > highest ? incarnation : highest;
        m_members[subject].recorded = true;
    }

    Health HealthOf(MemberId member) const
    {
        return Seen(m_members[member].process, m_members[member].unplugged);
    }

    /// Whatever its process does or suffers.
    bool IsUnplugged(MemberId member) const
    {
        return m_members[member].unplugged;
    }

    bool IsLive(MemberId member) const
    {
        return HealthOf(member) == Health::LIVE;
    }

    /// It crashed or left.
    bool IsGone(MemberId member) const
    {
        return HealthOf(member) == Health::CRASHED || HealthOf(member) == Health::LEFT;
    }

    /// How many steps there were so far: a place among the rows.
    std::uint32_t Steps() const
    {
        return m_step;
    }

    /// Live, and the same process without a break since there were so many steps.
    bool IsLiveSince(MemberId member, std::uint32_t step) const
    {
        return IsLive(member) && m_members[member].changed <= step;
    }

    /// The step after those so far that changes the member's health within the window; the number of
    /// all steps if there is none.
    std::uint32_t NextChange(MemberId member) const;

    /// The next step of that kind after those so far; the number of all steps if there is none.
    std::uint32_t Next(Verb verb) const;

    /// The same of one member.
    std::uint32_t Next(Verb verb, MemberId member) const;

    /// Whether the member is live, and will be without a break up to that step or the end of the window.
    bool IsLiveUntil(MemberId member, std::uint32_t step) const
    {
        return IsLive(member) && NextChange(member) >= step;
    }

    /// Whether the incarnation is that of a process before the one last started. One that was not
    /// told cannot be told apart, and is of the present process.
    bool IsOfEarlierProcess(MemberId member, std::optional<std::uint32_t> incarnation) const
    {
        return incarnation && *incarnation < m_members[member].lowestIncarnation;
    }

    /// Whether the scenario did anything to it; a partition is done to the network.
    bool WasTouched(MemberId member) const
    {
        return m_members[member].touched;
    }

    bool IsDisturbed(MemberId member) const
    {
        return m_disturbances.IsDisturbed(member);
    }

    /// The verb that began it. @param member that is disturbed
    Verb CauseOf(MemberId member) const
    {
        return m_disturbances.CauseOf(member);
    }

    /// How often it changed so far who can hear: a finer clock than Steps.
    std::uint64_t Moments() const
    {
        return m_moment;
    }

    /// Live, and neither stopped nor cut off from anybody.
    bool CanHear(MemberId member) const
    {
        return IsLive(member) && !m_disturbances.IsCutShort(member);
    }

    /// The same without a break since then.
    bool CanHearSince(MemberId member, std::uint64_t moment) const
    {
        return CanHear(member) && m_members[member].changedAt <= moment;
    }

    /// Live, and as it should be: not in Lifeguard's anomalous set (section V-F1). Accusations of
    /// others are no fault of the detector.
    bool IsHealthy(MemberId member) const
    {
        return IsLive(member) && !m_disturbances.IsDisturbed(member) && !m_isAnomalous[member];
    }

    /// Whether the member's own word is none of a healthy one: as long as it is not healthy, and
    /// after that for as long as a probe and a suspicion of that time can last; for good where the
    /// record has no settings of the protocol to tell.
    bool IsAnomalous(MemberId member, TimeNs timeNs) const
    {
        return !IsHealthy(member) || timeNs < m_disturbances.EndedNs(member) + m_aftermathNs;
    }

    /// Which part of the run counts, and who is left out.
    const Measure& MeasureOfRun() const
    {
        return m_measure;
    }

    bool IsParted() const
    {
        return m_parted;
    }

    /// Whether a partition is between the two now.
    bool AreParted(MemberId a, MemberId b) const
    {
        return m_parted && Differ(m_sides, a, b);
    }

    const Sides& SidesNow() const
    {
        return m_sides;
    }

    static bool Differ(const Sides& sides, MemberId a, MemberId b)
    {
        return sides[a] != sides[b] && sides[a] != NO_SIDE && sides[b] != NO_SIDE;
    }

    /// Whether the member was plugged in again not longer before than that.
    bool WasPluggedInSince(MemberId member, TimeNs timeNs) const
    {
        return m_members[member].pluggedInNs >= timeNs;
    }

  private:
    struct Member
    {
        TimeNs pluggedInNs = -NEVER_NS;
        std::uint64_t changedAt = 0; ///< the moment
        std::uint32_t changed = 0;   ///< the step
        std::uint32_t lowestIncarnation = 0;
        std::uint32_t highestIncarnation = 0; ///< that anybody recorded
        Health process = Health::LIVE;        ///< never UNPLUGGED
        bool unplugged = false;
        bool recorded = false; ///< whether anybody did
        bool touched = false;
    };

    static Health Seen(Health process, bool unplugged)
    {
        return process == Health::LIVE && unplugged ? Health::UNPLUGGED : process;
    }

    static HealthChange Follow(const Member& member, Verb verb);
    static void Become(Member& member, Verb verb);

    std::vector<bool> Hearing() const; ///< by member: whether it can
    bool TakeStep(const TruthEvent& event);
    void Part(const TruthEvent& event);
    void ChangeHealth(const TruthEvent& event);

    const RunFacts& m_facts;
    Measure m_measure;
    TimeNs m_aftermathNs;
    Disturbances m_disturbances;
    std::vector<bool> m_isAnomalous; ///< for the whole run, where [measure] wants it so
    std::vector<Member> m_members;
    /// Member and step of each change of health, by member: what is foretold. None is past the window.
    std::vector<std::uint64_t> m_changes;
    std::uint32_t m_step = 0;
    std::uint64_t m_moment = 0;
    bool m_parted = false;
    Sides m_sides;
    Sides m_sidesToBe; ///< of the partition whose rows are coming in
    std::map<std::string, std::int32_t, std::less<>> m_sideNames;
    std::uint32_t m_rowsOfStep = 0; ///< that came in
};

} // namespace swimlab
