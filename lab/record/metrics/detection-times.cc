// SPDX-License-Identifier: GPL-2.0-only
//
// See detection-times.h.
#include "lab/record/metrics/detection-times.h"

#include <cmath>

namespace swimlab
{

namespace
{

TimeNs NsOf(float seconds)
{
    return std::llround(static_cast<double>(seconds) * SECOND_NS);
}

} // namespace

void DetectionTimes::Count(Entry entry)
{
    m_already += entry == ALREADY ? 1 : 0;
    m_cutOff += entry == CUT_OFF ? 1 : 0;
    if (entry >= 0)
    {
        ++m_detected;
        m_times.Add(NsOf(entry));
    }
}

void DetectionTimes::Uncount(Entry entry)
{
    m_already -= entry == ALREADY ? 1 : 0;
    m_cutOff -= entry == CUT_OFF ? 1 : 0;
    if (entry >= 0)
    {
        --m_detected;
        m_times.Remove(NsOf(entry));
    }
}

void DetectionTimes::After(const Deed& deed)
{
    if (!deed.event.subject || m_run.truth.MeasureOfRun().window.IsPast(deed.event.timeNs))
    {
        return;
    }
    if (deed.change.starts)
    {
        Close(*deed.event.subject);
    }
    if (!deed.change.IsNone() && deed.change.after == Health::CRASHED &&
        m_run.truth.MeasureOfRun().window.Contains(deed.event.timeNs))
    {
        Open(deed.event.timeNs, *deed.event.subject);
    }
}

void DetectionTimes::Open(TimeNs timeNs, MemberId subject)
{
    Watch& watch = m_watches[subject];
    watch = {timeNs, m_run.truth.Steps(), {}};
    watch.entries.assign(m_run.facts.Members(), UNAWARE);
    for (MemberId observer = 0; observer < watch.entries.size(); ++observer)
    {
        if (m_run.truth.IsLive(observer) && IsGone(m_run.views.Get(observer, subject)))
        {
            watch.entries[observer] = ALREADY;
            Count(ALREADY);
        }
    }
}

/// Those who should know and do not never will, as far as is seen.
void DetectionTimes::Close(MemberId subject)
{
    const auto watch = m_watches.find(subject);
    if (watch == m_watches.end())
    {
        return;
    }
    for (MemberId observer = 0; observer < watch->second.entries.size(); ++observer)
    {
        const bool should = m_run.truth.IsLiveSince(observer, watch->second.step) &&
                            Holds(m_run.views.Get(observer, subject));
        m_undetected += should && observer != subject ? 1 : 0;
    }
    m_watches.erase(watch);
}

void DetectionTimes::Hear(const Heard& heard)
{
    const bool isGone = IsGone(heard.after);
    if (!heard.changesView || isGone == IsGone(heard.before.view) ||
        m_run.truth.MeasureOfRun().window.IsPast(heard.row.timeNs))
    {
        return;
    }
    const auto found = m_watches.find(heard.subject);
    if (found == m_watches.end() ||
        !m_run.truth.IsLiveSince(heard.row.observer, found->second.step))
    {
        return;
    }
    Watch& watch = found->second;
    Entry& entry = watch.entries[heard.row.observer];
    Uncount(entry);
    const auto seconds = static_cast<double>(heard.row.timeNs - watch.atNs) / SECOND_NS;
    const bool isOld = m_run.truth.IsOfEarlierProcess(heard.subject, heard.row.incarnation);
    entry = !isGone        ? UNAWARE
            : heard.cutOff ? CUT_OFF
            : isOld        ? ALREADY
                           : static_cast<Entry>(seconds);
    Count(entry);
}

void DetectionTimes::Finish(Json& metrics)
{
    while (!m_watches.empty())
    {
        Close(m_watches.begin()->first);
    }
    metrics["detection_times"] = {{"detected", m_detected},
                                  {"already", m_already},
                                  {"cut_off", m_cutOff},
                                  {"undetected", m_undetected},
                                  {"times", m_times.ToJson()}};
}

} // namespace swimlab
