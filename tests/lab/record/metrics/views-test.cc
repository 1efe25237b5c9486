// SPDX-License-Identifier: GPL-2.0-only
//
// Views over time and at the end of a run, leaves, restarts, disconnections: small tables with known
// answers.
#include "lab/record/metrics/view-sizes.h"
#include "tests/lab/record/metrics/run-table.h"

#include <algorithm>
#include <gmock/gmock.h>

namespace swimlab
{

namespace
{

Json AgreementOf(const RunTable& table)
{
    return table.Metrics()["agreement"];
}

/// Values of some keys.
Json Of(const Json& json, const std::vector<const char*>& keys)
{
    Json values = Json::array();
    for (const char* key : keys)
    {
        values.push_back(json[key]);
    }
    return values;
}

/// Live, smallest, median, largest in the middle of the step in which the time lies.
Json Between(const Json& sizes, double atS)
{
    std::size_t place = 0;
    while (sizes["time_s"].at(place).get<double>() <= atS)
    {
        ++place;
    }
    return {sizes["live"][place],
            sizes["smallest"][place],
            sizes["median"][place],
            sizes["largest"][place]};
}

Json SizesOf(const RunTable& table)
{
    return table.Metrics()["view_sizes"].at(0);
}

/// m2 of three restarts at 12 s. @param address m2's own is 2
RunTable Restarted(int address = 2)
{
    RunTable table(3);
    table.Truth(10, "crash", "m2").Truth(12, "restart", "m2");
    return table.Describe(
        "timeline",
        {{{"at_s", 10.0}, {"verb", "crash"}, {"members", {"m2"}}},
         {{"at_s", 12.0}, {"verb", "restart"}, {"members", {"m2"}}, {"addresses", {address}}}});
}

} // namespace

TEST(AgreementTest, HoldsInAQuietCluster)
{
    EXPECT_EQ(AgreementOf(RunTable()),
              Json({{"live_pairs", 12},
                    {"missing_pairs", 0},
                    {"missing_members", 0},
                    {"foreign_pairs", 0},
                    {"stale_pairs", 0},
                    {"resurrections", 0},
                    {"settled_at_s", nullptr}}));
}

TEST(AgreementTest, MissesWhoJoinsUntilItIsKnown)
{
    RunTable table(3, 100, "join");
    table.Truth(0, "join", "m0").Truth(1, "join", "m1").Says(1, "m0", "joined", "m1");
    const Json found = AgreementOf(table.Says(1.5, "m1", "joined", "m0"));
    // m2 has no row, so it was there from the start, and knows nobody that anybody told of.
    EXPECT_EQ(Of(found, {"live_pairs", "missing_pairs", "missing_members", "settled_at_s"}),
              Json({6, 4, 3, 1.5}));
}

TEST(AgreementTest, MissesTheBuriedUntilTheyAreBack)
{
    RunTable table(3);
    table.Says(5, "m0 m1", "dead", "m2").Says(8, "m1", "joined", "m2", "2");
    EXPECT_EQ(Of(AgreementOf(table), {"missing_pairs", "missing_members", "settled_at_s"}),
              Json({1, 1, 8.0}));
}

TEST(AgreementTest, DoesNotMissSuspects)
{
    RunTable table;
    EXPECT_EQ(AgreementOf(table.Says(5, "m0", "suspect", "m2"))["missing_pairs"], 0);
}

TEST(AgreementTest, CountsTheGoneThatAreHeldForLiveAsStale)
{
    RunTable table;
    table.Truth(5, "crash", "m3").Truth(6, "leave", "m2").Says(9, "m0", "dead", "m3");
    table.Says(9, "m1", "left", "m2").Says(9, "m1", "suspect", "m3");
    EXPECT_EQ(Of(AgreementOf(table), {"live_pairs", "missing_pairs", "stale_pairs"}),
              Json({2, 0, 2}));
}

TEST(AgreementTest, WantsARestartedMemberToLearnEverybodyAgain)
{
    RunTable table;
    table.Truth(5, "crash", "m3").Truth(6, "restart", "m3").Says(7, "m3", "joined", "m0");
    EXPECT_EQ(
        Of(AgreementOf(table.Says(7, "m3", "joined", "m1")), {"missing_pairs", "missing_members"}),
        Json({1, 1}));
}

TEST(AgreementTest, CountsAsResurrectionAJoinOfWhoWasHeldForGoneAndIs)
{
    RunTable table;
    table.Truth(5, "crash", "m3").Says(8, "m0 m1", "dead", "m3").Truth(9, "crash", "m2");
    table.Truth(10, "restart", "m2");
    table.Says(11, "m2", "joined", "m3"); // told of it by somebody who did not know yet
    table.Says(12, "m0", "joined", "m3", "2");
    table.Says(13, "m1", "joined", "m2", "2"); // it lives
    EXPECT_EQ(AgreementOf(table)["resurrections"], 1);
}

TEST(AgreementTest, WantsClustersSideBySideNotToKnowEachOther)
{
    RunTable table(5);
    table.Says(5, "m0", "joined", "m4").Says(6, "m3", "dead", "m4");
    table.Describe("groups", {{"m0", "m1"}, {"m2", "m3", "m4"}});
    EXPECT_EQ(Of(AgreementOf(table), {"live_pairs", "missing_pairs", "foreign_pairs"}),
              Json({8, 1, 1}));
}

TEST(LeavesTest, AreSeenAsLeftAsFailedOrNotAtAll)
{
    RunTable table(6);
    table.Says(1, "m5", "dead", "m4").Truth(10, "leave", "m4").Says(11, "m0 m1 m2", "left", "m4");
    table.Says(12, "m1", "joined", "m4", "2").Says(13, "m1", "dead", "m4", "2");
    // m5 held it for gone before: there was nothing for it to see.
    EXPECT_EQ(table.Metrics()["leaves"],
              Json::array({{{"member", "m4"},
                            {"time_s", 10.0},
                            {"observers", 4},
                            {"saw_left", 2},
                            {"saw_failed", 1},
                            {"saw_nothing", 1}}}));
}

TEST(LeavesTest, AreWatchedUntilTheMemberIsBack)
{
    RunTable table(3);
    table.Truth(10, "leave", "m2").Says(11, "m0", "left", "m2").Truth(20, "restart", "m2");
    const Json leave = table.Says(21, "m0 m1", "joined", "m2", "2").Metrics()["leaves"][0];
    EXPECT_EQ(Of(leave, {"saw_left", "saw_nothing"}), Json({1, 1}));
}

TEST(RestartsTest, AreAcceptedAtOnceBeforeAnybodyNoticed)
{
    EXPECT_EQ(Restarted().Metrics()["restarts"],
              Json::array({{{"member", "m2"},
                            {"time_s", 12.0},
                            {"observers", 2},
                            {"accepted_by", 2},
                            {"accepted_s", 0.0}}}));
}

TEST(RestartsTest, AreAcceptedWhenTheLastObserverHasTheMemberBack)
{
    RunTable table(3);
    table.Truth(10, "crash", "m2").Says(11, "m0 m1", "dead", "m2").Truth(12, "restart", "m2");
    table.Says(13, "m0", "joined", "m2", "2").Says(15, "m1", "joined", "m2", "2");
    const Json restart = table.Says(16, "m0", "suspect", "m2", "2").Metrics()["restarts"][0];
    EXPECT_EQ(Of(restart, {"accepted_by", "accepted_s"}), Json({2, 3.0}));
}

TEST(RestartsTest, AreNoMatterOfAnotherCluster)
{
    RunTable table;
    table.Describe("groups", Json::array({{"m0", "m1"}, {"m2", "m3"}}));
    table.Truth(10, "crash", "m1").Says(12, "m0", "dead", "m1").Truth(20, "restart", "m1");
    const Json restart = table.Says(21, "m0", "joined", "m1", "2").Metrics()["restarts"][0];
    EXPECT_EQ(Of(restart, {"observers", "accepted_by", "accepted_s"}), Json({1, 1, 1.0}));
}

TEST(RestartsTest, AreWatchedByWhoCrashesAfterTheWindow)
{
    auto table = Restarted();
    table.Setting("measure.to", "50s").Truth(90, "crash", "m1");
    EXPECT_EQ(table.Metrics()["restarts"][0]["observers"], 2);
}

TEST(RestartsTest, LoseAnAcceptanceByADeath)
{
    const Json restart = Restarted().Says(13, "m0", "dead", "m2", "2").Metrics()["restarts"][0];
    EXPECT_EQ(Of(restart, {"accepted_by", "accepted_s"}), Json({1, 0.0}));
}

TEST(RestartsTest, AtANewAddressAreAcceptedOnlyAfterTheOldOneWasGivenUp)
{
    auto table = Restarted(3);
    table.Says(14, "m0", "suspect", "m2").Says(15, "m0", "refuted", "m2", "2");
    table.Says(20, "m0 m1", "dead", "m2", "2").Says(22, "m0 m1", "joined", "m2", "3");
    table.Says(23, "m1", "suspect", "m2", "3").Says(24, "m1", "refuted", "m2", "4");
    EXPECT_EQ(Of(table.Metrics()["restarts"][0], {"accepted_by", "accepted_s"}), Json({2, 10.0}));
}

TEST(DisconnectsTest, AreNoticedByBothEnds)
{
    RunTable table;
    table.Truth(10, "disconnect", "m3")
        .Says(15, "m3", "dead", "m0")
        .Says(16, "m0 m1", "dead", "m3");
    table.Truth(30, "reconnect", "m3").Says(31, "m3", "joined", "m0", "2");
    const Json metrics = table.Says(32, "m0 m1", "joined", "m3", "2").Metrics();
    EXPECT_EQ(Of(metrics["disconnects"].at(0), {"others", "held_gone", "gone_to"}),
              Json({3, 1, 2}));
    EXPECT_EQ(metrics["agreement"]["missing_pairs"], 0);
}

TEST(ViewSizesTest, HoldTheCrashedUntilTheyAreDeclared)
{
    RunTable table;
    table.Truth(10, "crash", "m3").Says(12, "m0 m1 m2", "suspect", "m3");
    const Json sizes = SizesOf(table.Says(15, "m0", "dead", "m3").Says(16, "m1 m2", "dead", "m3"));
    EXPECT_EQ(Between(sizes, 9.9), Json({4, 4, 4, 4}));
    EXPECT_EQ(Between(sizes, 10.1), Json({3, 4, 4, 4}));
    EXPECT_EQ(Between(sizes, 14.9), Json({3, 4, 4, 4})) << "a suspect is held";
    EXPECT_EQ(Between(sizes, 15.1), Json({3, 3, 4, 4}));
    EXPECT_EQ(Between(sizes, 16.1), Json({3, 3, 3, 3}));
    EXPECT_EQ(Between(sizes, 99.9), Json({3, 3, 3, 3}));
}

TEST(ViewSizesTest, ShrinkToTheSidesOfAPartitionAndGrowAgain)
{
    RunTable table(5);
    table.Partition(10, {"m0 m1", "m2 m3 m4"});
    for (const auto* subject : {"m2", "m3", "m4"})
    {
        table.Says(20, "m0 m1", "dead", subject);
    }
    for (const auto* subject : {"m0", "m1"})
    {
        table.Says(30, "m2 m3 m4", "dead", subject);
    }
    const Json sizes = SizesOf(table.Truth(40, "heal").Says(50, "m2", "joined", "m0", "2"));
    EXPECT_EQ(Between(sizes, 15), Json({5, 5, 5, 5}));
    EXPECT_EQ(Between(sizes, 25), Json({5, 2, 5, 5}));
    EXPECT_EQ(Between(sizes, 35), Json({5, 2, 3, 3}));
    EXPECT_EQ(Between(sizes, 45), Json({5, 2, 3, 3}));
    EXPECT_EQ(Between(sizes, 55), Json({5, 2, 3, 4}));
}

TEST(ViewSizesTest, AreOneForAProcessThatStartsAnew)
{
    RunTable table(3);
    table.Says(5, "m2", "dead", "m0").Truth(10, "crash", "m2").Truth(20, "restart", "m2");
    const Json sizes = SizesOf(table.Says(30, "m2", "joined", "m1"));
    EXPECT_EQ(Between(sizes, 7), Json({3, 2, 3, 3}));
    EXPECT_EQ(Between(sizes, 15), Json({2, 3, 3, 3})) << "the view of a crashed member counts not";
    EXPECT_EQ(Between(sizes, 25), Json({3, 1, 3, 3}));
    EXPECT_EQ(Between(sizes, 35), Json({3, 2, 3, 3}));
}

TEST(ViewSizesTest, AreNeverSeenEmptyIfTheyAreFilledAtOnce)
{
    RunTable table(3);
    table.Truth(20, "restart", "m2").Says(20.01, "m2", "joined", "m0");
    const auto sizes = SizesOf(table.Says(20.01, "m2", "joined", "m1"));
    EXPECT_THAT(sizes["time_s"].get<std::vector<double>>(), testing::Contains(20.0));
    EXPECT_THAT(sizes["smallest"].get<std::vector<int>>(), testing::Each(3));
}

TEST(ViewSizesTest, AreNoneOfNobody)
{
    RunTable table(2, 100, "join");
    const Json sizes = SizesOf(table.Truth(50, "join", "m0 m1"));
    EXPECT_EQ(Between(sizes, 40), Json({0, nullptr, nullptr, nullptr}));
    EXPECT_EQ(Between(sizes, 60), Json({2, 1, 1, 1}));
}

TEST(ViewSizesTest, TellClustersSideBySideApart)
{
    RunTable table(5);
    table.Says(50, "m0", "joined", "m4").Describe("groups", {{"m0", "m1", "m2"}, {"m3", "m4"}});
    const Json found = table.Metrics()["view_sizes"];
    EXPECT_EQ(Between(found.at(0), 40), Json({3, 3, 3, 3}));
    EXPECT_EQ(Between(found.at(0), 60), Json({3, 3, 3, 4}));
    EXPECT_EQ(Between(found.at(1), 60), Json({2, 2, 2, 2}));
}

TEST(ViewSizesTest, AreTakenAtFewRoundInstants)
{
    for (const double endS : {0.0, 0.05, 1.0, 59.9, 60.0, 150.0, 199.95, 3600.0, 86400.0})
    {
        const auto endNs = static_cast<TimeNs>(endS * 1e9);
        const auto found = ViewSizes::Instants(endNs);
        EXPECT_LE(found.size(), 600u);
        EXPECT_EQ(found.back(), endNs);
        EXPECT_EQ(found.front(), 0);
        EXPECT_TRUE(std::ranges::is_sorted(found));
        if (endNs > 0)
        {
            EXPECT_GT(found.size(), 200u);
            const std::string step = std::to_string(found[1]);
            EXPECT_THAT(step[0], testing::AnyOf('1', '2', '5'));
            EXPECT_EQ(step.find_first_not_of('0', 1), std::string::npos) << step;
        }
    }
}

} // namespace swimlab
