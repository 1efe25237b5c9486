// SPDX-License-Identifier: GPL-2.0-only
//
// Reads what [topology] says of regions: topology.members, and [[topology.pair]].
//
// Apart from the other keys of [topology], since how many members there are has to be known first.
#include "lab/scenario/delay-keys.h"

#include <cmath>
#include <numeric>

namespace swimlab
{

namespace
{

using namespace keys;

/// One [[topology.pair]] while it is read.
struct PairRow
{
    RegionPair pair;
    DelayShape shape;
};

void ReadBetween(PairRow& row, const Written& written)
{
    const auto* list = std::get_if<ValueList>(&written.value.data);
    if (list == nullptr || list->size() != 2)
    {
        throw ScenarioError(written.value.place,
                            written.key,
                            written.value.Text() +
                                " must be two regions, such as [\"eu-west\", \"us-east\"]; the "
                                "same twice is within it");
    }
    for (std::size_t i = 0; i < 2; ++i)
    {
        row.pair.between[i] = ReadText((*list)[i], written.key);
    }
}

std::string PairDelayRange()
{
    return "from " + swim::FormatDuration(A_NANOSECOND) + " to " +
           swim::FormatDuration(MAX_LINK_DELAY);
}

constexpr DelayKeyNames PAIR_DELAY_KEYS{"distribution", "spread", "samples"};

/// In the order of reading: the distribution stands before what depends on it.
constexpr Key<PairRow> PAIR_KEYS[] = {
    Key<PairRow>{"between",
                 "list of texts",
                 "The two regions, in any order; the same twice is within it.",
                 ReadBetween}
        .Required("say which two regions, such as between = [\"eu-west\", \"us-east\"]"),
    Key<PairRow>{"delay",
                 "duration",
                 "Delay one way, in place of the matrix's.",
                 [](PairRow& row, const Written& written) {
                     row.pair.delay =
                         ReadDuration(written.value, written.key, A_NANOSECOND, MAX_LINK_DELAY);
                 }}
        .Range(PairDelayRange)
        .Absent("the matrix's"),
    Key<PairRow>{"loss",
                 "share",
                 "Share of the packets that are lost, in place of the matrix's.",
                 [](PairRow& row, const Written& written) {
                     row.pair.loss = ReadPercentage(written.value, written.key);
                 }}
        .Absent("that of `topology.loss_matrix`"),
    DistributionKey<&PairRow::shape>("distribution",
                                     "How the delay varies, as `topology.delay_distribution`.")
        .Unrecorded()
        .Absent("as all pairs"),
    SpreadKey<&PairRow::shape>("spread", "As `topology.delay_spread`.")
        .Unrecorded()
        .Absent("must be given for `normal` and `lognormal`"),
    SamplesKey<&PairRow::shape>("samples", "As `topology.delay_samples`.")
        .Unrecorded()
        .Absent("must be given for `empirical`"),
};

void ReadPairs(const Value& topology, Scenario& scenario)
{
    const Value* value = topology.Find("pair");
    if (value == nullptr)
    {
        return;
    }
    const auto* list = std::get_if<ValueList>(&value->data);
    if (list == nullptr)
    {
        throw ScenarioError(value->place,
                            "topology.pair",
                            "must be a list of tables; write [[topology.pair]], in two brackets, "
                            "over each");
    }
    for (std::size_t i = 0; i < list->size(); ++i)
    {
        Section section(&(*list)[i],
                        "topology.pair." + std::to_string(i),
                        swim::NamesOf(PAIR_KEYS),
                        scenario);
        PairRow row;
        section.Read(PAIR_KEYS, row);
        CheckDelayShape(row.shape, PAIR_DELAY_KEYS, section);
        if (section.Find(PAIR_DELAY_KEYS.distribution) != nullptr)
        {
            row.pair.shape = row.shape;
        }
        scenario.topology.pairs.push_back(std::move(row.pair));
        section.ResolveAsWritten();
    }
}

[[noreturn]] void FailMembers(const Value& value, const std::string& message)
{
    throw ScenarioError(value.place, "topology.members", message);
}

/// Either every region has a number, or every region has a share.
void ReadMemberShares(const Value& value, Scenario& scenario)
{
    RequireTable(value, "topology.members");
    const auto& table = std::get<ValueTable>(value.data);
    double sum = 0;
    bool areShares = false;
    for (const auto& [region, given] : table)
    {
        const std::string key = "topology.members." + region;
        const bool isShare = std::holds_alternative<std::string>(given.data);
        if (!scenario.topology.members.empty() && isShare != areShares)
        {
            FailMembers(given, "mixes numbers and shares; give each region the same kind");
        }
        areShares = isShare;
        const double weight = isShare
                                  ? 100 * ReadPercentage(given, key)
                                  : static_cast<double>(ReadCount(given, key, 0, scenario.members));
        scenario.topology.members.push_back({region, weight});
        sum += weight;
    }
    constexpr double ROUNDING = 1e-6;
    if (table.empty() || (areShares && std::abs(sum - 100) > ROUNDING))
    {
        FailMembers(value, "has " + FormatNumber(sum) + "% in all; shares are 100% together");
    }
    if (!areShares && sum != scenario.members)
    {
        FailMembers(value,
                    "has " + FormatNumber(sum) + " members in all, and cluster.members is " +
                        std::to_string(scenario.members) +
                        "; change one of them, or give shares, such as \"25%\"");
    }
}

} // namespace

void ReadRegions(const Value& root, Scenario& scenario)
{
    const Value* topology = root.Find("topology");
    if (topology == nullptr || scenario.topology.kind != TopologyKind::REGIONS)
    {
        return;
    }
    if (const Value* members = topology->Find("members"))
    {
        scenario.places.emplace_back("topology.members", members->place);
        ReadMemberShares(*members, scenario);
        scenario.resolved.emplace_back("topology.members", members->Text());
    }
    ReadPairs(*topology, scenario);
}

swim::TableReference PairReference()
{
    return {"topology.pair",
            "[[topology.pair]]",
            "What is otherwise between two regions than the matrix of `regions` says.",
            swim::DescribeAll(PAIR_KEYS, PairRow())};
}

} // namespace swimlab
