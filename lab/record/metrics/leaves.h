// SPDX-License-Identifier: GPL-2.0-only
//
// What became of a leave: who saw a member leave, who saw it fail, and who saw nothing.
//
// A member that leaves says so and goes. Whom the word does not reach finds out by probing, and holds
// for failed what left in good order; users see an alarm (consul#3706, serf#638).
#pragma once

#include "lab/record/metrics/metric.h"

#include <vector>

namespace swimlab
{

class Leaves : public Metric
{
  public:
    explicit Leaves(const RunState& run);

    void Before(const Deed& deed) override;
    void After(const Deed& deed) override;
    void Finish(Json& metrics) override;

  private:
    /// Watched to the next start of the member or the end of the run.
    struct Leave
    {
        MemberId member;
        TimeNs atNs;
        std::uint32_t step;
        std::vector<bool> observers; ///< live, and held it for live when it left
        std::uint64_t watched = 0;   ///< observers that were live to the end
        std::uint64_t sawLeft = 0;
        std::uint64_t sawFailed = 0;
    };

    void Close(Leave& leave);

    RunState m_run;
    std::vector<Leave> m_leaves;
    std::vector<std::size_t> m_open; ///< places
};

} // namespace swimlab
