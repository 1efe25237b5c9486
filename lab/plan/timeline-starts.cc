// SPDX-License-Identifier: GPL-2.0-only
//
// Who is there from the start, and who comes when.
#include "lab/plan/timeline-context.h"

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

namespace
{

/// Seeds first, so that they are there when others call.
std::vector<MemberId> OrderOfStart(const TimelineContext& context)
{
    std::vector<MemberId> order = context.model.Seeds();
    for (MemberId member = 0; member < context.plan.members; ++member)
    {
        if (!context.model.IsSeed(member) && !context.model.IsAbsent(member))
        {
            order.push_back(member);
        }
    }
    return order;
}

std::vector<MemberId> SeedsOf(const TimelineContext& context, MemberId member)
{
    const ClusterModel& model = context.model;
    std::vector<MemberId> seeds = model.Seeds();
    std::erase_if(seeds,
                  [&](MemberId seed) { return model.GroupOf(seed) != model.GroupOf(member); });
    return seeds;
}

} // namespace

/// Each joins through those seeds of its group that come before it; where the group has none,
/// through the first member that it has.
void MakeStarts(TimelineContext& context)
{
    Plan& plan = context.plan;
    const std::vector<MemberId> order = OrderOfStart(context);
    std::vector<std::vector<MemberId>> contacts(plan.groups.size());
    plan.starts.resize(plan.members);
    for (std::size_t place = 0; place < order.size(); ++place)
    {
        const MemberId member = order[place];
        auto& known = contacts[context.model.GroupOf(member)];
        Start start;
        start.converged = context.scenario.startsConverged;
        if (start.converged)
        {
            start.settled = context.scenario.startsSettled;
            start.seeds = SeedsOf(context, member);
        }
        else
        {
            start.at = context.scenario.joinSpacing * static_cast<std::int64_t>(place);
            start.seeds = known;
        }
        if (context.model.IsSeed(member) || known.empty())
        {
            known.push_back(member);
        }
        context.model.SetStart(member, start.at);
        plan.starts[member] = std::move(start);
    }
}

} // namespace swimlab
