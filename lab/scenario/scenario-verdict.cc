// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [verdict] of a scenario file: what its author expects to come out.
//
// Here is the form only. Which measures there are, and what a condition may say, is known to the
// program that computes them (analysis/campaign/verdict.py), which checks it before the first run;
// so each line keeps its place for that program's messages.
#include "lab/scenario/section.h"

namespace swimlab
{

namespace
{

const std::string EXAMPLE = "such as false_positives.each = \"= 0\"";

void ReadMeasure(const std::string& name, const Value& value, Scenario& scenario)
{
    const auto* conditions = std::get_if<ValueTable>(&value.data);
    if (conditions == nullptr || conditions->empty())
    {
        throw ScenarioError(value.place,
                            "verdict." + name,
                            "must say what is expected at which point of the sweep, " + EXAMPLE);
    }
    for (const auto& [point, condition] : *conditions)
    {
        if (std::holds_alternative<ValueTable>(condition.data) ||
            std::holds_alternative<ValueList>(condition.data))
        {
            throw ScenarioError(condition.place,
                                "verdict." + name + "." + point,
                                "must be one condition, " + EXAMPLE);
        }
        scenario.verdict.expectations.push_back({name, point, condition.Text(), condition.place});
    }
}

} // namespace

void ReadVerdict(const Value& root, Scenario& scenario)
{
    const Value* verdict = root.Find("verdict");
    if (verdict == nullptr)
    {
        return;
    }
    const auto* table = std::get_if<ValueTable>(&verdict->data);
    if (table == nullptr)
    {
        throw ScenarioError(verdict->place,
                            "verdict",
                            "must be a table; write [verdict] on a line of its own");
    }
    const Value* about = verdict->Find("about");
    if (about == nullptr || ReadText(*about, "verdict.about").empty())
    {
        throw ScenarioError(verdict->place,
                            "verdict.about",
                            "is missing; say in a few words what is compared, such as "
                            "\"after a partition of 10 minutes\"");
    }
    scenario.verdict.about = ReadText(*about, "verdict.about");
    for (const auto& [name, value] : *table)
    {
        if (name != "about")
        {
            ReadMeasure(name, value, scenario);
        }
    }
    if (scenario.verdict.expectations.empty())
    {
        throw ScenarioError(verdict->place,
                            "verdict",
                            "expects nothing; add a measure, " + EXAMPLE);
    }
}

} // namespace swimlab
