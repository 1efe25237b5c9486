// SPDX-License-Identifier: GPL-2.0-only
//
// From a scenario's events to the actions of one run: who is hit, and when it is undone.
#pragma once

#include "lab/plan/plan.h"

namespace swimlab
{

/// Streams of randomness from here on are for targets; members have those from 0.
inline constexpr std::uint64_t TARGET_STREAM = 0x7461726765747300; // "targets", and a number

/**
 * Fills in starts and timeline of a plan, whose other parts are there.
 *
 * Order: actions of one instant stand as their events do in the file, after the ends of what `for`
 * undoes then. An end undoes what its event did and nothing that happened since: a member that
 * crashed for 20 s and was restarted after 10 s is not restarted again. An end after the end of the
 * run does not happen.
 *
 * Random targets: event i draws from swim::Rng(seed, TARGET_STREAM + i), so one event more at the
 * end of the file does not change whom the others hit, unless it changes who is there to be hit.
 *
 * Members that an event lets join are absent before.
 *
 * @throws ScenarioError for what cannot happen: an event that hits nobody, sides that overlap, a
 *     partition in a partition
 */
void MakeTimeline(const Scenario& scenario, Plan& plan);

} // namespace swimlab
