// SPDX-License-Identifier: GPL-2.0-only
//
// The module's log component: NS_LOG="Swim=info|prefix_time|prefix_node" tells of lives and starts,
// level warn of messages that were rejected, logic of conclusions and joins as well.
//
// One for all files, since ns-3's macros want the name g_log to be unique in what is compiled together.
// Private to this module.
#pragma once

#include "ns3/log.h"

namespace ns3
{

LogComponent& GetSwimLog();

namespace
{

[[maybe_unused]] LogComponent& g_log = GetSwimLog(); //!< by the name that NS_LOG's macros use

} // namespace

} // namespace ns3
