// SPDX-License-Identifier: GPL-2.0-only
//
// How late the simulator handles packets: what tells whether an emulated run can be believed.
#pragma once

#include <cstdint>
#include <vector>

namespace swimlab
{

/// A histogram of fixed size. Values are in nanoseconds.
class LagHistogram
{
  public:
    static constexpr std::int64_t RESOLUTION_NS = 10'000;
    static constexpr std::int64_t LONGEST_NS = 1'000'000'000; ///< longer ones count as this

    LagHistogram();

    void Record(std::int64_t lagNs);

    std::uint64_t Count() const
    {
        return m_count;
    }

    /// @param share from 0 to 1
    /// @return a value that this share of the records does not exceed, up to RESOLUTION_NS above
    ///     the smallest such; 0 without records
    std::int64_t Quantile(double share) const;

    /// The longest itself, however long.
    std::int64_t Max() const
    {
        return m_maxNs;
    }

  private:
    std::vector<std::uint64_t> m_counts; ///< by lag in units of RESOLUTION_NS
    std::uint64_t m_count = 0;
    std::int64_t m_maxNs = 0;
};

} // namespace swimlab
