// SPDX-License-Identifier: MIT
//
// See trace-row.h. A trace has as many rows as a run has messages, so a row is put together without
// a stream or a format string.
#include "swim/trace-row.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>

namespace swim
{

namespace
{

constexpr std::uint64_t SECOND_NS = 1'000'000'000;
constexpr std::size_t DECIMALS = 9;

void AppendNumber(std::unsigned_integral auto number, std::string& text)
{
    std::array<char, 24> digits;
    text.append(digits.data(),
                std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

bool BreaksTables(char c)
{
    return c == ',' || c == '"' || c == '\r' || c == '\n';
}

/// A name may hold anything; the words of a trace never need quotes.
void AppendField(std::string_view field, std::string& text)
{
    text += ',';
    if (std::ranges::none_of(field, BreaksTables))
    {
        text += field;
        return;
    }
    text += '"';
    for (const char c : field)
    {
        text.append(c == '"' ? 2 : 1, c);
    }
    text += '"';
}

void AppendWord(std::string_view word, std::string& text)
{
    text += ',';
    text += word;
}

template <typename Number>
void AppendOptional(const std::optional<Number>& number, std::string& text)
{
    text += ',';
    if (number)
    {
        AppendNumber(*number, text);
    }
}

} // namespace

void AppendSeconds(std::int64_t ns, std::string& text)
{
    if (ns < 0)
    {
        text += '-';
    }
    const std::uint64_t size = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : ns;
    AppendNumber(size / SECOND_NS, text);
    text += '.';
    std::array<char, DECIMALS> decimals;
    std::uint64_t rest = size % SECOND_NS;
    for (std::size_t place = DECIMALS; place-- > 0; rest /= 10)
    {
        decimals[place] = static_cast<char>('0' + rest % 10);
    }
    text.append(decimals.data(), decimals.size());
}

void AppendOrigin(const TraceRow& row, std::string& text)
{
    AppendSeconds(row.timeNs, text);
    AppendWord(row.event, text);
    AppendField(row.member, text);
    AppendField(row.peer, text);
    AppendOptional(row.packet, text);
    AppendWord(row.channel, text);
}

void AppendContent(const TraceRow& row, std::string& text)
{
    AppendWord(row.kind, text);
    AppendOptional(row.sequence, text);
    AppendField(row.about, text);
    AppendOptional(row.incarnation, text);
    AppendField(row.accuser, text);
}

void AppendFate(const TraceRow& row, std::string& text)
{
    text += ',';
    if (row.arrivedNs)
    {
        AppendSeconds(*row.arrivedNs, text);
    }
    AppendWord(row.lostBy, text);
}

void AppendRest(std::optional<std::uint64_t> bytes, std::string_view detail, std::string& text)
{
    AppendOptional(bytes, text);
    AppendField(detail, text);
}

void AppendCsv(const TraceRow& row, std::string& text)
{
    AppendOrigin(row, text);
    AppendContent(row, text);
    AppendFate(row, text);
    AppendRest(row.bytes, row.detail, text);
}

} // namespace swim
