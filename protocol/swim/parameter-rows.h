// SPDX-License-Identifier: MIT
//
// How the fields of Config are read from text and written: one pair of functions for each type of
// field, and one maker of rows for the table in parameters.cc, which alone includes this.
#pragma once

#include "swim/assert.h"
#include "swim/config.h"
#include "swim/key-table.h"

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace swim::rows
{

using Error = std::optional<std::string>;

using namespace std::chrono_literals;

/// Whether a duration may also be 0.
enum class Zero
{
    NOT_ALLOWED,
    MEANS_OFF,
    ALLOWED,
};

/// Bounds of times that repeat, and of times to remember. The longest are far from overflow.
constexpr Duration SHORTEST = 1ms;
constexpr int LONGEST_INTERVAL = 24;  // hours
constexpr int LONGEST_MEMORY = 10000; // hours

template <int LONGEST, Zero ZERO>
std::string DurationRange()
{
    const std::string_view zero = ZERO == Zero::MEANS_OFF ? "0s (off) or "
                                  : ZERO == Zero::ALLOWED ? "0s or "
                                                          : "";
    return std::string(zero) + "from " + FormatDuration(SHORTEST) + " to " +
           FormatDuration(std::chrono::hours(LONGEST));
}

template <auto FIELD, int LONGEST, Zero ZERO>
Error SetDuration(Config& config, std::string_view text)
{
    const auto duration = ParseDuration(text);
    if (!duration)
    {
        return "is no duration; write a number with its unit (ns, us, ms, s, m or h), such as "
               "200ms";
    }
    const bool allowedZero = ZERO != Zero::NOT_ALLOWED && *duration == Duration::zero();
    if (!allowedZero && (*duration < SHORTEST || *duration > std::chrono::hours(LONGEST)))
    {
        return "must be " + DurationRange<LONGEST, ZERO>();
    }
    config.*FIELD = *duration;
    return {};
}

template <auto FIELD>
std::string GetDuration(const Config& config)
{
    return FormatDuration(config.*FIELD);
}

inline std::string NumberRange(std::uint32_t least, std::uint32_t most, std::string_view suffix)
{
    const std::string unit(suffix);
    return "from " + std::to_string(least) + unit + " to " + std::to_string(most) + unit;
}

/// Reads a number up to its unit. @param suffix the unit, or empty
inline Error SetNumber(std::uint32_t& field,
                       std::string_view text,
                       std::uint32_t least,
                       std::uint32_t most,
                       std::string_view suffix)
{
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    const bool isNumber = error == std::errc{} && std::string_view(rest, end) == suffix;
    if (error == std::errc{} && rest == end && !suffix.empty() && number >= least && number <= most)
    {
        return "needs a unit: " + std::string(text) + std::string(suffix);
    }
    if (!isNumber || number < least || number > most)
    {
        return "must be a whole number " + NumberRange(least, most, suffix) +
               (suffix.empty() ? ", without a unit" : "");
    }
    field = number;
    return {};
}

template <auto FIELD, std::uint32_t LEAST, std::uint32_t MOST>
Error SetCount(Config& config, std::string_view text)
{
    return SetNumber(config.*FIELD, text, LEAST, MOST, "");
}

template <std::uint32_t LEAST, std::uint32_t MOST>
std::string CountRange()
{
    return NumberRange(LEAST, MOST, "");
}

template <auto FIELD>
std::string GetCount(const Config& config)
{
    return std::to_string(config.*FIELD);
}

/// The least is IPv4's: every host can take a datagram of 576 bytes. The most is what UDP can
/// carry.
constexpr std::uint32_t LEAST_DATAGRAM = 576;
constexpr std::uint32_t MOST_DATAGRAM = 65507;

template <auto FIELD>
Error SetDatagramBytes(Config& config, std::string_view text)
{
    return SetNumber(config.*FIELD, text, LEAST_DATAGRAM, MOST_DATAGRAM, "B");
}

inline std::string DatagramRange()
{
    return NumberRange(LEAST_DATAGRAM, MOST_DATAGRAM, "B");
}

template <auto FIELD>
std::string GetBytes(const Config& config)
{
    return std::to_string(config.*FIELD) + "B";
}

/// Shares in whole percent: "80%".
template <auto FIELD, std::uint32_t LEAST>
Error SetPercent(Config& config, std::string_view text)
{
    return SetNumber(config.*FIELD, text, LEAST, 100, "%");
}

template <std::uint32_t LEAST>
std::string PercentRange()
{
    return NumberRange(LEAST, 100, "%");
}

template <auto FIELD>
std::string GetPercent(const Config& config)
{
    return std::to_string(config.*FIELD) + "%";
}

/// A count, or `auto`: worked out from other parameters.
template <auto FIELD, std::uint32_t MOST>
Error SetCountOrAuto(Config& config, std::string_view text)
{
    std::uint32_t count = 0;
    if (text == "auto")
    {
        config.*FIELD = std::nullopt;
        return {};
    }
    if (const Error error = SetNumber(count, text, 0, MOST, ""))
    {
        return *error + ", or auto";
    }
    config.*FIELD = count;
    return {};
}

template <std::uint32_t MOST>
std::string CountOrAutoRange()
{
    return NumberRange(0, MOST, "") + ", or auto";
}

template <auto FIELD>
std::string GetCountOrAuto(const Config& config)
{
    return config.*FIELD ? std::to_string(*(config.*FIELD)) : "auto";
}

template <std::size_t MOST>
std::string TextRange()
{
    return "at most " + std::to_string(MOST) + " bytes";
}

template <auto FIELD, std::size_t MOST>
Error SetText(Config& config, std::string_view text)
{
    if (text.size() > MOST)
    {
        return "must have " + TextRange<MOST>() + "; this has " + std::to_string(text.size());
    }
    config.*FIELD = text;
    return {};
}

template <auto FIELD>
std::string GetText(const Config& config)
{
    return config.*FIELD;
}

/// Of units that say all.
inline std::string NoRange()
{
    return {};
}

template <auto FIELD>
Error SetBoolean(Config& config, std::string_view text)
{
    if (text != "true" && text != "false")
    {
        return "must be true or false";
    }
    config.*FIELD = text == "true";
    return {};
}

template <auto FIELD>
std::string GetBoolean(const Config& config)
{
    return config.*FIELD ? "true" : "false";
}

template <auto FIELD, const std::string_view& WORDS>
Error SetWord(Config& config, std::string_view text)
{
    std::string allowed;
    for (std::size_t place = 0; const auto word = WordAt(WORDS, place); ++place)
    {
        if (*word == text)
        {
            using Enum = std::remove_reference_t<decltype(config.*FIELD)>;
            config.*FIELD = static_cast<Enum>(place);
            return {};
        }
        allowed += (place == 0 ? "" : ", ") + std::string(*word);
    }
    return "must be one of " + allowed;
}

template <auto FIELD, const std::string_view& WORDS>
std::string GetWord(const Config& config)
{
    const auto word = WordAt(WORDS, static_cast<std::size_t>(config.*FIELD));
    SWIM_ASSERT(word, "a field holds a value that its enumeration does not have");
    return std::string(*word);
}

template <auto FIELD, int LONGEST, Zero ZERO = Zero::NOT_ALLOWED>
constexpr Parameter DurationRow(std::string_view name,
                                std::string_view meaning,
                                std::string_view source)
{
    return {name,
            "duration",
            meaning,
            source,
            SetDuration<FIELD, LONGEST, ZERO>,
            GetDuration<FIELD>,
            DurationRange<LONGEST, ZERO>};
}

template <auto FIELD, std::uint32_t LEAST, std::uint32_t MOST>
constexpr Parameter CountRow(std::string_view name,
                             std::string_view meaning,
                             std::string_view source)
{
    return {name,
            "count",
            meaning,
            source,
            SetCount<FIELD, LEAST, MOST>,
            GetCount<FIELD>,
            CountRange<LEAST, MOST>};
}

template <auto FIELD, std::uint32_t LEAST>
constexpr Parameter PercentRow(std::string_view name,
                               std::string_view meaning,
                               std::string_view source)
{
    return {name,
            "percent",
            meaning,
            source,
            SetPercent<FIELD, LEAST>,
            GetPercent<FIELD>,
            PercentRange<LEAST>};
}

template <auto FIELD>
constexpr Parameter BooleanRow(std::string_view name,
                               std::string_view meaning,
                               std::string_view source)
{
    return {name, "boolean", meaning, source, SetBoolean<FIELD>, GetBoolean<FIELD>, NoRange};
}

template <auto FIELD, const std::string_view& WORDS>
constexpr Parameter WordRow(std::string_view name,
                            std::string_view meaning,
                            std::string_view source)
{
    return {name, WORDS, meaning, source, SetWord<FIELD, WORDS>, GetWord<FIELD, WORDS>, NoRange};
}

} // namespace swim::rows
