// SPDX-License-Identifier: GPL-2.0-only
//
// How many members the live members hold for live, at instants of a grid.
//
// The streamed twin of analysis/run/view_sizes.py.
#pragma once

#include "lab/record/summary/health.h"
#include "lab/record/summary/views.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace swimlab::summary
{

/// Samples the sizes of the live members' views.
class ViewSizes
{
  public:
    /// One cluster just before an instant.
    struct Sample
    {
        std::uint32_t live = 0;

        /// Of the views of the live; none where nobody is live. The median of an even number is
        /// the mean of the middle two.
        struct Sizes
        {
            std::uint32_t smallest;
            double median;
            std::uint32_t largest;
        };

        std::optional<Sizes> sizes;
    };

    ViewSizes(const Health& health, const Views& views, std::int64_t endNs);

    /// To be called before a row is taken in.
    void Reach(std::int64_t timeNs)
    {
        while (m_samples.size() + 1 < m_instantsNs.size() &&
               m_instantsNs[m_samples.size()] <= timeNs)
        {
            Take();
        }
    }

    /// Something changed since the last sample.
    void Changed()
    {
        m_changed = true;
    }

    /// Takes the samples that are left.
    void End();

    const std::vector<std::int64_t>& InstantsNs() const
    {
        return m_instantsNs;
    }

    /// By instant, then by cluster.
    const std::vector<std::vector<Sample>>& Samples() const
    {
        return m_samples;
    }

  private:
    void Take();

    const Health& m_health;
    const Views& m_views;
    std::uint32_t m_clusters;
    std::vector<std::int64_t> m_instantsNs;
    std::vector<std::vector<Sample>> m_samples;
    bool m_changed = true;
};

} // namespace swimlab::summary
