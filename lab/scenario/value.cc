// SPDX-License-Identifier: GPL-2.0-only
//
// TOML into Value trees, and overrides into them. The only file of the lab that includes toml++.
#include "lab/scenario/value.h"

#include "lab/scenario/fields.h"
#include "lab/scenario/toml-text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <sstream>
#include <toml++/toml.h>

namespace swimlab
{

namespace
{

Value Convert(const toml::node& node, const std::string& file);

ValueTable ConvertTable(const toml::table& table, const std::string& file)
{
    struct Placed
    {
        toml::source_position position;
        TableEntry entry;
    };

    std::vector<Placed> entries;
    for (const auto& [key, node] : table)
    {
        entries.push_back({key.source().begin, {std::string(key.str()), Convert(node, file)}});
    }
    std::stable_sort(entries.begin(), entries.end(), [](const Placed& a, const Placed& b) {
        return a.position < b.position;
    });
    ValueTable result;
    for (auto& placed : entries)
    {
        result.push_back(std::move(placed.entry));
    }
    return result;
}

Value Convert(const toml::node& node, const std::string& file)
{
    Value value;
    value.place = {file, node.source().begin.line, ""};
    if (const auto* table = node.as_table())
    {
        value.data = ConvertTable(*table, file);
    }
    else if (const auto* array = node.as_array())
    {
        ValueList list;
        for (const auto& element : *array)
        {
            list.push_back(Convert(element, file));
        }
        value.data = std::move(list);
    }
    else if (const auto text = node.value_exact<std::string>())
    {
        value.data = *text;
    }
    else if (const auto integer = node.value_exact<std::int64_t>())
    {
        value.data = *integer;
    }
    else if (const auto number = node.value_exact<double>())
    {
        value.data = *number;
    }
    else if (const auto boolean = node.value_exact<bool>())
    {
        value.data = *boolean;
    }
    else
    {
        throw ScenarioError(value.place,
                            "",
                            "a date or a time of day has no meaning in a scenario");
    }
    return value;
}

/// The TOML value that a text is, or nothing if it is none (`2s`) or a date.
std::optional<Value> ParseTomlValue(const std::string& text)
{
    const std::string line = "value = " + text;
    if (FindTomlMistake(line))
    {
        return std::nullopt; // text without quotes too
    }
    try
    {
        const toml::table table = toml::parse(line);
        if (table.size() == 1)
        {
            return Convert(*table.get("value"), "");
        }
    }
    catch (const toml::parse_error&)
    {
        // Text without quotes.
    }
    catch (const ScenarioError&)
    {
        // A date, which nobody means here.
    }
    return std::nullopt;
}

std::string Quoted(const std::string& text)
{
    std::string result = "\"";
    for (const char c : text)
    {
        if (c == '"' || c == '\\')
        {
            result += '\\';
            result += c;
        }
        else if (static_cast<unsigned char>(c) < 0x20)
        {
            constexpr char DIGITS[] = "0123456789abcdef";
            result += std::string("\\u00") + DIGITS[c >> 4] + DIGITS[c & 15];
        }
        else
        {
            result += c;
        }
    }
    return result + '"';
}

/// In quotes only where it has to be.
std::string TomlKey(const std::string& key)
{
    const bool isBare = !key.empty() && std::ranges::all_of(key, [](unsigned char c) {
        return c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '_');
    });
    return isBare ? key : Quoted(key);
}

std::string TomlText(const Value& value)
{
    if (const auto* text = std::get_if<std::string>(&value.data))
    {
        return Quoted(*text);
    }
    if (const auto* list = std::get_if<ValueList>(&value.data))
    {
        std::string result;
        for (const auto& element : *list)
        {
            result += (result.empty() ? "" : ", ") + TomlText(element);
        }
        return "[" + result + "]";
    }
    if (const auto* table = std::get_if<ValueTable>(&value.data))
    {
        std::string result;
        for (const auto& [key, element] : *table)
        {
            result += (result.empty() ? "" : ", ") + TomlKey(key) + " = " + TomlText(element);
        }
        return "{" + result + "}";
    }
    return value.Text();
}

void SetPlaces(Value& value, const SourcePlace& place)
{
    value.place = place;
    if (auto* list = std::get_if<ValueList>(&value.data))
    {
        std::for_each(list->begin(), list->end(), [&](Value& v) { SetPlaces(v, place); });
    }
    else if (auto* table = std::get_if<ValueTable>(&value.data))
    {
        std::for_each(table->begin(), table->end(), [&](auto& v) { SetPlaces(v.value, place); });
    }
}

/// The name of a list's entry, or nullptr.
const std::string* NameOfEntry(const Value& entry)
{
    const Value* const name = entry.Find("name");
    return name == nullptr ? nullptr : std::get_if<std::string>(&name->data);
}

/// The place of the entry that a step of a path names, or counts; the list's size if there is none.
std::size_t PlaceOfEntry(const ValueList& list, const std::string& step)
{
    const auto named = std::ranges::find_if(list, [&](const Value& entry) {
        const std::string* const name = NameOfEntry(entry);
        return name != nullptr && *name == step;
    });
    if (named != list.end())
    {
        return static_cast<std::size_t>(named - list.begin());
    }
    std::size_t index = list.size();
    const char* const end = step.data() + step.size();
    const auto [rest, error] = std::from_chars(step.data(), end, index);
    return error == std::errc{} && rest == end ? std::min(index, list.size()) : list.size();
}

/// Which entries there are, for who asked for another.
std::string TellEntries(const ValueList& list, const std::string& step)
{
    if (list.empty())
    {
        return "the list is empty";
    }
    std::vector<std::string> names;
    for (const Value& entry : list)
    {
        if (const std::string* const name = NameOfEntry(entry))
        {
            names.push_back(*name);
        }
    }
    if (const auto near = Nearest(step, names))
    {
        return "did you mean \"" + *near + "\"?";
    }
    std::string text = "entries count from 0 to " + std::to_string(list.size() - 1);
    for (std::size_t i = 0; i < names.size(); ++i)
    {
        text += (i == 0 ? ", and have the names \"" : ", \"") + names[i] + "\"";
    }
    return text;
}

/// The entry of a list that an override's path names or counts.
Value& EntryOf(ValueList& list,
               const std::string& step,
               const SourcePlace& place,
               const std::string& key)
{
    const std::size_t index = PlaceOfEntry(list, step);
    if (index == list.size())
    {
        throw ScenarioError(place,
                            key,
                            "there is no entry \"" + step + "\"; " + TellEntries(list, step));
    }
    return list[index];
}

} // namespace

