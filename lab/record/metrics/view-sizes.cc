// SPDX-License-Identifier: GPL-2.0-only
//
// See view-sizes.h.
#include "lab/record/metrics/view-sizes.h"

#include <algorithm>

namespace swimlab
{

std::vector<TimeNs> ViewSizes::Instants(TimeNs endNs)
{
    constexpr TimeNs AT_MOST = 600;
    TimeNs stepNs = 1;
    for (int i = 0; endNs > (AT_MOST - 1) * stepNs; ++i)
    {
        stepNs = i % 3 == 1 ? stepNs / 2 * 5 : stepNs * 2;
    }
    std::vector<TimeNs> instants;
    for (TimeNs at = 0; at < endNs; at += stepNs)
    {
        instants.push_back(at);
    }
    instants.push_back(endNs);
    return instants;
}

ViewSizes::ViewSizes(const RunState& run)
    : m_run(run),
      m_clusters(*std::ranges::max_element(run.views.Groups()) + 1),
      m_instants(Instants(run.facts.endNs))
{
}

void ViewSizes::After(const Deed& deed)
{
    m_changed |= !deed.change.IsNone();
}

void ViewSizes::Hear(const Heard& heard)
{
    m_changed |= heard.changesView && Holds(heard.before.view) != Holds(heard.after);
}

/// The last look is at the end, after all rows.
TimeNs ViewSizes::NextLook() const
{
    return m_samples.size() + 1 < m_instants.size() ? m_instants[m_samples.size()] : NEVER_NS;
}

void ViewSizes::Look(TimeNs timeNs)
{
    while (NextLook() <= timeNs)
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
    for (MemberId member = 0; member < m_run.facts.Members(); ++member)
    {
        if (m_run.truth.IsLive(member))
        {
            sizes[m_run.views.Groups()[member]].push_back(m_run.views.SizeOf(member));
        }
    }
    m_samples.emplace_back();
    for (auto& ofCluster : sizes)
    {
        m_samples.back().push_back(Measure(ofCluster));
    }
}

ViewSizes::Sample ViewSizes::Measure(std::vector<std::uint32_t>& sizes)
{
    Sample sample{static_cast<std::uint32_t>(sizes.size())};
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
    const auto [smallest, largest] = std::ranges::minmax(sizes);
    sample.sizes = {smallest, median, largest};
    return sample;
}

Json ViewSizes::ClusterJson(std::size_t cluster) const
{
    Json json = {{"time_s", Json::array()},
                 {"live", Json::array()},
                 {"smallest", Json::array()},
                 {"median", Json::array()},
                 {"largest", Json::array()}};
    for (std::size_t i = 0; i < m_samples.size(); ++i)
    {
        const Sample& sample = m_samples[i][cluster];
        json["time_s"].push_back(SecondsJson(m_instants[i]));
        json["live"].push_back(sample.live);
        json["smallest"].push_back(sample.sizes ? Json(sample.sizes->smallest) : Json(nullptr));
        json["median"].push_back(sample.sizes ? Json(sample.sizes->median) : Json(nullptr));
        json["largest"].push_back(sample.sizes ? Json(sample.sizes->largest) : Json(nullptr));
    }
    return json;
}

void ViewSizes::Finish(Json& metrics)
{
    while (m_samples.size() < m_instants.size())
    {
        Take();
    }
    Json& json = metrics["view_sizes"] = Json::array();
    for (std::size_t cluster = 0; cluster < m_clusters; ++cluster)
    {
        json.push_back(ClusterJson(cluster));
    }
}

} // namespace swimlab
