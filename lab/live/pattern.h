// SPDX-License-Identifier: GPL-2.0-only
//
// Regular expressions with named groups, as PCRE2 has them.
//
// A match that takes too long is given up and counts as none, so that no line of a program can hold up
// a run in real time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace swimlab
{

/// A text that is no regular expression. The message says what is wrong and where in it.
class PatternError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// What a pattern found. It points into the text that was searched.
struct PatternMatch
{
    std::string_view whole;
    std::vector<std::pair<std::string_view, std::string_view>> groups; ///< that took part, by name

    /// @return what the group holds; nothing where it took no part
    std::optional<std::string_view> Find(std::string_view group) const;
};

/// A regular expression, compiled once. Copies share it.
class Pattern
{
  public:
    /// @throws PatternError
    explicit Pattern(const std::string& text);

    const std::vector<std::string>& Groups() const
    {
        return m_groups;
    }

    bool HasGroup(std::string_view name) const;

    /// The first match from a place of the text on.
    std::optional<PatternMatch> Search(std::string_view text, std::size_t from = 0) const;

    /// All matches, each after the one before.
    std::vector<PatternMatch> SearchAll(std::string_view text) const;

  private:
    struct Code;

    std::shared_ptr<const Code> m_code;
    std::vector<std::string> m_groups;
};

} // namespace swimlab
