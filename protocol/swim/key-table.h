// SPDX-License-Identifier: MIT
//
// The keys of a file as a table: one row a key, with all that there is to say of it.
//
// Reading, error messages, the values in force on record and the reference documentation come from
// the same row; so a new key is a field of a plain struct and a row, and neither a list of known
// keys nor a page can forget it. What a value is before it is read differs from format to format
// (a scenario's TOML, agent.toml, JSON), and so is a parameter of the row.
#pragma once

#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swim
{

/**
 * One key.
 *
 * @tparam Target the plain struct that the table is read into
 * @tparam Input a value as the format gives it, with what its reader has to know besides
 * @tparam Output how the format writes a value
 */
template <typename Target, typename Input, typename Output = std::string>
struct KeyRow
{
    std::string_view name;    ///< in capitals where any name may stand: `MEASURE.POINT`
    std::string_view type;    ///< "duration", "count", …; or words to choose from: "in|out|both"
    std::string_view meaning; ///< one sentence or more, for the reference

    /// Sets the field, or throws what the format throws. None: the key has a table of its own.
    void (*read)(Target&, const Input&) = nullptr;

    /// The value, as `read` reads it. None: it stands on no record.
    Output (*write)(const Target&) = nullptr;

    /// What values it takes: "from 1 to 64". None: the type says all.
    std::string (*range)() = nullptr;

    /// Whether the target has a use for the key. None: always.
    bool (*applies)(const Target&) = nullptr;

    std::string_view required = {}; ///< what to write, of a key that must be given
    std::string_view absent = {};   ///< what holds without the key, where no value can say so

    constexpr KeyRow Required(std::string_view whatToWrite) const
    {
        KeyRow key = *this;
        key.required = whatToWrite;
        return key;
    }

    constexpr KeyRow Absent(std::string_view whatHolds) const
    {
        KeyRow key = *this;
        key.absent = whatHolds;
        return key;
    }

    constexpr KeyRow Range(std::string (*values)()) const
    {
        KeyRow key = *this;
        key.range = values;
        return key;
    }

    constexpr KeyRow For(bool (*targets)(const Target&)) const
    {
        KeyRow key = *this;
        key.applies = targets;
        return key;
    }

    constexpr KeyRow Unrecorded() const
    {
        KeyRow key = *this;
        key.write = nullptr;
        return key;
    }

    bool AppliesTo(const Target& target) const
    {
        return applies == nullptr || applies(target);
    }
};

/// The names of a table's rows.
template <typename Rows>
std::vector<std::string> NamesOf(const Rows& rows)
{
    std::vector<std::string> names;
    for (const auto& row : rows)
    {
        names.emplace_back(row.name);
    }
    return names;
}

/// The row of that name, or nullptr.
template <typename Rows>
auto FindRow(const Rows& rows, std::string_view name) -> decltype(&*std::begin(rows))
{
    for (const auto& row : rows)
    {
        if (row.name == name)
        {
            return &row;
        }
    }
    return nullptr;
}

/// The word at a place of words joined by `|`, or nothing past the last.
constexpr std::optional<std::string_view> WordAt(std::string_view words, std::size_t place)
{
    for (; place > 0; --place)
    {
        const std::size_t bar = words.find('|');
        if (bar == std::string_view::npos)
        {
            return std::nullopt;
        }
        words.remove_prefix(bar + 1);
    }
    return words.substr(0, words.find('|'));
}

/// The place of a word among words joined by `|`, or nothing if it is none of them.
constexpr std::optional<std::size_t> PlaceOfWord(std::string_view words, std::string_view word)
{
    for (std::size_t place = 0; const auto each = WordAt(words, place); ++place)
    {
        if (*each == word)
        {
            return place;
        }
    }
    return std::nullopt;
}

/// The name of an enumerator, by words whose places are the enumeration's values.
template <typename Enum>
constexpr std::string_view NameOf(std::string_view words, Enum value)
{
    return WordAt(words, static_cast<std::size_t>(value)).value();
}

/// A key as documentation tells of it.
struct KeyReference
{
    std::string name;
    std::string type;
    std::string range; ///< empty: the type says all
    std::string meaning;
    bool isRequired = false;
    std::optional<std::string> standard; ///< the default as a file spells it
    std::string absent;                  ///< what holds without the key, where there is no default
    std::vector<std::string> onlyFor;    ///< what has a use for it; empty: everything
};

/// A table as documentation tells of it.
struct TableReference
{
    std::string name;   ///< `cluster.group`; empty: the top of the file
    std::string header; ///< as the file has it: `[[cluster.group]]`
    std::string meaning;
    std::vector<KeyReference> keys;
};

/// @param defaults a target that nothing was read into
template <typename Row, typename Target>
KeyReference Describe(const Row& row, const Target& defaults)
{
    KeyReference key{.name = std::string(row.name),
                     .type = std::string(row.type),
                     .range = row.range == nullptr ? std::string() : row.range(),
                     .meaning = std::string(row.meaning),
                     .isRequired = !row.required.empty(),
                     .standard = {},
                     .absent = std::string(row.absent),
                     .onlyFor = {}};
    if (row.write != nullptr && !key.isRequired && key.absent.empty())
    {
        if constexpr (requires { row.write(defaults).dump(); })
        {
            const auto json = row.write(defaults);
            key.standard = json.is_string() ? json.template get<std::string>() : json.dump();
        }
        else
        {
            key.standard = row.write(defaults);
        }
    }
    return key;
}

template <typename Rows, typename Target>
std::vector<KeyReference> DescribeAll(const Rows& rows, const Target& defaults)
{
    std::vector<KeyReference> keys;
    for (const auto& row : rows)
    {
        keys.push_back(Describe(row, defaults));
    }
    return keys;
}

} // namespace swim
