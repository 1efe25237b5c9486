// SPDX-License-Identifier: GPL-2.0-only
//
// See adapter-table.h.
#include "lab/live/adapter-table.h"

#include <algorithm>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

constexpr swim::Duration SHORTEST_ADAPTER_TIME = 1ms;
constexpr swim::Duration LONGEST_ADAPTER_TIME = 24h;

std::string Listed(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
    {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text.empty() ? "none" : text;
}

} // namespace

AdapterTable::AdapterTable(const Value* table,
                           std::string name,
                           SourcePlace place,
                           std::initializer_list<const char*> known,
                           const std::vector<std::string>& words)
    : m_table(table),
      m_name(std::move(name)),
      m_place(table == nullptr ? std::move(place) : table->place),
      m_words(words)
{
    if (m_table != nullptr)
    {
        RequireTable(*m_table, m_name);
        CheckKeys(*m_table,
                  m_name.empty() ? "" : m_name + ".",
                  std::vector<std::string>(known.begin(), known.end()),
                  {});
    }
}

const Value* AdapterTable::Find(std::string_view key) const
{
    return m_table == nullptr ? nullptr : m_table->Find(key);
}

const Value& AdapterTable::Get(std::string_view key, const std::string& whatToWrite) const
{
    if (const Value* const value = Find(key))
    {
        return *value;
    }
    Fail(key, "is missing; " + whatToWrite);
}

void AdapterTable::Fail(std::string_view key, const std::string& message) const
{
    throw ScenarioError(m_place, FullKey(key), message);
}

void AdapterTable::Fail(const Value& at, std::string_view key, const std::string& message) const
{
    throw ScenarioError(at.place, FullKey(key), message);
}

std::string AdapterTable::Text(std::string_view key, const std::string& otherwise) const
{
    const Value* const value = Find(key);
    return value == nullptr ? otherwise : ReadText(*value, FullKey(key));
}

std::string AdapterTable::RequiredText(std::string_view key, const std::string& whatToWrite) const
{
    return ReadText(Get(key, whatToWrite), FullKey(key));
}

bool AdapterTable::Boolean(std::string_view key, bool otherwise) const
{
    const Value* const value = Find(key);
    return value == nullptr ? otherwise : ReadBoolean(*value, FullKey(key));
}

std::uint64_t AdapterTable::Count(std::string_view key,
                                  std::uint64_t otherwise,
                                  std::uint64_t most) const
{
    const Value* const value = Find(key);
    return value == nullptr ? otherwise : ReadCount(*value, FullKey(key), 1, most);
}

swim::Duration AdapterTable::Time(std::string_view key, swim::Duration otherwise) const
{
    const Value* const value = Find(key);
    return value == nullptr
               ? otherwise
               : ReadDuration(*value, FullKey(key), SHORTEST_ADAPTER_TIME, LONGEST_ADAPTER_TIME);
}

std::size_t AdapterTable::Word(std::string_view key,
                               std::string_view words,
                               std::size_t otherwise) const
{
    const Value* const value = Find(key);
    return value == nullptr ? otherwise : ReadWord(*value, FullKey(key), words);
}

std::optional<AdapterText> AdapterTable::Template(std::string_view key) const
{
    const Value* const value = Find(key);
    return value == nullptr ? std::nullopt
                            : std::optional(AdapterText(*value, FullKey(key), m_words));
}

AdapterCommand AdapterTable::Command(std::string_view key) const
{
    AdapterCommand command;
    const Value* const value = Find(key);
    if (value == nullptr)
    {
        return command;
    }
    const auto* const list = std::get_if<ValueList>(&value->data);
    if (list == nullptr || list->empty())
    {
        Fail(*value, key, "must be a program and its arguments, such as [\"program\", \"-x\"]");
    }
    for (const Value& argument : *list)
    {
        command.emplace_back(argument, FullKey(key), m_words);
    }
    return command;
}

std::optional<Pattern> AdapterTable::Regex(std::string_view key,
                                           std::initializer_list<const char*> groups) const
{
    const Value* const value = Find(key);
    return value == nullptr ? std::nullopt
                            : std::optional(ReadPattern(*value, FullKey(key), groups));
}

std::optional<AdapterQuestion> AdapterTable::Question(swim::Duration within) const
{
    AdapterQuestion question;
    const Value* way = nullptr;
    for (const char* const key : {"tcp", "http", "command"})
    {
        if (const Value* const value = Find(key))
        {
            if (way != nullptr)
            {
                Fail(*value, key, "one of tcp, http and command is enough");
            }
            way = value;
        }
    }
    if (way == nullptr)
    {
        return {};
    }
    question.place = way->place;
    question.within = Time("within", within);
    question.command = Command("command");
    if (!question.command.empty())
    {
        question.way = AdapterQuestion::Way::COMMAND;
    }
    else if (const auto url = Template("http"))
    {
        question.way = AdapterQuestion::Way::HTTP;
        question.target = *url;
        if (!ReadText(*way, FullKey("http")).starts_with("http://"))
        {
            Fail(*way, "http", "must begin with http://");
        }
    }
    else
    {
        question.target = *Template("tcp");
        question.request = Template("request").value_or(AdapterText());
        question.end = Regex("end", {});
    }
    for (const char* const key : {"request", "end"})
    {
        if (const Value* const value = Find(key);
            value != nullptr && question.way != AdapterQuestion::Way::TCP)
        {
            Fail(*value, key, "is of a question by tcp");
        }
    }
    return question;
}

std::vector<std::pair<std::string, AdapterText>> AdapterTable::Templates(std::string_view key) const
{
    std::vector<std::pair<std::string, AdapterText>> texts;
    if (const Value* const value = Find(key))
    {
        RequireTable(*value, FullKey(key));
        for (const auto& [name, text] : std::get<ValueTable>(value->data))
        {
            const std::string full = FullKey(key) + "." + name;
            texts.emplace_back(name, AdapterText(text, full, m_words));
        }
    }
    return texts;
}

Pattern ReadPattern(const Value& value,
                    const std::string& key,
                    std::initializer_list<const char*> groups)
{
    const std::string text = ReadText(value, key);
    try
    {
        Pattern pattern(text);
        for (const char* const group : groups)
        {
            if (!pattern.HasGroup(group))
            {
                throw ScenarioError(value.place,
                                    key,
                                    std::string("needs a group (?P<") + group +
                                        ">...); its groups are: " + Listed(pattern.Groups()));
            }
        }
        return pattern;
    }
    catch (const PatternError& error)
    {
        throw ScenarioError(value.place, key, error.what());
    }
}

} // namespace swimlab
