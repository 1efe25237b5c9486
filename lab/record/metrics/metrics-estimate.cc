// SPDX-License-Identifier: GPL-2.0-only
//
// What the metrics of a run will need, from its plan: see metrics-pass.h.
#include "lab/plan/plan.h"
#include "lab/record/metrics/crash-watch.h"
#include "lab/record/metrics/metrics-pass.h"

#include <algorithm>
#include <vector>

namespace swimlab
{

std::uint64_t EstimateMetricsBytes(const Plan& plan)
{
    constexpr std::uint64_t BYTES_A_MEMBER = 260;
    std::vector<bool> startsAnew(plan.members);
    std::vector<bool> isNews(plan.members);
    std::uint64_t crashes = 0;
    for (MemberId member = 0; member < plan.members; ++member)
    {
        startsAnew[member] = !plan.starts[member] || !plan.starts[member]->converged;
    }
    for (const Action& action : plan.timeline)
    {
        for (const MemberId member :
             HitsMembers(action.verb) ? action.members : std::vector<MemberId>{})
        {
            isNews[member] = true;
            startsAnew[member] = startsAnew[member] || StartsProcess(action.verb);
            crashes += action.verb == Verb::CRASH ? 1 : 0;
        }
        if (action.verb == Verb::PARTITION)
        {
            isNews.assign(plan.members, true);
        }
    }
    const auto count = [](const auto& flags) {
        return static_cast<std::uint64_t>(std::count(flags.begin(), flags.end(), true));
    };
    const std::uint64_t points = plan.duration.count() / CurveStepNs(plan.duration.count()) + 1;
    return plan.members * (count(startsAnew) + count(isNews) + BYTES_A_MEMBER) +
           crashes * (points * sizeof(CrashWatch::Point) + sizeof(CrashWatch) +
                      plan.members * sizeof(float)); // of who noticed when
}

} // namespace swimlab
