// SPDX-License-Identifier: GPL-2.0-only
//
// A distribution of durations in bounded memory: how many there were of each, to four digits.
//
// There may be millions of mistakes, and a run of any length must fit. Four digits put a duration
// within 0.05 % of what it was, and there are at most 9000 different ones in each power of ten.
#pragma once

#include "lab/record/time-ns.h"

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>

namespace swimlab
{

class DurationTally
{
  public:
    /// One that was seen from its beginning to its end.
    void Add(TimeNs durationNs)
    {
        ++m_counts[Round(durationNs)].ended;
    }

    /// One that was watched for that long, and not to its end.
    void AddCensored(TimeNs atLeastNs)
    {
        ++m_counts[Round(atLeastNs)].censored;
    }

    /// Takes one back that was added.
    void Remove(TimeNs durationNs);

    /// The durations as `seconds`, in order, and how many of each `ended` and were `censored`.
    nlohmann::ordered_json ToJson() const;

    static TimeNs Round(TimeNs durationNs);

  private:
    struct Counts
    {
        std::uint64_t ended = 0;
        std::uint64_t censored = 0;
    };

    std::map<TimeNs, Counts> m_counts;
};

} // namespace swimlab
