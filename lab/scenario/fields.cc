// SPDX-License-Identifier: GPL-2.0-only
//
// Readers of single values, see fields.h.
#include "lab/scenario/fields.h"

#include "swim/config.h"
#include "swim/key-table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace swimlab
{

namespace
{

struct RateUnit
{
    std::string_view name;
    std::uint64_t bitsPerSecond;
};

/// From the largest, which is the order in which FormatBitRate tries them.
constexpr RateUnit RATE_UNITS[] = {{"Tbps", 1'000'000'000'000},
                                   {"Gbps", 1'000'000'000},
                                   {"Mbps", 1'000'000},
                                   {"kbps", 1'000},
                                   {"bps", 1}};

[[noreturn]] void Fail(const Value& value, const std::string& key, const std::string& message)
{
    throw ScenarioError(value.place, key, message);
}

/// Edits (insert, delete, replace, swap of neighbours) that make one word of the other.
std::size_t EditDistance(std::string_view a, std::string_view b)
{
    std::vector<std::vector<std::size_t>> cost(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
    {
        for (std::size_t j = 0; j <= b.size(); ++j)
        {
            if (i == 0 || j == 0)
            {
                cost[i][j] = i + j;
                continue;
            }
            cost[i][j] = std::min({cost[i - 1][j] + 1,
                                   cost[i][j - 1] + 1,
                                   cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            {
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[a.size()][b.size()];
}

/// A number at the start of a text and what follows it. @return nothing if there is no number
std::optional<std::pair<double, std::string_view>> SplitNumber(std::string_view text)
{
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(number))
    {
        return std::nullopt;
    }
    return std::pair{number, std::string_view(rest, end)};
}

/// `20 s` is meant as `20s`. @param isRight whether the text without its spaces would do
void RefuseSpaces(const Value& value, const std::string& key, auto isRight)
{
    const auto* text = std::get_if<std::string>(&value.data);
    if (text != nullptr && text->find(' ') != std::string::npos)
    {
        std::string without = *text;
        std::erase(without, ' ');
        if (isRight(without))
        {
            Fail(value, key, "write \"" + without + "\", without a space");
        }
    }
}

bool IsPercentage(std::string_view text)
{
    const auto split = SplitNumber(text);
    return split && split->second == "%" && split->first >= 0 && split->first <= 100;
}

std::string Join(std::span<const std::string> words)
{
    return std::accumulate(
        words.begin(),
        words.end(),
        std::string(),
        [](auto sum, const auto& word) { return sum.empty() ? word : sum + ", " + word; });
}

} // namespace

std::optional<std::string> Nearest(std::string_view word, std::span<const std::string> candidates)
{
    std::optional<std::string> nearest;
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const auto& candidate : candidates)
    {
        const std::size_t distance = EditDistance(word.substr(0, 64), candidate);
        if (distance < least)
        {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

void RequireTable(const Value& value, const std::string& name)
{
    if (!std::holds_alternative<ValueTable>(value.data))
    {
        Fail(value, name, "must be a table; write [" + name + "] on a line of its own");
    }
}

void CheckKeys(const Value& table,
               const std::string& prefix,
               std::span<const std::string> known,
               std::span<const std::string> elsewhere)
{
    for (const auto& [name, value] : std::get<ValueTable>(table.data))
    {
        if (std::find(known.begin(), known.end(), name) != known.end())
        {
            continue;
        }
        const auto near = Nearest(name, known);
        const std::string ending = "." + name;
        const auto other = std::find_if(elsewhere.begin(), elsewhere.end(), [&](const auto& key) {
            return key.ends_with(ending);
        });
        std::string hint = "; known here: " + Join(known);
        if (near)
        {
            hint = "; did you mean " + prefix + *near + "?";
        }
        else if (other != elsewhere.end())
        {
            hint = "; did you mean " + *other + "?";
        }
        Fail(value, prefix + name, "unknown key" + hint);
    }
}

std::string ReadText(const Value& value, const std::string& key)
{
    if (const auto* text = std::get_if<std::string>(&value.data))
    {
        return *text;
    }
    Fail(value, key, value.Text() + " must be a text in quotes");
}

bool ReadBoolean(const Value& value, const std::string& key)
{
    if (const auto* boolean = std::get_if<bool>(&value.data))
    {
        return *boolean;
    }
    Fail(value, key, value.Text() + " must be true or false");
}

std::uint64_t ReadCount(const Value& value,
                        const std::string& key,
                        std::uint64_t least,
                        std::uint64_t most)
{
    if (const auto* real = std::get_if<double>(&value.data);
        real != nullptr && *real == std::floor(*real) && std::abs(*real) < 1e15)
    {
        Fail(value, key, "write " + value.Text() + ", not " + value.Text() + ".0");
    }
    if (const auto* text = std::get_if<std::string>(&value.data);
        text != nullptr && !text->empty() &&
        text->find_first_not_of("0123456789") == std::string::npos)
    {
        Fail(value, key, "write " + *text + " without quotes");
    }
    const auto* number = std::get_if<std::int64_t>(&value.data);
    if (number == nullptr || *number < 0 || static_cast<std::uint64_t>(*number) < least ||
        static_cast<std::uint64_t>(*number) > most)
    {
        Fail(value,
             key,
             value.Text() + " must be a whole number from " + std::to_string(least) + " to " +
                 std::to_string(most) + ", without a unit");
    }
    return static_cast<std::uint64_t>(*number);
}

double ReadNumber(const Value& value, const std::string& key)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value.data))
    {
        return static_cast<double>(*integer);
    }
    if (const auto* number = std::get_if<double>(&value.data); number && std::isfinite(*number))
    {
        return *number;
    }
    Fail(value, key, value.Text() + " must be a number, without a unit");
}

swim::Duration ReadDuration(const Value& value,
                            const std::string& key,
                            swim::Duration least,
                            swim::Duration most)
{
    const auto* text = std::get_if<std::string>(&value.data);
    const auto duration = text == nullptr ? std::nullopt : swim::ParseDuration(*text);
    if (!duration)
    {
        RefuseSpaces(value, key, swim::ParseDuration);
        Fail(value,
             key,
             value.Text() +
                 " is no duration; write a number with its unit (ns, us, ms, s, m or h), "
                 "such as \"200ms\"");
    }
    if (*duration < swim::Duration::zero())
    {
        Fail(value, key, value.Text() + " is negative; time starts at 0s");
    }
    if (*duration < least || *duration > most)
    {
        Fail(value,
             key,
             value.Text() + " must be from " + swim::FormatDuration(least) + " to " +
                 swim::FormatDuration(most));
    }
    return *duration;
}

double ReadPercentage(const Value& value, const std::string& key)
{
    const auto* text = std::get_if<std::string>(&value.data);
    if (text == nullptr || !IsPercentage(*text))
    {
        RefuseSpaces(value, key, IsPercentage);
        Fail(value,
             key,
             value.Text() + " must be a percentage from \"0%\" to \"100%\", with the sign, such as "
                            "\"1%\"");
    }
    return SplitNumber(*text)->first / 100;
}

std::uint64_t ReadBitRate(const Value& value, const std::string& key)
{
    const auto* text = std::get_if<std::string>(&value.data);
    const auto split = text == nullptr ? std::nullopt : SplitNumber(*text);
    const auto [number, unitName] = split.value_or(std::pair{0.0, std::string_view()});
    for (const auto& unit : RATE_UNITS)
    {
        const double rate = number * static_cast<double>(unit.bitsPerSecond);
        if (unitName == unit.name && rate >= 1 && rate <= 1e15)
        {
            return static_cast<std::uint64_t>(std::llround(rate));
        }
    }
    Fail(value,
         key,
         value.Text() +
             " must be a data rate above 0 with its unit (bps, kbps, Mbps, Gbps or Tbps), "
             "such as \"10Gbps\"");
}

std::size_t ReadWord(const Value& value, const std::string& key, std::string_view words)
{
    const auto* text = std::get_if<std::string>(&value.data);
    if (const auto place = text == nullptr ? std::nullopt : swim::PlaceOfWord(words, *text))
    {
        return *place;
    }
    std::string allowed;
    std::size_t count = 0;
    for (; const auto word = swim::WordAt(words, count); ++count)
    {
        allowed += (count == 0 ? "\"" : ", \"") + std::string(*word) + "\"";
    }
    Fail(value, key, value.Text() + " must be " + (count > 1 ? "one of " : "") + allowed);
}

std::string FormatNumber(double number)
{
    char buffer[32];
    const auto result = std::to_chars(buffer, std::end(buffer), number);
    return {buffer, result.ptr};
}

std::string FormatPercentage(double probability)
{
    // 15 digits undo the rounding of the division by 100, which made 0.07 of "7%".
    char buffer[32];
    const auto result =
        std::to_chars(buffer, std::end(buffer), probability * 100, std::chars_format::general, 15);
    return std::string(buffer, result.ptr) + "%";
}

std::string FormatBitRate(std::uint64_t bitsPerSecond)
{
    for (const auto& unit : RATE_UNITS)
    {
        if (bitsPerSecond % unit.bitsPerSecond == 0)
        {
            return std::to_string(bitsPerSecond / unit.bitsPerSecond) + std::string(unit.name);
        }
    }
    return std::to_string(bitsPerSecond) + "bps";
}

} // namespace swimlab
