// SPDX-License-Identifier: GPL-2.0-only
//
// Where a run ends that ends with an event.
//
// Experiments whose members are disturbed over and over end "with the anomalous period that passes 120 s"
// (Lifeguard, section V-E): so each run sees whole periods, and runs of unlike periods differ in length.
#include "lab/scenario/section.h"

#include <algorithm>

namespace swimlab
{

namespace
{

[[noreturn]] void Refuse(const Scenario& scenario, const std::string& message)
{
    throw ScenarioError(PlaceOf(scenario, "ends_with"), "ends_with", message);
}

const Event& FindNamed(const Scenario& scenario)
{
    const auto found = std::ranges::find(scenario.events, scenario.endsWith, &Event::name);
    if (found != scenario.events.end())
    {
        return *found;
    }
    std::string names;
    for (const Event& event : scenario.events)
    {
        names += event.name.empty() ? "" : (names.empty() ? "" : ", ") + event.name;
    }
    Refuse(scenario,
           "no event has the name \"" + scenario.endsWith + "\"; " +
               (names.empty() ? "give one a name" : "there is " + names));
}

/// The first end at `duration` or later; none: the last is before.
std::optional<Duration> EndOf(const Event& event, Duration duration)
{
    const Duration first = event.at + *event.lasts;
    if (first >= duration)
    {
        return first;
    }
    if (!event.recurs)
    {
        return std::nullopt;
    }
    const Duration period = event.recurs->period;
    const auto further = (duration - first + period - A_NANOSECOND) / period;
    if (event.recurs->times && further >= *event.recurs->times)
    {
        return std::nullopt;
    }
    return first + further * period;
}

} // namespace

void ExtendToEnd(Scenario& scenario)
{
    if (scenario.endsWith.empty())
    {
        return;
    }
    const Event& event = FindNamed(scenario);
    const std::string name = "\"" + event.name + "\" ";
    if (!event.lasts)
    {
        Refuse(scenario, name + "never ends; add for, the time that it lasts");
    }
    if (event.over || (event.recurs && !event.recurs->inStep))
    {
        Refuse(scenario,
               name + "ends at another time for each member; leave out " +
                   (event.over ? "over" : "phase = \"own\""));
    }
    if (const auto end = EndOf(event, scenario.duration))
    {
        scenario.duration = *end;
    }
}

} // namespace swimlab
