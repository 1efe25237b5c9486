// SPDX-License-Identifier: GPL-2.0-only
//
// Metrics against a replay row by row, on random tables that mix every fault.
#include "tests/lab/record/metrics/replay.h"

#include <gtest/gtest.h>
#include <map>

namespace swimlab
{

namespace
{

/// Some keys of each of the entries.
Json Columns(const Json& entries, const std::vector<const char*>& keys)
{
    Json found = Json::array();
    for (const Json& entry : entries)
    {
        Json& row = found.emplace_back(Json::array());
        for (const char* key : keys)
        {
            row.push_back(entry[key]);
        }
    }
    return found;
}

Json SizesOf(const Json& sizes)
{
    Json found = Json::array();
    for (std::size_t i = 0; i < sizes["live"].size(); ++i)
    {
        found.push_back({sizes["live"][i], sizes["smallest"][i], sizes["largest"][i]});
    }
    return found;
}

} // namespace

class ReplayTest : public testing::TestWithParam<int>
{
};

TEST_P(ReplayTest, GivesTheMetrics)
{
    for (int i = 0; i < 15; ++i)
    {
        const int seed = 15 * GetParam() + i;
        SCOPED_TRACE("seed " + std::to_string(seed));
        const RunTable table = RandomTable(seed);
        const Json metrics = table.Metrics();
        EXPECT_EQ(Columns(metrics["crashes"], {"member", "first_dead_s", "full_dissemination_s"}),
                  ReplayCrashes(table));
        EXPECT_EQ(Columns(metrics["partitions"], {"separated_s", "remerged_s"}),
                  ReplayPartitions(table));
        const Json& sizes = metrics["view_sizes"][0];
        EXPECT_EQ(SizesOf(sizes), ReplaySizes(table, sizes["time_s"]));
        EXPECT_EQ(Columns(Json::array({metrics["agreement"]}),
                          {"live_pairs", "missing_pairs", "missing_members", "stale_pairs"})[0],
                  ReplayAgreement(table));
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReplayTest, testing::Range(0, 10));

/// Otherwise the comparison might agree on nothing but absence.
TEST(ReplayTables, ReachEveryOutcome)
{
    std::map<std::string, int> outcomes;
    for (int seed = 0; seed < 150; ++seed)
    {
        const RunTable table = RandomTable(seed);
        for (const Json& crash : ReplayCrashes(table))
        {
            ++outcomes[crash[1].is_null() ? "not detected" : "detected"];
            ++outcomes[crash[2].is_null() ? "not known to all" : "known to all"];
        }
        for (const Json& partition : ReplayPartitions(table))
        {
            ++outcomes[partition[0].is_null() ? "not separated" : "separated"];
            ++outcomes[partition[1].is_null() ? "not one again" : "one again"];
        }
    }
    EXPECT_EQ(outcomes.size(), 8u);
    for (const auto& [outcome, count] : outcomes)
    {
        EXPECT_GT(count, 20) << outcome;
    }
}

} // namespace swimlab
