// SPDX-License-Identifier: GPL-2.0-only
//
// What is known of a run from its plan: see run-facts.h. Records of finished runs, and runs without a
// plan, have their facts from elsewhere.
#include "lab/plan/plan.h"
#include "lab/record/metrics/disturbances.h"
#include "lab/record/metrics/run-facts.h"

#include <algorithm>

namespace swimlab
{

namespace
{

/// Those who join at the start, in order; at one instant they come before what the timeline does.
std::vector<std::pair<Duration, MemberId>> JoinsOf(const Plan& plan)
{
    std::vector<std::pair<Duration, MemberId>> joins;
    for (MemberId member = 0; member < plan.members; ++member)
    {
        const auto& start = plan.starts[member];
        if (start && !start->converged && start->at <= plan.duration)
        {
            joins.emplace_back(start->at, member);
        }
    }
    std::ranges::stable_sort(joins, {}, [](const auto& join) { return join.first; });
    return joins;
}

class StepsOfPlan
{
  public:
    explicit StepsOfPlan(const Plan& plan)
        : m_plan(plan),
          m_address(plan.members)
    {
        for (MemberId member = 0; member < plan.members; ++member)
        {
            m_address[member] = member;
        }
    }

    void Add(const Action& action)
    {
        if (action.verb == Verb::PARTITION)
        {
            m_steps.push_back(
                {.verb = action.verb, .rows = m_plan.members, .timeNs = action.at.count()});
        }
        else if (action.verb == Verb::HEAL)
        {
            m_steps.push_back({.verb = action.verb, .timeNs = action.at.count()});
        }
        for (std::size_t i = 0; IsStep(action.verb) && i < action.members.size(); ++i)
        {
            const MemberId member = action.members[i];
            const bool moves =
                !action.addresses.empty() && action.addresses[i] != m_address[member];
            m_address[member] = moves ? action.addresses[i] : m_address[member];
            m_steps.push_back({.verb = action.verb,
                               .member = member,
                               .changesAddress = moves,
                               .timeNs = action.at.count()});
        }
    }

    void AddJoin(Duration at, MemberId member)
    {
        m_steps.push_back({.verb = Verb::JOIN, .member = member, .timeNs = at.count()});
    }

    std::vector<Step> Take()
    {
        return std::move(m_steps);
    }

  private:
    const Plan& m_plan;
    std::vector<AddressId> m_address;
    std::vector<Step> m_steps;
};

std::vector<Step> StepsOf(const Plan& plan)
{
    StepsOfPlan steps(plan);
    const auto joins = JoinsOf(plan);
    auto join = joins.begin();
    const auto addJoins = [&](Duration until) {
        for (; join != joins.end() && join->first <= until; ++join)
        {
            steps.AddJoin(join->first, join->second);
        }
    };
    for (const Action& action : plan.timeline)
    {
        addJoins(action.at);
        if (action.at <= plan.duration)
        {
            steps.Add(action);
        }
    }
    addJoins(plan.duration);
    return steps.Take();
}

} // namespace

RunFacts FactsOf(const Plan& plan)
{
    RunFacts facts{.names = plan.names, .endNs = plan.duration.count(), .converged = false};
    facts.groupOf.resize(plan.members);
    for (std::uint32_t group = 0; group < plan.groups.size(); ++group)
    {
        for (const MemberId member : plan.groups[group].members)
        {
            facts.groupOf[member] = group;
        }
    }
    facts.converged = std::ranges::any_of(plan.starts, [](const auto& start) {
        return start && start->converged;
    });
    facts.steps = StepsOf(plan);
    for (const Action& action : plan.timeline)
    {
        if (Disturbances::Begins(action.verb, action.valueText))
        {
            facts.disturbed.insert(facts.disturbed.end(),
                                   action.members.begin(),
                                   action.members.end());
        }
    }
    facts.trafficMembers = plan.members;
    for (const Setting& setting : plan.resolved)
    {
        facts.settings.emplace(setting.first, setting.second);
    }
    return facts;
}

} // namespace swimlab
