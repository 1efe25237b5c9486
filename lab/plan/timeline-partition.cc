// SPDX-License-Identifier: GPL-2.0-only
//
// The sides of a partition.
#include "lab/plan/timeline-context.h"
#include "lab/topology/cut.h"

namespace swimlab
{

namespace
{

/// Members of no side that is named are one more side.
void ResolveSides(TimelineContext& context, std::size_t index, Action& action)
{
    const Event& event = context.scenario.events[index];
    std::vector<bool> placed(context.plan.members);
    for (const auto& targets : event.targets)
    {
        auto members = context.Resolve(index, targets, placed);
        if (members.empty())
        {
            FailEvent(event, "side " + targets.text + " has no members; choose others");
        }
        for (const MemberId member : members)
        {
            if (placed[member])
            {
                FailEvent(event,
                          context.plan.names[member] + " is in side " + targets.text +
                              " and in one before it; sides must not overlap");
            }
            placed[member] = true;
        }
        action.targetsText += (action.sides.empty() ? "" : ", ") + targets.text;
        action.sides.push_back(std::move(members));
    }
    std::vector<MemberId> rest;
    for (MemberId member = 0; member < context.plan.members; ++member)
    {
        if (!placed[member])
        {
            rest.push_back(member);
        }
    }
    if (!rest.empty())
    {
        action.sides.push_back(std::move(rest));
    }
    if (action.sides.size() < 2)
    {
        FailEvent(event, "everybody is on one side; name members for another, or leave some out");
    }
}

} // namespace

void ResolvePartition(TimelineContext& context, std::size_t index, Action& action)
{
    const Event& event = context.scenario.events[index];
    if (context.model.IsPartitioned())
    {
        FailEvent(event,
                  "there is a partition already at " + context.Now() +
                      "; heal it before the next one");
    }
    if (!event.minimumCut)
    {
        ResolveSides(context, index, action);
        return;
    }
    try
    {
        const Cut cut = MinimumCut(context.plan.topology, context.plan.routerOfMember);
        action.targetsText = "minimum cut";
        action.sides.assign(cut.members.begin(), cut.members.end());
    }
    catch (const TopologyError& error)
    {
        FailEvent(event, error.what());
    }
}

} // namespace swimlab
