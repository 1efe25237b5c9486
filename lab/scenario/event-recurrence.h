// SPDX-License-Identifier: GPL-2.0-only
//
// The keys by which an event that ends begins again: `every` or `gap`, `times`, `phase`.
//
// An experiment on slow members is cyclic: so long anomalous, so long normal, again and again
// (Lifeguard, section V-D). Internal to reading scenarios.
#pragma once

#include "lab/scenario/keys.h"
#include "lab/scenario/verbs.h"

#include <string>
#include <string_view>

namespace swimlab
{

/// Whether members begin again in lock-step, or each at a time of its own.
inline constexpr std::string_view PHASES = "together|own";

/// Whether the key makes an event recur; every verb takes it that something undoes.
bool IsOfRecurrence(std::string_view key);

/// Of churn the mean time between two crashes; else from one beginning to the next.
void ReadEvery(Event& event, const Written& written);

/// From one end to the next beginning.
void ReadGap(Event& event, const Written& written);

void ReadTimes(Event& event, const Written& written);
void ReadPhase(Event& event, const Written& written);

/// What `every` may be, for messages.
std::string EveryRange();

} // namespace swimlab
