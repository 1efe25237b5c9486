// SPDX-License-Identifier: GPL-2.0-only
//
// Reading a scenario's tables: values with units, their ranges, and keys that nobody knows.
//
// Each reader either returns what was written or throws a ScenarioError that says where it stands,
// what is wrong and what would be right.
#pragma once

#include "lab/scenario/value.h"
#include "swim/types.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// The candidate that a mistyped word was meant to be, if one is near.
std::optional<std::string> Nearest(std::string_view word, std::span<const std::string> candidates);

/// @param name of the table, in full
/// @throws ScenarioError if the value is no table
void RequireTable(const Value& value, const std::string& name);

/**
 * Checks that a table has known keys only.
 * @param prefix of full keys, with the dot: `cluster.`; empty at the top
 * @param known names without prefix
 * @param elsewhere full keys of the whole format, to tell where a misplaced key belongs
 */
void CheckKeys(const Value& table,
               const std::string& prefix,
               std::span<const std::string> known,
               std::span<const std::string> elsewhere);

/// Any text. @param key full key, as in all of these
std::string ReadText(const Value& value, const std::string& key);

bool ReadBoolean(const Value& value, const std::string& key);

/// A whole number without a unit.
std::uint64_t ReadCount(const Value& value,
                        const std::string& key,
                        std::uint64_t least,
                        std::uint64_t most);

/// A number without a unit.
double ReadNumber(const Value& value, const std::string& key);

/// "200ms".
swim::Duration ReadDuration(const Value& value,
                            const std::string& key,
                            swim::Duration least,
                            swim::Duration most);

/// "1%": 0 to 100 %, as a probability.
double ReadPercentage(const Value& value, const std::string& key);

/// "10Gbps", in bit/s.
std::uint64_t ReadBitRate(const Value& value, const std::string& key);

/// One of a few words. @param words joined by `|` @return its place among them
std::size_t ReadWord(const Value& value, const std::string& key, std::string_view words);

// The same spellings, for records.

std::string FormatPercentage(double probability);
std::string FormatBitRate(std::uint64_t bitsPerSecond);
std::string FormatNumber(double number);

} // namespace swimlab
