// SPDX-License-Identifier: GPL-2.0-only
//
// The keys of an [[event]] besides its verb: when, for how long, whose loss, which direction, how it
// comes back.
//
// Internal to reading scenarios.
#pragma once

#include "lab/scenario/section.h"

#include <span>
#include <string_view>

namespace swimlab
{

struct EventKey : Key<Event>
{
    std::string_view example; ///< as one writes it behind the equals sign
};

/// In the order of reading: `over` depends on `at`, `direction` on `members`,
/// `phase` on `every`.
std::span<const EventKey> EventKeys();

/// Whether the key goes with whatever happens.
bool IsOfEveryVerb(std::string_view key);

/// Whether the key goes with the verb.
bool TakesKey(const VerbInfo& info, std::string_view key);

/**
 * Reads the keys that an event's table has.
 * @param section the event's table
 * @param event whose verb and operand are read already
 * @throws ScenarioError of a key that the verb does not take, or that contradicts another
 */
void ReadEventKeys(const VerbInfo& info, Section& section, Event& event);

} // namespace swimlab
