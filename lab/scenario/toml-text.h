// SPDX-License-Identifier: GPL-2.0-only
//
// What is wrong with a text that should be TOML, in words that say what to write instead.
//
// TOML allows no letters beyond ASCII outside of quotes, and toml++ 3 does not only refuse some of them
// (U+00A1 to U+0499): it runs into code that it takes to be unreachable. So a text is looked through
// before toml++ sees it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace swimlab
{

struct TomlMistake
{
    unsigned line = 0; ///< from 1
    std::string message;
};

/// Nesting beyond this is no scenario, and a parser that calls itself for each level has a limit too.
inline constexpr unsigned MOST_TOML_STEPS = 32;

/// What toml++ must not see: another encoding than UTF-8, letters beyond ASCII without quotes, keys
/// of very many steps. @return nothing if it may see the text
std::optional<TomlMistake> FindTomlMistake(std::string_view text);

/// The first value of a line that lacks its quotes: `20s` of `duration = 20s`; empty if there is none.
/// @param isValue whether a word is a value without quotes
std::string FindBareWord(std::string_view line, bool (*isValue)(std::string_view word));

/// One line of a text. @param number from 1
std::string_view LineOf(std::string_view text, unsigned number);

} // namespace swimlab
