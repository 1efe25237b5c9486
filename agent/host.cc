// SPDX-License-Identifier: MIT
//
// See swim/host.h.
#include "swim/host.h"

#include "agent/shared-state.h"

namespace swim
{

AgentHost::AgentHost()
    : m_parts(std::make_shared<const Parts>())
{
}

} // namespace swim
