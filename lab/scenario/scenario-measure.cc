// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [measure] of a scenario file: which part of a run the metrics are about, and whom they
// leave out.
//
// The window is of whole seconds, since traffic is recorded by the second: a load over half a
// second would be a guess.
#include "lab/scenario/section.h"

namespace swimlab
{

namespace
{

using namespace keys;

void CheckWholeSeconds(Duration time, const Written& written)
{
    if (time % std::chrono::seconds(1) != Duration::zero())
    {
        throw ScenarioError(written.value.place,
                            written.key,
                            swim::FormatDuration(time) +
                                " is within a second, and traffic is recorded by the second; "
                                "write whole seconds");
    }
}

constexpr Key<MeasureSpec> MEASURE_KEYS[] = {
    WordKey<&MeasureSpec::anomalous, ANOMALOUS_SETS>(
        "anomalous",
        "How long a member that is paused, stalled, slow, blocked, disconnected or impaired counts "
        "as anomalous, so that its death is no false positive and its word none of a healthy "
        "member: while it is so (its own conclusions for as long as a probe and a suspicion of "
        "that time can last), or for the whole run, as Lifeguard has it."),
    {"from",
     "duration",
     "What happens before is left out of all metrics, as the start-up transient; whole seconds.",
     [](MeasureSpec& measure, const Written& written) {
         measure.from = ReadDuration(written.value, written.key, NO_TIME, LONGEST_TIME);
         CheckWholeSeconds(measure.from, written);
     },
     [](const MeasureSpec& measure) { return swim::FormatDuration(measure.from); }},
    Key<MeasureSpec>{
        "to",
        "duration",
        "What happens from then on is left out of all metrics; whole seconds.",
        [](MeasureSpec& measure, const Written& written) {
            measure.to = ReadDuration(written.value, written.key, A_MILLISECOND, LONGEST_TIME);
            CheckWholeSeconds(*measure.to, written);
        },
        [](const MeasureSpec& measure) { return swim::FormatDuration(measure.to.value()); },
        nullptr,
        [](const MeasureSpec& measure) { return measure.to.has_value(); }}
        .Absent("the end of the run"),
    BooleanKey<&MeasureSpec::memberLoads>(
        "member_loads",
        "Whether a simulation counts what each member sends and receives in every second, for the "
        "mean, the 99th percentile and the maximum of a member's load."),
};

/// The window must lie in the run, and be one.
void CheckWindow(const Section& section, const Scenario& scenario)
{
    const auto fail = [&](std::string_view name, const std::string& message) {
        const std::string key = section.FullKey(name);
        throw ScenarioError(PlaceOf(scenario, key), key, message);
    };
    const MeasureSpec& measure = scenario.measure;
    if (measure.to && *measure.to > scenario.duration)
    {
        fail("to",
             swim::FormatDuration(*measure.to) + " is after the end of the run (" +
                 swim::FormatDuration(scenario.duration) + ")");
    }
    const Duration end = measure.to.value_or(scenario.duration);
    if (measure.from >= end)
    {
        fail("from",
             swim::FormatDuration(measure.from) + " leaves nothing to measure up to " +
                 swim::FormatDuration(end));
    }
}

} // namespace

void ReadMeasure(const Value& root, Scenario& scenario)
{
    Section section(root.Find("measure"),
                    "measure",
                    swim::NamesOf(MEASURE_KEYS),
                    scenario,
                    AllKeys());
    section.Read(MEASURE_KEYS, scenario.measure);
    CheckWindow(section, scenario);
    section.Resolve(MEASURE_KEYS, scenario.measure);
}

swim::TableReference MeasureReference()
{
    return {"measure",
            "[measure]",
            "What the metrics are about; it changes nothing in a run.",
            swim::DescribeAll(MEASURE_KEYS, MeasureSpec())};
}

} // namespace swimlab
