// SPDX-License-Identifier: GPL-2.0-only
//
// The list of metrics. A new one is a class of its own, and a line in all-metrics.cc.
#pragma once

#include "lab/record/metrics/metric.h"

#include <memory>
#include <vector>

namespace swimlab
{

/// One of each, in the order in which metrics.json has them. @param run outlives them
std::vector<std::unique_ptr<Metric>> AllMetrics(const RunState& run);

} // namespace swimlab
