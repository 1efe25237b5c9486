// SPDX-License-Identifier: GPL-2.0-only
//
// Who pays for traffic between regions: what members of one sent to members of another, by the second.
//
// A region is that of the router to which a member is attached: a country, a pod, a quarter of the
// map. Where all members are in one there is nothing to tell, and nothing is counted. Only a simulation
// knows to whom each message goes.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/row-file.h"
#include "lab/record/time-ns.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace swimlab
{

class MetricsPass;

class RegionTraffic
{
  public:
    /// Whether the members of the plan are in several regions.
    static bool IsAbout(const Plan& plan);

    /// @param folder gets regions.csv
    RegionTraffic(const std::filesystem::path& folder, const Plan& plan);

    /// @param timeNs not before that of an earlier call
    void Sent(TimeNs timeNs, MemberId from, MemberId to, std::uint32_t bytes);

    /// Writes what is left. @param pass is told all sums; may be nullptr @throws RecordError
    void Finish(MetricsPass* pass);

  private:
    struct Sums
    {
        std::uint64_t sent = 0;
        std::uint64_t bytes = 0;
    };

    void WriteSecond();

    std::vector<std::string> m_names;      ///< of regions, in order of the alphabet
    std::vector<std::uint32_t> m_regionOf; ///< by member
    std::vector<Sums> m_now;               ///< by pair of regions
    std::vector<Sums> m_inWindow;
    std::int64_t m_second = 0;
    std::int64_t m_fromSecond;
    std::int64_t m_toSecond;
    RowFile m_rows;
};

/// A region's name as a cell of a row: in quotes where it has a comma, a quote or a line's end.
std::string Cell(std::string_view name);

} // namespace swimlab
