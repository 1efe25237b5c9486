// SPDX-License-Identifier: GPL-2.0-only
//
// Which plans the virtual network can perform. It has members, delays and losses, and no more: no
// routers, no links, no streams that lose anything.
#pragma once

#include "lab/plan/plan.h"

#include <optional>
#include <string>

namespace swimlab
{

/// @return what it cannot, with what would be right; none: it can perform the plan
std::optional<std::string> WhyNotVirtual(const Plan& plan);

} // namespace swimlab
