// SPDX-License-Identifier: GPL-2.0-only
//
// One row an option: its name and how to read it. Which verbs take it is in the table of verbs.
#include "lab/scenario/event-options.h"

#include "lab/scenario/section.h"
#include "swim/wire.h"

#include <algorithm>

namespace swimlab
{

namespace
{

struct Option
{
    std::string_view name;
    std::string_view example;
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

void ReadOver(const Value& value, const std::string& key, const Scenario& scenario, Event& event)
{
    event.over = ReadDuration(value, key, std::chrono::nanoseconds(1), LONGEST_TIME);
    if (*event.over > scenario.duration - event.at)
    {
        throw ScenarioError(
            value.place,
            key,
            swim::FormatDuration(*event.over) + " from " + swim::FormatDuration(event.at) +
                " on ends after the run; duration is " + swim::FormatDuration(scenario.duration));
    }
}

void ReadEvery(const Value& value, const std::string& key, const Scenario& scenario, Event& event)
{
    const Duration left = scenario.duration - event.at;
    const Duration lasts = std::min(event.lasts.value_or(left), left);
    event.every = ReadDuration(value, key, std::chrono::milliseconds(1), LONGEST_TIME);
    if (event.every > lasts)
    {
        throw ScenarioError(value.place,
                            key,
                            swim::FormatDuration(event.every) +
                                " is longer than the churn, which lasts " +
                                swim::FormatDuration(lasts));
    }
}

void ReadDown(const Value& value, const std::string& key, const Scenario&, Event& event)
{
    event.down = ReadDuration(value, key, std::chrono::milliseconds(1), LONGEST_TIME);
}

void ReadBy(const Value& value, const std::string& key, const Scenario&, Event& event)
{
    event.duration = ReadDuration(value, key, Duration::zero(), LONGEST_DELAY);
}

MemberId ReadMember(const Value& value, const std::string& key, const Scenario& scenario)
{
    return static_cast<MemberId>(ReadCount(value, key, 0, scenario.members - 1));
}

void ReadAbout(const Value& value, const std::string& key, const Scenario& scenario, Event& event)
{
    event.injection.about = ReadMember(value, key, scenario);
}

void ReadFrom(const Value& value, const std::string& key, const Scenario& scenario, Event& event)
{
    event.injection.from = ReadMember(value, key, scenario);
}

/// What `incarnation` and `address` are about: somebody has to come back.
void RequireReturn(const Value& value, const std::string& key, const Event& event)
{
    if ((event.verb == Verb::CRASH || event.verb == Verb::LEAVE) && !event.lasts)
    {
        throw ScenarioError(value.place,
                            key,
                            "says how members come back, and nothing brings them back; add for, "
                            "or give it to their restart");
    }
}

void ReadIncarnation(const Value& value, const std::string& key, const Scenario&, Event& event)
{
    if (event.verb == Verb::INJECT)
    {
        event.injection.incarnation =
            static_cast<std::uint32_t>(ReadCount(value, key, 0, UINT32_MAX));
        return;
    }
    RequireReturn(value, key, event);
    event.comesBack.keepsIncarnation = ReadWord(value, key, {"next", "one"}) == "next";
}

void ReadAddress(const Value& value, const std::string& key, const Scenario& scenario, Event& event)
{
    RequireReturn(value, key, event);
    constexpr std::string_view OF = "of ";
    const std::string text = ReadText(value, key);
    if (text == "new")
    {
        event.comesBack.address = Return::Address::FRESH;
        return;
    }
    const Value taken{text.substr(std::min(OF.size(), text.size())), value.place};
    const auto from = text.starts_with(OF) ? ParseTargets(taken, key, scenario.members) : Targets{};
    if (from.kind != Targets::Kind::RANGE || from.first != from.last)
    {
        throw ScenarioError(value.place,
                            key,
                            "\"" + text +
                                "\" is no address; write \"new\", or \"of 7\" for that of a "
                                "member that is down");
    }
    event.comesBack.address = Return::Address::TAKEN;
    event.comesBack.from = from.first;
}

void ReadMeta(const Value& value, const std::string& key, const Scenario&, Event& event)
{
    event.meta = ReadText(value, key);
    const bool isPlain = std::none_of(event.meta.begin(), event.meta.end(), [](char c) {
        return c == ',' || c == '"' || static_cast<unsigned char>(c) < ' ';
    });
    if (!isPlain || event.meta.size() > swim::wire::MAX_META_SIZE)
    {
        throw ScenarioError(value.place,
                            key,
                            "must be at most " + std::to_string(swim::wire::MAX_META_SIZE) +
                                " bytes, without commas, quotes and control characters, which "
                                "records cannot hold");
    }
}

/// In the order of reading: `direction` looks at who was named by `members`.
constexpr Option OPTIONS[] = {
    {"members", "7", ReadMembers},
    {"into", "7", ReadMembers},
    {"to", "7", ReadOthers},
    {"direction", "\"in\"", ReadDirection},
    {"carries", "\"datagrams\"", ReadCarrier},
    {"over", "\"10s\"", ReadOver},
    {"by", "\"50ms\"", ReadBy},
    {"every", "\"10s\"", ReadEvery},
    {"down", "\"20s\"", ReadDown},
    {"about", "7", ReadAbout},
    {"from", "7", ReadFrom},
    {"incarnation", "2", ReadIncarnation},
    {"address", "\"new\"", ReadAddress},
    {"meta", "\"v2\"", ReadMeta},
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

/// Whether a verb can do without an option that is not there.
void CheckMissing(const VerbInfo& info,
                  const Option& option,
                  const Value& table,
                  const std::string& key)
{
    const auto required = std::span(info.options).first(info.required);
    if (std::find(required.begin(), required.end(), option.name) != required.end())
    {
        throw ScenarioError(table.place,
                            key,
                            "is missing; " + std::string(info.name) + " needs it, such as " +
                                std::string(option.name) + " = " + std::string(option.example));
    }
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
        const std::string key = prefix + std::string(option.name);
        if (value == nullptr)
        {
            CheckMissing(info, option, table, key);
            continue;
        }
        if (!info.Takes(option.name))
        {
            throw ScenarioError(value->place,
                                key,
                                "has no meaning for " + std::string(info.name) + "; it goes with " +
                                    TakersOf(option.name));
        }
        option.read(*value, key, scenario, event);
    }
}

} // namespace swimlab
