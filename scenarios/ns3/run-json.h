// SPDX-License-Identifier: GPL-2.0-only
//
// run.json: what a run was, so that its numbers can be trusted and had again.
#pragma once

#include "plan.h"
#include "recorder.h"
#include "runner.h"

#include <filesystem>
#include <string_view>

namespace swimlab
{

inline std::string Ns3Backend(const NetworkSpec& network)
{
    return "ns3-" + network.model;
}

/// @param recorder finished
/// @param counts of the whole run
/// @param wallSeconds how long the run took
/// @throws RecordError if the file cannot be written
void WriteRunJson(const std::filesystem::path& file,
                  const Plan& plan,
                  const Recorder& recorder,
                  const Counts& counts,
                  double wallSeconds);

} // namespace swimlab
