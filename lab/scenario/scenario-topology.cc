// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [topology] of a scenario file.
//
// Ranges are checked where the topology is built (topology/topology.h), because a range may depend
// on another parameter; here it is units and spelling. A key may be given whatever the kind, so that
// a sweep can go over kinds; which kinds have a use for it is a column.
#include "lab/scenario/delay-keys.h"
#include "lab/scenario/inputs.h"

namespace swimlab
{

namespace
{

using namespace keys;

using Spec = TopologySpec;

template <TopologyKind... KINDS>
bool IsOf(const Spec& spec)
{
    return ((spec.kind == KINDS) || ...);
}

constexpr auto IS_FILE = IsOf<TopologyKind::GRAPH_FILE>;
constexpr auto IS_LEAF_SPINE = IsOf<TopologyKind::LEAF_SPINE>;
constexpr auto IS_FAT_TREE = IsOf<TopologyKind::FAT_TREE>;
constexpr auto IS_WAXMAN = IsOf<TopologyKind::WAXMAN>;
constexpr auto IS_PREFERENTIAL = IsOf<TopologyKind::BARABASI_ALBERT>;
constexpr auto IS_RANDOM = IsOf<TopologyKind::WAXMAN, TopologyKind::BARABASI_ALBERT>;
constexpr auto HAS_POSITIONS =
    IsOf<TopologyKind::WAXMAN, TopologyKind::BARABASI_ALBERT, TopologyKind::GRAPH_FILE>;

constexpr auto IS_REGIONS = IsOf<TopologyKind::REGIONS>;

bool HasLinks(const Spec& spec)
{
    return spec.kind != TopologyKind::STAR;
}

bool HasLinkDelay(const Spec& spec)
{
    return HasLinks(spec) && !IS_REGIONS(spec);
}

/// Of regions, what was measured has the access links in it, and members are shared out by region.
bool HasAccess(const Spec& spec)
{
    return !IS_REGIONS(spec);
}

bool HasLossMatrix(const Spec& spec)
{
    return IS_REGIONS(spec) && !spec.lossMatrix.path.empty();
}

/// A count whose range is checked by the topology.
template <auto FIELD, std::uint32_t LEAST, std::uint32_t MOST>
constexpr Key<Spec> SizeKey(std::string_view name, std::string_view meaning)
{
    return CountKey<FIELD, 0, UINT32_MAX>(name, meaning).Range(CountRange<LEAST, MOST>);
}

template <std::uint32_t MOST>
std::string AboveZeroRange()
{
    return "above 0 and at most " + std::to_string(MOST);
}

std::string ArityRange()
{
    return "even and from 2 to " + std::to_string(MAX_ARITY);
}

std::string LinkDelayRange()
{
    return "above 0 and at most " + swim::FormatDuration(MAX_LINK_DELAY);
}

std::string AccessDelayRange()
{
    return "from 0s to " + swim::FormatDuration(MAX_LINK_DELAY);
}

/// A file that the scenario names, which becomes one of its inputs.
const Input& ReadInput(const Written& written)
{
    try
    {
        return written.scenario.inputs->File(ReadText(written.value, written.key));
    }
    catch (const InputError& error)
    {
        throw ScenarioError(written.value.place, written.key, error.what());
    }
}

void ReadFile(Spec& spec, const Written& written)
{
    if (!IS_FILE(spec))
    {
        return;
    }
    const Input& input = ReadInput(written);
    spec.fileAsWritten = ReadText(written.value, written.key);
    spec.file = input.path;
    spec.fileText = input.bytes;
}

template <auto FIELD>
void ReadMatrix(Spec& spec, const Written& written)
{
    if (IS_REGIONS(spec))
    {
        const Input& input = ReadInput(written);
        spec.*FIELD = {input.path, ReadText(written.value, written.key), input.bytes};
    }
}

template <auto FIELD>
std::string WriteMatrix(const Spec& spec)
{
    return (spec.*FIELD).asWritten;
}

constexpr std::string_view OF_RUN = "run";

/// @return nothing where it is the run's
std::optional<std::uint64_t> ReadSeedOrRun(const Written& written)
{
    const auto* const word = std::get_if<std::string>(&written.value.data);
    if (word != nullptr && *word == OF_RUN)
    {
        return std::nullopt;
    }
    if (word != nullptr)
    {
        throw ScenarioError(written.value.place,
                            written.key,
                            written.value.Text() + " must be a whole number " +
                                CountRange<0, MAX_SEED>() + ", or \"run\"");
    }
    return ReadCount(written.value, written.key, 0, MAX_SEED);
}

void ReadSeed(Spec& spec, const Written& written)
{
    const auto seed = ReadSeedOrRun(written);
    spec.seedOfRun = !seed;
    spec.seed = seed.value_or(spec.seed);
}

void ReadAttachSeed(Spec& spec, const Written& written)
{
    spec.attachSeed = ReadSeedOrRun(written);
    spec.attachSeedOfRun = !spec.attachSeed;
}

/// `kind` stands before the keys that depend on it.
constexpr Key<Spec> TOPOLOGY_KEYS[] = {
    WordKey<&Spec::kind, TOPOLOGY_KINDS>("kind", "The network of routers."),
    Key<Spec>{"file",
              "path",
              "A GraphML file with the attributes of the Internet Topology Zoo; its path counts "
              "from the scenario's folder, then from the working directory.",
              ReadFile,
              [](const Spec& spec) { return spec.fileAsWritten; }}
        .For(IS_FILE)
        .Required("kind = \"file\" needs the path of a GraphML file"),
    WordKey<&Spec::parts, MAP_PARTS>(
        "parts",
        "What is taken of a map whose routers are not all linked: `all`, which is refused then, or "
        "the part of most routers.")
        .For(IS_FILE),
    Key<Spec>{"matrix",
              "path",
              "A CSV file of the delays between regions, its numbers round trips or one way as its "
              "first cell says; found as `file` is. What it says is from member to member.",
              ReadMatrix<&Spec::matrix>,
              WriteMatrix<&Spec::matrix>}
        .For(IS_REGIONS)
        .Required("kind = \"regions\" needs the path of a CSV file"),
    Key<Spec>{"loss_matrix",
              "path",
              "Of `regions`, a CSV file of the shares of packets that are lost from each region to "
              "each, besides `network.loss`.",
              ReadMatrix<&Spec::lossMatrix>,
              WriteMatrix<&Spec::lossMatrix>}
        .For(HasLossMatrix)
        .Absent("none is lost there"),
    TableKey<Spec>("members",
                   "table",
                   "Of `regions`, how many members are in each, as numbers or as shares; those not "
                   "named have none.")
        .Absent("the same number in each"),
    SizeKey<&Spec::zones, 1, MAX_ZONES>(
        "zones",
        "Zones of a region, each a router; between them it takes what the matrix says for within.")
        .For(IS_REGIONS),
    DurationKey<&Spec::zoneDelay, NO_TIME, LONGEST_TIME>(
        "zone_delay",
        "Delay within a zone, one way, where `zones` is above 1.")
        .Range(AccessDelayRange)
        .For(IS_REGIONS),
    DistributionKey<&Spec::delayShape>(
        "delay_distribution",
        "How the delay of a pair of regions varies about what the matrix says: each packet draws "
        "its own. `empirical` draws from `delay_samples`.")
        .For(IS_REGIONS),
    SpreadKey<&Spec::delayShape>(
        "delay_spread",
        "Of `regions`, the standard deviation of a delay as a share of it, of `normal` and "
        "`lognormal`."),
    SamplesKey<&Spec::delayShape>(
        "delay_samples",
        "Of `regions`, delays for `empirical`, each drawn with the same chance; scaled so that "
        "their mean is that of the pair."),
    TableKey<Spec>("pair", "list of tables", "Of `regions`, what is otherwise between two of them.")
        .Absent("all pairs are as the matrix says"),
    SizeKey<&Spec::leaves, 1, MAX_LAYER>("leaves", "Routers that members are attached to.")
        .For(IS_LEAF_SPINE),
    SizeKey<&Spec::spines, 1, MAX_LAYER>("spines", "Routers that link the leaves.")
        .For(IS_LEAF_SPINE),
    SizeKey<&Spec::arity, 2, MAX_ARITY>("arity", "Ports of a router, k; there are 5k²/4 routers.")
        .Range(ArityRange)
        .For(IS_FAT_TREE),
    SizeKey<&Spec::routers, 2, MAX_ROUTERS>("routers", "How many routers there are.")
        .For(IS_RANDOM),
    NumberKey<&Spec::alpha>("alpha", "Reach of links, as a share of the largest distance.")
        .Range(AboveZeroRange<1>)
        .For(IS_WAXMAN),
    NumberKey<&Spec::beta>("beta", "Density of links.").Range(AboveZeroRange<1>).For(IS_WAXMAN),
    SizeKey<&Spec::edgesPerRouter, 1, MAX_ROUTERS - 1>(
        "edges_per_router",
        "Links of a router when it is added; less than `routers`.")
        .For(IS_PREFERENTIAL),
    NumberKey<&Spec::sideKm>("side_km", "Side of the square in which the routers lie, in km.")
        .Range(AboveZeroRange<MAX_SIDE_KM>)
        .For(IS_RANDOM),
    NumberKey<&Spec::stretch>("stretch", "Length of a fibre over the distance of its ends.")
        .Range(CountRange<1, MAX_STRETCH>)
        .For(HAS_POSITIONS),
    DurationKey<&Spec::linkDelay, NO_TIME, LONGEST_TIME>(
        "link_delay",
        "Delay of a link; where routers have positions, the least.")
        .Range(LinkDelayRange)
        .For(HasLinkDelay),
    DurationKey<&Spec::accessDelay, NO_TIME, LONGEST_TIME>("access_delay",
                                                           "Delay from a member to its router.")
        .Range(AccessDelayRange)
        .For(HasAccess),
    RateKey<&Spec::linkRate>("link_rate", "Data rate of a link, unless the file says.")
        .For(HasLinks),
    RateKey<&Spec::accessRate>("access_rate", "Data rate from a member to its router."),
    WordKey<&Spec::attach, ATTACH_POLICIES>(
        "attach",
        "How members are shared out among routers: evenly, or in proportion to the data rates of "
        "a router's links.")
        .For(HasAccess),
    {"attach_seed",
     "count or run",
     "Each member draws its router by this seed, with equal chances or by weight; `run`: members "
     "are elsewhere in each run.",
     ReadAttachSeed,
     [](const Spec& spec) {
         return spec.attachSeedOfRun ? std::string(OF_RUN)
                                     : std::to_string(spec.attachSeed.value());
     },
     CountRange<0, MAX_SEED>,
     [](const Spec& spec) { return spec.attachSeedOfRun || spec.attachSeed; },
     {},
     "members are shared out without chance"},
    Key<Spec>{"seed",
              "count or run",
              "Seed of the random kinds. A number: the runs of a campaign share one network, and "
              "its intervals are about that network. `run`: each run draws another, and they are "
              "about networks of this kind.",
              ReadSeed,
              [](const Spec& spec) {
                  return spec.seedOfRun ? std::string(OF_RUN) : std::to_string(spec.seed);
              },
              CountRange<0, MAX_SEED>}
        .For(IS_RANDOM),
    CountKey<&Spec::runsPerNetwork, 1, MAX_RUNS>(
        "runs_per_network",
        "How many runs share what `seed` or `attach_seed` draws for each: those of the seeds 1 to "
        "so many, and so on. From 2 on, variance between networks can be told from variance "
        "between runs of one.")
        .For([](const Spec& spec) { return spec.seedOfRun || spec.attachSeedOfRun; }),
};

} // namespace

void ReadTopology(const Value& root, Scenario& scenario)
{
    Section section(root.Find("topology"),
                    "topology",
                    swim::NamesOf(TOPOLOGY_KEYS),
                    scenario,
                    AllKeys());
    section.Read(TOPOLOGY_KEYS, scenario.topology);
    if (IS_REGIONS(scenario.topology))
    {
        CheckDelayShape(scenario.topology.delayShape,
                        {"delay_distribution", "delay_spread", "delay_samples"},
                        section);
    }
    section.Resolve(TOPOLOGY_KEYS, scenario.topology);
}

swim::TableReference TopologyReference()
{
    swim::TableReference table{"topology", "[topology]", "The network of routers.", {}};
    for (const auto& row : TOPOLOGY_KEYS)
    {
        swim::KeyReference key = swim::Describe(row, Spec());
        for (std::size_t i = 0; const auto name = swim::WordAt(TOPOLOGY_KINDS, i); ++i)
        {
            Spec spec;
            spec.kind = static_cast<TopologyKind>(i);
            if (row.applies != nullptr && row.applies(spec))
            {
                key.onlyFor.emplace_back(*name);
            }
        }
        table.keys.push_back(std::move(key));
    }
    return table;
}

} // namespace swimlab
