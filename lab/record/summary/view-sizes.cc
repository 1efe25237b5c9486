// SPDX-License-Identifier: GPL-2.0-only
//
// See view-sizes.h.
#include "lab/record/summary/view-sizes.h"

#include <algorithm>

namespace swimlab::summary
{

namespace
{

/// Start, end, and between them instants at a round distance: 1, 2 or 5 times a power of 10.
std::vector<std::int64_t> InstantsNs(std::int64_t endNs)
{
    constexpr std::int64_t AT_MOST = 600;
    std::int64_t stepNs = 1;
    for (int i = 0; endNs > (AT_MOST - 1) * stepNs; ++i)
    {
        stepNs = i % 3 == 1 ? stepNs / 2 * 5 : stepNs * 2;
    }
    std::vector<std::int64_t> instants;
    for (std::int64_t at = 0; at < endNs; at += stepNs)
    {
        instants.push_back(at);
    }
    instants.push_back(endNs);
    return instants;
}

ViewSizes::Sample Measure(std::vector<std::uint32_t>& sizes)
{
    ViewSizes::Sample sample{static_cast<std::uint32_t>(sizes.size()), {}};
    if (sizes.empty())
    {
        return sample;
    }
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    double median = *middle;
    if (sizes.size() % 2 == 0)
    {
        median = (median + *std::max_element(sizes.begin(), middle)) / 2;
    }
    const auto [smallest, largest] = std::minmax_element(sizes.begin(), sizes.end());
    sample.sizes = {*smallest, median, *largest};
    return sample;
}

} // namespace

ViewSizes::ViewSizes(const Health& health, const Views& views, std::int64_t endNs)
    : m_health(health),
      m_views(views),
      m_clusters(*std::max_element(views.Groups().begin(), views.Groups().end()) + 1),
      m_instantsNs(swimlab::summary::InstantsNs(endNs))
{
}

void ViewSizes::End()
{
    while (m_samples.size() < m_instantsNs.size())
    {
        Take();
    }
}

void ViewSizes::Take()
{
    if (!m_changed)
    {
        m_samples.push_back(m_samples.back());
        return;
    }
    m_changed = false;
    std::vector<std::vector<std::uint32_t>> sizes(m_clusters);
    for (MemberId member = 0; member < m_views.Groups().size(); ++member)
    {
        if (m_health.IsLive(member))
        {
            sizes[m_views.Groups()[member]].push_back(m_views.SizeOf(member));
        }
    }
    m_samples.emplace_back();
    for (auto& ofCluster : sizes)
    {
        m_samples.back().push_back(Measure(ofCluster));
    }
}

} // namespace swimlab::summary
