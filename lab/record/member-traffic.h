// SPDX-License-Identifier: GPL-2.0-only
//
// How unevenly members are loaded: in each second, how many of them sent, and received, how many bytes.
//
// traffic.csv has sums, of which means follow; a 99th percentile of what one process moves in a second, as
// papers give it, does not. Who moved how much is forgotten as soon as the second is over. Only where
// [measure] asks for it, and only of simulations: real processes tell their traffic by their own clocks.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/row-file.h"
#include "lab/record/time-ns.h"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace swimlab
{

class MetricsPass;

class MemberTraffic
{
  public:
    static constexpr std::string_view FILE_NAME = "member-traffic.csv";
    static constexpr std::string_view COLUMNS = "second,direction,bytes,members";

    /// @param folder gets the file
    /// @param pass is told what is written; may be nullptr
    MemberTraffic(const std::filesystem::path& folder, const Plan& plan, MetricsPass* pass);

    /// @param timeNs not before that of an earlier call
    void Sent(TimeNs timeNs, MemberId member, std::uint32_t bytes);
    void Received(TimeNs timeNs, MemberId member, std::uint32_t bytes);

    /// Writes what is left. @throws RecordError
    void Finish();

  private:
    /// Bytes of the present second, by member.
    using Moved = std::vector<std::uint64_t>;

    void Reach(TimeNs timeNs);
    void Write(bool received, Moved& moved);

    Moved m_sent;
    Moved m_received;
    std::int64_t m_second = 0;
    MetricsPass* m_pass;
    RowFile m_rows;
};

} // namespace swimlab
