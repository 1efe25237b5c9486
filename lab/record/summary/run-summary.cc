// SPDX-License-Identifier: GPL-2.0-only
//
// See run-summary.h; summary-json.cc writes what it found.
#include "lab/record/summary/run-summary.h"

#include "lab/record/summary/summary-json.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace swimlab::summary
{

namespace
{

/// Who enters by a join was not there before.
std::vector<bool> PresentAtStart(const Plan& plan)
{
    std::vector<bool> present;
    for (const auto& start : plan.starts)
    {
        present.push_back(start && start->converged);
    }
    return present;
}

bool StartsConverged(const Plan& plan)
{
    const auto present = PresentAtStart(plan);
    return std::find(present.begin(), present.end(), true) != present.end();
}

std::vector<std::uint32_t> GroupOfMembers(const Plan& plan)
{
    std::vector<std::uint32_t> groupOf(plan.members);
    for (std::uint32_t group = 0; group < plan.groups.size(); ++group)
    {
        for (const MemberId member : plan.groups[group].members)
        {
            groupOf[member] = group;
        }
    }
    return groupOf;
}

/// @return how the observer sees the subject after such a conclusion; none: as before
std::optional<View> ViewAfter(swim::EventKind kind)
{
    switch (kind)
    {
    case swim::EventKind::JOINED:
    case swim::EventKind::REFUTED:
        return View::ALIVE;
    case swim::EventKind::SUSPECT:
        return View::SUSPECT;
    case swim::EventKind::DEAD:
    case swim::EventKind::LEFT:
        return View::GONE;
    default:
        return {};
    }
}

/// The part of a run's last second counts as one.
std::size_t SecondsOf(const Plan& plan)
{
    return std::max<std::size_t>(1, (plan.duration.count() + SECOND_NS - 1) / SECOND_NS);
}

} // namespace

RunSummary::RunSummary(const Plan& plan)
    : m_plan(plan),
      m_health(PresentAtStart(plan)),
      m_views(PresentAtStart(plan), GroupOfMembers(plan), StartsConverged(plan)),
      m_accusations(m_health, plan.members, SecondsOf(plan)),
      m_viewSizes(m_health, m_views, plan.duration.count()),
      m_stepNs(CurveStepNs(plan.duration.count())),
      m_watchOf(plan.members, NO_WATCH),
      m_lastChangeNs(plan.members, -1)
{
}

void RunSummary::Truth(std::int64_t timeNs,
                       std::string_view event,
                       MemberId subject,
                       std::uint32_t incarnation)
{
    m_viewSizes.Reach(timeNs);
    const Health::Change change = m_health.Foresee(event, subject);
    if (change != Health::Change::NONE)
    {
        m_viewSizes.Changed();
        LeaveWatches(timeNs, subject);
    }
    m_health.Apply(event, subject, incarnation);
    if (change == Health::Change::STARTS)
    {
        CloseWatch(timeNs, subject);
        m_views.StartAnew(subject);
    }
    if (change == Health::Change::CRASHES)
    {
        OpenWatch(timeNs, subject);
    }
}

/// Who crashes, pauses, leaves or starts anew is not waited for any more.
void RunSummary::LeaveWatches(std::int64_t timeNs, MemberId observer)
{
    for (const std::uint32_t place : m_open)
    {
        CrashWatch& watch = m_watches[place];
        if (m_health.IsLiveSince(observer, watch.HealthChanges()))
        {
            watch.Moved(timeNs, m_views.Get(observer, watch.Member()), View::UNKNOWN);
        }
    }
}

void RunSummary::OpenWatch(std::int64_t timeNs, MemberId subject)
{
    std::uint32_t knowing = 0;
    std::uint32_t shouldKnow = 0;
    for (MemberId observer = 0; observer < m_plan.members; ++observer)
    {
        if (m_health.IsLive(observer))
        {
            const View view = m_views.Get(observer, subject);
            knowing += view == View::GONE ? 1 : 0;
            shouldKnow += view != View::UNKNOWN ? 1 : 0;
        }
    }
    m_watchOf[subject] = static_cast<std::uint32_t>(m_watches.size());
    m_open.push_back(m_watchOf[subject]);
    m_watches.emplace_back(subject, timeNs, m_health.Changes(), m_stepNs, knowing, shouldKnow);
}

void RunSummary::CloseWatch(std::int64_t timeNs, MemberId subject)
{
    if (CrashWatch* watch = WatchOf(subject))
    {
        watch->End(timeNs);
        std::erase(m_open, m_watchOf[subject]);
        m_watchOf[subject] = NO_WATCH;
    }
}

void RunSummary::Conclude(const Conclusion& conclusion)
{
    using swim::EventKind;
    m_viewSizes.Reach(conclusion.timeNs);
    const auto after = ViewAfter(conclusion.kind);
    if (!after)
    {
        return;
    }
    const auto member = conclusion.subject.member;
    if (!member)
    {
        throw std::logic_error("nobody is called " + conclusion.subject.stranger);
    }
    TakeIn({conclusion.timeNs,
            conclusion.observer,
            *member,
            *after,
            conclusion.kind == EventKind::JOINED,
            conclusion.kind == EventKind::REFUTED});
    const bool suspects = conclusion.kind == EventKind::SUSPECT;
    if (suspects || conclusion.kind == EventKind::DEAD)
    {
        Accuse({conclusion.timeNs,
                conclusion.observer,
                *member,
                conclusion.incarnation.value_or(0),
                conclusion.source.member.value_or(conclusion.observer)},
               suspects);
    }
}

/// @param suspects or else it declares dead
void RunSummary::Accuse(const Accusation& accusation, bool suspects)
{
    CrashWatch* watch = WatchOf(accusation.subject);
    // News of an earlier life detects nothing.
    const bool detects = watch != nullptr &&
                         accusation.incarnation >= m_health.LowestIncarnation(accusation.subject);
    if (suspects)
    {
        m_accusations.Suspected(accusation);
    }
    else
    {
        m_accusations.Declared(accusation);
    }
    if (detects && suspects)
    {
        watch->Suspected(accusation.timeNs);
    }
    else if (detects)
    {
        watch->Declared(accusation.timeNs);
    }
}

void RunSummary::TakeIn(const Change& change)
{
    m_lastChangeNs[change.observer] = change.timeNs;
    m_accusations.Changed(change.observer, change.subject, change.refutes);
    const View before = m_views.Set(change.observer, change.subject, change.after);
    if (Holds(before) != Holds(change.after))
    {
        m_viewSizes.Changed();
    }
    const bool rises = change.joins && before == View::GONE;
    m_resurrections += rises && m_health.IsGone(change.subject) ? 1 : 0;
    CrashWatch* watch = WatchOf(change.subject);
    if (watch != nullptr && m_health.IsLiveSince(change.observer, watch->HealthChanges()))
    {
        watch->Moved(change.timeNs, before, change.after);
    }
}

std::string RunSummary::Finish()
{
    const std::int64_t endNs = m_plan.duration.count();
    m_viewSizes.End();
    for (const std::uint32_t place : m_open)
    {
        m_watches[place].End(endNs);
    }
    m_open.clear();
    std::vector<bool> live(m_plan.members);
    std::int64_t settledNs = -1;
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        live[member] = m_health.IsLive(member);
        settledNs = live[member] ? std::max(settledNs, m_lastChangeNs[member]) : settledNs;
    }
    return SummaryJson({m_plan.names,
                        m_stepNs,
                        m_watches,
                        m_accusations.Results(),
                        m_viewSizes,
                        Agreement(m_health, m_views, live, m_resurrections, settledNs)});
}

std::uint64_t EstimateSummaryBytes(const Plan& plan)
{
    constexpr std::uint64_t BYTES_A_MEMBER = 80;
    std::vector<bool> startsAnew(plan.members);
    std::vector<bool> isNews(plan.members);
    std::uint64_t crashes = 0;
    for (MemberId member = 0; member < plan.members; ++member)
    {
        startsAnew[member] = !plan.starts[member] || !plan.starts[member]->converged;
    }
    for (const Action& action : plan.timeline)
    {
        for (const MemberId member :
             HitsMembers(action.verb) ? action.members : std::vector<MemberId>{})
        {
            isNews[member] = true;
            startsAnew[member] = startsAnew[member] || StartsProcess(action.verb);
            crashes += action.verb == Verb::CRASH ? 1 : 0;
        }
    }
    const auto count = [](const auto& flags) {
        return static_cast<std::uint64_t>(std::count(flags.begin(), flags.end(), true));
    };
    const std::uint64_t points = plan.duration.count() / CurveStepNs(plan.duration.count()) + 1;
    return plan.members * (count(startsAnew) + count(isNews) + BYTES_A_MEMBER) +
           crashes * (points * sizeof(CrashWatch::Point) + sizeof(CrashWatch));
}

} // namespace swimlab::summary
