// SPDX-License-Identifier: GPL-2.0-only
//
// Targets of events, looked up in the cluster as it is at that moment.
#include "lab/plan/timeline-context.h"

#include "lab/plan/timeline.h"

namespace swimlab
{

namespace
{

std::vector<MemberId> ResolveSeeds(const Scenario& scenario, const Plan& plan)
{
    const TargetContext context{plan.topology,
                                plan.routerOfMember,
                                [](MemberId) { return true; },
                                "there"};
    swim::Rng rng(plan.seed, TARGET_STREAM - 1);
    return ResolveTargets(scenario.seeds, context, rng);
}

std::vector<std::uint32_t> GroupOfMember(const Plan& plan)
{
    std::vector<std::uint32_t> groupOfMember(plan.members, 0);
    for (std::uint32_t group = 0; group < plan.groups.size(); ++group)
    {
        for (const MemberId member : plan.groups[group].members)
        {
            groupOfMember[member] = group;
        }
    }
    return groupOfMember;
}

} // namespace

TimelineContext::TimelineContext(const Scenario& scenario, Plan& plan)
    : scenario(scenario),
      plan(plan),
      model(ResolveSeeds(scenario, plan), GroupOfMember(plan))
{
    for (std::size_t i = 0; i < scenario.events.size(); ++i)
    {
        rngs.emplace_back(plan.seed, TARGET_STREAM + i);
    }
}

std::vector<MemberId> TimelineContext::Resolve(std::size_t event,
                                               const Targets& targets,
                                               const std::vector<bool>& taken)
{
    const Event& spec = scenario.events[event];
    if (m_only && &targets == &spec.targets.front())
    {
        return {*m_only};
    }
    const auto meant = m_meant.find(&targets);
    if (meant != m_meant.end())
    {
        return meant->second;
    }
    const Verb verb = spec.verb;
    const Direction direction = spec.direction;
    const TargetContext context{plan.topology,
                                plan.routerOfMember,
                                [&](MemberId member) {
                                    return model.CanDraw(verb, direction, member) &&
                                           (taken.empty() || !taken[member]);
                                },
                                std::string(ClusterModel::Needed(verb))};
    auto members = ResolveTargets(targets, context, rngs[event]);
    if (spec.recurs)
    {
        m_meant[&targets] = members;
    }
    return members;
}

std::vector<MemberId> TimelineContext::ResolveSome(std::size_t event, const Targets& targets)
{
    auto members = Resolve(event, targets);
    if (members.empty())
    {
        FailEvent(scenario.events[event], targets.text + " has no members; choose others");
    }
    return members;
}

void FailEvent(const Event& event, const std::string& message)
{
    throw ScenarioError(event.place, event.key, message);
}

} // namespace swimlab
