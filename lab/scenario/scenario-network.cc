// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [network] of a scenario file: what the network does to packets, and how it is simulated.
#include "lab/scenario/delay-keys.h"

namespace swimlab
{

namespace
{

using namespace keys;

/// A switch that only one model has; elsewhere it must be off.
template <bool NetworkSpec::*FIELD, NetworkModel MODEL>
constexpr Key<NetworkSpec> SwitchKey(std::string_view name, std::string_view meaning)
{
    Key<NetworkSpec> key = BooleanKey<FIELD>(name, meaning);
    key.read = [](NetworkSpec& network, const Written& written) {
        network.*FIELD = ReadBoolean(written.value, written.key);
        if (network.*FIELD && network.model != MODEL)
        {
            throw ScenarioError(written.value.place,
                                written.key,
                                "only network.model = \"" + std::string(ToString(MODEL)) +
                                    "\" has it, and here it is \"" +
                                    std::string(ToString(network.model)) + "\"");
        }
    };
    return key;
}

/// `model` stands before the switches that depend on it.
constexpr Key<NetworkSpec> NETWORK_KEYS[] = {
    WordKey<&NetworkSpec::model, NETWORK_MODELS>(
        "model",
        "How the network is simulated: sockets, TCP and IPv4 over links with queues, packet by "
        "packet; or one event a message, with the delay of its path, for large clusters."),
    ShareKey<&NetworkSpec::loss>(
        "loss",
        "Share of the packets of a path that are lost, those of streams too."),
    ShareKey<&NetworkSpec::datagramLoss>("datagram_loss",
                                         "Share of datagrams that are lost, besides `loss`."),
    DurationKey<&NetworkSpec::delay, NO_TIME, LONGEST_DELAY>(
        "delay",
        "Delay added to that of each path, one way; in the mean, where it varies."),
    DistributionKey<&NetworkSpec::delayShape>(
        "delay_distribution",
        "How `delay` varies: each packet draws its own, and packets overtake each other. "
        "`empirical` draws from `delay_samples`. An event that changes the delay keeps it."),
    SpreadKey<&NetworkSpec::delayShape>(
        "delay_spread",
        "Standard deviation of `delay` as a share of it, of `normal` and `lognormal`."),
    SamplesKey<&NetworkSpec::delayShape>(
        "delay_samples",
        "Of `empirical`: delays as they were measured, each drawn with the same chance; where "
        "`delay` is given, scaled to have that mean."),
    DurationKey<&NetworkSpec::jitter, NO_TIME, LONGEST_DELAY>(
        "jitter",
        "The most delay added at random to each packet, uniform from 0; packets overtake each "
        "other."),
    ShareKey<&NetworkSpec::duplication>("duplication",
                                        "Share of the packets of a path that arrive twice."),
    ShareKey<&NetworkSpec::reorder>(
        "reorder",
        "Share of the packets of a path that are held back for `reorder_by`."),
    DurationKey<&NetworkSpec::reorderBy, NO_TIME, LONGEST_DELAY>(
        "reorder_by",
        "For how long packets are held back."),
    SwitchKey<&NetworkSpec::queueDiscs, NetworkModel::PACKET>(
        "queue_discs",
        "Of the model `packet`: whether every device has ns-3's queue discs, which is slow."),
    SwitchKey<&NetworkSpec::accessQueue, NetworkModel::PATH>(
        "access_queue",
        "Of the model `path`: whether sending takes its time at `topology.access_rate`, and what "
        "follows waits."),
};

constexpr DelayKeyNames DELAY_KEYS{"delay_distribution", "delay_spread", "delay_samples"};

/// What varies needs a mean, and one law.
void SettleDelay(Section& section, NetworkSpec& network)
{
    const DelayShape& shape = network.delayShape;
    CheckDelayShape(shape, DELAY_KEYS, section);
    if (!shape.Varies())
    {
        return;
    }
    const std::string key = section.FullKey(DELAY_KEYS.distribution);
    if (const Value* jitter = section.Find("jitter"); jitter && network.jitter > NO_TIME)
    {
        throw ScenarioError(jitter->place,
                            section.FullKey("jitter"),
                            "says how the delay varies, and " + key +
                                " says it too; leave one of them out");
    }
    if (section.Find("delay") != nullptr)
    {
        return;
    }
    if (shape.distribution != DelayDistribution::EMPIRICAL)
    {
        section.FailMissing("delay",
                            key + " is how it varies; give its mean, such as delay = \"20ms\"");
    }
    network.delay = MeanOf(shape.samples);
}

} // namespace

std::string_view ToString(NetworkModel model)
{
    return swim::NameOf(NETWORK_MODELS, model);
}

void ReadNetwork(const Value& root, Scenario& scenario)
{
    Section section(root.Find("network"),
                    "network",
                    swim::NamesOf(NETWORK_KEYS),
                    scenario,
                    AllKeys());
    NetworkSpec& network = scenario.network;
    section.Read(NETWORK_KEYS, network);
    if (network.reorder > 0 && network.reorderBy == Duration::zero())
    {
        const std::string key = section.FullKey("reorder");
        throw ScenarioError(PlaceOf(scenario, key),
                            key,
                            "holds packets back for no time; give network.reorder_by, such as "
                            "\"20ms\"");
    }
    if (network.queueDiscs && scenario.topology.kind == TopologyKind::REGIONS)
    {
        const std::string key = section.FullKey("queue_discs");
        throw ScenarioError(PlaceOf(scenario, key),
                            key,
                            "is not for topology.kind = \"regions\", whose links are no devices of "
                            "ns-3; leave it out");
    }
    SettleDelay(section, network);
    section.ResolveInOrder({"model",
                            "loss",
                            "datagram_loss",
                            "duplication",
                            "reorder",
                            "delay",
                            "delay_distribution",
                            "jitter",
                            "reorder_by",
                            "queue_discs",
                            "access_queue"},
                           NETWORK_KEYS,
                           network);
    for (const auto name : {DELAY_KEYS.spread, DELAY_KEYS.samples})
    {
        const auto& row = *swim::FindRow(NETWORK_KEYS, name);
        if (row.AppliesTo(network))
        {
            section.Note(name, row.write(network));
        }
    }
}

swim::TableReference NetworkReference()
{
    return {"network",
            "[network]",
            "What the network does to packets, and how it is simulated.",
            swim::DescribeAll(NETWORK_KEYS, NetworkSpec())};
}

} // namespace swimlab
