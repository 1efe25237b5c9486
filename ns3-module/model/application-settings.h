// SPDX-License-Identifier: GPL-2.0-only
//
// An application's protocol parameters. Private to this module, as it is C++20: users of the
// application's header compile as C++17.
#pragma once

#include "swim-application.h"
#include "swim/config.h"

namespace ns3
{

struct SwimApplication::Settings
{
    swim::Config config;
};

} // namespace ns3
