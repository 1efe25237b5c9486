// SPDX-License-Identifier: GPL-2.0-only
//
// See duration-tally.h.
#include "lab/record/metrics/duration-tally.h"

namespace swimlab
{

TimeNs DurationTally::Round(TimeNs durationNs)
{
    constexpr TimeNs DIGITS = 10'000;
    TimeNs unit = 1;
    while (durationNs / unit >= DIGITS)
    {
        unit *= 10;
    }
    return (durationNs + unit / 2) / unit * unit;
}

void DurationTally::Remove(TimeNs durationNs)
{
    const auto found = m_counts.find(Round(durationNs));
    if (found != m_counts.end() && --found->second.ended + found->second.censored == 0)
    {
        m_counts.erase(found);
    }
}

nlohmann::ordered_json DurationTally::ToJson() const
{
    auto seconds = nlohmann::ordered_json::array();
    auto ended = nlohmann::ordered_json::array();
    auto censored = nlohmann::ordered_json::array();
    for (const auto& [durationNs, counts] : m_counts)
    {
        seconds.push_back(static_cast<double>(durationNs) / SECOND_NS);
        ended.push_back(counts.ended);
        censored.push_back(counts.censored);
    }
    return {{"seconds", seconds}, {"ended", ended}, {"censored", censored}};
}

} // namespace swimlab
