// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [detector] of a scenario file, and refuses what only SWIM has.
#include "lab/scenario/section.h"

namespace swimlab
{

namespace
{

using swim::detectors::Kind;
using swim::detectors::Parameter;

std::string Named(const Kind& kind)
{
    return "cluster.detector = \"" + std::string(kind.name) + "\"";
}

/// What is of SWIM alone, and was set beside another detector.
void RefuseKeysOfSwim(const Value& root, const Kind& kind)
{
    const auto refuse = [&](const Value* value, const std::string& key) {
        if (value != nullptr)
        {
            throw ScenarioError(value->place,
                                key,
                                "is of SWIM, and there is " + Named(kind) +
                                    "; leave it out, and set [detector]");
        }
    };
    refuse(root.Find("protocol"), "protocol");
    refuse(root.Find("cluster")->Find("preset"), "cluster.preset");
    if (const Value* trace = root.Find("trace"))
    {
        throw ScenarioError(trace->place,
                            "trace",
                            "tells of SWIM's messages and decisions, and there is " + Named(kind) +
                                "; leave it out");
    }
}

std::vector<std::string> NamesOfRows(const Kind& kind)
{
    std::vector<std::string> names;
    for (const Parameter& row : kind.parameters)
    {
        names.emplace_back(row.name);
    }
    return names;
}

void SetRow(const Parameter& row,
            const Value& value,
            const std::string& key,
            swim::detectors::Values& values)
{
    const auto* text = std::get_if<std::string>(&value.data);
    const std::string written = text == nullptr ? value.Text() : *text;
    if (const auto problem = values.Set(row, written))
    {
        throw ScenarioError(value.place, key, written + " " + *problem);
    }
}

} // namespace

void ReadDetector(const Value& root, Scenario& scenario)
{
    const Value* table = root.Find("detector");
    const Kind* kind = scenario.detector.kind;
    if (kind == nullptr)
    {
        if (table != nullptr)
        {
            throw ScenarioError(table->place,
                                "detector",
                                "is for detectors beside SWIM, which has [protocol]; name one by "
                                "cluster.detector, or leave it out");
        }
        return;
    }
    RefuseKeysOfSwim(root, *kind);
    Section section(table, "detector", NamesOfRows(*kind), scenario, AllKeys());
    for (const Parameter& row : kind->parameters)
    {
        if (const Value* value = section.Find(row.name))
        {
            SetRow(row, *value, section.FullKey(row.name), scenario.detector.values);
        }
        section.Note(row.name, scenario.detector.values.Get(row));
    }
    if (const auto problem = kind->check(scenario.detector.values))
    {
        throw ScenarioError(section.Place(), "detector", *problem);
    }
}

void RefuseVerbsOfSwim(const Scenario& scenario)
{
    const Kind* kind = scenario.detector.kind;
    for (const Event& event : scenario.events)
    {
        const bool foreign = kind != nullptr && (InfoOf(event.verb).what == VerbClass::MESSAGE ||
                                                 (event.verb == Verb::LEAVE && !kind->leaves));
        if (foreign)
        {
            throw ScenarioError(event.place,
                                event.key,
                                "cannot be done to members with " + Named(*kind) +
                                    "; leave it out");
        }
    }
}

void RefuseGroupsOfSwim(const Scenario& scenario, const Value& root)
{
    const Value* groups = root.Find("cluster")->Find("group");
    const auto* list = groups == nullptr ? nullptr : std::get_if<ValueList>(&groups->data);
    for (std::size_t i = 0; scenario.detector.kind != nullptr && list && i < list->size(); ++i)
    {
        if (const Value* own = (*list)[i].Find("protocol"))
        {
            throw ScenarioError(own->place,
                                "cluster.group." + std::to_string(i) + ".protocol",
                                "is of SWIM, and there is " + Named(*scenario.detector.kind) +
                                    "; leave it out");
        }
    }
}

swim::TableReference DetectorReference()
{
    return {"detector",
            "[detector]",
            "Settings of a detector beside SWIM: any of its parameters.",
            {}};
}

} // namespace swimlab
