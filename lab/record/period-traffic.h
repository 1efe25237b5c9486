// SPDX-License-Identifier: GPL-2.0-only
//
// How evenly the load lies on the members: how many of them sent, and received, how many messages in
// each protocol period.
//
// SWIM (section 5.1, figure 2) says what failure detection costs by the mean of a member's messages in
// a period and by how far these scatter, which sums over all members cannot tell. Only a simulation
// knows which member moved a message when. A period is a stretch of simulated time from its start on,
// and not the period of any member: each of these has a phase of its own.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/row-file.h"
#include "lab/record/time-ns.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace swimlab
{

class MetricsPass;

class PeriodTraffic
{
  public:
    static constexpr std::uint64_t BYTES_A_MEMBER = 8;

    /// @return probe_interval; none where clusters side by side have different ones
    static std::optional<TimeNs> PeriodOf(const Plan& plan);

    /// @param folder gets periods.csv
    /// @param pass is told all rows, too; may be nullptr; outlives this
    PeriodTraffic(const std::filesystem::path& folder,
                  std::uint32_t members,
                  TimeNs periodNs,
                  MetricsPass* pass);

    /// @param timeNs not before that of an earlier call of either
    void Sent(TimeNs timeNs, MemberId member)
    {
        Reach(timeNs);
        ++m_now[member].sent;
    }

    void Received(TimeNs timeNs, MemberId member)
    {
        Reach(timeNs);
        ++m_now[member].received;
    }

    /// Writes the periods that are over by then; a last part of one is not told. @throws RecordError
    void Finish(TimeNs endNs);

  private:
    struct Moved
    {
        std::uint32_t sent = 0;
        std::uint32_t received = 0;
    };

    static_assert(sizeof(Moved) == BYTES_A_MEMBER);

    /// How many members sent, and received, so many messages.
    struct Members
    {
        std::uint64_t senders = 0;
        std::uint64_t receivers = 0;
    };

    void Reach(TimeNs timeNs)
    {
        while (timeNs - m_fromNs >= m_periodNs)
        {
            WritePeriod();
        }
    }

    void WritePeriod();

    TimeNs m_periodNs;
    TimeNs m_fromNs = 0;
    std::vector<Moved> m_now;       ///< by member
    std::vector<Members> m_members; ///< by messages; of the period that is being written
    MetricsPass* m_pass;
    RowFile m_rows;
};

} // namespace swimlab
