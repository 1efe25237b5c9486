// SPDX-License-Identifier: GPL-2.0-only
//
// See traffic-file.h.
#include "lab/record/metrics/traffic-file.h"

#include "lab/record/member-traffic.h"
#include "lab/record/metrics/mapped-file.h"

#include <array>
#include <charconv>
#include <functional>

namespace swimlab
{

namespace
{

constexpr std::string_view COLUMN_NAMES = "second,kind,sent,sent_bytes,received,received_bytes";
constexpr std::size_t COLUMNS = 6;
constexpr std::size_t KIND = 1;

/// Takes what stands before the mark from the front of the text, and the mark.
std::string_view Take(std::string_view& text, char mark)
{
    const std::size_t end = std::min(text.find(mark), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

constexpr std::string_view REGION_COLUMN_NAMES = "second,from,to,sent,sent_bytes";
constexpr std::string_view PERIOD_COLUMN_NAMES = "from_ns,to_ns,messages,senders,receivers";

/// Takes a cell, and out of its quotes where it has some.
std::string TakeCell(std::string_view& text)
{
    if (!text.starts_with('"'))
    {
        return std::string(Take(text, ','));
    }
    std::string cell;
    text.remove_prefix(1);
    while (!text.empty())
    {
        cell += Take(text, '"');
        if (!text.starts_with('"'))
        {
            break;
        }
        cell += '"';
        text.remove_prefix(1);
    }
    Take(text, ',');
    return cell;
}

std::uint64_t NumberOf(const MappedFile& file, const char* place, const std::string& cell)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    if (error != std::errc{} || end != cell.data() + cell.size())
    {
        file.Refuse(place, "'" + cell + "' is no whole number of 0 or more");
    }
    return number;
}

/// Takes a row, whose quoted cells may have ends of lines in them.
std::string_view TakeRow(std::string_view& text)
{
    bool isQuoted = false;
    std::size_t end = 0;
    for (; end < text.size() && (isQuoted || text[end] != '\n'); ++end)
    {
        isQuoted = text[end] == '"' ? !isQuoted : isQuoted;
    }
    std::string_view row = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (row.ends_with('\r'))
    {
        row.remove_suffix(1);
    }
    return row;
}

/// @param take of each row, of a file that need not be there
void ForEachRow(const std::filesystem::path& path,
                std::string_view columns,
                const std::function<void(const MappedFile&, std::string_view)>& take)
{
    if (!std::filesystem::exists(path))
    {
        return;
    }
    const MappedFile file(path);
    std::string_view text = file.Text();
    const std::string_view header = TakeRow(text);
    if (header != columns)
    {
        file.Refuse(file.Text().data(),
                    "the columns are '" + std::string(header) + "', must be '" +
                        std::string(columns) + "'");
    }
    while (!text.empty())
    {
        const std::string_view row = TakeRow(text);
        if (!row.empty())
        {
            take(file, row);
        }
    }
}

} // namespace

void ReplayTraffic(const std::filesystem::path& path, MetricsPass& pass)
{
    const MappedFile file(path);
    std::string_view text = file.Text();
    const auto withoutReturn = [](std::string_view line) {
        return line.substr(0, line.find('\r'));
    };
    const std::string_view header = withoutReturn(Take(text, '\n'));
    if (header != COLUMN_NAMES)
    {
        file.Refuse(file.Text().data(),
                    "the columns are '" + std::string(header) + "', must be '" +
                        std::string(COLUMN_NAMES) + "'");
    }
    while (!text.empty())
    {
        const char* const begin = text.data();
        std::string_view line = withoutReturn(Take(text, '\n'));
        if (line.empty())
        {
            continue;
        }
        std::string_view kind;
        std::array<std::int64_t, COLUMNS> numbers{};
        for (std::size_t column = 0; column < COLUMNS; ++column)
        {
            const std::string_view cell = Take(line, ',');
            std::int64_t& number = numbers[column];
            const auto [end, error] =
                std::from_chars(cell.data(), cell.data() + cell.size(), number);
            kind = column == KIND ? cell : kind;
            if (column != KIND && (error != std::errc{} || end != cell.data() + cell.size()))
            {
                file.Refuse(begin, "'" + std::string(cell) + "' is no whole number");
            }
            if (column != KIND && number < 0)
            {
                file.Refuse(begin, "a negative number");
            }
        }
        const auto sums = [&numbers](std::size_t column) {
            return static_cast<std::uint64_t>(numbers[column]);
        };
        pass.Move({numbers[0], kind, {sums(2), sums(3), sums(4), sums(5)}});
    }
}

void ReplayRegions(const std::filesystem::path& path, MetricsPass& pass)
{
    ForEachRow(path, REGION_COLUMN_NAMES, [&](const MappedFile& file, std::string_view row) {
        const char* const begin = row.data();
        const std::uint64_t second = NumberOf(file, begin, TakeCell(row));
        const std::string from = TakeCell(row);
        const std::string to = TakeCell(row);
        const std::uint64_t messages = NumberOf(file, begin, TakeCell(row));
        const std::uint64_t bytes = NumberOf(file, begin, TakeCell(row));
        pass.Cross({static_cast<std::int64_t>(second), from, to, messages, bytes});
    });
}

void ReplayPeriods(const std::filesystem::path& path, MetricsPass& pass)
{
    ForEachRow(path, PERIOD_COLUMN_NAMES, [&](const MappedFile& file, std::string_view row) {
        const char* const begin = row.data();
        const auto fromNs = static_cast<TimeNs>(NumberOf(file, begin, TakeCell(row)));
        const auto toNs = static_cast<TimeNs>(NumberOf(file, begin, TakeCell(row)));
        const std::uint64_t messages = NumberOf(file, begin, TakeCell(row));
        const std::uint64_t senders = NumberOf(file, begin, TakeCell(row));
        const std::uint64_t receivers = NumberOf(file, begin, TakeCell(row));
        pass.Scatter({fromNs, toNs, messages, senders, receivers});
    });
}

void ReplayMemberTraffic(const std::filesystem::path& path, MetricsPass& pass)
{
    ForEachRow(path, MemberTraffic::COLUMNS, [&](const MappedFile& file, std::string_view row) {
        const char* const begin = row.data();
        const std::uint64_t second = NumberOf(file, begin, TakeCell(row));
        const std::string direction = TakeCell(row);
        if (direction != "sent" && direction != "received")
        {
            file.Refuse(begin, "direction is '" + direction + "', must be sent or received");
        }
        const std::uint64_t bytes = NumberOf(file, begin, TakeCell(row));
        const std::uint64_t members = NumberOf(file, begin, TakeCell(row));
        pass.Load({static_cast<std::int64_t>(second), direction == "received", bytes, members});
    });
}

} // namespace swimlab
