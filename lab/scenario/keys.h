// SPDX-License-Identifier: GPL-2.0-only
//
// Rows of the tables of a scenario file: a maker for each type of field.
//
// A maker knows how a field is read, written and bounded; the table that uses it adds the name and
// the meaning. What no maker fits is a row with functions of its own.
#pragma once

#include "lab/scenario/fields.h"
#include "lab/scenario/scenario.h"
#include "swim/config.h"
#include "swim/key-table.h"

#include <string>
#include <string_view>

namespace swimlab
{

/// A value of a scenario file, and what reading it may depend on.
struct Written
{
    const Value& value;
    std::string key;          ///< in full, for messages: `network.loss`
    const Scenario& scenario; ///< as far as it is read
};

template <typename Target>
using Key = swim::KeyRow<Target, Written>;

/// The longest time that a scenario may name: far from overflow, far beyond any run.
inline constexpr Duration LONGEST_TIME = std::chrono::hours(10000);

inline constexpr Duration NO_TIME = Duration::zero();
inline constexpr Duration A_NANOSECOND = std::chrono::nanoseconds(1);
inline constexpr Duration A_MILLISECOND = std::chrono::milliseconds(1);

namespace keys
{

template <typename Member>
struct FieldTraits;

template <typename Struct, typename Type>
struct FieldTraits<Type Struct::*>
{
    using Target = Struct;
    using Field = Type;
};

template <auto FIELD>
using TargetOf = typename FieldTraits<decltype(FIELD)>::Target;

template <auto FIELD>
using TypeOf = typename FieldTraits<decltype(FIELD)>::Field;

template <auto LEAST, auto MOST>
std::string CountRange()
{
    return "from " + std::to_string(LEAST) + " to " + std::to_string(MOST);
}

template <const Duration& LEAST, const Duration& MOST>
std::string DurationRange()
{
    return "from " + swim::FormatDuration(LEAST) + " to " + swim::FormatDuration(MOST);
}

template <auto FIELD>
constexpr Key<TargetOf<FIELD>> TextKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<FIELD>;
    return {name,
            "text",
            meaning,
            [](Target& target, const Written& written) {
                target.*FIELD = ReadText(written.value, written.key);
            },
            [](const Target& target) { return std::string(target.*FIELD); }};
}

template <auto FIELD>
constexpr Key<TargetOf<FIELD>> BooleanKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<FIELD>;
    return {name,
            "boolean",
            meaning,
            [](Target& target, const Written& written) {
                target.*FIELD = ReadBoolean(written.value, written.key);
            },
            [](const Target& target) { return std::string(target.*FIELD ? "true" : "false"); }};
}

template <auto FIELD, std::uint64_t LEAST, std::uint64_t MOST>
constexpr Key<TargetOf<FIELD>> CountKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<FIELD>;
    return {name,
            "count",
            meaning,
            [](Target& target, const Written& written) {
                target.*FIELD =
                    static_cast<TypeOf<FIELD>>(ReadCount(written.value, written.key, LEAST, MOST));
            },
            [](const Target& target) { return std::to_string(target.*FIELD); },
            CountRange<LEAST, MOST>};
}

template <auto FIELD>
constexpr Key<TargetOf<FIELD>> NumberKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<FIELD>;
    return {name,
            "number",
            meaning,
            [](Target& target, const Written& written) {
                target.*FIELD = ReadNumber(written.value, written.key);
            },
            [](const Target& target) { return FormatNumber(target.*FIELD); }};
}

template <auto FIELD, const Duration& LEAST, const Duration& MOST>
constexpr Key<TargetOf<FIELD>> DurationKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<FIELD>;
    return {name,
            "duration",
            meaning,
            [](Target& target, const Written& written) {
                target.*FIELD = ReadDuration(written.value, written.key, LEAST, MOST);
            },
            [](const Target& target) { return swim::FormatDuration(target.*FIELD); },
            DurationRange<LEAST, MOST>};
}

template <auto FIELD>
constexpr Key<TargetOf<FIELD>> ShareKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<FIELD>;
    return {name,
            "share",
            meaning,
            [](Target& target, const Written& written) {
                target.*FIELD = ReadPercentage(written.value, written.key);
            },
            [](const Target& target) { return FormatPercentage(target.*FIELD); }};
}

template <auto FIELD>
constexpr Key<TargetOf<FIELD>> RateKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<FIELD>;
    return {name,
            "data rate",
            meaning,
            [](Target& target, const Written& written) {
                target.*FIELD = ReadBitRate(written.value, written.key);
            },
            [](const Target& target) { return FormatBitRate(target.*FIELD); }};
}

/// @tparam WORDS joined by `|`; a word's place is the value of the enumerator
template <auto FIELD, const std::string_view& WORDS>
constexpr Key<TargetOf<FIELD>> WordKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<FIELD>;
    return {name,
            WORDS,
            meaning,
            [](Target& target, const Written& written) {
                target.*FIELD =
                    static_cast<TypeOf<FIELD>>(ReadWord(written.value, written.key, WORDS));
            },
            [](const Target& target) { return std::string(swim::NameOf(WORDS, target.*FIELD)); }};
}

/// A field that is true or false under names of its own. @tparam WORDS that for true, then the other
template <auto FIELD, const std::string_view& WORDS>
constexpr Key<TargetOf<FIELD>> EitherKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<FIELD>;
    return {name,
            WORDS,
            meaning,
            [](Target& target, const Written& written) {
                target.*FIELD = ReadWord(written.value, written.key, WORDS) == 0;
            },
            [](const Target& target) {
                return std::string(swim::NameOf(WORDS, target.*FIELD ? 0 : 1));
            }};
}

/// A table in the table, which has rows of its own. @param type "table" or "list of tables"
template <typename Target>
constexpr Key<Target> TableKey(std::string_view name,
                               std::string_view type,
                               std::string_view meaning)
{
    return {name, type, meaning};
}

} // namespace keys

} // namespace swimlab
