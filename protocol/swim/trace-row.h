// SPDX-License-Identifier: MIT
//
// A row of a trace: one message between two members, or one decision of one of them.
//
// docs/trace.md describes the columns. A simulation and a member of its own write the same row; what
// a single member cannot know (whether its message arrived) it leaves empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace swim
{

/// The first line of trace.csv.
inline constexpr std::string_view TRACE_COLUMNS =
    "time_s,event,member,peer,packet,channel,kind,sequence,about,incarnation,accuser,arrived_s,"
    "lost_by,bytes,detail";

/// One row, whose words live somewhere else. Empty or none: the cell is empty.
struct TraceRow
{
    std::int64_t timeNs = 0;
    std::string_view event{};
    std::string_view member{};
    std::string_view peer{};
    std::optional<std::uint64_t> packet{};
    std::string_view channel{};
    std::string_view kind{};
    std::optional<std::uint32_t> sequence{};
    std::string_view about{};
    std::optional<std::uint32_t> incarnation{};
    std::string_view accuser{};
    std::optional<std::int64_t> arrivedNs{};
    std::string_view lostBy{};
    std::optional<std::uint64_t> bytes{};
    std::string_view detail{};
};

/// Appends the row as RFC 4180 has it, without the end of its line.
void AppendCsv(const TraceRow& row, std::string& text);

// The same in parts, for rows that have some in common:

/// From the time to the channel.
void AppendOrigin(const TraceRow& row, std::string& text);
/// From the kind to the accuser.
void AppendContent(const TraceRow& row, std::string& text);
/// When it arrived, and why it did not.
void AppendFate(const TraceRow& row, std::string& text);
void AppendRest(std::optional<std::uint64_t> bytes, std::string_view detail, std::string& text);

/// Appends seconds with nine decimals, which is exact.
void AppendSeconds(std::int64_t ns, std::string& text);

} // namespace swim
