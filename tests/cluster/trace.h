// SPDX-License-Identifier: MIT
//
// A run for people to read: each input with all that came of it.
#pragma once

#include "violation.h"

#include <string>

namespace swim
{

/// "12.345678 s"
std::string TimeOf(const VirtualNetwork& network);

/// A line for the input, and one indented for each message sent and each event.
std::string DescribeStep(const Step& step);

/// What each member that runs believes of the others where it is wrong.
std::string DescribeViews(const VirtualNetwork& network);

} // namespace swim
