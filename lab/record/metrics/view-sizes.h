// SPDX-License-Identifier: GPL-2.0-only
//
// How many members the live members hold for live, over the time of a run.
//
// Rapid (Suresh et al., USENIX ATC 2018, Fig. 1, 9 and 10) judges membership protocols by this: views
// that are stable, that agree, and that follow the truth. They are looked at just before each instant
// of a grid, because faults happen at round times, as the instants do: what stands at a fault is what
// was so until then, and a process that starts anew has had the time to ask somebody.
#pragma once

#include "lab/record/metrics/metric.h"

#include <vector>

namespace swimlab
{

class ViewSizes : public Metric
{
  public:
    explicit ViewSizes(const RunState& run);

    Scope ScopeOf() const override
    {
        return Scope::RUN;
    }

    void After(const Deed& deed) override;
    void Hear(const Heard& heard) override;
    TimeNs NextLook() const override;
    void Look(TimeNs timeNs) override;
    void Finish(Json& metrics) override;

    /// Start, end, and between them at most 598 instants at a round distance: 1, 2 or 5 times a power
    /// of 10.
    static std::vector<TimeNs> Instants(TimeNs endNs);

  private:
    /// One cluster at an instant.
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

        std::optional<Sizes> sizes{};
    };

    void Take();
    static Sample Measure(std::vector<std::uint32_t>& sizes);
    Json ClusterJson(std::size_t cluster) const;

    RunState m_run;
    std::uint32_t m_clusters;
    std::vector<TimeNs> m_instants;
    std::vector<std::vector<Sample>> m_samples; ///< by instant, then by cluster
    bool m_changed = true;                      ///< since the last sample
};

} // namespace swimlab
