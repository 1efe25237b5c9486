// SPDX-License-Identifier: GPL-2.0-only
//
// See all-metrics.h.
#include "lab/record/metrics/all-metrics.h"

#include "lab/record/metrics/detection-times.h"
#include "lab/record/metrics/quality-of-service.h"
#include "lab/record/metrics/refutations.h"
#include "lab/record/metrics/spells.h"

namespace swimlab
{

std::vector<std::unique_ptr<Metric>> AllMetrics(const RunState& run)
{
    std::vector<std::unique_ptr<Metric>> metrics;
    metrics.push_back(std::make_unique<Refutations>());
    metrics.push_back(std::make_unique<DetectionTimes>(run));
    metrics.push_back(std::make_unique<Spells>(run));
    metrics.push_back(std::make_unique<QualityOfService>(run));
    return metrics;
}

} // namespace swimlab
