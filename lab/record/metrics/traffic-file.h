// SPDX-License-Identifier: GPL-2.0-only
//
// Reads traffic.csv: sums by second and kind.
#pragma once

#include "lab/record/metrics/metrics-pass.h"

#include <filesystem>

namespace swimlab
{

/// Gives all rows to the pass. @throws RecordError
void ReplayTraffic(const std::filesystem::path& path, MetricsPass& pass);

} // namespace swimlab
