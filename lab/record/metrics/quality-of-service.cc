// SPDX-License-Identifier: GPL-2.0-only
//
// See quality-of-service.h.
#include "lab/record/metrics/quality-of-service.h"

#include <algorithm>
#include <map>

namespace swimlab
{

namespace
{

bool IsSuspectOrGone(View view)
{
    return view == View::SUSPECT || IsGone(view);
}

} // namespace

QualityOfService::QualityOfService(const RunState& run)
    : m_run(run),
      m_exposure(run.facts, run.truth, run.truth.MeasureOfRun().window),
      m_readings{
          Reading{"dead", IsGone, {run.facts, m_exposure, run.truth.MeasureOfRun().window, true}},
          Reading{"suspected",
                  IsSuspectOrGone,
                  {run.facts, m_exposure, run.truth.MeasureOfRun().window, false}}}
{
}

void QualityOfService::Before(const Deed& deed)
{
    if (!IsPast(deed.event.timeNs))
    {
        m_exposure.Reach(deed.event.timeNs);
        m_sidesBefore = m_run.truth.IsParted() ? m_run.truth.SidesNow() : Sides{};
    }
}

void QualityOfService::After(const Deed& deed)
{
    const TimeNs timeNs = deed.event.timeNs;
    if (IsPast(timeNs))
    {
        return;
    }
    if (deed.parts || deed.heals)
    {
        ChangeSides(deed);
    }
    if (deed.event.subject)
    {
        UpdateHealth(timeNs, *deed.event.subject, deed.change.starts);
    }
    else if (Disturbances::IsAbout(deed.event.verb))
    {
        for (MemberId member = 0; member < m_run.facts.Members(); ++member)
        {
            UpdateHealth(timeNs, member, false);
        }
    }
}

/// @param starts its process is another one, even if nobody saw the old one end
void QualityOfService::UpdateHealth(TimeNs timeNs, MemberId member, bool starts)
{
    const bool isHealthy = m_run.truth.IsHealthy(member);
    if (m_exposure.IsHealthy(member) && (!isHealthy || starts))
    {
        m_exposure.SetHealthy(timeNs, member, false);
        for (Reading& reading : m_readings)
        {
            reading.accuracy.Break(timeNs, member);
        }
    }
    if (isHealthy && !m_exposure.IsHealthy(member))
    {
        m_exposure.SetHealthy(timeNs, member, true);
        Join(timeNs, member);
    }
}

/// A member is healthy again: what it holds of others, and they of it, may have become wrong meanwhile.
void QualityOfService::Join(TimeNs timeNs, MemberId member)
{
    for (MemberId other = 0; other < m_run.facts.Members(); ++other)
    {
        if (m_exposure.IsExposed(member, other))
        {
            Inherit(timeNs, member, other);
            Inherit(timeNs, other, member);
        }
    }
}

void QualityOfService::Inherit(TimeNs timeNs, MemberId observer, MemberId subject)
{
    const View view = m_run.views.Get(observer, subject);
    for (Reading& reading : m_readings)
    {
        if (reading.isWrong(view))
        {
            reading.accuracy.Begin(timeNs, observer, subject, PairAccuracy::Cause::INHERITED);
        }
    }
}

/// Only pairs across sides were not exposed before, and a side may be small.
void QualityOfService::ChangeSides(const Deed& deed)
{
    const TimeNs timeNs = deed.event.timeNs;
    const bool isParted = m_run.truth.IsParted();
    m_exposure.SetSides(timeNs, isParted, m_run.truth.SidesNow());
    if (isParted)
    {
        for (Reading& reading : m_readings)
        {
            reading.accuracy.BreakParted(timeNs, m_run.truth);
        }
    }
    std::map<std::int32_t, std::vector<MemberId>> sides;
    for (MemberId member = 0; member < m_sidesBefore.size(); ++member)
    {
        if (m_sidesBefore[member] != NO_SIDE && m_exposure.IsHealthy(member))
        {
            sides[m_sidesBefore[member]].push_back(member);
        }
    }
    for (const auto& [side, members] : sides)
    {
        for (const auto& [otherSide, others] : sides)
        {
            for (std::size_t i = 0; otherSide != side && i < members.size(); ++i)
            {
                for (const MemberId other : others)
                {
                    if (m_exposure.IsExposed(members[i], other))
                    {
                        Inherit(timeNs, members[i], other);
                    }
                }
            }
        }
    }
}

void QualityOfService::Hear(const Heard& heard)
{
    const MemberId observer = heard.row.observer;
    const TimeNs timeNs = heard.row.timeNs;
    if (!heard.changesView || IsPast(timeNs) || !m_exposure.IsExposed(observer, heard.subject))
    {
        return;
    }
    for (Reading& reading : m_readings)
    {
        const bool isWrong = reading.isWrong(heard.after);
        if (isWrong == reading.isWrong(heard.before.view))
        {
            continue;
        }
        if (!isWrong)
        {
            reading.accuracy.End(timeNs, observer, heard.subject);
            continue;
        }
        const bool isMistake =
            heard.judgement == Judgement::WRONG && !m_run.truth.IsAnomalous(observer, timeNs);
        reading.accuracy.Begin(timeNs,
                               observer,
                               heard.subject,
                               isMistake ? PairAccuracy::Cause::MISTAKE
                                         : PairAccuracy::Cause::INHERITED);
    }
}

void QualityOfService::Finish(Json& metrics)
{
    const TimeNs endNs = m_run.truth.MeasureOfRun().window.toNs;
    m_exposure.Reach(endNs);
    Json json = {{"pairs", m_exposure.Pairs()},
                 {"exposed_pair_s", Seconds(m_exposure.OfPairs())},
                 {"exposed_member_s", Seconds(m_exposure.OfMembers())}};
    for (Reading& reading : m_readings)
    {
        reading.accuracy.Finish(endNs);
        json[std::string(reading.name)] = reading.accuracy.ToJson();
    }
    metrics["quality_of_service"] = json;
}

} // namespace swimlab
