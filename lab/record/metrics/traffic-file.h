// SPDX-License-Identifier: GPL-2.0-only
//
// Reads traffic.csv, sums by second and kind, and regions.csv, sums by second and pair of regions.
#pragma once

#include "lab/record/metrics/metrics-pass.h"

#include <filesystem>

namespace swimlab
{

/// Gives all rows to the pass. @throws RecordError
void ReplayTraffic(const std::filesystem::path& path, MetricsPass& pass);

/// The same of regions.csv, which a record need not have.
void ReplayRegions(const std::filesystem::path& path, MetricsPass& pass);

} // namespace swimlab
