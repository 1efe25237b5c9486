// SPDX-License-Identifier: GPL-2.0-only
//
// The metrics of a run that was recorded, whoever recorded it: reads run.json, events.csv and
// traffic.csv of its folder (docs/records.md).
//
// Whatever does not fit the format is refused with the file, the line and what would be right, because
// a metric of a table that was misread looks exactly like a metric.
#pragma once

#include "lab/record/metrics/metrics-pass.h"
#include "lab/record/record-error.h"

#include <filesystem>
#include <functional>

namespace swimlab
{

/// Whether the sum in run.json is held against events.csv.
enum class SumCheck : std::uint8_t
{
    REFUSE_OTHERS,
    SKIP ///< who calls has just written it
};

/// Goes through the rows of the run in a folder. @param prepare may add metrics to the pass before
/// @return what its metrics.json holds @throws RecordError
Json ReplayRun(const std::filesystem::path& folder,
               SumCheck check,
               const std::function<void(MetricsPass&)>& prepare);

/// Computes the metrics of the run in a folder and writes its metrics.json. @throws RecordError
void WriteMetricsOf(const std::filesystem::path& folder, SumCheck check);

} // namespace swimlab
