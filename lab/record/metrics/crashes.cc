// SPDX-License-Identifier: GPL-2.0-only
//
// See crashes.h.
#include "lab/record/metrics/crashes.h"

#include <algorithm>

namespace swimlab
{

namespace
{

/// Crashes of a run with a curve of their own: more than can be told apart, and bounded in size.
constexpr std::size_t OWN_CURVES = 20;

} // namespace

Crashes::Crashes(const RunState& run)
    : m_run(run),
      m_stepNs(CurveStepNs(run.facts.endNs)),
      m_watchOf(run.facts.Members(), NO_WATCH)
{
}

void Crashes::Before(const Deed& deed)
{
    if (!deed.change.IsNone())
    {
        Leave(deed.event.timeNs, *deed.event.subject);
    }
}

void Crashes::After(const Deed& deed)
{
    if (deed.change.starts)
    {
        Close(deed.event.timeNs, *deed.event.subject);
    }
    if (!deed.change.IsNone() && deed.change.after == Health::CRASHED)
    {
        Open(deed.event.timeNs, *deed.event.subject);
    }
}

/// Who crashes, pauses, leaves or starts anew is not waited for any more.
void Crashes::Leave(TimeNs timeNs, MemberId observer)
{
    for (const std::uint32_t place : m_open)
    {
        CrashWatch& watch = m_watches[place];
        if (m_run.truth.IsLiveSince(observer, watch.SinceStep()))
        {
            watch.Moved(timeNs, m_run.views.Get(observer, watch.Member()), View::UNKNOWN);
        }
    }
}

void Crashes::Open(TimeNs timeNs, MemberId subject)
{
    std::uint32_t knowing = 0;
    std::uint32_t shouldKnow = 0;
    for (MemberId observer = 0; observer < m_watchOf.size(); ++observer)
    {
        if (m_run.truth.IsLive(observer))
        {
            const View view = m_run.views.Get(observer, subject);
            knowing += IsGone(view) ? 1 : 0;
            shouldKnow += view != View::UNKNOWN ? 1 : 0;
        }
    }
    m_watchOf[subject] = static_cast<std::uint32_t>(m_watches.size());
    m_open.push_back(m_watchOf[subject]);
    m_watches.emplace_back(subject, timeNs, m_run.truth.Steps(), m_stepNs, knowing, shouldKnow);
}

void Crashes::Close(TimeNs timeNs, MemberId subject)
{
    if (m_watchOf[subject] != NO_WATCH)
    {
        m_watches[m_watchOf[subject]].End(timeNs);
        std::erase(m_open, m_watchOf[subject]);
        m_watchOf[subject] = NO_WATCH;
    }
}

void Crashes::Hear(const Heard& heard)
{
    if (!heard.changesView || m_watchOf[heard.subject] == NO_WATCH)
    {
        return;
    }
    CrashWatch& watch = m_watches[m_watchOf[heard.subject]];
    const TimeNs timeNs = heard.row.timeNs;
    if (m_run.truth.IsLiveSince(heard.row.observer, watch.SinceStep()))
    {
        watch.Moved(timeNs, heard.before.view, heard.after);
    }
    const bool detects = heard.judgement != Judgement::NONE && !heard.cutOff &&
                         !m_run.truth.IsOfEarlierProcess(heard.subject, heard.row.incarnation);
    if (detects && heard.after == View::SUSPECT)
    {
        watch.Suspected(timeNs);
    }
    else if (detects)
    {
        watch.Declared(timeNs);
    }
}

void Crashes::Finish(Json& metrics)
{
    for (const std::uint32_t place : m_open)
    {
        m_watches[place].End(m_run.truth.MeasureOfRun().window.toNs);
    }
    m_open.clear();
    Json& crashes = metrics["crashes"] = Json::array();
    for (const CrashWatch& crash : m_watches)
    {
        crashes.push_back(CrashJson(crash, crashes.size() < OWN_CURVES));
    }
    metrics["dissemination"] = SumOfCurvesJson();
}

Json Crashes::CrashJson(const CrashWatch& crash, bool withCurve) const
{
    return {{"member", m_run.facts.names[crash.Member()]},
            {"time_s", SecondsJson(crash.AtNs())},
            {"first_suspect_s", SecondsJson(crash.FirstSuspect())},
            {"first_dead_s", SecondsJson(crash.FirstDead())},
            {"known_to_50_percent_s", SecondsJson(crash.KnownTo()[0])},
            {"known_to_90_percent_s", SecondsJson(crash.KnownTo()[1])},
            {"known_to_99_percent_s", SecondsJson(crash.KnownTo()[2])},
            {"full_dissemination_s", SecondsJson(crash.KnownTo()[3])},
            {"should_know", crash.Curve().front().shouldKnow},
            {"known_before", crash.KnownBefore()},
            {"known_by", crash.Curve().back().knowing},
            {"curve", withCurve ? CurveJson(crash.Curve()) : Json(nullptr)}};
}

Json Crashes::CurveJson(const std::vector<CrashWatch::Point>& curve) const
{
    Json knowing = Json::array();
    Json shouldKnow = Json::array();
    for (const CrashWatch::Point& point : curve)
    {
        knowing.push_back(point.knowing);
        shouldKnow.push_back(point.shouldKnow);
    }
    return {{"step_s", SecondsJson(m_stepNs)}, {"knowing", knowing}, {"should_know", shouldKnow}};
}

/// All crashes together; one counts at a point if it was watched until then.
Json Crashes::SumOfCurvesJson() const
{
    std::size_t points = 0;
    for (const CrashWatch& crash : m_watches)
    {
        points = std::max(points, crash.Curve().size());
    }
    std::vector<std::uint64_t> knowing(points);
    std::vector<std::uint64_t> shouldKnow(points);
    for (const CrashWatch& crash : m_watches)
    {
        for (std::size_t i = 0; i < points && crash.Covers(i); ++i)
        {
            const auto& point = crash.Curve()[std::min(i, crash.Curve().size() - 1)];
            knowing[i] += point.knowing;
            shouldKnow[i] += point.shouldKnow;
        }
    }
    return {{"step_s", SecondsJson(m_stepNs)}, {"knowing", knowing}, {"should_know", shouldKnow}};
}

} // namespace swimlab
