// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [[event]] of a scenario file: when, one verb, whom, and for how long.
#include "lab/scenario/event-options.h"
#include "lab/scenario/section.h"

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
        ReadWord(*cut, key + ".cut", {"minimum"});
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

Message ReadMessage(const Value& value, const std::string& key)
{
    const std::string word = ReadWord(value, key, {"alive", "suspect", "dead"});
    return word == "alive" ? Message::ALIVE : word == "suspect" ? Message::SUSPECT : Message::DEAD;
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
        event.injection.message = ReadMessage(value, event.key);
        break;
    }
}

Duration ReadAt(const Value& table, const std::string& prefix, const Scenario& scenario)
{
    const Value* at = table.Find("at");
    if (at == nullptr)
    {
        throw ScenarioError(table.place,
                            prefix + "at",
                            "is missing; say when, such as at = \"10s\"");
    }
    const Duration time = ReadDuration(*at, prefix + "at", Duration::zero(), LONGEST_TIME);
    if (time >= scenario.duration)
    {
        throw ScenarioError(at->place,
                            prefix + "at",
                            swim::FormatDuration(time) +
                                " is not before the end of the run; duration is " +
                                swim::FormatDuration(scenario.duration));
    }
    return time;
}

Event ReadEvent(const Value& table, const std::string& key, Scenario& scenario)
{
    const std::string prefix = key + ".";
    std::vector<std::string> known = EventOptionNames();
    known.insert(known.begin(), {"at", "for"});
    for (const auto& info : VerbTable())
    {
        known.emplace_back(info.name);
    }
    CheckKeys(table, prefix, known, {});
    const VerbInfo& info = FindVerb(table, key);
    const Value& operand = *table.Find(info.name);
    Event event;
    event.at = ReadAt(table, prefix, scenario);
    event.verb = info.verb;
    event.place = operand.place;
    event.key = prefix + std::string(info.name);
    ReadOperand(info, operand, scenario, event);
    if (const Value* lasts = table.Find("for"))
    {
        if (!info.canEnd)
        {
            throw ScenarioError(lasts->place,
                                prefix + "for",
                                "has no meaning for " + std::string(info.name) +
                                    ", which nothing undoes");
        }
        event.lasts =
            ReadDuration(*lasts, prefix + "for", std::chrono::nanoseconds(1), LONGEST_TIME);
    }
    ReadEventOptions(info, table, prefix, scenario, event);
    return event;
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
        const Value& table = (*list)[i];
        const std::string key = "event." + std::to_string(i);
        scenario.events.push_back(ReadEvent(table, key, scenario));
        for (const auto& [name, entry] : std::get<ValueTable>(table.data))
        {
            scenario.resolved.emplace_back(key + "." + name, entry.Text());
        }
    }
}

} // namespace swimlab
