// SPDX-License-Identifier: GPL-2.0-only
//
// Who is there from the start, and who comes when.
#include "timeline-context.h"

#include <algorithm>

namespace swimlab
{

std::vector<std::vector<MemberId>> ChooseJoining(TimelineContext& context)
{
    const auto& events = context.scenario.events;
    std::vector<std::vector<MemberId>> joining(events.size());
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < events.size(); ++i)
    {
        if (events[i].verb == Verb::JOIN)
        {
            order.push_back(i);
        }
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return events[a].at < events[b].at;
    });
    for (const std::size_t i : order)
    {
        joining[i] = context.Resolve(i, events[i].targets.front());
        for (const MemberId member : joining[i])
        {
            if (context.model.IsSeed(member))
            {
                FailEvent(events[i],
                          context.plan.names[member] +
                              " is a seed (cluster.seeds), which is there from the start; let "
                              "others join");
            }
            if (context.model.IsAbsent(member))
            {
                FailEvent(events[i],
                          context.plan.names[member] +
                              " joins twice; a member that crashed or left comes back by restart");
            }
            context.model.SetAbsent(member);
        }
    }
    return joining;
}

/// Seeds first, so that they are there when others call; each joins through those before it.
void MakeStarts(TimelineContext& context)
{
    Plan& plan = context.plan;
    const auto& seeds = context.model.Seeds();
    std::vector<MemberId> order = seeds;
    for (MemberId member = 0; member < plan.members; ++member)
    {
        if (!context.model.IsSeed(member) && !context.model.IsAbsent(member))
        {
            order.push_back(member);
        }
    }
    plan.starts.resize(plan.members);
    for (std::size_t place = 0; place < order.size(); ++place)
    {
        Start start;
        start.converged = context.scenario.startsConverged;
        if (!start.converged)
        {
            start.at = context.scenario.joinSpacing * static_cast<std::int64_t>(place);
            const auto before = static_cast<std::ptrdiff_t>(std::min(place, seeds.size()));
            start.seeds.assign(seeds.begin(), seeds.begin() + before);
        }
        context.model.SetStart(order[place], start.at);
        plan.starts[order[place]] = std::move(start);
    }
}

} // namespace swimlab
