// SPDX-License-Identifier: GPL-2.0-only
//
// A plan's cluster and network; its timeline is in timeline.cc.
#include "lab/plan/plan.h"

#include "lab/plan/timeline.h"
#include "lab/scenario/inputs.h"
#include "lab/scenario/section.h"

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

/// Members that no group names are one more.
std::vector<Group> MakeGroups(const Scenario& scenario, const Plan& plan)
{
    const TargetContext context{plan.topology,
                                plan.routerOfMember,
                                [](MemberId) { return true; },
                                "there"};
    swim::Rng rng(plan.seed, TARGET_STREAM - 2);
    std::vector<bool> placed(plan.members);
    std::vector<Group> groups;
    for (const GroupSpec& spec : scenario.groups)
    {
        groups.push_back({ResolveTargets(spec.members, context, rng), spec.protocol});
        for (const MemberId member : groups.back().members)
        {
            if (placed[member])
            {
                throw ScenarioError(spec.members.place,
                                    spec.members.key,
                                    plan.names[member] +
                                        " is in a group before this; groups must not overlap");
            }
            placed[member] = true;
        }
    }
    Group rest{{}, scenario.protocol};
    for (MemberId member = 0; member < plan.members; ++member)
    {
        if (!placed[member])
        {
            rest.members.push_back(member);
        }
    }
    if (!rest.members.empty())
    {
        groups.push_back(std::move(rest));
    }
    return groups;
}

TracePlan MakeTrace(const TraceSpec& spec, const Plan& plan)
{
    TracePlan trace{.on = spec.on,
                    .from = spec.from,
                    .to = spec.to.value_or(plan.duration + Duration(1)),
                    .kinds = spec.kinds,
                    .pcap = spec.pcap,
                    .netanim = spec.netanim};
    if (spec.members)
    {
        const TargetContext context{plan.topology,
                                    plan.routerOfMember,
                                    [](MemberId) { return true; },
                                    "there"};
        swim::Rng rng(plan.seed, TARGET_STREAM - 3);
        trace.members = ResolveTargets(*spec.members, context, rng);
    }
    return trace;
}

/// @return the seed of the kinds that have one
std::optional<std::uint64_t> NetworkSeed(const TopologySpec& spec)
{
    const bool random =
        spec.kind == TopologyKind::WAXMAN || spec.kind == TopologyKind::BARABASI_ALBERT;
    return random ? std::optional(spec.seed) : std::nullopt;
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
    plan.record = scenario.record;
    plan.members = scenario.members;
    for (MemberId member = 0; member < scenario.members; ++member)
    {
        plan.names.push_back(MemberName(member, scenario.members));
    }
    const TopologySpec spec = SeedsOfRun(scenario.topology, seed);
    try
    {
        plan.topology = BuildTopology(spec);
    }
    catch (const TopologyError& error)
    {
        throw FieldError(scenario, "topology." + error.Field(), error.what());
    }
    plan.routerOfMember = Attach(scenario.members, plan.topology, spec.attach, spec.attachSeed);
    plan.networkSeed = NetworkSeed(spec);
    plan.attachSeed = spec.attachSeed;
    plan.joinRetry = scenario.joinRetry;
    plan.network = scenario.network;
    plan.measure = scenario.measure;
    plan.adapters = scenario.adapters;
    plan.scenarioFile = scenario.file.string();
    for (const auto& [name, input] : scenario.inputs->All())
    {
        plan.inputs.emplace_back(name, input->sha256);
    }
    plan.title = scenario.title;
    plan.question = scenario.question;
    plan.point = scenario.point;
    plan.resolved = scenario.resolved;
    plan.detector = scenario.detector;
    plan.groups = MakeGroups(scenario, plan);
    plan.trace = MakeTrace(scenario.trace, plan);
    MakeTimeline(scenario, plan);
    return plan;
}

} // namespace swimlab
