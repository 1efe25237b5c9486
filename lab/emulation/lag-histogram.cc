// SPDX-License-Identifier: GPL-2.0-only
//
// See lag-histogram.h.
#include "lab/emulation/lag-histogram.h"

#include <algorithm>
#include <cmath>

namespace swimlab
{

LagHistogram::LagHistogram()
    : m_counts(LONGEST_NS / RESOLUTION_NS + 1)
{
}

void LagHistogram::Record(std::int64_t lagNs)
{
    m_counts[std::clamp<std::int64_t>(lagNs, 0, LONGEST_NS) / RESOLUTION_NS]++;
    m_count++;
    m_maxNs = std::max(m_maxNs, lagNs);
}

std::int64_t LagHistogram::Quantile(double share) const
{
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(m_count)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < m_counts.size() && m_count > 0; i++)
    {
        seen += m_counts[i];
        if (seen >= wanted)
        {
            return std::min(m_maxNs, static_cast<std::int64_t>(i + 1) * RESOLUTION_NS);
        }
    }
    return 0;
}

} // namespace swimlab
