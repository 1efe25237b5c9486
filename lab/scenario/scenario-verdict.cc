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

constexpr Key<Verdict> VERDICT_KEYS[] = {
    keys::TextKey<&Verdict::about>("about", "What is compared, in a few words.")
        .Required("say in a few words what is compared, such as \"after a partition of 10 "
                  "minutes\""),
    Key<Verdict>{"MEASURE.POINT",
                 "condition",
                 "What a measure should be at a point of the sweep: `one_again_s.recommended-lan = "
                 "\"<= 60 s\"`. A point is written as the values of the sweep's axes; `each` is "
                 "every one."}
        .Absent("nothing is expected"),
};

void ReadExpectations(const std::string& name, const Value& value, Scenario& scenario)
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
    Section section(verdict, "verdict", {}, scenario);
    section.Read(VERDICT_KEYS, scenario.verdict);
    if (scenario.verdict.about.empty())
    {
        section.FailMissing("about", VERDICT_KEYS[0].required);
    }
    for (const auto& [name, value] : std::get<ValueTable>(verdict->data))
    {
        if (name != "about")
        {
            ReadExpectations(name, value, scenario);
        }
    }
    if (scenario.verdict.expectations.empty())
    {
        throw ScenarioError(verdict->place,
                            "verdict",
                            "expects nothing; add a measure, " + EXAMPLE);
    }
}

swim::TableReference VerdictReference()
{
    return {"verdict",
            "[verdict]",
            "What its author expects; the report ends with a line that compares.",
            swim::DescribeAll(VERDICT_KEYS, Verdict())};
}

} // namespace swimlab
