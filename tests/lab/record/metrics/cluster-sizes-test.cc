// SPDX-License-Identifier: GPL-2.0-only
//
// What processes report of the size of their cluster: small tables with known answers.
#include "tests/lab/record/metrics/run-table.h"

#include <gmock/gmock.h>

namespace swimlab
{

namespace
{

Json SizesOf(const RunTable& table)
{
    return table.Metrics()["cluster_sizes"].at(0);
}

/// Reports, least, median, greatest and distinct of the second that ends then.
Json In(const Json& sizes, const char* who, std::uint32_t second)
{
    std::size_t place = 0;
    while (place + 1 < sizes["second"].size() && sizes["second"][place + 1] <= second)
    {
        ++place;
    }
    Json values = Json::array();
    for (const char* key : {"reports", "least", "median", "greatest", "distinct"})
    {
        values.push_back(sizes[who][key].at(place));
    }
    return values;
}

} // namespace

TEST(ClusterSizesTest, AreOneRowInAQuietCluster)
{
    const Json sizes = SizesOf(RunTable());
    EXPECT_EQ(sizes["second"], Json({1}));
    EXPECT_EQ(sizes["members"], Json({4}));
    EXPECT_EQ(In(sizes, "all", 1), Json({4, 4, 4.0, 4, 1}));
    EXPECT_EQ(sizes["changed_s"], nullptr);
    EXPECT_EQ(sizes["agreed_s"], 1.0);
}

TEST(ClusterSizesTest, AreReportedAtWholeSecondsAfterEachStart)
{
    RunTable table(3, 10, "join");
    table.Truth(0.2, "join", "m0").Truth(0.7, "join", "m1").Truth(0.7, "join", "m2");
    table.Says(1.5, "m0", "joined", "m1").Says(1.6, "m0", "joined", "m2");
    table.Says(2.71, "m1", "joined", "m0").Says(2.71, "m2", "joined", "m0");
    const Json sizes = SizesOf(table.Says(2.71, "m1", "joined", "m2"));
    EXPECT_EQ(sizes["second"], Json({1, 2, 3, 4}));
    EXPECT_EQ(In(sizes, "all", 1), Json({0, nullptr, nullptr, nullptr, 0}));
    // m0 at 1.2 s, the others at 1.7 s: nobody but m0 knows anybody, and not yet then.
    EXPECT_EQ(In(sizes, "all", 2), Json({3, 1, 1.0, 1, 1}));
    // 2.2 s and 2.7 s: what m1 and m2 hear 10 ms after it is in their next line.
    EXPECT_EQ(In(sizes, "all", 3), Json({3, 1, 1.0, 3, 2}));
    EXPECT_EQ(In(sizes, "all", 4), Json({3, 2, 3.0, 3, 3}));
    EXPECT_EQ(sizes["changed_s"], 0.7);
    EXPECT_EQ(sizes["agreed_s"], nullptr);
    EXPECT_EQ(sizes["all"]["sizes"], Json({{1, 3}}));
}

TEST(ClusterSizesTest, AgreeWhenTheLastOneIsRight)
{
    RunTable table(3);
    table.Truth(10.5, "crash", "m2").Says(12.3, "m0", "dead", "m2").Says(15, "m1", "dead", "m2");
    const Json sizes = SizesOf(table);
    EXPECT_EQ(sizes["changed_s"], 10.5);
    EXPECT_EQ(sizes["agreed_s"], 16.0) << "m1's line of 15 s is of just before";
    EXPECT_EQ(In(sizes, "all", 11), Json({2, 3, 3.0, 3, 1})) << "the crashed one reports no more";
    EXPECT_EQ(In(sizes, "all", 13), Json({2, 2, 2.5, 3, 2}));
    EXPECT_EQ(In(sizes, "all", 16), Json({2, 2, 2.0, 2, 2}));
    EXPECT_EQ(sizes["second"].back(), 16);
}

TEST(ClusterSizesTest, AgreeAnewAfterEachChange)
{
    RunTable table(2);
    table.Truth(10, "crash", "m1").Says(12, "m0", "dead", "m1").Truth(30, "restart", "m1");
    table.Says(30.5, "m0", "joined", "m1", "2").Says(32.5, "m1", "joined", "m0");
    const Json sizes = SizesOf(table);
    EXPECT_EQ(sizes["changed_s"], 30.0);
    EXPECT_EQ(sizes["agreed_s"], 33.0);
    EXPECT_EQ(In(sizes, "all", 31), Json({2, 1, 1.5, 2, 2}))
        << "the new process reports after a second, the first time with nobody but itself";
}

TEST(ClusterSizesTest, TellTheHealthyApart)
{
    RunTable table(4);
    table.Truth(10, "block", "m3", "all in").Says(11.5, "m3", "dead", "m0");
    table.Says(12.5, "m0 m1 m2", "dead", "m3").Truth(20, "pause", "m2");
    const Json sizes = SizesOf(table);
    EXPECT_EQ(In(sizes, "all", 12), Json({4, 3, 4.0, 4, 2}));
    EXPECT_EQ(In(sizes, "healthy", 12), Json({3, 4, 4.0, 4, 1}));
    EXPECT_EQ(In(sizes, "healthy", 13), Json({3, 3, 3.0, 3, 2}));
    EXPECT_EQ(sizes["healthy"]["sizes"], Json({{3, 4}}));
    EXPECT_EQ(In(sizes, "all", 21)[0], 3) << "a stopped process logs nothing";
    EXPECT_EQ(sizes["members"].back(), 4);
}

TEST(ClusterSizesTest, LeaveOutTheDisturbedForTheWholeRunWhereTheMeasureDoes)
{
    RunTable table(4);
    table.Setting("measure.anomalous", "run").Truth(10, "block", "m3", "all in");
    const Json sizes = SizesOf(table);
    EXPECT_EQ(In(sizes, "all", 1)[0], 4);
    EXPECT_EQ(In(sizes, "healthy", 1)[0], 3) << "before it is disturbed, too";
}

TEST(ClusterSizesTest, AreOfEachClusterAlone)
{
    RunTable table(5);
    table.Says(50.5, "m0", "joined", "m4").Describe("groups", {{"m0", "m1", "m2"}, {"m3", "m4"}});
    const Json found = table.Metrics()["cluster_sizes"];
    EXPECT_EQ(In(found.at(0), "all", 50), Json({3, 3, 3.0, 3, 1}));
    EXPECT_EQ(In(found.at(0), "all", 51), Json({3, 3, 3.0, 4, 2}));
    EXPECT_EQ(In(found.at(1), "all", 51), Json({2, 2, 2.0, 2, 1}));
}

TEST(ClusterSizesTest, CountAProcessThatStartsTwiceWithinASecondOnce)
{
    RunTable table(2);
    table.Truth(10.1, "crash", "m1").Truth(10.2, "restart", "m1").Truth(10.3, "crash", "m1");
    table.Truth(10.4, "restart", "m1");
    const Json sizes = SizesOf(table);
    EXPECT_EQ(In(sizes, "all", 11)[0], 1);
    EXPECT_EQ(In(sizes, "all", 12)[0], 2);
    EXPECT_EQ(In(sizes, "all", 13)[0], 2);
}

TEST(ClusterSizesTest, OfASecondThatIsCutOffAreNone)
{
    RunTable table(2, 10.5);
    const Json sizes = SizesOf(table.Says(10.2, "m0", "dead", "m1"));
    EXPECT_EQ(sizes["second"], Json({1}));
}

} // namespace swimlab