const Value* Value::Find(std::string_view key) const
{
    if (const auto* table = std::get_if<ValueTable>(&data))
    {
        for (const auto& entry : *table)
        {
            if (entry.key == key)
            {
                return &entry.value;
            }
        }
    }
    return nullptr;
}

std::string Value::Text() const
{
    if (const auto* text = std::get_if<std::string>(&data))
    {
        // "3" in quotes is a text; bare it would come back as a number.
        return ParseTomlValue(*text) ? Quoted(*text) : *text;
    }
    if (const auto* integer = std::get_if<std::int64_t>(&data))
    {
        return std::to_string(*integer);
    }
    if (const auto* number = std::get_if<double>(&data))
    {
        char buffer[32];
        const auto result = std::to_chars(buffer, std::end(buffer), *number);
        return {buffer, result.ptr};
    }
    if (const auto* boolean = std::get_if<bool>(&data))
    {
        return *boolean ? "true" : "false";
    }
    return TomlText(*this);
}

Value ParseToml(const std::string& text, const std::string& file)
{
    if (const auto mistake = FindTomlMistake(text))
    {
        throw ScenarioError({file, mistake->line, ""}, "", mistake->message);
    }
    try
    {
        Value root;
        root.data = ConvertTable(toml::parse(text, file), file);
        root.place = {file, 0, ""};
        return root;
    }
    catch (const toml::parse_error& error)
    {
        const unsigned line = error.source().begin.line;
        const std::string word = FindBareWord(LineOf(text, line), [](std::string_view value) {
            return ParseTomlValue(std::string(value)).has_value();
        });
        throw ScenarioError({file, line, ""},
                            "",
                            word.empty() ? "is not valid TOML: " + std::string(error.description())
                                         : "put " + word + " in quotes: " + Quoted(word));
    }
}

void SetValue(Value& root, const std::string& key, Value value)
{
    if (static_cast<unsigned>(std::ranges::count(key, '.')) >= MOST_TOML_STEPS)
    {
        throw ScenarioError(value.place,
                            key,
                            "has more than " + std::to_string(MOST_TOML_STEPS) +
                                " steps; no key of a scenario has");
    }
    Value* target = &root;
    std::istringstream path(key);
    for (std::string step; std::getline(path, step, '.');)
    {
        if (auto* list = std::get_if<ValueList>(&target->data))
        {
            target = &EntryOf(*list, step, value.place, key);
        }
        else if (auto* table = std::get_if<ValueTable>(&target->data))
        {
            const auto entry = std::find_if(table->begin(), table->end(), [&](const auto& e) {
                return e.key == step;
            });
            if (entry != table->end())
            {
                target = &entry->value;
                continue;
            }
            table->push_back({step, Value{ValueTable{}, value.place}});
            target = &table->back().value;
        }
        else
        {
            throw ScenarioError(value.place,
                                key,
                                "there is no \"" + step + "\" inside of a single value");
        }
    }
    *target = std::move(value);
}

std::string SpellByName(const Value& root, const std::string& key)
{
    const Value* at = &root;
    std::string spelled;
    std::istringstream path(key);
    for (std::string step; std::getline(path, step, '.');)
    {
        const auto* list = at == nullptr ? nullptr : std::get_if<ValueList>(&at->data);
        const std::size_t index = list == nullptr ? 0 : PlaceOfEntry(*list, step);
        if (list != nullptr && index < list->size())
        {
            const std::string* const name = NameOfEntry((*list)[index]);
            step = name == nullptr ? step : *name;
            at = &(*list)[index];
        }
        else
        {
            at = at == nullptr ? nullptr : at->Find(step);
        }
        spelled += (spelled.empty() ? "" : ".") + step;
    }
    return spelled;
}

void ApplyOverride(Value& root, const std::string& keyAndValue)
{
    const SourcePlace place{"", 0, keyAndValue};
    const std::size_t equals = keyAndValue.find('=');
    if (equals == std::string::npos || equals == 0)
    {
        throw ScenarioError(place, "", "must be key=value, such as cluster.members=200");
    }
    const std::string text = keyAndValue.substr(equals + 1);
    Value value = ParseTomlValue(text).value_or(Value{text, place});
    SetPlaces(value, place);
    SetValue(root, keyAndValue.substr(0, equals), std::move(value));
}

} // namespace swimlab
