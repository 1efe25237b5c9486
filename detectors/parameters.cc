// SPDX-License-Identifier: MIT
//
// See parameters.h.
#include "detectors/parameters.h"

#include "swim/assert.h"
#include "swim/config.h"
#include "swim/key-table.h"

#include <algorithm>
#include <charconv>

namespace swim::detectors
{

namespace
{

std::optional<std::int64_t> ReadCount(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

/// Digits with up to six behind a point, read without floating point.
std::optional<std::int64_t> ReadMillionths(std::string_view text)
{
    constexpr std::size_t DIGITS = 6;
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string digits(text.substr(0, point));
    std::string fraction(point < text.size() ? text.substr(point + 1) : "");
    if (digits.empty() || fraction.size() > DIGITS || (point < text.size() && fraction.empty()) ||
        (digits + fraction).find_first_not_of("0123456789") != std::string::npos)
    {
        return std::nullopt;
    }
    fraction.resize(DIGITS, '0');
    return ReadCount(digits + fraction);
}

std::string WriteMillionths(std::int64_t value)
{
    constexpr std::size_t DIGITS = 6;
    std::string fraction = std::to_string(value % MILLION);
    fraction.insert(0, DIGITS - fraction.size(), '0');
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return std::to_string(value / MILLION) + (fraction.empty() ? "" : "." + fraction);
}

std::string Write(const Parameter& row, std::int64_t value)
{
    switch (row.type)
    {
    case ParameterType::DURATION:
        return FormatDuration(Duration(value));
    case ParameterType::NUMBER:
        return WriteMillionths(value);
    case ParameterType::WORD:
        return std::string(NameOf(row.words, static_cast<std::size_t>(value)));
    default:
        return std::to_string(value);
    }
}

std::optional<std::int64_t> Read(const Parameter& row, std::string_view text)
{
    switch (row.type)
    {
    case ParameterType::DURATION: {
        const auto duration = ParseDuration(text);
        return duration ? std::optional(duration->count()) : std::nullopt;
    }
    case ParameterType::NUMBER:
        return ReadMillionths(text);
    case ParameterType::WORD: {
        const auto place = PlaceOfWord(row.words, text);
        return place ? std::optional(static_cast<std::int64_t>(*place)) : std::nullopt;
    }
    default:
        return ReadCount(text);
    }
}

/// @return the value; nothing: it is none of the row's, or out of its range
std::optional<std::int64_t> ReadWithin(const Parameter& row, std::string_view text)
{
    const auto value = Read(row, text);
    const bool bounded = row.type != ParameterType::WORD;
    return value && bounded && (*value < row.least || *value > row.most) ? std::nullopt : value;
}

std::string WhatIsRight(const Parameter& row)
{
    switch (row.type)
    {
    case ParameterType::DURATION:
        return "must be a duration with its unit, such as \"" + std::string(row.initial) + "\", " +
               RangeOf(row);
    case ParameterType::NUMBER:
        return "must be a number " + RangeOf(row) + ", with at most six digits behind the point";
    case ParameterType::WORD:
        return "must be one of " + std::string(row.words);
    default:
        return "must be a whole number " + RangeOf(row);
    }
}

} // namespace

std::string_view UnitOf(const Parameter& row)
{
    switch (row.type)
    {
    case ParameterType::DURATION:
        return "duration";
    case ParameterType::NUMBER:
        return "number";
    case ParameterType::WORD:
        return row.words;
    default:
        return "count";
    }
}

std::string RangeOf(const Parameter& row)
{
    return row.type == ParameterType::WORD
               ? ""
               : "from " + Write(row, row.least) + " to " + Write(row, row.most);
}

Values::Values(std::span<const Parameter> rows)
    : m_rows(rows),
      m_values(rows.size())
{
    for (const Parameter& row : rows)
    {
        const auto problem = Set(row, row.initial);
        SWIM_ASSERT(!problem, "a parameter's default is valid");
    }
}

std::optional<std::string> Values::ProblemOf(const Parameter& row, std::string_view text)
{
    return ReadWithin(row, text) ? std::nullopt : std::optional(WhatIsRight(row));
}

std::optional<std::string> Values::Set(const Parameter& row, std::string_view text)
{
    const auto value = ReadWithin(row, text);
    if (!value)
    {
        return WhatIsRight(row);
    }
    m_values[static_cast<std::size_t>(&row - m_rows.data())] = *value;
    return std::nullopt;
}

std::string Values::Get(const Parameter& row) const
{
    return Write(row, m_values[static_cast<std::size_t>(&row - m_rows.data())]);
}

std::int64_t Values::At(std::string_view name, ParameterType type) const
{
    for (std::size_t i = 0; i < m_rows.size(); ++i)
    {
        if (m_rows[i].name == name)
        {
            SWIM_ASSERT(m_rows[i].type == type, "a parameter is asked for as what it is");
            return m_values[i];
        }
    }
    SWIM_ASSERT(false, "a detector asks for its own parameters");
    return 0;
}

} // namespace swim::detectors
