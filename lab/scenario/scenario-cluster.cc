// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [cluster] of a scenario file: who the members are, and what they start with.
#include "lab/scenario/section.h"

namespace swimlab
{

namespace
{

using namespace keys;

constexpr std::string_view STARTS = "converged|join";
constexpr std::string_view AGES = "settled|fresh";
constexpr std::string_view RESTART_INCARNATIONS = "next|one";
constexpr std::string_view SWIM = "swim";
constexpr std::string_view NEVER_AGAIN = "never";
constexpr std::string_view ONCE_AGAIN = "once";

void ReadPreset(Scenario& scenario, const Written& written)
{
    scenario.preset = ReadText(written.value, written.key);
    if (swim::Preset(scenario.preset))
    {
        return;
    }
    const std::vector<std::string> names(swim::PresetNames().begin(), swim::PresetNames().end());
    std::string known;
    for (const auto& name : names)
    {
        known += (known.empty() ? "" : ", ") + name;
    }
    const auto near = Nearest(scenario.preset, names);
    throw ScenarioError(written.value.place,
                        written.key,
                        "there is no preset \"" + scenario.preset + "\"; " +
                            (near ? "did you mean " + *near + "?" : "presets are " + known));
}

void ReadDetectorName(Scenario& scenario, const Written& written)
{
    const std::string name = ReadText(written.value, written.key);
    scenario.detector.kind = swim::detectors::FindKind(name);
    if (scenario.detector.kind != nullptr)
    {
        scenario.detector.values = swim::detectors::Values(scenario.detector.kind->parameters);
        return;
    }
    if (name == SWIM)
    {
        return;
    }
    std::vector<std::string> names{std::string(SWIM)};
    std::string known(SWIM);
    for (const auto* kind : swim::detectors::Kinds())
    {
        names.emplace_back(kind->name);
        known += ", " + names.back();
    }
    const auto near = Nearest(name, names);
    throw ScenarioError(written.value.place,
                        written.key,
                        "there is no detector \"" + name + "\"; " +
                            (near ? "did you mean " + *near + "?" : "detectors are " + known));
}

std::string WriteDetectorName(const Scenario& scenario)
{
    return std::string(scenario.detector.kind != nullptr ? scenario.detector.kind->name : SWIM);
}

void ReadSeeds(Scenario& scenario, const Written& written)
{
    scenario.seeds = ParseTargets(written.value, written.key, scenario.members);
}

void ReadJoinRetry(Scenario& scenario, const Written& written)
{
    const auto* const word = std::get_if<std::string>(&written.value.data);
    if (word != nullptr && (*word == NEVER_AGAIN || *word == ONCE_AGAIN))
    {
        scenario.joinRetry = {.times = *word == ONCE_AGAIN ? 1u : 0u};
        return;
    }
    if (word == nullptr || !swim::ParseDuration(*word))
    {
        throw ScenarioError(written.value.place,
                            written.key,
                            written.value.Text() +
                                " must be \"never\", \"once\", or how long a member waits each "
                                "time, such as \"1s\"");
    }
    scenario.joinRetry = {
        .interval = ReadDuration(written.value, written.key, A_MILLISECOND, LONGEST_TIME)};
}

std::string WriteJoinRetry(const Scenario& scenario)
{
    switch (scenario.joinRetry.times)
    {
    case 0:
        return std::string(NEVER_AGAIN);
    case 1:
        return std::string(ONCE_AGAIN);
    default:
        return swim::FormatDuration(scenario.joinRetry.interval);
    }
}

constexpr Key<Scenario> CLUSTER_KEYS[] = {
    CountKey<&Scenario::members, 1, MAX_MEMBERS>(
        "members",
        "How many members there are, called m0, m1 and so on, with as many digits as the last.")
        .Required("say how many members the cluster has"),
    EitherKey<&Scenario::startsConverged, STARTS>(
        "start",
        "Whether everybody knows everybody from the start, or everybody joins, one after the "
        "other."),
    EitherKey<&Scenario::startsSettled, AGES>(
        "age",
        "Whether a converged cluster has run for long, or was just formed: whose first push/pull "
        "comes at any time in its period, or after a random part of `push_pull_interval` and a "
        "whole period on top. Who joins or restarts is always fresh, and so are real processes."),
    {"join_retry",
     "never, once or duration",
     "Whether a joining or restarted member that no seed answered asks its seeds again: `never`, "
     "`once` after 1s, or each time after this long. With `never`, members that start while their "
     "seeds are out of reach remain clusters of their own.",
     ReadJoinRetry,
     WriteJoinRetry,
     DurationRange<A_MILLISECOND, LONGEST_TIME>},
    {"preset",
     "preset",
     "Settings of the protocol to start from.",
     ReadPreset,
     [](const Scenario& scenario) { return scenario.preset; }},
    {"detector",
     "detector",
     "How members detect failures: `swim`, or another detector with its parameters under "
     "`[detector]`.",
     ReadDetectorName,
     WriteDetectorName},
    {"seeds",
     "members",
     "Whom joining and restarting members contact.",
     ReadSeeds,
     [](const Scenario& scenario) { return scenario.seeds.text; }},
    DurationKey<&Scenario::joinSpacing, NO_TIME, LONGEST_TIME>(
        "join_spacing",
        "Time between two joins of `start = \"join\"`."),
    EitherKey<&Scenario::restartKeepsIncarnation, RESTART_INCARNATIONS>(
        "restart_incarnation",
        "Whether a restarted process goes on with its next incarnation, or starts with one again, "
        "as who keeps nothing does."),
    TableKey<Scenario>("group", "list of tables", "Clusters that share the network.")
        .Absent("all members are one cluster"),
};

void CheckLastJoin(const Section& section, const Scenario& scenario)
{
    const Duration lastJoin = scenario.joinSpacing * (scenario.members - 1);
    if (!scenario.startsConverged && lastJoin >= scenario.duration)
    {
        const std::string key = section.FullKey("join_spacing");
        throw ScenarioError(PlaceOf(scenario, key),
                            key,
                            swim::FormatDuration(scenario.joinSpacing) + " lets the last of " +
                                std::to_string(scenario.members) + " members join at " +
                                swim::FormatDuration(lastJoin) + ", after the end (" +
                                swim::FormatDuration(scenario.duration) +
                                "); shorten it or make duration longer");
    }
}

} // namespace

void ReadCluster(const Value& root, Scenario& scenario)
{
    Section section(root.Find("cluster"),
                    "cluster",
                    swim::NamesOf(CLUSTER_KEYS),
                    scenario,
                    AllKeys());
    section.Read(CLUSTER_KEYS, scenario);
    CheckLastJoin(section, scenario);
    scenario.protocol = swim::Preset(scenario.preset).value();
    section.ResolveInOrder({"members",
                            "start",
                            "age",
                            "join_spacing",
                            "join_retry",
                            "seeds",
                            "restart_incarnation",
                            scenario.detector.kind != nullptr ? "detector" : "preset"},
                           CLUSTER_KEYS,
                           scenario);
}

swim::TableReference ClusterReference()
{
    return {"cluster",
            "[cluster]",
            "Who the members are, and what they start with.",
            swim::DescribeAll(CLUSTER_KEYS, Scenario())};
}

} // namespace swimlab
