// SPDX-License-Identifier: GPL-2.0-only
//
// See crash-watch.h.
#include "lab/record/summary/crash-watch.h"

namespace swimlab::summary
{

CrashWatch::CrashWatch(MemberId member,
                       std::int64_t atNs,
                       std::uint32_t healthChanges,
                       std::int64_t stepNs,
                       std::uint32_t knowing,
                       std::uint32_t shouldKnow)
    : m_member(member),
      m_atNs(atNs),
      m_healthChanges(healthChanges),
      m_stepNs(stepNs),
      m_now{knowing, shouldKnow}
{
}

void CrashWatch::Suspected(std::int64_t timeNs)
{
    m_firstSuspect = m_firstSuspect.value_or(timeNs - m_atNs);
}

void CrashWatch::Declared(std::int64_t timeNs)
{
    m_firstDead = m_firstDead.value_or(timeNs - m_atNs);
    CountShares(timeNs);
}

void CrashWatch::Moved(std::int64_t timeNs, View before, View after)
{
    const std::int64_t delay = timeNs - m_atNs;
    while (static_cast<std::int64_t>(m_curve.size()) * m_stepNs < delay)
    {
        m_curve.push_back(m_now);
    }
    m_now.knowing += after == View::GONE ? 1 : 0;
    m_now.knowing -= before == View::GONE ? 1 : 0;
    m_now.shouldKnow += after != View::UNKNOWN ? 1 : 0;
    m_now.shouldKnow -= before != View::UNKNOWN ? 1 : 0;
    m_lastChangeNs = delay;
    CountShares(timeNs);
}

void CrashWatch::CountShares(std::int64_t timeNs)
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

void CrashWatch::End(std::int64_t timeNs)
{
    m_lengthNs = timeNs - m_atNs;
    do
    {
        m_curve.push_back(m_now);
    } while (static_cast<std::int64_t>(m_curve.size() - 1) * m_stepNs < m_lastChangeNs);
}

std::int64_t CurveStepNs(std::int64_t runNs)
{
    constexpr std::int64_t STEPS = 3000;
    for (std::int64_t decadeNs = 100'000'000;; decadeNs *= 10)
    {
        for (const std::int64_t stepNs : {decadeNs, 2 * decadeNs, 5 * decadeNs})
        {
            if (runNs <= STEPS * stepNs)
            {
                return stepNs;
            }
        }
    }
}

} // namespace swimlab::summary
