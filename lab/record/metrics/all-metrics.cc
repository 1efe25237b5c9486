// SPDX-License-Identifier: GPL-2.0-only
//
// See all-metrics.h.
#include "lab/record/metrics/all-metrics.h"

#include "lab/record/metrics/agreement.h"
#include "lab/record/metrics/cluster-sizes.h"
#include "lab/record/metrics/crashes.h"
#include "lab/record/metrics/detection-times.h"
#include "lab/record/metrics/disconnects.h"
#include "lab/record/metrics/false-positives.h"
#include "lab/record/metrics/leaves.h"
#include "lab/record/metrics/member-loads.h"
#include "lab/record/metrics/partitions.h"
#include "lab/record/metrics/quality-of-service.h"
#include "lab/record/metrics/refutations.h"
#include "lab/record/metrics/restarts.h"
#include "lab/record/metrics/spells.h"
#include "lab/record/metrics/traffic.h"
#include "lab/record/metrics/updates.h"
#include "lab/record/metrics/view-sizes.h"

namespace swimlab
{

std::vector<std::unique_ptr<Metric>> AllMetrics(const RunState& run)
{
    std::vector<std::unique_ptr<Metric>> metrics;
    metrics.push_back(std::make_unique<Crashes>(run));
    metrics.push_back(std::make_unique<FalsePositives>(run));
    metrics.push_back(std::make_unique<Refutations>());
    metrics.push_back(std::make_unique<Partitions>(run));
    metrics.push_back(std::make_unique<Agreement>(run));
    metrics.push_back(std::make_unique<ViewSizes>(run));
    metrics.push_back(std::make_unique<ClusterSizes>(run));
    metrics.push_back(std::make_unique<Leaves>(run));
    metrics.push_back(std::make_unique<Restarts>(run));
    metrics.push_back(std::make_unique<Disconnects>(run));
    metrics.push_back(std::make_unique<Updates>(run));
    metrics.push_back(std::make_unique<Traffic>(run));
    metrics.push_back(std::make_unique<MemberLoads>(run));
    metrics.push_back(std::make_unique<DetectionTimes>(run));
    metrics.push_back(std::make_unique<Spells>(run));
    metrics.push_back(std::make_unique<QualityOfService>(run));
    return metrics;
}

} // namespace swimlab
