// SPDX-License-Identifier: GPL-2.0-only
//
// See ground-truth.h.
#include "lab/record/metrics/ground-truth.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <unordered_map>

namespace swimlab
{

namespace
{

/// What becomes of a process.
HealthChange FollowProcess(Health before, Verb verb)
{
    const auto when = [before](bool possible, Health after) {
        return HealthChange{before, possible ? after : before, false};
    };
    switch (verb)
    {
    case Verb::CRASH:
        return when(before == Health::LIVE || before == Health::PAUSED || before == Health::STALLED,
                    Health::CRASHED);
    case Verb::PAUSE:
        return when(before == Health::LIVE, Health::PAUSED);
    case Verb::RESUME:
        return when(before == Health::PAUSED, Health::LIVE);
    case Verb::STALL:
        return when(before == Health::LIVE, Health::STALLED);
    case Verb::UNSTALL:
        return when(before == Health::STALLED, Health::LIVE);
    case Verb::LEAVE:
        return when(before == Health::LIVE, Health::LEFT);
    case Verb::JOIN:
        return {before, Health::LIVE, before != Health::LIVE};
    case Verb::RESTART:
        // A process that is started anew is another one even if nobody saw the old one stop.
        return {before, Health::LIVE, true};
    default:
        return {before, before, false};
    }
}

/// How long what a disturbed member began may go on after the disturbance: without settings of the
/// protocol, nobody knows.
TimeNs AftermathNs(TimeNs longestProbeNs, TimeNs longestSuspicionNs)
{
    return longestProbeNs == 0 ? NEVER_NS : longestProbeNs + longestSuspicionNs;
}

/// Whether a row about a member says something against it.
bool Touches(Verb verb)
{
    constexpr std::array HARMLESS = {Verb::PARTITION,
                                     Verb::JOIN,
                                     Verb::UNBLOCK,
                                     Verb::INJECT,
                                     Verb::UPDATE};
    return std::find(HARMLESS.begin(), HARMLESS.end(), verb) == HARMLESS.end();
}

/// Whether a step is about the process of a member.
bool IsOfProcess(Verb verb)
{
    return verb != Verb::PARTITION && verb != Verb::HEAL && verb != Verb::DISCONNECT &&
           verb != Verb::RECONNECT && verb != Verb::UPDATE;
}

bool UnpluggedAfter(bool before, Verb verb)
{
    return verb == Verb::DISCONNECT || (before && verb != Verb::RECONNECT);
}

constexpr std::uint64_t Key(MemberId member, std::uint32_t step)
{
    return std::uint64_t{member} << 32 | step;
}

} // namespace

GroundTruth::GroundTruth(const RunFacts& facts)
    : m_facts(facts),
      m_measure(MeasureOf(facts)),
      m_aftermathNs(AftermathNs(facts.LongestProbeNs(), m_measure.longestSuspicionNs)),
      m_disturbances(facts.Members()),
      m_isAnomalous(facts.Members()),
      m_members(facts.Members()),
      m_sides(facts.Members(), NO_SIDE),
      m_sidesToBe(facts.Members(), NO_SIDE)
{
    for (const MemberId member : facts.disturbed)
    {
        m_isAnomalous[member] = m_measure.anomalous == AnomalousSet::RUN;
    }
    // Who enters by a join was not there before.
    std::vector<bool> seen(facts.Members());
    for (const Step& step : facts.steps)
    {
        if (IsOfProcess(step.verb) && !seen[step.member])
        {
            seen[step.member] = true;
            m_members[step.member].process =
                step.verb == Verb::JOIN ? Health::ABSENT : Health::LIVE;
        }
    }
    std::unordered_map<MemberId, Member> members; // of whom a step is about
    for (std::uint32_t i = 0; i < facts.steps.size(); ++i)
    {
        const Step& step = facts.steps[i];
        Member& member = members.try_emplace(step.member, m_members[step.member]).first->second;
        const HealthChange change = Follow(member, step.verb);
        if (!change.IsNone() && !m_measure.window.IsPast(step.timeNs))
        {
            m_changes.push_back(Key(step.member, i));
        }
        Become(member, step.verb);
    }
    std::ranges::sort(m_changes);
}

HealthChange GroundTruth::Follow(const Member& member, Verb verb)
{
    const HealthChange process = FollowProcess(member.process, verb);
    return {Seen(process.before, member.unplugged),
            Seen(process.after, UnpluggedAfter(member.unplugged, verb)),
            process.starts};
}

void GroundTruth::Become(Member& member, Verb verb)
{
    member.process = FollowProcess(member.process, verb).after;
    member.unplugged = UnpluggedAfter(member.unplugged, verb);
}

HealthChange GroundTruth::Foresee(Verb verb, MemberId subject) const
{
    return Follow(m_members[subject], verb);
}

std::uint32_t GroundTruth::NextChange(MemberId member) const
{
    const auto next = std::ranges::lower_bound(m_changes, Key(member, m_step));
    const bool known = next != m_changes.end() && *next >> 32 == member;
    return known ? static_cast<std::uint32_t>(*next)
                 : static_cast<std::uint32_t>(m_facts.steps.size());
}

std::uint32_t GroundTruth::Next(Verb verb) const
{
    const auto from = m_facts.steps.begin() + m_step;
    const auto next = std::ranges::find(from, m_facts.steps.end(), verb, &Step::verb);
    return static_cast<std::uint32_t>(next - m_facts.steps.begin());
}

std::uint32_t GroundTruth::Next(Verb verb, MemberId member) const
{
    const auto from = m_facts.steps.begin() + m_step;
    const auto next = std::find_if(from, m_facts.steps.end(), [&](const Step& step) {
        return step.verb == verb && step.member == member;
    });
    return static_cast<std::uint32_t>(next - m_facts.steps.begin());
}

bool GroundTruth::Apply(const TruthEvent& event)
{
    const bool heard = event.subject && CanHear(*event.subject);
    const std::vector<bool> couldHear =
        event.verb == Verb::UNBLOCK && !event.subject ? Hearing() : std::vector<bool>{};
    if (event.subject && Touches(event.verb))
    {
        m_members[*event.subject].touched = true;
    }
    m_disturbances.Apply(event.timeNs, event.verb, event.subject, event.value);
    const bool isDone = IsStep(event.verb) && TakeStep(event);
    if (event.subject && (heard != CanHear(*event.subject) || StartsProcess(event.verb)))
    {
        m_members[*event.subject].changedAt = ++m_moment;
    }
    m_moment += couldHear.empty() ? 0 : 1;
    for (MemberId member = 0; member < couldHear.size(); ++member)
    {
        if (couldHear[member] != CanHear(member))
        {
            m_members[member].changedAt = m_moment;
        }
    }
    return isDone;
}

std::vector<bool> GroundTruth::Hearing() const
{
    std::vector<bool> hearing(m_members.size());
    for (MemberId member = 0; member < hearing.size(); ++member)
    {
        hearing[member] = CanHear(member);
    }
    return hearing;
}

bool GroundTruth::TakeStep(const TruthEvent& event)
{
    const bool foretold = m_step < m_facts.steps.size() &&
                          m_facts.steps[m_step].verb == event.verb &&
                          (event.verb == Verb::PARTITION || event.verb == Verb::HEAL ||
                           m_facts.steps[m_step].member == event.subject);
    if (!foretold)
    {
        throw std::logic_error("a row of ground truth is not the one that was planned: " +
                               std::string(ToString(event.verb)));
    }
    if (event.verb == Verb::PARTITION)
    {
        Part(event);
        if (++m_rowsOfStep < m_facts.steps[m_step].rows)
        {
            return false;
        }
        std::swap(m_sides, m_sidesToBe);
        m_parted = true;
    }
    else if (event.verb == Verb::HEAL)
    {
        m_parted = false;
    }
    else
    {
        ChangeHealth(event);
    }
    m_rowsOfStep = 0;
    ++m_step;
    return true;
}

void GroundTruth::Part(const TruthEvent& event)
{
    if (m_rowsOfStep == 0)
    {
        m_sideNames.clear();
        m_sidesToBe.assign(m_members.size(), NO_SIDE);
    }
    const auto [side, isNew] =
        m_sideNames.emplace(event.value, static_cast<std::int32_t>(m_sideNames.size()));
    m_sidesToBe[*event.subject] = side->second;
}

void GroundTruth::ChangeHealth(const TruthEvent& event)
{
    Member& member = m_members[*event.subject];
    const HealthChange change = Follow(member, event.verb);
    if (event.verb == Verb::RECONNECT && member.unplugged)
    {
        member.pluggedInNs = event.timeNs;
    }
    Become(member, event.verb);
    if (change.IsNone())
    {
        return;
    }
    member.changed = m_step + 1;
    if (change.starts)
    {
        // Where it is not told what the process starts with, that is above all that was heard.
        member.lowestIncarnation =
            event.incarnation.value_or(member.recorded ? member.highestIncarnation + 1 : 0);
    }
}

} // namespace swimlab
