// SPDX-License-Identifier: GPL-2.0-only
//
// See suspicion-progress.h. Levels are risen over in events of their own, so that a copy is never made
// in the midst of what a member does.
#include "lab/ns3/suspicion-progress.h"

#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace swimlab
{

SuspicionProgress::SuspicionProgress(const RunState& run,
                                     SplitTree& tree,
                                     std::vector<TimeNs> levels,
                                     Reseed reseed)
    : m_run(run),
      m_tree(tree),
      m_levels(std::move(levels)),
      m_reseed(std::move(reseed))
{
}

/// Who is not healthy is no living member that is accused, and accuses nobody as it should.
void SuspicionProgress::After(const Deed& deed)
{
    if (!deed.event.subject)
    {
        return;
    }
    const MemberId member = *deed.event.subject;
    if (m_run.truth.IsHealthy(member) && !deed.change.starts)
    {
        return;
    }
    for (auto next = m_since.begin(); next != m_since.end();)
    {
        const auto suspicion = next++;
        if (suspicion->first.subject == member || suspicion->first.observer == member)
        {
            End(suspicion);
        }
    }
    Settle(deed.event.timeNs);
}

void SuspicionProgress::Hear(const Heard& heard)
{
    if (!heard.changesView)
    {
        return;
    }
    CountBurial(heard);
    const Pair pair{heard.row.observer, heard.subject};
    const auto known = m_since.find(pair);
    const bool isWrong = heard.after == View::SUSPECT && heard.judgement == Judgement::WRONG;
    if (isWrong && known == m_since.end())
    {
        m_since.emplace(pair, heard.row.timeNs);
        m_times.insert(heard.row.timeNs);
    }
    else if (!isWrong && known != m_since.end())
    {
        End(known);
    }
    Settle(heard.row.timeNs);
}

/// At the level that led to it, before it ends the suspicion.
void SuspicionProgress::CountBurial(const Heard& heard)
{
    if (heard.row.kind != swim::EventKind::DEAD || heard.judgement != Judgement::WRONG ||
        !m_run.truth.MeasureOfRun().window.Contains(heard.row.timeNs))
    {
        return;
    }
    const std::uint64_t key =
        std::uint64_t{heard.subject} << 32 | heard.row.incarnation.value_or(0);
    if (m_buried.insert(key).second)
    {
        m_tree.Hit();
    }
}

void SuspicionProgress::End(Since::iterator suspicion)
{
    m_times.erase(m_times.find(suspicion->second));
    m_since.erase(suspicion);
}

void SuspicionProgress::Settle(TimeNs nowNs)
{
    const TimeNs lasted = m_times.empty() ? 0 : nowNs - *m_times.begin();
    const auto reached = std::ranges::upper_bound(m_levels, lasted) - m_levels.begin();
    m_tree.FallTo(std::min(m_tree.Level(), static_cast<std::size_t>(reached)));
    ScheduleRise(nowNs);
}

void SuspicionProgress::ScheduleRise(TimeNs nowNs)
{
    const bool rises = !m_times.empty() && m_tree.Level() < m_levels.size();
    const TimeNs dueNs = rises ? *m_times.begin() + m_levels[m_tree.Level()] : NEVER_NS;
    if (m_rise.IsRunning() && dueNs == m_dueNs)
    {
        return;
    }
    m_rise.Cancel();
    m_dueNs = dueNs;
    if (!rises)
    {
        return;
    }
    m_rise = ns3::Simulator::Schedule(ns3::NanoSeconds(std::max<TimeNs>(0, dueNs - nowNs)),
                                      &SuspicionProgress::OnRise,
                                      this);
}

void SuspicionProgress::OnRise()
{
    const TimeNs nowNs = ns3::Simulator::Now().GetNanoSeconds();
    if (m_run.truth.MeasureOfRun().window.IsPast(nowNs))
    {
        m_tree.EndIfCopy();
        return;
    }
    try
    {
        if (const auto key = m_tree.Rise())
        {
            m_reseed(*key);
        }
    }
    catch (const SplitError& error)
    {
        m_tree.FailIfCopy(error.what());
        throw;
    }
    ScheduleRise(nowNs);
}

void SuspicionProgress::Finish(Json& /*metrics*/)
{
    m_tree.EndIfCopy();
}

} // namespace swimlab
