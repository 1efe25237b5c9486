// SPDX-License-Identifier: MIT
//
// One table of agent.toml while it is read. Whatever is wrong with a key is told with file and
// line.
#pragma once

#include "agent/program/settings.h"

#include <map>
#include <optional>
#include <toml++/toml.h>

namespace swim::program
{

class TomlTable
{
  public:
    /// @param name of the table; empty: the top of the file
    /// @param known its keys. @throws UserError for another one
    TomlTable(const std::string& file,
              const toml::table& table,
              std::string name,
              std::vector<std::string_view> known);

    /// Sets `value` if the key is there. @throws UserError if it is of another type
    void Read(std::string_view key, std::string& value) const;
    void Read(std::string_view key, bool& value) const;
    void Read(std::string_view key, std::vector<std::string>& values) const;

    /// @return all keys of a table whose values are texts
    std::map<std::string, std::string> Texts() const;

    /// @return the table of that key, or null
    const toml::table* Table(std::string_view key) const;

    /// @return the value as a scenario file may spell it, quoted or not: "200ms", 3, true
    std::optional<std::string> Spelling(std::string_view key) const;

    [[noreturn]] void Fail(std::string_view key, const std::string& message) const;

    /// @return "agent.toml:3: log.level"
    std::string Place(std::string_view key) const;

  private:
    const std::string& m_file;
    const toml::table& m_table;
    std::string m_prefix;
};

} // namespace swim::program
