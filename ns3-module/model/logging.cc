// SPDX-License-Identifier: GPL-2.0-only
//
// See logging.h.
#include "logging.h"

namespace ns3
{

LogComponent& GetSwimLog()
{
    static LogComponent component("Swim", __FILE__);
    return component;
}

} // namespace ns3
