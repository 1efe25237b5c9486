// SPDX-License-Identifier: MIT
//
// See toml-table.h. The only file of the agent that includes toml++.
#include "agent/program/toml-table.h"

#include "agent/program/settings.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <toml++/toml.h>

namespace swim::program
{

/// A table of a file that is kept for as long as anybody reads it.
struct TomlTable::Node
{
    std::string file;
    std::shared_ptr<const toml::table> root;
    const toml::table* table;
    std::string name; ///< empty: the top

    const toml::node* Find(std::string_view key) const
    {
        return table->get(key);
    }
};

TomlTable::TomlTable(std::shared_ptr<const Node> node)
    : m_node(std::move(node))
{
}

TomlTable TomlTable::OfFile(const std::string& file)
{
    std::error_code error;
    if (std::filesystem::is_directory(file, error))
    {
        throw UserError(file + ": is a folder; an agent.toml is meant");
    }
    std::ifstream stream(file);
    if (!stream)
    {
        throw UserError(file + ": " + std::generic_category().message(errno));
    }
    try
    {
        const auto root = std::make_shared<const toml::table>(toml::parse(stream, file));
        return TomlTable(std::make_shared<const Node>(Node{file, root, root.get(), ""}));
    }
    catch (const toml::parse_error& wrong)
    {
        throw UserError(file + ":" + std::to_string(wrong.source().begin.line) + ": " +
                        std::string(wrong.description()));
    }
}

void TomlTable::CheckKeys(std::span<const std::string> known) const
{
    for (const auto& [key, node] : *m_node->table)
    {
        if (std::ranges::find(known, key.str()) != known.end())
        {
            continue;
        }
        std::string names;
        for (const std::string& name : known)
        {
            names += (names.empty() ? "" : ", ") + name;
        }
        Fail(key.str(), "unknown key; known here: " + names);
    }
}

void TomlTable::Read(std::string_view key, std::string& value) const
{
    if (const toml::node* node = m_node->Find(key))
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
    if (const toml::node* node = m_node->Find(key))
    {
        if (!node->is_boolean())
        {
            Fail(key, "must be true or false");
        }
        value = **node->as_boolean();
    }
}

void TomlTable::Read(std::string_view key, std::uint32_t& value) const
{
    if (const toml::node* node = m_node->Find(key))
    {
        if (!node->is_integer() || **node->as_integer() < 0 || **node->as_integer() > UINT32_MAX)
        {
            Fail(key, "must be a whole number from 0 to " + std::to_string(UINT32_MAX));
        }
        value = static_cast<std::uint32_t>(**node->as_integer());
    }
}

void TomlTable::Read(std::string_view key, std::vector<std::string>& values) const
{
    const toml::node* node = m_node->Find(key);
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
    for (const auto& [key, node] : *m_node->table)
    {
        Read(key.str(), texts[std::string(key.str())]);
    }
    return texts;
}

std::optional<TomlTable> TomlTable::Table(std::string_view key) const
{
    const toml::node* node = m_node->Find(key);
    const std::string name = m_node->name + (m_node->name.empty() ? "" : ".") + std::string(key);
    if (node == nullptr)
    {
        return std::nullopt;
    }
    if (!node->is_table())
    {
        Fail(key, "must be a table; write [" + name + "] on its own line");
    }
    return TomlTable(
        std::make_shared<const Node>(Node{m_node->file, m_node->root, node->as_table(), name}));
}

std::optional<std::string> TomlTable::Spelling(std::string_view key) const
{
    const toml::node* node = m_node->Find(key);
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

void TomlTable::Fail(const std::string& message) const
{
    throw UserError(m_node->file + ":" + std::to_string(m_node->table->source().begin.line) + ": " +
                    m_node->name + ": " + message);
}

std::string TomlTable::Place(std::string_view key) const
{
    const toml::node* node = m_node->Find(key);
    const auto line = (node == nullptr ? *m_node->table : *node).source().begin.line;
    return m_node->file + ":" + std::to_string(line) + ": " + m_node->name +
           (m_node->name.empty() ? "" : ".") + std::string(key);
}

} // namespace swim::program
