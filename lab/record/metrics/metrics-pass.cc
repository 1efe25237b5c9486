// SPDX-License-Identifier: GPL-2.0-only
//
// See metrics-pass.h.
#include "lab/record/metrics/metrics-pass.h"

#include "lab/record/metrics/all-metrics.h"
#include "swim/key-table.h"

#include <algorithm>

namespace swimlab
{

namespace
{

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
        return View::DEAD;
    case swim::EventKind::LEFT:
        return View::LEFT;
    default:
        return {};
    }
}

std::vector<bool> PresentAtStart(const GroundTruth& truth, MemberId members)
{
    std::vector<bool> present(members);
    for (MemberId member = 0; member < members; ++member)
    {
        present[member] = truth.HealthOf(member) != Health::ABSENT;
    }
    return present;
}

} // namespace

MetricsPass::MetricsPass(RunFacts facts)
    : m_facts(std::move(facts)),
      m_truth(m_facts),
      m_views(PresentAtStart(m_truth, m_facts.Members()), m_facts.groupOf, m_facts.converged),
      m_judge(m_facts, m_truth, m_views),
      m_metrics(AllMetrics({m_facts, m_truth, m_views})),
      m_found(m_metrics.size(), Json::object())
{
}

MetricsPass::~MetricsPass() = default;

/// Metrics of the window see the state as it is now, before the first row after it.
void MetricsPass::EndWindow()
{
    m_isWindowOver = true;
    for (std::size_t i = 0; i < m_metrics.size(); ++i)
    {
        if (m_metrics[i]->ScopeOf() != Metric::Scope::RUN)
        {
            m_metrics[i]->Finish(m_found[i]);
        }
    }
}

bool MetricsPass::IsTold(const Metric& metric, TimeNs timeNs) const
{
    const Metric::Scope scope = metric.ScopeOf();
    return scope == Metric::Scope::RUN ||
           (!m_isWindowOver &&
            (scope == Metric::Scope::PREAMBLE || timeNs >= m_truth.MeasureOfRun().window.fromNs));
}

void MetricsPass::Reach(TimeNs timeNs)
{
    if (!m_isWindowOver && m_truth.MeasureOfRun().window.IsPast(timeNs))
    {
        EndWindow();
    }
    if (timeNs < m_nextLook)
    {
        return;
    }
    m_nextLook = NEVER_NS;
    for (const auto& metric : m_metrics)
    {
        if (metric->NextLook() <= timeNs)
        {
            metric->Look(timeNs);
        }
        m_nextLook = std::min(m_nextLook, metric->NextLook());
    }
}

void MetricsPass::Truth(const TruthEvent& event)
{
    Reach(event.timeNs);
    Deed deed{event};
    if (event.subject)
    {
        deed.change = m_truth.Foresee(event.verb, *event.subject);
    }
    for (const auto& metric : m_metrics)
    {
        if (IsTold(*metric, event.timeNs))
        {
            metric->Before(deed);
        }
    }
    const bool wasParted = m_truth.IsParted();
    const Sides sides = wasParted && !event.subject ? m_truth.SidesNow() : Sides{};
    const bool isDone = m_truth.Apply(event);
    deed.parts = isDone && event.verb == Verb::PARTITION;
    deed.heals = wasParted && event.verb == Verb::HEAL;
    if (deed.parts || deed.heals)
    {
        m_judge.EndEpoch(event.timeNs, sides, deed.heals);
    }
    if (deed.change.starts)
    {
        m_views.StartAnew(*event.subject);
    }
    for (const auto& metric : m_metrics)
    {
        if (IsTold(*metric, event.timeNs))
        {
            metric->After(deed);
        }
    }
    m_nextLook = 0;
}

void MetricsPass::Conclude(const Conclusion& row)
{
    Reach(row.timeNs);
    Heard heard{row};
    if (const auto after = ViewAfter(row.kind))
    {
        if (!row.subject.member)
        {
            throw RowError("subject is \"" + row.subject.stranger +
                           "\", must be a member of the run");
        }
        heard.subject = *row.subject.member;
        heard.changesView = true;
        heard.after = *after;
        const bool suspects = row.kind == swim::EventKind::SUSPECT;
        if (suspects || row.kind == swim::EventKind::DEAD)
        {
            heard.accuser = row.source.member.value_or(row.observer);
            heard.judgement = m_judge.Decide(row, heard.subject, heard.accuser);
            heard.cutOff = m_judge.IsCutOff();
        }
        const bool wrong = heard.judgement == Judgement::WRONG;
        const bool counts = m_truth.MeasureOfRun().window.Contains(row.timeNs);
        heard.before = m_views.Set(row.observer,
                                   heard.subject,
                                   heard.after,
                                   {wrong && suspects, wrong && !suspects && counts, heard.cutOff});
    }
    if (row.subject.member && row.incarnation)
    {
        m_truth.Hear(*row.subject.member, *row.incarnation);
    }
    for (const auto& metric : m_metrics)
    {
        if (IsTold(*metric, row.timeNs))
        {
            metric->Hear(heard);
        }
    }
}

void MetricsPass::Move(const Moved& moved)
{
    for (const auto& metric : m_metrics)
    {
        metric->Move(moved);
    }
}

void MetricsPass::Scatter(const Spread& spread)
{
    for (const auto& metric : m_metrics)
    {
        metric->Scatter(spread);
    }
}

void MetricsPass::Cross(const Crossed& crossed)
{
    for (const auto& metric : m_metrics)
    {
        metric->Cross(crossed);
    }
}

void MetricsPass::Load(const Loaded& loaded)
{
    for (const auto& metric : m_metrics)
    {
        metric->Load(loaded);
    }
}

Json MetricsPass::Finish()
{
    Reach(m_facts.endNs);
    if (!m_isWindowOver)
    {
        EndWindow();
    }
    Json metrics = {{"measure", MeasureJson()}};
    for (std::size_t i = 0; i < m_metrics.size(); ++i)
    {
        if (m_metrics[i]->ScopeOf() == Metric::Scope::RUN)
        {
            m_metrics[i]->Finish(m_found[i]);
        }
        metrics.update(m_found[i]);
    }
    return metrics;
}

Json MetricsPass::MeasureJson() const
{
    const Measure& measure = m_truth.MeasureOfRun();
    return {{"from_s", SecondsJson(measure.window.fromNs)},
            {"to_s", SecondsJson(measure.window.toNs)},
            {"anomalous", swim::NameOf(ANOMALOUS_SETS, measure.anomalous)},
            {"shortest_suspicion_s", SecondsJson(measure.shortestSuspicionNs)},
            {"longest_suspicion_s", SecondsJson(measure.longestSuspicionNs)}};
}

} // namespace swimlab
