// SPDX-License-Identifier: GPL-2.0-only
//
// metrics.json: what a run came to, as docs/records.md lists it.
#pragma once

#include "lab/record/metrics/metric.h"

#include <filesystem>
#include <string_view>

namespace swimlab
{

inline constexpr std::string_view METRICS_FILE = "metrics.json";

/// Version of the file and of the definitions behind it: raised when either changes.
inline constexpr int METRICS_FORMAT = 8;

/// The file's content. @param metrics what MetricsPass::Finish gave
Json WithHeader(const RunFacts& facts, std::string_view eventsSha256, Json metrics);

/// One line. A name may hold bytes that are no UTF-8, which JSON has to be.
std::string TextOf(const Json& json);

/// So that whoever looks sees the old content or the new, never half of it. @throws RecordError
void WriteAtomically(const std::filesystem::path& path, const Json& json);

} // namespace swimlab
