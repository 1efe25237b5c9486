// SPDX-License-Identifier: GPL-2.0-only
//
// What the metrics of a run are about: [measure] of its scenario, and what its settings mean for it.
//
// The settings come as text, as they stand in run.json, so that a record of long ago is measured
// like the run that goes on.
#pragma once

#include "lab/record/time-ns.h"
#include "lab/scenario/anomalous-set.h"

#include <algorithm>

namespace swimlab
{

struct RunFacts;

/// The part of a run that counts: from its beginning up to, but without, its end. What happens as the
/// run ends belongs to a window that reaches so far.
struct Window
{
    TimeNs fromNs = 0;
    TimeNs toNs = NEVER_NS;
    bool isToTheEnd = true;

    bool Contains(TimeNs timeNs) const
    {
        return timeNs >= fromNs && !IsPast(timeNs);
    }

    bool IsPast(TimeNs timeNs) const
    {
        return timeNs >= toNs && !isToTheEnd;
    }

    /// How much of the time between the two is in the window.
    TimeNs Part(TimeNs beginNs, TimeNs endNs) const
    {
        return std::max<TimeNs>(0, std::min(endNs, toNs) - std::max(beginNs, fromNs));
    }
};

struct Measure
{
    AnomalousSet anomalous = AnomalousSet::WHILE;
    Window window;
    /// How long a suspicion takes that all confirm, and one that nobody does; 0 where there are none,
    /// or no settings of the protocol.
    TimeNs shortestSuspicionNs = 0;
    TimeNs longestSuspicionNs = 0;
};

/// @throws RecordError of a setting that is none
Measure MeasureOf(const RunFacts& facts);

} // namespace swimlab
