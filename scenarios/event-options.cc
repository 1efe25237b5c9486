// SPDX-License-Identifier: GPL-2.0-only
//
// One row an option: its name and how to read it. Which verbs take it is in the table of verbs.
#include "event-options.h"

#include "section.h"

namespace swimlab
{

namespace
{

struct Option
{
    std::string_view name;
    void (*read)(const Value& value, const std::string& key, const Scenario&, Event& event);
};

void ReadMembers(const Value& value, const std::string& key, const Scenario& scenario, Event& event)
{
    event.targets = {ParseTargets(value, key, scenario.members)};
}

void ReadOthers(const Value& value, const std::string& key, const Scenario& scenario, Event& event)
{
    event.others = ParseTargets(value, key, scenario.members);
}

void ReadDirection(const Value& value, const std::string& key, const Scenario&, Event& event)
{
    const std::string word = ReadWord(value, key, {"both", "in", "out"});
    event.direction = word == "in"    ? Direction::IN
                      : word == "out" ? Direction::OUT
                                      : Direction::BOTH;
    if (event.targets.empty() && event.direction != Direction::BOTH)
    {
        throw ScenarioError(value.place,
                            key,
                            "has no meaning without members; name them, since what one member "
                            "sends another receives");
    }
}

void ReadCarrier(const Value& value, const std::string& key, const Scenario&, Event& event)
{
    const std::string word = ReadWord(value, key, {"all", "datagrams", "streams"});
    event.carrier = word == "datagrams" ? Carrier::DATAGRAMS
                    : word == "streams" ? Carrier::STREAMS
                                        : Carrier::ALL;
}

/// In the order of reading: `direction` looks at who was named by `members`.
constexpr Option OPTIONS[] = {
    {"members", ReadMembers},
    {"to", ReadOthers},
    {"direction", ReadDirection},
    {"carries", ReadCarrier},
};

/// `loss, delay and jitter`: the verbs that take an option.
std::string TakersOf(std::string_view option)
{
    std::vector<std::string_view> takers;
    for (const auto& info : VerbTable())
    {
        if (info.Takes(option))
        {
            takers.push_back(info.name);
        }
    }
    std::string text;
    for (std::size_t i = 0; i < takers.size(); ++i)
    {
        text += i == 0 ? "" : i + 1 < takers.size() ? ", " : " and ";
        text += takers[i];
    }
    return text;
}

/// What records say of it: the value, and where it is one-sided the direction.
std::string ValueText(const Event& event)
{
    const std::string direction =
        event.direction == Direction::BOTH ? "" : std::string(ToString(event.direction));
    if (event.verb == Verb::BLOCK)
    {
        return std::string(ToString(event.carrier)) + " " + std::string(ToString(event.direction));
    }
    return event.valueText + (direction.empty() ? "" : " " + direction);
}

} // namespace

std::vector<std::string> EventOptionNames()
{
    std::vector<std::string> names;
    for (const auto& option : OPTIONS)
    {
        names.emplace_back(option.name);
    }
    return names;
}

void ReadEventOptions(const VerbInfo& info,
                      const Value& table,
                      const std::string& prefix,
                      const Scenario& scenario,
                      Event& event)
{
    for (const auto& option : OPTIONS)
    {
        const Value* value = table.Find(option.name);
        if (value == nullptr)
        {
            continue;
        }
        const std::string key = prefix + std::string(option.name);
        if (!info.Takes(option.name))
        {
            throw ScenarioError(value->place,
                                key,
                                "has no meaning for " + std::string(info.name) + "; it goes with " +
                                    TakersOf(option.name));
        }
        option.read(*value, key, scenario, event);
    }
    event.valueText = ValueText(event);
}

} // namespace swimlab
