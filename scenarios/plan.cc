// SPDX-License-Identifier: GPL-2.0-only
//
// A plan's cluster and network; its timeline is in timeline.cc.
#include "plan.h"

#include "section.h"
#include "timeline.h"

#include <algorithm>

namespace swimlab
{

namespace
{

/// A sweep has to be settled before there is one run to plan.
void RefuseAxes(const Scenario& scenario)
{
    if (!scenario.axes.empty())
    {
        const Axis& axis = scenario.axes.front();
        throw ScenarioError({scenario.file.string(), 0, ""},
                            "sweep." + axis.key,
                            "has " + std::to_string(axis.values.size()) +
                                " values, and a run takes one; choose it with --set " + axis.key +
                                "=" + axis.values.front());
    }
}

} // namespace

std::string MemberName(MemberId member, std::uint32_t members)
{
    const std::string number = std::to_string(member);
    const std::size_t width = std::to_string(members - 1).size();
    return "m" + std::string(width - number.size(), '0') + number;
}

Plan MakePlan(const Scenario& scenario, std::uint64_t seed)
{
    RefuseAxes(scenario);
    Plan plan;
    plan.seed = seed;
    plan.duration = scenario.duration;
    plan.protocol = scenario.protocol;
    plan.restartKeepsIncarnation = scenario.restartKeepsIncarnation;
    plan.members = scenario.members;
    for (MemberId member = 0; member < scenario.members; ++member)
    {
        plan.names.push_back(MemberName(member, scenario.members));
    }
    try
    {
        plan.topology = BuildTopology(scenario.topology);
    }
    catch (const TopologyError& error)
    {
        throw FieldError(scenario, "topology." + error.Field(), error.what());
    }
    plan.routerOfMember = Attach(scenario.members, plan.topology, scenario.topology.attach);
    plan.network = scenario.network;
    plan.scenarioFile = scenario.file.string();
    plan.title = scenario.title;
    plan.question = scenario.question;
    plan.point = scenario.point;
    plan.resolved = scenario.resolved;
    MakeTimeline(scenario, plan);
    return plan;
}

} // namespace swimlab
