// SPDX-License-Identifier: GPL-2.0-only
//
// The keys of an [[event]] that say more about its verb: whose loss, which direction, how it comes
// back.
//
// Internal to reading scenarios.
#pragma once

#include "lab/scenario/fields.h"
#include "lab/scenario/scenario.h"

#include <string>
#include <vector>

namespace swimlab
{

std::vector<std::string> EventOptionNames();

/**
 * Reads the options that an event's table has.
 * @param table of the event
 * @param prefix of its keys: `event.0.`
 * @param event whose verb, operand and `for` are read already
 * @throws ScenarioError of an option that the verb does not take, or that contradicts another
 */
void ReadEventOptions(const VerbInfo& info,
                      const Value& table,
                      const std::string& prefix,
                      const Scenario& scenario,
                      Event& event);

} // namespace swimlab
