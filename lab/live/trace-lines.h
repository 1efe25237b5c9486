// SPDX-License-Identifier: GPL-2.0-only
//
// The trace that one member's processes wrote (agent/program/trace-file.h), read back.
#pragma once

#include "lab/plan/plan.h"
#include "swim/trace-row.h"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

class TraceLines
{
  public:
    enum class Way : std::uint8_t
    {
        DATAGRAM,
        REQUEST,
        ANSWER,
    };

    /// A packet as one side saw it.
    struct Packet
    {
        std::int64_t timeNs = 0;
        MemberId member = 0; ///< whose row it is
        bool sent = false;
        Way way = Way::DATAGRAM;
        std::string_view peer{}; ///< an address
        std::string_view hash{};
        std::uint64_t bytes = 0;
        std::string_view wire{}; ///< in hexadecimal; empty: not written
        std::vector<swim::TraceRow> messages{};
        MemberId other = UINT32_MAX; ///< who the peer is, once it is known
        Packet* arrival = nullptr;   ///< of one that was sent, once it is found
        Packet* origin = nullptr;    ///< of one that was received, likewise
    };

    /// No file: no rows. @throws RunFailure if there is something else in it than a trace
    TraceLines(const std::filesystem::path& file, MemberId member);

    std::deque<Packet>& Packets()
    {
        return m_packets;
    }

    const std::vector<swim::TraceRow>& Decisions() const
    {
        return m_decisions;
    }

  private:
    bool NextLine();
    bool NextField(std::string_view& field);
    void AddLine();
    void AddMessage(swim::TraceRow row);

    std::filesystem::path m_file;
    MemberId m_member;
    std::string m_text;
    std::size_t m_place = 0;
    std::deque<std::string> m_unquoted; ///< fields that stand in quotes
    std::vector<std::string_view> m_fields;
    std::deque<Packet> m_packets; ///< in the order of the file
    std::vector<swim::TraceRow> m_decisions;
};

} // namespace swimlab
