// SPDX-License-Identifier: GPL-2.0-only
//
// What processes told, put in order: rows by time, traffic by second, counts by process.
//
// Lines of different processes arrive out of order, and each tells its traffic at moments of its
// own. So rows are kept until the end of the run, and what moved between two lines of a member is
// shared out among the seconds between them.
#pragma once

#include "lab/plan/plan.h"
#include "lab/plan/truth.h"
#include "lab/record/conclusion.h"
#include "lab/record/recorder.h"
#include "lab/record/run.h"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace swimlab
{

/// Times are CLOCK_MONOTONIC's nanoseconds; what is outside of the run is not recorded.
class LiveRecords
{
  public:
    explicit LiveRecords(const Plan& plan);

    /// The run begins. @param zeroNs its time zero
    void Begin(std::int64_t zeroNs);

    void Conclude(Conclusion conclusion);

    void Truth(std::int64_t atNs, const TruthRow& row);

    /// Another process of the member: its sums begin at nothing.
    void ProcessStarted(std::int64_t atNs, MemberId member);

    void Traffic(std::int64_t atNs, MemberId member, const TrafficTable& sums);
    void Count(std::int64_t atNs, MemberId member, const Counts& counts);

    /// Writes all rows and sums.
    void Write(Recorder& recorder);

    /// All counts of the run.
    Counts Total() const;

  private:
    struct Row
    {
        std::int64_t timeNs;
        std::variant<Conclusion, TruthRow> what;
    };

    struct Process
    {
        std::int64_t atNs = 0; ///< of the sums
        TrafficTable sums{};
        std::map<std::string, std::uint64_t> counts;
    };

    bool IsWithin(std::int64_t atNs) const;

    const Plan& m_plan;
    bool m_begun = false;
    std::int64_t m_zeroNs = 0;
    std::vector<Row> m_rows;
    std::vector<Process> m_processes; ///< of each member the latest
    std::vector<TrafficTable> m_seconds;
    std::map<std::string, std::uint64_t> m_total;
};

} // namespace swimlab
