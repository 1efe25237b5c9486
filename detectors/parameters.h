// SPDX-License-Identifier: MIT
//
// A detector's parameters: rows of a table, and values of one table as a scenario gives them.
//
// All values are integers inside: nanoseconds, counts, millionths of a number, places in a list of
// words. So what a scenario says is exactly what a member gets, on every platform.
#pragma once

#include "swim/types.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swim::detectors
{

/// What a parameter takes.
enum class ParameterType : std::uint8_t
{
    DURATION, ///< with its unit: "200ms"
    COUNT,    ///< a whole number
    NUMBER,   ///< with a fraction, to a millionth
    WORD,     ///< one of a list
};

/// NUMBER: how many make one.
inline constexpr std::int64_t MILLION = 1'000'000;

/// One row of a detector's table.
struct Parameter
{
    std::string_view name; ///< as its users know it, in snake case
    ParameterType type;
    std::string_view initial; ///< the default, as a scenario spells it
    std::int64_t least;       ///< as it is inside; of WORD of no meaning
    std::int64_t most;        ///< likewise
    std::string_view words;   ///< WORD: to choose from, "a|b"
    std::string_view meaning;
    std::string_view source; ///< paper's section, or the program's own name of it
};

constexpr Parameter TimeParameter(std::string_view name,
                                  std::string_view initial,
                                  std::string_view meaning,
                                  std::string_view source,
                                  Duration least = std::chrono::milliseconds(1),
                                  Duration most = std::chrono::hours(24))
{
    return {name,
            ParameterType::DURATION,
            initial,
            least.count(),
            most.count(),
            "",
            meaning,
            source};
}

constexpr Parameter CountParameter(std::string_view name,
                                   std::string_view initial,
                                   std::int64_t least,
                                   std::int64_t most,
                                   std::string_view meaning,
                                   std::string_view source)
{
    return {name, ParameterType::COUNT, initial, least, most, "", meaning, source};
}

/// @param least in millionths @param most likewise
constexpr Parameter NumberParameter(std::string_view name,
                                    std::string_view initial,
                                    std::int64_t least,
                                    std::int64_t most,
                                    std::string_view meaning,
                                    std::string_view source)
{
    return {name, ParameterType::NUMBER, initial, least, most, "", meaning, source};
}

constexpr Parameter WordParameter(std::string_view name,
                                  std::string_view initial,
                                  std::string_view words,
                                  std::string_view meaning,
                                  std::string_view source)
{
    return {name, ParameterType::WORD, initial, 0, 0, words, meaning, source};
}

/// @return "duration", "count", "number", or the words
std::string_view UnitOf(const Parameter& row);

/// @return "from 1ms to 24h"; of WORD nothing
std::string RangeOf(const Parameter& row);

/// A value for each row of a table.
class Values
{
  public:
    /// The defaults. @param rows outlive this
    explicit Values(std::span<const Parameter> rows);

    /// Nothing at all.
    Values() = default;

    /// @param text as a scenario spells it
    /// @return what is wrong with it for this row and what would be right, to follow the value ("must
    ///         be …"), or nothing
    static std::optional<std::string> ProblemOf(const Parameter& row, std::string_view text);

    /// @param text as a scenario spells it
    /// @return as ProblemOf
    std::optional<std::string> Set(const Parameter& row, std::string_view text);

    /// @return the value in the spelling that Set reads
    std::string Get(const Parameter& row) const;

    std::span<const Parameter> Rows() const
    {
        return m_rows;
    }

    // By name, which must be in the table, and of that type.

    Duration Time(std::string_view name) const
    {
        return Duration(At(name, ParameterType::DURATION));
    }

    std::uint32_t Count(std::string_view name) const
    {
        return static_cast<std::uint32_t>(At(name, ParameterType::COUNT));
    }

    double Number(std::string_view name) const
    {
        return static_cast<double>(At(name, ParameterType::NUMBER)) / MILLION;
    }

    /// @return the place of the word in its list
    std::size_t Word(std::string_view name) const
    {
        return static_cast<std::size_t>(At(name, ParameterType::WORD));
    }

  private:
    std::int64_t At(std::string_view name, ParameterType type) const;

    std::span<const Parameter> m_rows;
    std::vector<std::int64_t> m_values;
};

} // namespace swim::detectors
