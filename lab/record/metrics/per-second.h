// SPDX-License-Identifier: GPL-2.0-only
//
// Counts in each second of a run. The part of its last second counts as one, and what happens as the
// run ends is in the last.
#pragma once

#include "lab/record/time-ns.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace swimlab
{

class PerSecond
{
  public:
    explicit PerSecond(TimeNs endNs)
        : m_counts(
              std::max<std::size_t>(1,
                                    static_cast<std::size_t>((endNs + SECOND_NS - 1) / SECOND_NS)))
    {
    }

    void Add(std::int64_t second, std::uint64_t count = 1)
    {
        m_counts[std::min(static_cast<std::size_t>(second), m_counts.size() - 1)] += count;
    }

    void AddAt(TimeNs timeNs)
    {
        Add(timeNs / SECOND_NS);
    }

    const std::vector<std::uint64_t>& Counts() const
    {
        return m_counts;
    }

  private:
    std::vector<std::uint64_t> m_counts;
};

} // namespace swimlab
