// SPDX-License-Identifier: GPL-2.0-only
//
// See crash-watch.h.
#include "lab/record/metrics/crash-watch.h"

namespace swimlab
{

CrashWatch::CrashWatch(MemberId member,
                       TimeNs atNs,
                       std::uint32_t step,
                       TimeNs stepNs,
                       std::uint32_t knowing,
                       std::uint32_t shouldKnow)
    : m_member(member),
      m_atNs(atNs),
      m_step(step),
      m_stepNs(stepNs),
      m_knownBefore(knowing),
      m_now{knowing, shouldKnow}
{
}

void CrashWatch::Suspected(TimeNs timeNs)
{
    m_firstSuspect = m_firstSuspect.value_or(timeNs - m_atNs);
}

void CrashWatch::Declared(TimeNs timeNs)
{
    m_firstDead = m_firstDead.value_or(timeNs - m_atNs);
    CountShares(timeNs);
}

void CrashWatch::Moved(TimeNs timeNs, View before, View after)
{
    const TimeNs delay = timeNs - m_atNs;
    while (static_cast<TimeNs>(m_curve.size()) * m_stepNs < delay)
    {
        m_curve.push_back(m_now);
    }
    // Who is gone itself at the instant of the crash is not asked, in whichever order they stand.
    const bool neverAsked = delay == 0 && after == View::UNKNOWN;
    m_knownBefore -= neverAsked && IsGone(before) && m_knownBefore > 0 ? 1 : 0;
    m_now.knowing += IsGone(after) ? 1 : 0;
    m_now.knowing -= IsGone(before) ? 1 : 0;
    m_now.shouldKnow += after != View::UNKNOWN ? 1 : 0;
    m_now.shouldKnow -= before != View::UNKNOWN ? 1 : 0;
    m_lastChangeNs = delay;
    CountShares(timeNs);
}

void CrashWatch::CountShares(TimeNs timeNs)
{
    if (!m_firstDead || m_now.shouldKnow == 0)
    {
        return;
    }
    for (std::size_t i = 0; i < PERCENTS.size(); ++i)
    {
        if (!m_knownTo[i] &&
            std::uint64_t{100} * m_now.knowing >= std::uint64_t{PERCENTS[i]} * m_now.shouldKnow)
        {
            m_knownTo[i] = timeNs - m_atNs;
        }
    }
}

void CrashWatch::End(TimeNs timeNs)
{
    m_lengthNs = timeNs - m_atNs;
    do
    {
        m_curve.push_back(m_now);
    } while (static_cast<TimeNs>(m_curve.size() - 1) * m_stepNs < m_lastChangeNs);
}

TimeNs CurveStepNs(TimeNs runNs)
{
    constexpr TimeNs STEPS = 3000;
    for (TimeNs decadeNs = 100'000'000;; decadeNs *= 10)
    {
        for (const TimeNs stepNs : {decadeNs, 2 * decadeNs, 5 * decadeNs})
        {
            if (runNs <= STEPS * stepNs)
            {
                return stepNs;
            }
        }
    }
}

} // namespace swimlab
