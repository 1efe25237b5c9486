// SPDX-License-Identifier: GPL-2.0-only
//
// Reads the tables of a scenario file but [topology], [[event]] and [verdict].
#include "lab/scenario/section.h"

#include <algorithm>

namespace swimlab
{

namespace
{

/// The top of a scenario and its tables, with their keys.
const std::vector<std::string> TOP_KEYS = {"title",
                                           "question",
                                           "seed",
                                           "runs",
                                           "duration",
                                           "record",
                                           "topology",
                                           "cluster",
                                           "protocol",
                                           "network",
                                           "event",
                                           "sweep",
                                           "verdict"};
const std::vector<std::string> CLUSTER_KEYS =
    {"members", "start", "preset", "seeds", "join_spacing", "restart_incarnation", "group"};
const std::vector<std::string> NETWORK_KEYS = {"model",
                                               "loss",
                                               "datagram_loss",
                                               "delay",
                                               "jitter",
                                               "duplication",
                                               "reorder",
                                               "reorder_by",
                                               "queue_discs",
                                               "access_queue"};

std::vector<std::string> ProtocolKeys()
{
    std::vector<std::string> names;
    for (const auto& parameter : swim::Parameters())
    {
        names.emplace_back(parameter.name);
    }
    return names;
}

void ReadTop(const Value& root, Scenario& scenario)
{
    Section top(root, "", TOP_KEYS, scenario);
    scenario.title = scenario.file.stem().string();
    if (const Value* title = top.Find("title"))
    {
        scenario.title = ReadText(*title, "title");
    }
    if (const Value* question = top.Find("question"))
    {
        scenario.question = ReadText(*question, "question");
    }
    if (const Value* seed = top.Find("seed"))
    {
        scenario.seed = ReadCount(*seed, "seed", 0, MAX_SEED);
    }
    if (const Value* runs = top.Find("runs"))
    {
        scenario.runs = static_cast<std::uint32_t>(ReadCount(*runs, "runs", 1, MAX_RUNS));
    }
    scenario.duration =
        ReadDuration(top.Require("duration", "say how long to simulate, such as \"60s\""),
                     "duration",
                     std::chrono::milliseconds(1),
                     LONGEST_TIME);
    if (const Value* record = top.Find("record"))
    {
        const std::string word = ReadWord(*record, "record", {"events", "summary"});
        scenario.record = word == "summary" ? Record::SUMMARY : Record::EVENTS;
    }
    top.Resolve("seed", std::to_string(scenario.seed));
    top.Resolve("runs", std::to_string(scenario.runs));
    top.Resolve("duration", swim::FormatDuration(scenario.duration));
    top.Resolve("record", scenario.record == Record::SUMMARY ? "summary" : "events");
}

/// A summary does not know who was cut off from whom, and would count their words as errors.
void RefuseToSummarize(const Scenario& scenario)
{
    for (const Event& event : scenario.events)
    {
        if (event.verb == Verb::PARTITION || event.verb == Verb::DISCONNECT)
        {
            throw ScenarioError(event.place,
                                event.key,
                                "record = \"summary\" cannot tell who was cut off from whom; "
                                "record = \"events\" can");
        }
    }
}

void ReadStart(Section& section, Scenario& scenario)
{
    if (const Value* start = section.Find("start"))
    {
        scenario.startsConverged =
            ReadWord(*start, section.FullKey("start"), {"converged", "join"}) == "converged";
    }
    section.Resolve("start", scenario.startsConverged ? "converged" : "join");

    if (const Value* spacing = section.Find("join_spacing"))
    {
        scenario.joinSpacing =
            ReadDuration(*spacing, section.FullKey("join_spacing"), Duration::zero(), LONGEST_TIME);
    }
    section.Resolve("join_spacing", swim::FormatDuration(scenario.joinSpacing));
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

void ReadCluster(const Value& root, Scenario& scenario)
{
    Section section(root, "cluster", CLUSTER_KEYS, scenario);
    scenario.members = static_cast<std::uint32_t>(
        ReadCount(section.Require("members", "say how many members the cluster has"),
                  section.FullKey("members"),
                  1,
                  MAX_MEMBERS));
    section.Resolve("members", std::to_string(scenario.members));
    ReadStart(section, scenario);

    const Value first{std::int64_t{0}, PlaceOf(scenario, "cluster")};
    const Value* seeds = section.Find("seeds");
    scenario.seeds =
        ParseTargets(seeds == nullptr ? first : *seeds, section.FullKey("seeds"), scenario.members);
    section.Resolve("seeds", scenario.seeds.text);

    if (const Value* incarnation = section.Find("restart_incarnation"))
    {
        scenario.restartKeepsIncarnation =
            ReadWord(*incarnation, section.FullKey("restart_incarnation"), {"next", "one"}) ==
            "next";
    }
    section.Resolve("restart_incarnation", scenario.restartKeepsIncarnation ? "next" : "one");

    if (const Value* preset = section.Find("preset"))
    {
        scenario.preset = ReadText(*preset, section.FullKey("preset"));
    }
    const auto config = swim::Preset(scenario.preset);
    if (!config)
    {
        const std::vector<std::string> names(swim::PresetNames().begin(),
                                             swim::PresetNames().end());
        std::string known;
        for (const auto& name : names)
        {
            known += (known.empty() ? "" : ", ") + name;
        }
        const auto near = Nearest(scenario.preset, names);
        throw ScenarioError(PlaceOf(scenario, "cluster.preset"),
                            "cluster.preset",
                            "there is no preset \"" + scenario.preset + "\"; " +
                                (near ? "did you mean " + *near + "?" : "presets are " + known));
    }
    scenario.protocol = *config;
    section.Resolve("preset", scenario.preset);
}

/// The place to blame for parameters that do not fit together: that of one that the scenario sets.
SourcePlace PlaceOfConflict(const Scenario& scenario, const std::string& message)
{
    for (const auto& [key, place] : scenario.places)
    {
        constexpr std::string_view PREFIX = "protocol.";
        if (key.starts_with(PREFIX) && message.find(key.substr(PREFIX.size())) != std::string::npos)
        {
            return place;
        }
    }
    return PlaceOf(scenario, "cluster.preset");
}

void SetParameter(const swim::Parameter& parameter,
                  const Value& value,
                  const std::string& key,
                  swim::Config& config)
{
    const auto* text = std::get_if<std::string>(&value.data);
    const std::string written = text == nullptr ? value.Text() : *text;
    if (const auto error = parameter.set(config, written))
    {
        throw ScenarioError(value.place, key, written + " " + *error);
    }
}

void ReadProtocol(const Value& root, Scenario& scenario)
{
    Section section(root, "protocol", ProtocolKeys(), scenario);
    for (const auto& parameter : swim::Parameters())
    {
        if (const Value* value = section.Find(parameter.name))
        {
            SetParameter(parameter, *value, section.FullKey(parameter.name), scenario.protocol);
        }
        section.Resolve(parameter.name, parameter.get(scenario.protocol));
    }
    if (const auto error = swim::Validate(scenario.protocol))
    {
        throw ScenarioError(PlaceOfConflict(scenario, *error), "protocol", *error);
    }
}

/// A switch of the network that only one model has. @throws ScenarioError if another has it on
bool ReadSwitch(const Value& value,
                const std::string& key,
                const NetworkSpec& network,
                std::string_view modelThatHasIt)
{
    const bool on = ReadBoolean(value, key);
    if (on && network.model != modelThatHasIt)
    {
        throw ScenarioError(value.place,
                            key,
                            "only network.model = \"" + std::string(modelThatHasIt) +
                                "\" has it, and here it is \"" + network.model + "\"");
    }
    return on;
}

void ReadNetwork(const Value& root, Scenario& scenario)
{
    Section section(root, "network", NETWORK_KEYS, scenario);
    NetworkSpec& network = scenario.network;
    if (const Value* model = section.Find("model"))
    {
        network.model = ReadWord(*model, section.FullKey("model"), {"packet", "path"});
    }
    section.Resolve("model", network.model);
    for (const auto& [name, field] : {std::pair("loss", &NetworkSpec::loss),
                                      std::pair("datagram_loss", &NetworkSpec::datagramLoss),
                                      std::pair("duplication", &NetworkSpec::duplication),
                                      std::pair("reorder", &NetworkSpec::reorder)})
    {
        if (const Value* value = section.Find(name))
        {
            network.*field = ReadPercentage(*value, section.FullKey(name));
        }
        section.Resolve(name, FormatPercentage(network.*field));
    }
    for (const auto& [name, field] : {std::pair("delay", &NetworkSpec::delay),
                                      std::pair("jitter", &NetworkSpec::jitter),
                                      std::pair("reorder_by", &NetworkSpec::reorderBy)})
    {
        if (const Value* value = section.Find(name))
        {
            network.*field =
                ReadDuration(*value, section.FullKey(name), Duration::zero(), LONGEST_DELAY);
        }
        section.Resolve(name, swim::FormatDuration(network.*field));
    }
    if (network.reorder > 0 && network.reorderBy == Duration::zero())
    {
        const std::string key = section.FullKey("reorder");
        throw ScenarioError(PlaceOf(scenario, key),
                            key,
                            "holds packets back for no time; give network.reorder_by, such as "
                            "\"20ms\"");
    }
    if (const Value* queueDiscs = section.Find("queue_discs"))
    {
        network.queueDiscs =
            ReadSwitch(*queueDiscs, section.FullKey("queue_discs"), network, "packet");
    }
    section.Resolve("queue_discs", network.queueDiscs ? "true" : "false");
    if (const Value* accessQueue = section.Find("access_queue"))
    {
        network.accessQueue =
            ReadSwitch(*accessQueue, section.FullKey("access_queue"), network, "path");
    }
    section.Resolve("access_queue", network.accessQueue ? "true" : "false");
}

} // namespace

void ReadParameters(const Value& table, const std::string& prefix, swim::Config& config)
{
    CheckKeys(table, prefix, ProtocolKeys(), {});
    for (const auto& parameter : swim::Parameters())
    {
        if (const Value* value = table.Find(parameter.name))
        {
            SetParameter(parameter, *value, prefix + std::string(parameter.name), config);
        }
    }
    if (const auto error = swim::Validate(config))
    {
        throw ScenarioError(table.place, prefix.substr(0, prefix.size() - 1), *error);
    }
}

std::vector<std::string> AllKeys()
{
    std::vector<std::string> keys = TOP_KEYS;
    const auto add = [&](const std::string& prefix, const std::vector<std::string>& names) {
        for (const auto& name : names)
        {
            keys.push_back(prefix + name);
        }
    };
    add("topology.", TopologyKeys());
    add("cluster.", CLUSTER_KEYS);
    add("protocol.", ProtocolKeys());
    add("network.", NETWORK_KEYS);
    return keys;
}

Scenario ReadScenario(const Value& root, const std::filesystem::path& file)
{
    Scenario scenario;
    scenario.file = file;
    ReadTop(root, scenario);
    ReadTopology(root, scenario);
    ReadCluster(root, scenario);
    ReadProtocol(root, scenario);
    ReadGroups(root, scenario);
    ReadNetwork(root, scenario);
    ReadEvents(root, scenario);
    ReadVerdict(root, scenario);
    if (scenario.record == Record::SUMMARY)
    {
        RefuseToSummarize(scenario);
    }
    return scenario;
}

} // namespace swimlab
