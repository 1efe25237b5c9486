// SPDX-License-Identifier: GPL-2.0-only
//
// Prints what documentation tells of every key, verb and parameter, as JSON on standard output.
//
// The tables are those that read the files, so a page that is made from them names no key that
// nobody reads and leaves none out.
#include "agent/impairment-json.h"
#include "agent/program/settings.h"
#include "detectors/kind.h"
#include "lab/reference/types.h"
#include "lab/scenario/keys.h"
#include "lab/scenario/reference.h"
#include "lab/scenario/verbs.h"
#include "swim/config.h"
#include "swim/event-kind.h"
#include "swim/traffic-kind.h"

#include <cctype>
#include <iostream>
#include <nlohmann/json.hpp>

namespace swimlab
{

namespace
{

using Json = nlohmann::ordered_json;

constexpr int FORMAT = 1;

/// Null for what there is nothing to say of.
Json OrNull(const std::string& text)
{
    return text.empty() ? Json() : Json(text);
}

/// The keys `type` and `words` of a row: words to choose from are joined by `|` in the tables.
void AddType(Json& json, std::string_view type)
{
    Json words;
    if (type.find('|') != std::string_view::npos)
    {
        for (std::size_t i = 0; const auto word = swim::WordAt(type, i); ++i)
        {
            words.push_back(*word);
        }
    }
    json["type"] = words.is_null() ? type : "word";
    json["words"] = words;
}

Json KeyJson(const swim::TableReference& table, const swim::KeyReference& key)
{
    const bool standsAlone = table.name.empty() || table.name == "event" || table.name == "sweep";
    Json json = {{"key", key.name}, {"name", standsAlone ? key.name : table.name + "." + key.name}};
    AddType(json, key.type);
    json["range"] = OrNull(key.range);
    json["required"] = key.isRequired;
    json["default"] = key.standard ? Json(*key.standard) : Json();
    json["absent"] = OrNull(key.absent);
    json["only_for"] = key.onlyFor;
    json["meaning"] = key.meaning;
    return json;
}

Json TablesJson(const std::vector<swim::TableReference>& tables)
{
    Json list = Json::array();
    for (const swim::TableReference& table : tables)
    {
        Json keys = Json::array();
        for (const swim::KeyReference& key : table.keys)
        {
            keys.push_back(KeyJson(table, key));
        }
        list.push_back({{"name", table.name},
                        {"header", table.header},
                        {"meaning", table.meaning},
                        {"keys", std::move(keys)}});
    }
    return list;
}

Json TypesJson()
{
    Json list = Json::array();
    for (const TypeText& type : Types())
    {
        list.push_back({{"name", type.name}, {"example", type.example}, {"meaning", type.meaning}});
    }
    return list;
}

std::string_view TypeOf(Operand operand)
{
    switch (operand)
    {
    case Operand::MEMBERS:
        return "members";
    case Operand::SIDES:
        return "sides";
    case Operand::NOTHING:
        return "true";
    case Operand::SHARE:
        return "share";
    case Operand::TIME:
        return "duration";
    case Operand::MESSAGE:
        return MESSAGES;
    }
    return "?";
}

std::string_view NameOf(VerbClass what)
{
    switch (what)
    {
    case VerbClass::PROCESS:
    case VerbClass::SLOWNESS:
        return "process";
    case VerbClass::CARD:
    case VerbClass::NETWORK:
        return "network";
    case VerbClass::VALUE:
        return "value";
    case VerbClass::MESSAGE:
        return "message";
    }
    return "?";
}

Json VerbsJson()
{
    Json list = Json::array();
    for (const VerbInfo& info : VerbTable())
    {
        Json required = Json::array();
        Json options = Json::array();
        for (const std::string_view option : info.options)
        {
            if (!option.empty())
            {
                (info.Needs(option) ? required : options).push_back(option);
            }
        }
        Json json = {{"name", info.name}};
        AddType(json, TypeOf(info.operand));
        json["range"] = info.operand == Operand::TIME
                            ? OrNull(keys::DurationRange<NO_TIME, LONGEST_DELAY>())
                            : Json();
        json["meaning"] = info.meaning;
        json["required"] = std::move(required);
        json["options"] = std::move(options);
        json["for"] = info.undoing.has_value();
        json["undone_by"] =
            info.undoing && *info.undoing != info.verb ? Json(ToString(*info.undoing)) : Json();
        json["class"] = NameOf(info.what);
        list.push_back(std::move(json));
    }
    return list;
}

/// As ns3::SwimApplication calls it: `probe_interval` is ProbeInterval.
std::string AttributeName(std::string_view parameter)
{
    std::string name;
    bool startsWord = true;
    for (const char c : parameter)
    {
        if (c != '_')
        {
            name += startsWord ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        }
        startsWord = c == '_';
    }
    return name;
}

Json ParametersJson()
{
    Json list = Json::array();
    for (const swim::Parameter& parameter : swim::Parameters())
    {
        Json presets = Json::object();
        for (const std::string_view preset : swim::PresetNames())
        {
            presets[std::string(preset)] = parameter.get(swim::Preset(preset).value());
        }
        Json json = {{"name", parameter.name}, {"attribute", AttributeName(parameter.name)}};
        AddType(json, parameter.unit);
        json["range"] = OrNull(parameter.range());
        json["default"] = parameter.get(swim::Config());
        json["meaning"] = parameter.meaning;
        json["source"] = parameter.source;
        json["presets"] = std::move(presets);
        list.push_back(std::move(json));
    }
    return list;
}

/// Detectors beside SWIM that come along, each with its parameters: the documentation is the same
/// whoever has put which of his own into plugins/detectors/.
Json DetectorsJson()
{
    constexpr std::string_view HEALS[] = {"nothing", "crashes", "pauses", "networks"};
    Json list = Json::array();
    for (const swim::detectors::Kind* kind : swim::detectors::ShippedKinds())
    {
        Json parameters = Json::array();
        for (const swim::detectors::Parameter& row : kind->parameters)
        {
            Json json = {{"name", row.name}};
            AddType(json, swim::detectors::UnitOf(row));
            json["range"] = OrNull(swim::detectors::RangeOf(row));
            json["default"] = swim::detectors::Values(kind->parameters).Get(row);
            json["meaning"] = row.meaning;
            json["source"] = row.source;
            parameters.push_back(std::move(json));
        }
        list.push_back({{"name", kind->name},
                        {"meaning", kind->meaning},
                        {"source", kind->source},
                        {"suspects", kind->suspects},
                        {"buries", kind->buries},
                        {"leaves", kind->leaves},
                        {"heals", HEALS[static_cast<std::size_t>(kind->heals)]},
                        {"stays_wrong", OrNull(std::string(kind->staysWrong))},
                        {"parameters", std::move(parameters)}});
    }
    return list;
}

template <typename Kind>
Json KindsJson(std::size_t count, std::string_view (*name)(Kind), std::string_view (*meaning)(Kind))
{
    Json list = Json::array();
    for (std::size_t i = 0; i < count; ++i)
    {
        const auto kind = static_cast<Kind>(i);
        list.push_back({{"name", name(kind)}, {"meaning", meaning(kind)}});
    }
    return list;
}

Json ReferenceJson()
{
    return {
        {"format", FORMAT},
        {"types", TypesJson()},
        {"scenario", TablesJson(ScenarioReference())},
        {"verbs", VerbsJson()},
        {"presets", swim::PresetNames()},
        {"parameters", ParametersJson()},
        {"detectors", DetectorsJson()},
        {"agent", TablesJson(swim::program::SettingsReference())},
        {"impairment", TablesJson(swim::ImpairmentReference())},
        {"event_kinds", KindsJson(swim::EVENT_KINDS, swim::EventKindName, swim::EventKindMeaning)},
        {"traffic_kinds",
         KindsJson(swim::TRAFFIC_KINDS, swim::TrafficKindName, swim::TrafficKindMeaning)}};
}

} // namespace

} // namespace swimlab

int main()
{
    std::cout << swimlab::ReferenceJson().dump(1) << '\n';
    return std::cout.flush() ? 0 : 2;
}
