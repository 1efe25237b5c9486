// SPDX-License-Identifier: GPL-2.0-only
//
// What makes members of another kind than SWIM's. Private to this module, as it is C++20; who hands
// one to SwimApplication::SetDetector links the protocol anyway.
#pragma once

#include "swim/detector.h"

namespace ns3
{

struct DetectorKind
{
    swim::DetectorMaker make;
};

} // namespace ns3
