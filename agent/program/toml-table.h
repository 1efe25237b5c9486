// SPDX-License-Identifier: MIT
//
// One table of agent.toml while it is read. Whatever is wrong with a key is told with file and
// line.
//
// A TomlTable keeps toml++, which is slow to compile, out of every other file of the agent.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swim::program
{

class TomlTable
{
  public:
    /// Reads a file. @throws UserError
    static TomlTable OfFile(const std::string& file);

    /// @param known names of keys. @throws UserError for another one
    void CheckKeys(std::span<const std::string> known) const;

    /// Sets `value` if the key is there. @throws UserError if it is of another type
    void Read(std::string_view key, std::string& value) const;
    void Read(std::string_view key, bool& value) const;
    void Read(std::string_view key, std::uint32_t& value) const;
    void Read(std::string_view key, std::vector<std::string>& values) const;

    /// @return all keys of a table whose values are texts
    std::map<std::string, std::string> Texts() const;

    /// @return the table of that key, if there is one. @throws UserError if it is something else
    std::optional<TomlTable> Table(std::string_view key) const;

    /// @return the value as a scenario file may spell it, quoted or not: "200ms", 3, true
    std::optional<std::string> Spelling(std::string_view key) const;

    [[noreturn]] void Fail(std::string_view key, const std::string& message) const;

    /// Of the table as a whole.
    [[noreturn]] void Fail(const std::string& message) const;

    /// @return "agent.toml:3: log.level"
    std::string Place(std::string_view key) const;

  private:
    struct Node;

    explicit TomlTable(std::shared_ptr<const Node> node);

    std::shared_ptr<const Node> m_node;
};

} // namespace swim::program
