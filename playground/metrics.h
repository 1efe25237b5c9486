// SPDX-License-Identifier: GPL-2.0-only
//
// What a session came to so far, by the metrics library of the laboratory itself (lab/record/metrics):
// so the numbers of a page mean what those of a campaign mean.
#pragma once

#include "playground/session.h"

#include <string>

namespace swim::playground
{

/// metrics.json without what identifies the run, as if it ended now. @pre a moment of it has passed
std::string MetricsOf(const Session& session);

} // namespace swim::playground
