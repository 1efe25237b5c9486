// SPDX-License-Identifier: MIT
//
// See cut-detector.h.
#include "detectors/cut-detector.h"

#include "swim/assert.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace swim::detectors
{

CutDetector::CutDetector(std::uint32_t rings, std::uint32_t high, std::uint32_t low)
    : m_rings(rings),
      m_high(high),
      m_low(low)
{
    SWIM_ASSERT(low >= 1 && low <= high && high <= rings && rings <= 16,
                "a cut detector has 1 <= L <= H <= K <= 16");
}

std::uint32_t CutDetector::Tally(Subject subject) const
{
    const auto found = m_reports.find(subject);
    return found == m_reports.end() ? 0 : static_cast<std::uint32_t>(std::popcount(found->second));
}

bool CutDetector::IsUnstable(Subject subject) const
{
    const std::uint32_t tally = Tally(subject);
    return tally >= m_low && tally < m_high;
}

bool CutDetector::IsStable(Subject subject) const
{
    return Tally(subject) >= m_high;
}

std::vector<CutDetector::Subject> CutDetector::Report(Subject subject, std::uint32_t ring)
{
    SWIM_ASSERT(ring < m_rings, "an observer reports on one of the rings");
    std::uint16_t& reports = m_reports[subject];
    const auto bit = static_cast<std::uint16_t>(1U << ring);
    if ((reports & bit) != 0)
    {
        return {};
    }
    reports |= bit;
    const std::uint32_t tally = Tally(subject);
    if (tally == m_low && m_low < m_high)
    {
        ++m_unstable;
    }
    if (tally != m_high)
    {
        return {};
    }
    m_unstable -= m_low < m_high ? 1 : 0;
    m_stable.insert(std::ranges::lower_bound(m_stable, subject), subject);
    if (m_unstable > 0)
    {
        return {};
    }
    return std::exchange(m_stable, {});
}

std::vector<CutDetector::Subject> CutDetector::ReportImplicitly(
    const std::function<Subject(Subject subject, std::uint32_t ring)>& observerOf)
{
    std::vector<Subject> unstable;
    for (const auto& [subject, reports] : m_reports)
    {
        if (IsUnstable(subject))
        {
            unstable.push_back(subject);
        }
    }
    for (const Subject subject : unstable)
    {
        for (std::uint32_t ring = 0; ring < m_rings; ++ring)
        {
            const Subject observer = observerOf(subject, ring);
            if (IsUnstable(observer) || IsStable(observer))
            {
                auto proposal = Report(subject, ring);
                if (!proposal.empty())
                {
                    return proposal;
                }
            }
        }
    }
    return {};
}

void CutDetector::Clear()
{
    m_reports.clear();
    m_stable.clear();
    m_unstable = 0;
}

} // namespace swim::detectors
