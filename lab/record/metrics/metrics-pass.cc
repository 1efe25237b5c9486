// SPDX-License-Identifier: GPL-2.0-only
//
// See metrics-pass.h.
#include "lab/record/metrics/metrics-pass.h"

#include "lab/record/metrics/all-metrics.h"

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
      m_metrics(AllMetrics({m_facts, m_truth, m_views}))
{
}

MetricsPass::~MetricsPass() = default;

void MetricsPass::Reach(TimeNs timeNs)
{
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
        metric->Before(deed);
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
        metric->After(deed);
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
        heard.before = m_views.Set(row.observer,
                                   heard.subject,
                                   heard.after,
                                   {wrong && suspects, wrong && !suspects, heard.cutOff});
        if (row.incarnation)
        {
            m_truth.Hear(heard.subject, *row.incarnation);
        }
    }
    for (const auto& metric : m_metrics)
    {
        metric->Hear(heard);
    }
}

void MetricsPass::Move(const Moved& moved)
{
    for (const auto& metric : m_metrics)
    {
        metric->Move(moved);
    }
}

Json MetricsPass::Finish()
{
    Reach(m_facts.endNs);
    Json metrics = Json::object();
    for (const auto& metric : m_metrics)
    {
        metric->Finish(metrics);
    }
    return metrics;
}

} // namespace swimlab
