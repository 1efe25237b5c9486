// SPDX-License-Identifier: GPL-2.0-only
//
// See plan-json.h. Keys stand in the order in which people read them.
#include "lab/plan/plan-json.h"

#include "lab/scenario/inputs.h"
#include "lab/topology/paths.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace swimlab
{

namespace
{

using Json = nlohmann::ordered_json;

/// Version of run.json.
constexpr int FORMAT = 1;

double Seconds(Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

/// One line. A title may hold bytes from the command line that are no UTF-8, which JSON has to be.
std::string Text(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json SettingsJson(const std::vector<Setting>& settings)
{
    Json json = Json::object();
    for (const auto& [key, text] : settings)
    {
        json[key] = text;
    }
    return json;
}

Json NamesJson(const Plan& plan, const std::vector<MemberId>& members)
{
    Json json = Json::array();
    for (const MemberId member : members)
    {
        json.push_back(plan.names[member]);
    }
    return json;
}

Json ActionJson(const Plan& plan, const Action& action)
{
    Json json = {{"at_s", Seconds(action.at)}, {"verb", ToString(action.verb)}};
    if (!action.valueText.empty())
    {
        json["value"] = action.valueText;
    }
    if (!action.targetsText.empty())
    {
        json["targets"] = action.targetsText;
    }
    if (!action.members.empty())
    {
        json["members"] = NamesJson(plan, action.members);
    }
    if (!action.others.empty())
    {
        json["to"] = NamesJson(plan, action.others);
    }
    for (const AddressId address : action.addresses)
    {
        json["addresses"].push_back(address);
    }
    for (const auto& side : action.sides)
    {
        json["sides"].push_back(NamesJson(plan, side));
    }
    return json;
}

Json GroupsJson(const Plan& plan)
{
    Json json = Json::array();
    for (const Group& group : plan.groups)
    {
        json.push_back(NamesJson(plan, group.members));
    }
    return json;
}

template <typename Number>
Json OptionalJson(const std::optional<Number>& number)
{
    return number ? Json(*number) : Json(nullptr);
}

Json RoutersJson(const Plan& plan)
{
    std::vector<std::uint32_t> members(plan.topology.routers.size());
    for (const RouterId router : plan.routerOfMember)
    {
        ++members[router];
    }
    Json json = Json::array();
    for (RouterId id = 0; id < members.size(); ++id)
    {
        const Router& router = plan.topology.routers[id];
        json.push_back({{"id", id},
                        {"label", router.label},
                        {"region", router.region},
                        {"x", router.x},
                        {"y", router.y},
                        {"latitude", OptionalJson(router.latitude)},
                        {"longitude", OptionalJson(router.longitude)},
                        {"members", members[id]}});
    }
    return json;
}

Json LinksJson(const Topology& topology)
{
    Json json = Json::array();
    for (const Link& link : topology.links)
    {
        json.push_back({{"a", link.a}, {"b", link.b}, {"delay_ns", link.delay.count()}});
    }
    return json;
}

Json TopologyJson(const Plan& plan)
{
    const auto statistics =
        ComputeStatistics(plan.topology, Paths(plan.topology), plan.routerOfMember);
    return {{"kind", ToString(plan.topology.kind)},
            {"routers", RoutersJson(plan)},
            {"links", LinksJson(plan.topology)},
            {"router_of_member", plan.routerOfMember},
            {"seed", OptionalJson(plan.networkSeed)},
            {"attach_seed", OptionalJson(plan.attachSeed)},
            {"diameter_hops", statistics.diameterHops},
            {"mean_path_delay_ns", statistics.meanPathDelay.count()},
            {"max_path_delay_ns", statistics.maxPathDelay.count()},
            {"articulation_points", statistics.articulationPoints},
            {"notes", plan.topology.notes}};
}

Json InputsJson(const Inputs& inputs)
{
    Json json = Json::object();
    for (const auto& [name, input] : inputs.All())
    {
        json[name] = input->sha256;
    }
    return json;
}

/// null where the scenario expects nothing.
Json VerdictJson(const Verdict& verdict)
{
    if (verdict.about.empty())
    {
        return nullptr;
    }
    Json expectations = Json::array();
    for (const Expectation& expectation : verdict.expectations)
    {
        expectations.push_back({{"measure", expectation.measure},
                                {"point", expectation.point},
                                {"condition", expectation.condition},
                                {"place", expectation.place.Text()}});
    }
    return {{"about", verdict.about}, {"expectations", expectations}};
}

/// What the records of such members cannot tell, in the words of docs/records.md.
std::vector<std::string> NotObservable(const swim::detectors::Kind& kind)
{
    std::vector<std::string> untold;
    if (!kind.buries)
    {
        untold.emplace_back("dead");
    }
    if (!kind.suspects)
    {
        untold.insert(untold.end(), {"refuted", "suspect"});
    }
    return untold;
}

} // namespace

std::string PlanJson(const Scenario& scenario,
                     std::string_view backend,
                     std::optional<std::uint64_t> memoryBytes)
{
    Json points = Json::array();
    for (const auto& point : SweepPoints(scenario))
    {
        points.push_back({{"key", point.key}, {"settings", SettingsJson(point.settings)}});
    }
    return Text({{"title", scenario.title},
                 {"question", scenario.question},
                 {"scenario_file", scenario.file.string()},
                 {"inputs", InputsJson(*scenario.inputs)},
                 {"members", scenario.members},
                 {"duration_s", Seconds(scenario.duration)},
                 {"seeds", Seeds(scenario)},
                 {"backend", backend},
                 {"resolved", SettingsJson(scenario.resolved)},
                 {"point", SettingsJson(scenario.point)},
                 {"points", points},
                 {"verdict", VerdictJson(scenario.verdict)},
                 {"memory_bytes", memoryBytes ? Json(*memoryBytes) : Json(nullptr)}});
}

std::string RunPlanJson(const Plan& plan)
{
    Json timeline = Json::array();
    for (const Action& action : plan.timeline)
    {
        timeline.push_back(ActionJson(plan, action));
    }
    Json json = {{"format", FORMAT},
                 {"scenario",
                  {{"file", plan.scenarioFile},
                   {"title", plan.title},
                   {"question", plan.question},
                   {"resolved", SettingsJson(plan.resolved)}}},
                 {"point", SettingsJson(plan.point)},
                 {"seed", plan.seed},
                 {"members", plan.members},
                 {"member_names", plan.names},
                 {"simulated_s", Seconds(plan.duration)},
                 {"timeline", timeline},
                 {"topology", TopologyJson(plan)}};
    if (const auto* kind = plan.detector.kind)
    {
        json["detector"] = kind->name;
        const auto plugins = swim::detectors::Plugins();
        if (const auto plugin = std::ranges::find(plugins, kind, &swim::detectors::Plugin::kind);
            plugin != plugins.end())
        {
            json["detector_source_sha256"] = plugin->sourceSha256;
        }
        if (const auto untold = NotObservable(*kind); !untold.empty())
        {
            json["not_observable"] = untold;
        }
    }
    if (plan.groups.size() > 1)
    {
        json["groups"] = GroupsJson(plan);
    }
    return Text(json);
}

} // namespace swimlab
