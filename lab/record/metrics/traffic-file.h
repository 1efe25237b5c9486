// SPDX-License-Identifier: GPL-2.0-only
//
// Reads traffic.csv, sums by second and kind, regions.csv, sums by second and pair of regions, and
// periods.csv and member-traffic.csv, how many members moved how much in each protocol period and in
// each second.
#pragma once

#include "lab/record/metrics/metrics-pass.h"

#include <filesystem>

namespace swimlab
{

/// Gives all rows to the pass. @throws RecordError
void ReplayTraffic(const std::filesystem::path& path, MetricsPass& pass);

/// The same of regions.csv, which a record need not have.
void ReplayRegions(const std::filesystem::path& path, MetricsPass& pass);

/// The same of periods.csv.
void ReplayPeriods(const std::filesystem::path& path, MetricsPass& pass);

/// The same of member-traffic.csv, which a record need not have.
void ReplayMemberTraffic(const std::filesystem::path& path, MetricsPass& pass);

} // namespace swimlab
