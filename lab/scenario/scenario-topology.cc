// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [topology] of a scenario file.
//
// Ranges are checked where the topology is built (topology/topology.h), because a range may depend
// on another parameter; here it is units and spelling.
#include "lab/scenario/section.h"

#include <array>
#include <system_error>

namespace swimlab
{

namespace
{

/// Which kinds read a key: a bit for each TopologyKind.
constexpr unsigned Kinds(std::initializer_list<TopologyKind> kinds)
{
    unsigned mask = 0;
    for (const auto kind : kinds)
    {
        mask |= 1U << static_cast<unsigned>(kind);
    }
    return mask;
}

constexpr unsigned LEAF_SPINE = Kinds({TopologyKind::LEAF_SPINE});
constexpr unsigned FAT_TREE = Kinds({TopologyKind::FAT_TREE});
constexpr unsigned WAXMAN = Kinds({TopologyKind::WAXMAN});
constexpr unsigned PREFERENTIAL = Kinds({TopologyKind::BARABASI_ALBERT});
constexpr unsigned GRAPH_FILE = Kinds({TopologyKind::GRAPH_FILE});
constexpr unsigned RANDOM = WAXMAN | PREFERENTIAL;
constexpr unsigned LINKED = LEAF_SPINE | FAT_TREE | RANDOM | GRAPH_FILE;
constexpr unsigned EVERY = LINKED | Kinds({TopologyKind::STAR});

template <auto FIELD>
void ReadCountInto(TopologySpec& spec, const Value& value, const std::string& key)
{
    spec.*FIELD = static_cast<std::uint32_t>(ReadCount(value, key, 0, UINT32_MAX));
}

template <auto FIELD>
std::string CountText(const TopologySpec& spec)
{
    return std::to_string(spec.*FIELD);
}

template <auto FIELD>
void ReadNumberInto(TopologySpec& spec, const Value& value, const std::string& key)
{
    spec.*FIELD = ReadNumber(value, key);
}

template <auto FIELD>
std::string NumberText(const TopologySpec& spec)
{
    return FormatNumber(spec.*FIELD);
}

template <auto FIELD>
void ReadDelayInto(TopologySpec& spec, const Value& value, const std::string& key)
{
    spec.*FIELD = ReadDuration(value, key, Duration::zero(), LONGEST_TIME);
}

template <auto FIELD>
std::string DelayText(const TopologySpec& spec)
{
    return swim::FormatDuration(spec.*FIELD);
}

template <auto FIELD>
void ReadRateInto(TopologySpec& spec, const Value& value, const std::string& key)
{
    spec.*FIELD = ReadBitRate(value, key);
}

template <auto FIELD>
std::string RateText(const TopologySpec& spec)
{
    return FormatBitRate(spec.*FIELD);
}

void ReadAttach(TopologySpec& spec, const Value& value, const std::string& key)
{
    spec.attach = ParseAttachPolicy(
        ReadWord(value, key, {ToString(AttachPolicy::EVEN), ToString(AttachPolicy::WEIGHT)}));
}

void ReadSeed(TopologySpec& spec, const Value& value, const std::string& key)
{
    spec.seed = ReadCount(value, key, 0, MAX_SEED);
}

struct TopologyKey
{
    std::string_view name;
    unsigned kinds; ///< that read it; others may have it, so that a sweep can go over kinds
    void (*read)(TopologySpec&, const Value&, const std::string& key);
    std::string (*text)(const TopologySpec&);
};

using Spec = TopologySpec;

constexpr TopologyKey KEYS[] = {
    {"leaves", LEAF_SPINE, ReadCountInto<&Spec::leaves>, CountText<&Spec::leaves>},
    {"spines", LEAF_SPINE, ReadCountInto<&Spec::spines>, CountText<&Spec::spines>},
    {"arity", FAT_TREE, ReadCountInto<&Spec::arity>, CountText<&Spec::arity>},
    {"routers", RANDOM, ReadCountInto<&Spec::routers>, CountText<&Spec::routers>},
    {"alpha", WAXMAN, ReadNumberInto<&Spec::alpha>, NumberText<&Spec::alpha>},
    {"beta", WAXMAN, ReadNumberInto<&Spec::beta>, NumberText<&Spec::beta>},
    {"edges_per_router",
     PREFERENTIAL,
     ReadCountInto<&Spec::edgesPerRouter>,
     CountText<&Spec::edgesPerRouter>},
    {"side_km", RANDOM, ReadNumberInto<&Spec::sideKm>, NumberText<&Spec::sideKm>},
    {"stretch", RANDOM | GRAPH_FILE, ReadNumberInto<&Spec::stretch>, NumberText<&Spec::stretch>},
    {"link_delay", LINKED, ReadDelayInto<&Spec::linkDelay>, DelayText<&Spec::linkDelay>},
    {"access_delay", EVERY, ReadDelayInto<&Spec::accessDelay>, DelayText<&Spec::accessDelay>},
    {"link_rate", LINKED, ReadRateInto<&Spec::linkRate>, RateText<&Spec::linkRate>},
    {"access_rate", EVERY, ReadRateInto<&Spec::accessRate>, RateText<&Spec::accessRate>},
    {"attach",
     EVERY,
     ReadAttach,
     [](const Spec& spec) { return std::string(ToString(spec.attach)); }},
    {"seed", RANDOM, ReadSeed, [](const Spec& spec) { return std::to_string(spec.seed); }},
};

TopologyKind ReadKind(const Value& value, const std::string& key)
{
    return ParseTopologyKind(ReadWord(value,
                                      key,
                                      {ToString(TopologyKind::STAR),
                                       ToString(TopologyKind::LEAF_SPINE),
                                       ToString(TopologyKind::FAT_TREE),
                                       ToString(TopologyKind::WAXMAN),
                                       ToString(TopologyKind::BARABASI_ALBERT),
                                       ToString(TopologyKind::GRAPH_FILE)}));
}

/// Beside the scenario first, so that the two can be moved together; else in the working directory.
void ReadFile(Section& section, TopologySpec& spec)
{
    const Value& value =
        section.Require("file", "kind = \"file\" needs the path of a GraphML file");
    const std::string key = section.FullKey("file");
    const std::filesystem::path written = ReadText(value, key);
    const std::filesystem::path beside = section.Target().file.parent_path() / written;
    std::error_code ignored;
    spec.file = std::filesystem::exists(beside, ignored) ? beside : written;
    if (!std::filesystem::exists(spec.file, ignored))
    {
        throw ScenarioError(value.place,
                            key,
                            "there is no file " + beside.string() +
                                (beside == written ? "" : ", nor " + written.string()) +
                                "; the path counts from the scenario's folder, then from the "
                                "working directory");
    }
    section.Resolve("file", written.string());
}

} // namespace

std::vector<std::string> TopologyKeys()
{
    std::vector<std::string> names = {"kind", "file"};
    for (const auto& key : KEYS)
    {
        names.emplace_back(key.name);
    }
    return names;
}

void ReadTopology(const Value& root, Scenario& scenario)
{
    Section section(root, "topology", TopologyKeys(), scenario);
    TopologySpec& spec = scenario.topology;
    if (const Value* kind = section.Find("kind"))
    {
        spec.kind = ReadKind(*kind, section.FullKey("kind"));
    }
    section.Resolve("kind", std::string(ToString(spec.kind)));
    if (spec.kind == TopologyKind::GRAPH_FILE)
    {
        ReadFile(section, spec);
    }
    for (const auto& key : KEYS)
    {
        if (const Value* value = section.Find(key.name))
        {
            key.read(spec, *value, section.FullKey(key.name));
        }
        if (key.kinds & Kinds({spec.kind}))
        {
            section.Resolve(key.name, key.text(spec));
        }
    }
}

} // namespace swimlab
