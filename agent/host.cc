// SPDX-License-Identifier: MIT
//
// See swim/host.h.
#include "swim/host.h"

#include "agent/shared-state.h"
#include "swim/agent.h"

#include <system_error>

namespace swim
{

namespace
{

std::shared_ptr<const AgentHost::Parts> MakeParts()
{
    try
    {
        return std::make_shared<const AgentHost::Parts>();
    }
    catch (const std::system_error& error)
    {
        throw AgentError("cannot start a thread for agents: " + error.code().message(),
                         std::error_code(error.code().value(), std::system_category()));
    }
}

} // namespace

AgentHost::AgentHost()
    : m_parts(MakeParts())
{
}

} // namespace swim
