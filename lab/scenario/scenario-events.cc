// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [[event]] of a scenario file: when, one verb, whom, and for how long.
#include "lab/scenario/event-keys.h"
#include "swim/datagram-room.h"

#include <algorithm>

namespace swimlab
{

namespace
{

std::string VerbNames()
{
    std::string names;
    for (const auto& info : VerbTable())
    {
        names += (names.empty() ? "" : ", ") + std::string(info.name);
    }
    return names;
}

/// The one verb of an event's table.
const VerbInfo& FindVerb(const Value& table, const std::string& key)
{
    const VerbInfo* found = nullptr;
    for (const auto& info : VerbTable())
    {
        const Value* value = table.Find(info.name);
        if (value != nullptr && found != nullptr)
        {
            throw ScenarioError(value->place,
                                key,
                                "has two verbs, " + std::string(found->name) + " and " +
                                    std::string(info.name) +
                                    "; an event does one thing, so write two events");
        }
        found = value != nullptr ? &info : found;
    }
    if (found == nullptr)
    {
        throw ScenarioError(table.place, key, "does nothing; add one of " + VerbNames());
    }
    return *found;
}

/// Whether a partition follows the minimum cut: "minimum cut" or {cut = "minimum"}.
bool IsMinimumCut(const Value& value, const std::string& key)
{
    const auto* text = std::get_if<std::string>(&value.data);
    const Value* cut = value.Find("cut");
    if (cut != nullptr)
    {
        ReadWord(*cut, key + ".cut", "minimum");
    }
    return cut != nullptr || (text != nullptr && *text == "minimum cut");
}

void ReadSides(const Value& value, std::uint32_t members, Event& event)
{
    if (IsMinimumCut(value, event.key))
    {
        event.minimumCut = true;
        return;
    }
    const auto* list = std::get_if<ValueList>(&value.data);
    const ValueList oneSide = {value};
    for (const auto& side : list == nullptr ? oneSide : *list)
    {
        event.targets.push_back(ParseTargets(side, event.key, members));
    }
    if (event.targets.empty())
    {
        throw ScenarioError(value.place,
                            event.key,
                            "has no sides; write targets for each, such as [\"0-4\", \"5-9\"]");
    }
}

void ReadOperand(const VerbInfo& info, const Value& value, const Scenario& scenario, Event& event)
{
    switch (info.operand)
    {
    case Operand::MEMBERS:
        event.targets = {ParseTargets(value, event.key, scenario.members)};
        break;
    case Operand::SIDES:
        ReadSides(value, scenario.members, event);
        break;
    case Operand::NOTHING:
        if (!ReadBoolean(value, event.key))
        {
            throw ScenarioError(value.place, event.key, "must be true, or be left out");
        }
        break;
    case Operand::SHARE:
        event.probability = ReadPercentage(value, event.key);
        break;
    case Operand::TIME:
        event.duration = ReadDuration(value, event.key, Duration::zero(), LONGEST_DELAY);
        break;
    case Operand::MESSAGE:
        event.injection.message = static_cast<Message>(ReadWord(value, event.key, MESSAGES));
        break;
    }
}

/// Metadata that no datagram holds would reach nobody, and keep its member from refuting.
void CheckMetaFits(const Value& value,
                   const std::string& key,
                   const Scenario& scenario,
                   const std::string& meta)
{
    const std::string name = "m" + std::to_string(scenario.members - 1); // the longest
    const auto check = [&](const swim::Config& config) {
        if (const auto wrong = swim::DatagramRoom(config).WhyNot(name, meta))
        {
            throw ScenarioError(value.place, key, *wrong);
        }
    };
    check(scenario.protocol);
    for (const GroupSpec& group : scenario.groups)
    {
        check(group.protocol);
    }
}

Event ReadEvent(const Value& table, const std::string& key, Scenario& scenario)
{
    std::vector<std::string> known = swim::NamesOf(EventKeys());
    for (const auto& info : VerbTable())
    {
        known.emplace_back(info.name);
    }
    Section section(&table, key, known, scenario);
    const VerbInfo& info = FindVerb(table, key);
    const Value& operand = *section.Find(info.name);
    Event event;
    event.verb = info.verb;
    event.place = operand.place;
    event.key = section.FullKey(info.name);
    ReadOperand(info, operand, scenario, event);
    ReadEventKeys(info, section, event);
    if (const Value* meta = table.Find("meta"))
    {
        CheckMetaFits(*meta, key + ".meta", scenario, event.meta);
    }
    section.ResolveAsWritten();
    return event;
}

/// A name that two events have leads to one of them only.
void RequireOwnName(const Value& table,
                    const std::string& key,
                    const Event& event,
                    const std::vector<Event>& before)
{
    const auto same = std::ranges::find(before, event.name, &Event::name);
    if (!event.name.empty() && same != before.end())
    {
        throw ScenarioError(table.Find("name")->place,
                            key + ".name",
                            "\"" + event.name + "\" is the name of event." +
                                std::to_string(same - before.begin()) +
                                " already; give each event its own");
    }
}

} // namespace

void ReadEvents(const Value& root, Scenario& scenario)
{
    const Value* value = root.Find("event");
    if (value == nullptr)
    {
        return;
    }
    const auto* list = std::get_if<ValueList>(&value->data);
    if (list == nullptr)
    {
        throw ScenarioError(
            value->place,
            "event",
            "must be a list of tables; write [[event]], in two brackets, over each");
    }
    for (std::size_t i = 0; i < list->size(); ++i)
    {
        const std::string key = "event." + std::to_string(i);
        Event event = ReadEvent((*list)[i], SpellByName(root, key), scenario);
        RequireOwnName((*list)[i], key, event, scenario.events);
        scenario.events.push_back(std::move(event));
    }
}

swim::TableReference EventReference()
{
    swim::TableReference table{"event",
                               "[[event]]",
                               "What happens, as many tables as things: when, one verb, and what "
                               "goes with the verb.",
                               {}};
    for (const EventKey& row : EventKeys())
    {
        swim::KeyReference key = swim::Describe(row, Event());
        bool isNeeded = false;
        for (const VerbInfo& info : VerbTable())
        {
            isNeeded = isNeeded || info.Needs(row.name);
            if (!IsOfEveryVerb(row.name) && TakesKey(info, row.name))
            {
                key.onlyFor.emplace_back(info.name);
            }
        }
        key.absent = isNeeded && key.absent.empty() ? "must be given" : key.absent;
        table.keys.push_back(std::move(key));
    }
    return table;
}

} // namespace swimlab
