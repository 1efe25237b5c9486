// SPDX-License-Identifier: MIT
//
// See toml-table.h.
#include "agent/program/toml-table.h"

#include <algorithm>

namespace swim::program
{

namespace
{

std::string Join(const std::vector<std::string_view>& words)
{
    std::string text;
    for (const std::string_view word : words)
    {
        text += (text.empty() ? "" : ", ") + std::string(word);
    }
    return text;
}

} // namespace

TomlTable::TomlTable(const std::string& file,
                     const toml::table& table,
                     std::string name,
                     std::vector<std::string_view> known)
    : m_file(file),
      m_table(table),
      m_prefix(name.empty() ? "" : name + ".")
{
    for (const auto& [key, node] : table)
    {
        if (!known.empty() && std::ranges::find(known, key.str()) == known.end())
        {
            Fail(key.str(), "unknown key; known here: " + Join(known));
        }
    }
}

void TomlTable::Read(std::string_view key, std::string& value) const
{
    if (const toml::node* node = m_table.get(key))
    {
        if (!node->is_string())
        {
            Fail(key, "must be a text in quotes");
        }
        value = **node->as_string();
    }
}

void TomlTable::Read(std::string_view key, bool& value) const
{
    if (const toml::node* node = m_table.get(key))
    {
        if (!node->is_boolean())
        {
            Fail(key, "must be true or false");
        }
        value = **node->as_boolean();
    }
}

void TomlTable::Read(std::string_view key, std::vector<std::string>& values) const
{
    const toml::node* node = m_table.get(key);
    if (node == nullptr)
    {
        return;
    }
    if (!node->is_array() ||
        !std::ranges::all_of(*node->as_array(), [](const auto& item) { return item.is_string(); }))
    {
        Fail(key, "must be a list of texts, such as [\"10.0.0.1:7946\"]");
    }
    values.clear();
    for (const toml::node& item : *node->as_array())
    {
        values.push_back(**item.as_string());
    }
}

std::map<std::string, std::string> TomlTable::Texts() const
{
    std::map<std::string, std::string> texts;
    for (const auto& [key, node] : m_table)
    {
        Read(key.str(), texts[std::string(key.str())]);
    }
    return texts;
}

const toml::table* TomlTable::Table(std::string_view key) const
{
    const toml::node* node = m_table.get(key);
    if (node != nullptr && !node->is_table())
    {
        Fail(key, "must be a table; write [" + m_prefix + std::string(key) + "] on its own line");
    }
    return node == nullptr ? nullptr : node->as_table();
}

std::optional<std::string> TomlTable::Spelling(std::string_view key) const
{
    const toml::node* node = m_table.get(key);
    if (node == nullptr)
    {
        return std::nullopt;
    }
    if (node->is_boolean())
    {
        return **node->as_boolean() ? "true" : "false";
    }
    if (node->is_integer())
    {
        return std::to_string(**node->as_integer());
    }
    if (!node->is_string())
    {
        Fail(key, "must be a text in quotes, a whole number, true or false");
    }
    return **node->as_string();
}

void TomlTable::Fail(std::string_view key, const std::string& message) const
{
    throw UserError(Place(key) + ": " + message);
}

std::string TomlTable::Place(std::string_view key) const
{
    const toml::node* node = m_table.get(key);
    const auto line = (node == nullptr ? m_table : *node).source().begin.line;
    return m_file + ":" + std::to_string(line) + ": " + m_prefix + std::string(key);
}

} // namespace swim::program
