// SPDX-License-Identifier: GPL-2.0-only
//
// What a metric is: something that is told the rows of a run in their order and has a value at the end.
//
// A new metric is a class here, and a line in AllMetrics (metrics-pass.cc). It reads what is true from
// RunState, never from rows of its own, and it keeps numbers, never rows: a run of any length must fit.
#pragma once

#include "lab/record/conclusion.h"
#include "lab/record/metrics/ground-truth.h"
#include "lab/record/metrics/views.h"
#include "lab/record/traffic-sums.h"

#include <nlohmann/json.hpp>

namespace swimlab
{

using Json = nlohmann::ordered_json;

/// What all metrics see, as it is at the present row.
struct RunState
{
    const RunFacts& facts;
    const GroundTruth& truth;
    const Views& views;
};

/// What an accusation (a suspect or dead row) is worth; docs/metrics.md, "False positives".
enum class Judgement : std::uint8_t
{
    NONE,      ///< the row accuses nobody
    RIGHT,     ///< the subject is not healthy, or was not when this incarnation was first accused
    PARTITION, ///< a partition or a pulled cable is behind it
    WRONG      ///< the subject lives and is as it should be
};

/// A row of ground truth, and what it changes.
struct Deed
{
    const TruthEvent& event;
    HealthChange change{}; ///< of the subject; none where nobody's health changes
    bool parts = false;    ///< it completes a partition
    bool heals = false;    ///< it ends one
};

/// A row in which a member concludes something.
struct Heard
{
    const Conclusion& row;
    MemberId subject = 0; ///< of what changes a view; else see row
    bool changesView = false;
    Views::Entry before{View::UNKNOWN, {}}; ///< the observer's view of the subject
    View after = View::UNKNOWN;             ///< what Views has now
    Judgement judgement = Judgement::NONE;
    bool cutOff = false; ///< a cut network is behind the accusation, whether it is right or not
    MemberId accuser =
        0; ///< of an accusation: whose word it was; the observer where that is untold
};

/// Messages and bytes of one second and kind of traffic.
struct Moved
{
    std::int64_t second;
    std::string_view kind;
    TrafficSums sums;
};

/// What one region sent to another in a second.
struct Crossed
{
    std::int64_t second;
    std::string_view from;
    std::string_view to;
    std::uint64_t messages;
    std::uint64_t bytes;
};

/// In a second, how many members sent, or received, so many bytes: some, not none.
struct Loaded
{
    std::int64_t second;
    bool received;
    std::uint64_t bytes;
    std::uint64_t members;
};

/// How many members moved so many messages in a protocol period.
struct Spread
{
    TimeNs fromNs;
    TimeNs toNs;
    std::uint64_t messages;
    std::uint64_t senders;   ///< members that sent so many
    std::uint64_t receivers; ///< members that received so many
};

class Metric
{
  public:
    virtual ~Metric() = default;

    /// What of a run the metric is told; docs/metrics.md, "The window".
    enum class Scope : std::uint8_t
    {
        WINDOW,   ///< rows of the window of [measure]
        PREAMBLE, ///< what came before it, too: it keeps a state of its own
        RUN       ///< the whole run
    };

    /// Whatever its scope but RUN, a metric is finished when the window ends, with the state as then.
    virtual Scope ScopeOf() const
    {
        return Scope::WINDOW;
    }

    /// A row of ground truth comes: the state is as before it.
    virtual void Before(const Deed& /*deed*/)
    {
    }

    /// The same, and the state is as after it.
    virtual void After(const Deed& /*deed*/)
    {
    }

    /// Somebody concludes something; the state is as after it.
    virtual void Hear(const Heard& /*heard*/)
    {
    }

    /// When the metric wants to look at the state next, just before the first row of that time or
    /// later; NEVER_NS: not at all.
    virtual TimeNs NextLook() const
    {
        return NEVER_NS;
    }

    /// The looks that are due at that time or before it.
    virtual void Look(TimeNs /*timeNs*/)
    {
    }

    virtual void Move(const Moved& /*moved*/)
    {
    }

    virtual void Cross(const Crossed& /*crossed*/)
    {
    }

    virtual void Load(const Loaded& /*loaded*/)
    {
    }

    virtual void Scatter(const Spread& /*spread*/)
    {
    }

    /// What it is about is over. Writes the metric's keys, and may add to those of others.
    virtual void Finish(Json& metrics) = 0;
};

/// A time or a delay as metrics.json has it: seconds, null where there is none.
inline Json SecondsJson(std::optional<TimeNs> timeNs)
{
    return timeNs ? Json(static_cast<double>(*timeNs) / SECOND_NS) : Json(nullptr);
}

} // namespace swimlab
