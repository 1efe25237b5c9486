// SPDX-License-Identifier: GPL-2.0-only
//
// One table of an adapter file while it is read.
#pragma once

#include "lab/live/adapter.h"
#include "lab/scenario/fields.h"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// Reads the keys of one table; a key that nobody knows is an error when it is opened.
class AdapterTable
{
  public:
    /**
     * @param table or nullptr, which has no keys
     * @param name in full; empty at the top
     * @param place of what it is missing from, where table is nullptr
     * @param words that texts may name; outlives this
     */
    AdapterTable(const Value* table,
                 std::string name,
                 SourcePlace place,
                 std::initializer_list<const char*> known,
                 const std::vector<std::string>& words);

    bool IsThere() const
    {
        return m_table != nullptr;
    }

    const SourcePlace& Place() const
    {
        return m_place;
    }

    const Value* Find(std::string_view key) const;

    /// @throws ScenarioError where it is not there
    const Value& Get(std::string_view key, const std::string& whatToWrite) const;

    std::string FullKey(std::string_view key) const
    {
        return m_name.empty() ? std::string(key) : m_name + "." + std::string(key);
    }

    [[noreturn]] void Fail(std::string_view key, const std::string& message) const;
    [[noreturn]] void Fail(const Value& at, std::string_view key, const std::string& message) const;

    std::string Text(std::string_view key, const std::string& otherwise) const;
    std::string RequiredText(std::string_view key, const std::string& whatToWrite) const;
    bool Boolean(std::string_view key, bool otherwise) const;
    std::uint64_t Count(std::string_view key, std::uint64_t otherwise, std::uint64_t most) const;
    swim::Duration Time(std::string_view key, swim::Duration otherwise) const;

    /// One of a few words. @param words joined by `|` @return its place among them
    std::size_t Word(std::string_view key, std::string_view words, std::size_t otherwise) const;

    std::optional<AdapterText> Template(std::string_view key) const;

    /// A list of texts; empty where the key is not there, an error where the list is.
    AdapterCommand Command(std::string_view key) const;

    /// @param groups that it must have
    std::optional<Pattern> Regex(std::string_view key,
                                 std::initializer_list<const char*> groups) const;

    /// Keys tcp, http, command, request, end and within of the table, of which one is the way.
    /// @return nothing where none is there
    std::optional<AdapterQuestion> Question(swim::Duration within) const;

    /// Texts below a key, by name.
    std::vector<std::pair<std::string, AdapterText>> Templates(std::string_view key) const;

  private:
    const Value* m_table;
    std::string m_name;
    SourcePlace m_place;
    const std::vector<std::string>& m_words;
};

/// How long an answer may take where the adapter does not say.
inline constexpr swim::Duration USUAL_ANSWER_TIME = std::chrono::seconds(1);

/// [[log]]. @param words that texts may name @throws ScenarioError, as ReadAdapterPoll
std::vector<AdapterLine> ReadAdapterLines(const Value& root, const std::vector<std::string>& words);

/// [poll].
std::optional<AdapterPoll> ReadAdapterPoll(const Value& root,
                                           const std::vector<std::string>& words);

/// Compiles a pattern. @throws ScenarioError, also where it lacks a group
Pattern ReadPattern(const Value& value,
                    const std::string& key,
                    std::initializer_list<const char*> groups);

} // namespace swimlab
