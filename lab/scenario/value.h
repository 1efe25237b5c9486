// SPDX-License-Identifier: GPL-2.0-only
//
// A scenario file as a tree of values that know where they were written.
//
// toml++ sorts a table's keys; a sweep's axes count in the file's order, so the tree keeps it. It
// is also what `--set` changes, and it keeps toml++ (slow to compile) out of every file but
// value.cc.
#pragma once

#include "lab/scenario/scenario-error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace swimlab
{

struct Value;
struct TableEntry;
using ValueList = std::vector<Value>;
using ValueTable = std::vector<TableEntry>; ///< in the file's order

struct Value
{
    std::variant<std::string, std::int64_t, double, bool, ValueList, ValueTable> data;
    SourcePlace place;

    /// The entry of a table, or nullptr; also nullptr where this is no table.
    const Value* Find(std::string_view key) const;

    /// As TOML would write it, strings without quotes at the top: the spelling that `--set` reads.
    std::string Text() const;
};

struct TableEntry
{
    std::string key;
    Value value;
};

/// @param file for messages @throws ScenarioError if the text is not TOML
Value ParseToml(const std::string& text, const std::string& file);

/**
 * Puts a value into the tree: the key's path is made where it is missing. An entry of a list of
 * tables goes by its `name`, and by its number (`event.outage.at`, `event.0.at`).
 * @throws ScenarioError if the path leads through something that is no table and no list
 */
void SetValue(Value& root, const std::string& key, Value value);

/// The one spelling of a key: entries of lists that have a name go by it, not by their number.
std::string SpellByName(const Value& root, const std::string& key);

/// Puts a `key=value` into the tree, where value is TOML or plain text.
/// @throws ScenarioError if it is not `key=value`, or as SetValue
void ApplyOverride(Value& root, const std::string& keyAndValue);

} // namespace swimlab
