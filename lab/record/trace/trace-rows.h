// SPDX-License-Identifier: GPL-2.0-only
//
// trace.csv and trace.json: the rows that the scenario asks for, and how many there were.
//
// docs/trace.md describes the files. Whoever ran the cluster hands its rows over in order of time;
// what is left out is decided here and nowhere else.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/row-file.h"
#include "lab/scenario/trace-words.h"
#include "swim/trace-row.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace swimlab
{

inline constexpr std::string_view TRACE_FILE = "trace.csv";
inline constexpr std::string_view TRACE_SUMMARY_FILE = "trace.json";

class TraceRows
{
  public:
    /// @param plan says what is wanted; outlives the rows
    TraceRows(const std::filesystem::path& folder, const Plan& plan);

    /// Whether what is sent or decided then is wanted.
    bool IsWanted(std::int64_t timeNs) const
    {
        return timeNs >= m_plan.trace.from.count() && timeNs < m_plan.trace.to.count();
    }

    /// All messages of a packet, which have all but their own contents in common.
    /// @param packetBytes its size on the wire, without headers
    /// @return whether any of them was wanted
    bool AddPacket(std::span<const swim::TraceRow> messages, std::uint64_t packetBytes);

    /// Anything but a message; the line of a row that is wanted is appended.
    /// @return whether it was
    bool FormatOther(const swim::TraceRow& row, std::string& line);

    /// Writes what FormatOther gave.
    void AddLine(std::string_view line);

    /// Members of whose doings nothing is known, as they are no members of ours.
    void LeaveOut(std::vector<std::string> members)
    {
        m_leftOut = std::move(members);
    }

    /// Writes what is left, and trace.json. @throws RecordError
    void Finish();

    /// After Finish: of trace.csv.
    const std::string& Sha256() const
    {
        return m_sha256;
    }

  private:
    bool IsKind(std::string_view kind) const;
    bool IsMember(std::string_view name) const;
    bool Concerns(const swim::TraceRow& row) const;
    void Format(const swim::TraceRow& message, std::string_view detail);
    void CountMessage(std::string_view kind);

    const Plan& m_plan;
    std::filesystem::path m_folder;
    RowFile m_rows;
    std::unordered_set<std::string_view> m_members; ///< empty: everybody
    std::unordered_set<std::string_view> m_kinds;   ///< empty: all
    std::vector<std::string> m_leftOut;
    std::string m_detail;
    std::string m_origin; ///< of the packet being written
    std::string m_fate;   ///< likewise
    std::map<std::string, std::uint64_t, std::less<>> m_byEvent;
    std::array<std::uint64_t, std::size(trace::MESSAGE_KINDS)> m_messages{}; ///< by kind
    std::map<std::string, std::uint64_t, std::less<>> m_packets;             ///< by channel
    std::map<std::string, std::uint64_t, std::less<>> m_bytes;               ///< of these
    std::map<std::string, std::uint64_t, std::less<>> m_lost;                ///< packets, by why
    std::string m_sha256;
};

} // namespace swimlab
