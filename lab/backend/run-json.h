// SPDX-License-Identifier: GPL-2.0-only
//
// run.json: what a run was, so that its numbers can be trusted and had again.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/recorder.h"
#include "lab/record/run.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

namespace swimlab
{

/// What a run was, besides its plan and its records.
struct RunResult
{
    Counts counts; ///< of the whole run
    /// What only this backend knows, as fields of run.json; `versions` are added to ours.
    nlohmann::ordered_json facts = nlohmann::ordered_json::object();
};

/// @param recorder finished
/// @param wallSeconds how long the run took
/// @throws RecordError if the file cannot be written
void WriteRunJson(const std::filesystem::path& file,
                  std::string_view backend,
                  const Plan& plan,
                  const Recorder& recorder,
                  const RunResult& result,
                  double wallSeconds);

} // namespace swimlab
