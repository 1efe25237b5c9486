// SPDX-License-Identifier: GPL-2.0-only
//
// The top of a scenario file, [protocol], and the order in which all tables are read.
#include "lab/scenario/reference.h"
#include "lab/scenario/section.h"

namespace swimlab
{

namespace
{

using namespace keys;

constexpr Key<Scenario> TOP_KEYS[] = {
    TextKey<&Scenario::title>("title", "Heading of the report.")
        .Absent("the file's name")
        .Unrecorded(),
    TextKey<&Scenario::question>("question", "What the scenario asks, for the report.")
        .Absent("none")
        .Unrecorded(),
    CountKey<&Scenario::seed, 0, MAX_SEED>(
        "seed",
        "Seed of the first run; the runs have `seed`, `seed` + 1 and so on."),
    CountKey<&Scenario::runs, 1, MAX_RUNS>(
        "runs",
        "How many runs there are, of a sweep at each of its points."),
    DurationKey<&Scenario::duration, A_MILLISECOND, LONGEST_TIME>("duration",
                                                                  "Simulated time of a run.")
        .Required("say how long to simulate, such as \"60s\""),
    Key<Scenario>{
        "ends_with",
        "text",
        "The `name` of an event that ends: the run goes on after `duration` until it next does.",
        [](Scenario& scenario, const Written& written) {
            scenario.endsWith = ReadText(written.value, written.key);
        },
        [](const Scenario& scenario) { return scenario.endsWith; },
        nullptr,
        [](const Scenario& scenario) { return !scenario.endsWith.empty(); }}
        .Absent("the run ends after `duration`"),
    WordKey<&Scenario::record, RECORDS>(
        "record",
        "What a run keeps: every event, or only the metrics, computed while it runs, for big "
        "clusters. `summary` is for simulations without `partition` and `disconnect`."),
    TableKey<Scenario>("topology", "table", "The network of routers.")
        .Absent("a leaf-spine network"),
    TableKey<Scenario>("cluster", "table", "The members.").Required("it says who the members are"),
    TableKey<Scenario>("protocol", "table", "Settings of the protocol, over the preset.")
        .Absent("those of the preset"),
    TableKey<Scenario>("detector", "table", "Settings of a detector beside SWIM.")
        .Absent("its defaults"),
    TableKey<Scenario>("network", "table", "What the network does to packets.")
        .Absent("it only delays and queues them"),
    TableKey<Scenario>("event", "list of tables", "What happens.").Absent("nothing happens"),
    TableKey<Scenario>("measure", "table", "What the metrics are about.").Absent("the whole run"),
    TableKey<Scenario>("trace", "table", "Which messages and decisions to write down.")
        .Absent("there is no trace"),
    TableKey<Scenario>("adapter",
                       "table",
                       "Parameters of members that an adapter describes, by its kind.")
        .Absent("they have their programs' own"),
    TableKey<Scenario>("sweep", "table", "What to vary.").Absent("there is one point"),
    TableKey<Scenario>("verdict", "table", "What to expect.").Absent("nothing is judged"),
};

void ReadTop(const Value& root, Scenario& scenario)
{
    Section top(&root, "", swim::NamesOf(TOP_KEYS), scenario, AllKeys());
    scenario.title = scenario.file.stem().string();
    top.Read(TOP_KEYS, scenario);
    top.Resolve(TOP_KEYS, scenario);
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
    std::string written = text == nullptr ? value.Text() : *text;
    if (std::holds_alternative<double>(value.data) &&
        written.find_first_not_of("0123456789") == std::string::npos)
    {
        // Of a float that is whole; no parameter is one.
        const std::string number = written;
        written += ".0";
        if (!parameter.set(config, number))
        {
            throw ScenarioError(value.place, key, "write " + number + ", not " + written);
        }
    }
    if (const auto error = parameter.set(config, written))
    {
        throw ScenarioError(value.place, key, written + " " + *error);
    }
}

} // namespace

void ReadProtocol(const Value& root, Scenario& scenario)
{
    Section section(root.Find("protocol"),
                    "protocol",
                    swim::NamesOf(swim::Parameters()),
                    scenario,
                    AllKeys());
    for (const auto& parameter : swim::Parameters())
    {
        if (const Value* value = section.Find(parameter.name))
        {
            SetParameter(parameter, *value, section.FullKey(parameter.name), scenario.protocol);
        }
        section.Note(parameter.name, parameter.get(scenario.protocol));
    }
    if (const auto error = swim::Validate(scenario.protocol))
    {
        throw ScenarioError(PlaceOfConflict(scenario, *error), "protocol", *error);
    }
}

void ReadAdapterSettings(const Value& root, Scenario& scenario)
{
    const Value* const all = root.Find("adapter");
    if (all == nullptr)
    {
        return;
    }
    RequireTable(*all, "adapter");
    for (const auto& [kind, table] : std::get<ValueTable>(all->data))
    {
        const std::string name = "adapter." + kind;
        Section section(&table, name, std::nullopt, scenario);
        AdapterSettings settings{kind, table.place, {}};
        for (const auto& [key, value] : std::get<ValueTable>(table.data))
        {
            settings.values.emplace_back(key, *section.Find(key));
        }
        section.ResolveAsWritten();
        scenario.adapters.push_back(std::move(settings));
    }
}

void ReadParameters(const Value& table, const std::string& name, swim::Config& config)
{
    const std::string prefix = name + ".";
    RequireTable(table, name);
    CheckKeys(table, prefix, swim::NamesOf(swim::Parameters()), {});
    for (const auto& parameter : swim::Parameters())
    {
        if (const Value* value = table.Find(parameter.name))
        {
            SetParameter(parameter, *value, prefix + std::string(parameter.name), config);
        }
    }
    if (const auto error = swim::Validate(config))
    {
        throw ScenarioError(table.place, name, *error);
    }
}

const std::vector<std::string>& AllKeys()
{
    static const std::vector<std::string> all = [] {
        std::vector<std::string> keys = swim::NamesOf(TOP_KEYS);
        const auto add = [&](const std::string& prefix, const std::vector<std::string>& names) {
            for (const auto& name : names)
            {
                keys.push_back(prefix + name);
            }
        };
        // A name that two tables have is most often meant of the earlier one.
        add("cluster.", swim::NamesOf(ClusterReference().keys));
        add("topology.", swim::NamesOf(TopologyReference().keys));
        add("protocol.", swim::NamesOf(swim::Parameters()));
        add("network.", swim::NamesOf(NetworkReference().keys));
        add("measure.", swim::NamesOf(MeasureReference().keys));
        add("trace.", swim::NamesOf(TraceReference().keys));
        return keys;
    }();
    return all;
}

Scenario ReadScenario(const Value& root,
                      const std::filesystem::path& file,
                      std::shared_ptr<Inputs> inputs)
{
    Scenario scenario;
    scenario.file = file;
    scenario.inputs = std::move(inputs);
    ReadTop(root, scenario);
    ReadTopology(root, scenario);
    ReadCluster(root, scenario);
    ReadRegions(root, scenario);
    ReadDetector(root, scenario);
    if (scenario.detector.kind == nullptr)
    {
        ReadProtocol(root, scenario);
    }
    RefuseGroupsOfSwim(scenario, root);
    ReadGroups(root, scenario);
    ReadNetwork(root, scenario);
    ReadEvents(root, scenario);
    RefuseVerbsOfSwim(scenario);
    ExtendToEnd(scenario);
    ReadMeasure(root, scenario);
    ReadTrace(root, scenario);
    ReadAdapterSettings(root, scenario);
    ReadVerdict(root, scenario);
    return scenario;
}

std::vector<swim::TableReference> ScenarioReference()
{
    return {
        {"", "", "The top of a scenario file.", swim::DescribeAll(TOP_KEYS, Scenario())},
        ClusterReference(),
        GroupReference(),
        {"protocol",
         "[protocol]",
         "Settings of the protocol, over those of the preset: any of its parameters.",
         {}},
        DetectorReference(),
        TopologyReference(),
        PairReference(),
        NetworkReference(),
        EventReference(),
        MeasureReference(),
        TraceReference(),
        {"adapter",
         "[adapter.KIND]",
         "Parameters of members that an adapter describes, by the adapter's kind: those that its "
         "file gives, with their units. Other members take no notice.",
         {}},
        VerdictReference(),
        SweepReference()};
}

} // namespace swimlab
