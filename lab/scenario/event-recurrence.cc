// SPDX-License-Identifier: GPL-2.0-only
//
// See event-recurrence.h.
#include "lab/scenario/event-recurrence.h"

#include <algorithm>
#include <array>

namespace swimlab
{

namespace
{

constexpr std::uint64_t MOST_TIMES = 1'000'000;

[[noreturn]] void FailRecurrence(const Written& written, const std::string& message)
{
    throw ScenarioError(written.value.place, written.key, message);
}

/// What recurs has to end first.
Duration LengthOf(const Event& event, const Written& written)
{
    if (!event.lasts)
    {
        FailRecurrence(
            written,
            "makes the event begin again, which first has to end; add for, the time that each "
            "lasts");
    }
    return *event.lasts;
}

void SetPeriod(Event& event, const Written& written, Duration period)
{
    const Duration duration = written.scenario.duration;
    if (period >= duration - event.at)
    {
        FailRecurrence(written,
                       "lets the event begin again " + swim::FormatDuration(period) + " after " +
                           swim::FormatDuration(event.at) + ", when the run is over; duration is " +
                           swim::FormatDuration(duration));
    }
    event.recurs = Recurrence{period, {}, true};
}

Recurrence& RecurrenceOf(Event& event, const Written& written)
{
    if (!event.recurs)
    {
        FailRecurrence(written,
                       "is about an event that begins again; add every or gap, which say when");
    }
    return *event.recurs;
}

/// Each member's own time needs members, one by one.
bool HasMembers(const Event& event)
{
    return !event.targets.empty() && event.verb != Verb::PARTITION && event.verb != Verb::CHURN;
}

} // namespace

bool IsOfRecurrence(std::string_view key)
{
    static constexpr std::array<std::string_view, 4> KEYS = {"every", "gap", "times", "phase"};
    return std::ranges::find(KEYS, key) != KEYS.end();
}

std::string EveryRange()
{
    return "from " + swim::FormatDuration(A_MILLISECOND) +
           "; of churn to as long as it lasts, else longer than `for`";
}

void ReadEvery(Event& event, const Written& written)
{
    const Duration every = ReadDuration(written.value, written.key, A_MILLISECOND, LONGEST_TIME);
    if (event.verb != Verb::CHURN)
    {
        const Duration lasts = LengthOf(event, written);
        if (every <= lasts)
        {
            FailRecurrence(written,
                           swim::FormatDuration(every) + " is not longer than for, which is " +
                               swim::FormatDuration(lasts) +
                               "; an event ends before it begins again");
        }
        SetPeriod(event, written, every);
        return;
    }
    const Duration left = written.scenario.duration - event.at;
    const Duration lasts = std::min(event.lasts.value_or(left), left);
    if (every > lasts)
    {
        FailRecurrence(written,
                       swim::FormatDuration(every) + " is longer than the churn, which lasts " +
                           swim::FormatDuration(lasts));
    }
    event.every = every;
}

void ReadGap(Event& event, const Written& written)
{
    const Duration gap = ReadDuration(written.value, written.key, A_NANOSECOND, LONGEST_TIME);
    if (event.recurs)
    {
        FailRecurrence(written, "says with every twice when the event begins again; leave one out");
    }
    SetPeriod(event, written, LengthOf(event, written) + gap);
}

void ReadTimes(Event& event, const Written& written)
{
    RecurrenceOf(event, written).times =
        static_cast<std::uint32_t>(ReadCount(written.value, written.key, 1, MOST_TIMES));
}

void ReadPhase(Event& event, const Written& written)
{
    Recurrence& recurrence = RecurrenceOf(event, written);
    recurrence.inStep = ReadWord(written.value, written.key, PHASES) == 0;
    if (recurrence.inStep)
    {
        return;
    }
    if (!HasMembers(event))
    {
        FailRecurrence(written, "has no meaning where no members are hit one by one; leave it out");
    }
    if (event.over)
    {
        FailRecurrence(written,
                       "spreads members over the period, and over over a time; leave one out");
    }
}

} // namespace swimlab
