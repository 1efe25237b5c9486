// SPDX-License-Identifier: GPL-2.0-only
//
// Which accusations are false, and how they are counted, on tables with known answers.
#include "tests/lab/record/metrics/run-table.h"

#include <gmock/gmock.h>

namespace swimlab
{

namespace
{

Json FalsePositivesOf(const RunTable& table)
{
    return table.Metrics()["false_positives"];
}

/// False dead events, and those due to a partition.
Json EventsOf(const RunTable& table)
{
    const Json found = FalsePositivesOf(table);
    return {found["events"], found["during_partition"]};
}

RunTable Partitioned()
{
    RunTable table;
    return table.Partition(10, {"m0 m1", "m2 m3"});
}

RunTable& WithProbes(RunTable& table, const std::string& interval)
{
    table.Setting("protocol.probe_interval", interval);
    return table.Setting("protocol.awareness_max_multiplier", "8");
}

} // namespace

TEST(FalsePositivesTest, CountsEveryObserverAndEveryRepeat)
{
    RunTable table;
    table.Says(5, "m0 m1", "dead", "m3", "1", "m0").Says(6, "m0", "joined", "m3", "2");
    table.Says(9, "m0", "dead", "m3", "2").Says(9, "m0", "dead", "m2");
    const Json found = FalsePositivesOf(table);
    EXPECT_EQ(found["events"], 4);
    EXPECT_EQ(found["pairs"], 3);
    EXPECT_EQ(found["subjects"], 2);
    EXPECT_EQ(found["fp_minus"], 4);
    EXPECT_EQ(found["events_by_accuser"], Json({{"m0", 4}}));
    EXPECT_EQ(found["events_per_second"][5], 2);
    EXPECT_EQ(found["events_per_second"][6], 0);
    EXPECT_EQ(found["events_per_second"][9], 2);
    EXPECT_EQ(found["events_per_second"].size(), 100u);
}

TEST(FalsePositivesTest, CountsAWrongDeathOnceAsAnIncident)
{
    RunTable table;
    table.Says(5, "m0 m1 m2", "dead", "m3").Says(6, "m0 m1 m2", "joined", "m3", "2");
    table.Says(9, "m0", "dead", "m3", "2").Says(9, "m1", "dead", "m2", "1");
    const Json incidents = FalsePositivesOf(table)["incidents"];
    EXPECT_EQ(incidents["count"], 3);
    EXPECT_EQ(incidents["events_squared"], 11);
    EXPECT_EQ(incidents["listed"][0],
              Json({{"time_s", 5.0}, {"subject", "m3"}, {"incarnation", 1}, {"events", 3}}));
    EXPECT_EQ(incidents["listed"][2]["subject"], "m2");
}

TEST(FalsePositivesTest, TellsIncidentsApartWithoutIncarnations)
{
    RunTable table;
    table.Says(5, "m0 m1", "dead", "m3", "").Says(6, "m0", "joined", "m3", "");
    table.Says(6.5, "m2", "dead", "m3", "").Says(8, "m0 m2", "dead", "m3", "");
    const Json found = FalsePositivesOf(table);
    EXPECT_EQ(found["events"], 5);
    EXPECT_EQ(found["incidents"]["count"], 2) << "the second begins as m0 buries it again";
    EXPECT_EQ(found["incidents"]["events_squared"], 13);
}

TEST(FalsePositivesTest, CountsDeathsByMembersThatTellNoIncarnation)
{
    RunTable table;
    table.Truth(5, "restart", "m3", "", "2").Says(20, "m0 m1 m2", "dead", "m3", "");
    EXPECT_EQ(FalsePositivesOf(table)["events"], 3);
}

TEST(FalsePositivesTest, TakesDeathsOfMembersThatAreNotLiveForTrue)
{
    for (const auto* fate : {"crash", "pause", "leave", "stall"})
    {
        RunTable table;
        table.Truth(10, fate, "m3").Says(15, "m0 m1", "dead", "m3");
        EXPECT_EQ(FalsePositivesOf(table)["events"], 0) << fate;
    }
}

TEST(FalsePositivesTest, CountsADeathBeforeTheCrash)
{
    RunTable table;
    table.Says(9, "m0", "dead", "m3").Truth(10, "crash", "m3");
    EXPECT_EQ(FalsePositivesOf(table)["events"], 1);
}

TEST(FalsePositivesTest, DoesNotCountOldNewsAfterARestart)
{
    RunTable table;
    table.Truth(10, "crash", "m3").Says(15, "m0", "dead", "m3", "4").Truth(20, "restart", "m3");
    table.Says(20.1, "m0", "joined", "m3", "5").Says(20.2, "m1", "dead", "m3", "4");
    EXPECT_EQ(FalsePositivesOf(table)["events"], 0);
    EXPECT_EQ(FalsePositivesOf(table.Says(30, "m1", "dead", "m3", "5"))["events"], 1);
}

TEST(FalsePositivesTest, KnowsARestartThatNobodyNoticedByItsIncarnation)
{
    RunTable table;
    table.Truth(10, "crash", "m3").Truth(10.5, "restart", "m3", "", "2");
    table.Says(12, "m0", "dead", "m3", "1").Says(13, "m1", "dead", "m3", "2");
    EXPECT_EQ(FalsePositivesOf(table)["pairs"], 1);
}

TEST(FalsePositivesTest, TakesAnAccusationOfAPauseForTrueAfterIt)
{
    RunTable table;
    table.Truth(10, "pause", "m3").Says(12, "m0", "suspect", "m3").Truth(14, "resume", "m3");
    table.Says(14.5, "m0 m1", "dead", "m3");
    EXPECT_EQ(FalsePositivesOf(table)["events"], 0);
    // What is accused anew after the refutation is false.
    table.Says(15, "m0 m1", "joined", "m3", "2").Says(30, "m0", "dead", "m3", "2");
    EXPECT_EQ(FalsePositivesOf(table)["events"], 1);
}

TEST(FalsePositivesTest, DoesNotExcuseAccusationsOfOneMemberByThoseOfAnother)
{
    RunTable table;
    table.Truth(10, "pause", "m2 m3").Says(12, "m0", "suspect", "m2", "9");
    table.Says(12, "m0", "suspect", "m3", "1").Truth(14, "resume", "m2 m3");
    table.Says(15, "m0", "dead", "m3", "5").Says(15, "m0", "dead", "m2", "5");
    const Json found = FalsePositivesOf(table);
    EXPECT_EQ(found["events"], 1);
    EXPECT_EQ(found["subjects"], 1);
}

TEST(FalsePositivesTest, LeavesObserversThatWereSlowOutOfFpMinus)
{
    RunTable table;
    table.Truth(10, "pause", "m0").Truth(20, "resume", "m0").Says(21, "m0", "dead", "m2");
    const Json found = FalsePositivesOf(table.Says(22, "m1", "dead", "m2", "1", "m0"));
    EXPECT_EQ(found["events"], 2);
    EXPECT_EQ(found["fp_minus"], 1);
    EXPECT_EQ(found["events_by_accuser"], Json({{"m0", 2}}));
}

TEST(FalsePositivesTest, JudgesAccusationsWithoutIncarnationByTheMoment)
{
    RunTable table;
    table.Truth(10, "pause", "m3").Says(12, "m0", "dead", "m3", "").Truth(14, "resume", "m3");
    EXPECT_EQ(FalsePositivesOf(table.Says(20, "m1", "dead", "m3", ""))["events"], 1);
}

TEST(FalsePositivesTest, KnowsBystandersAsThoseToWhomNothingWasDone)
{
    RunTable table;
    table.Truth(5, "loss", "m3", "80%").Partition(6, {"m0 m1 m2 m3"});
    table.Says(8, "m0", "dead", "m3").Says(9, "m3", "dead", "m0").Says(10, "m1", "dead", "m0");
    table.Says(11, "m0", "dead", "m1").Truth(12, "slow", "m1", "2s").Says(13, "m2", "dead", "m1");
    const Json found = FalsePositivesOf(table);
    EXPECT_EQ(found["events"], 3) << "deaths of the lossy and the slow are no false ones";
    EXPECT_EQ(found["about_bystanders"], 3);
    EXPECT_EQ(found["among_bystanders"], 2);
}

TEST(FalsePositivesAndPartitionsTest, TakesDeathsAcrossForDueToThePartition)
{
    const Json found = FalsePositivesOf(Partitioned().Says(15, "m0 m1", "dead", "m2"));
    EXPECT_EQ(found["events"], 0);
    EXPECT_EQ(found["during_partition"], 2);
    EXPECT_EQ(found["during_partition_per_second"][15], 2);
}

TEST(FalsePositivesAndPartitionsTest, TakesDeathsWithinASideForFalse)
{
    // Also if the other side accuses the same incarnation: this side cannot have heard of it.
    auto table = Partitioned();
    table.Says(15, "m0", "dead", "m2").Says(16, "m3", "dead", "m2");
    EXPECT_EQ(EventsOf(table), Json({1, 1}));
}

TEST(FalsePositivesAndPartitionsTest, KnowsSuspicionsThatEndAfterTheHeal)
{
    auto table = Partitioned();
    table.Says(19, "m0", "suspect", "m2", "3").Truth(20, "heal").Says(23, "m0", "dead", "m2", "3");
    EXPECT_EQ(EventsOf(table.Says(23.5, "m3", "dead", "m2", "3", "m0")), Json({0, 2}));
}

TEST(FalsePositivesAndPartitionsTest, TakesNewAccusationsAfterTheHealForFalse)
{
    auto table = Partitioned();
    table.Says(19, "m0", "suspect", "m2", "3").Truth(20, "heal");
    table.Says(21, "m0", "refuted", "m2", "4").Says(40, "m0", "dead", "m2", "4");
    EXPECT_EQ(EventsOf(table.Says(41, "m0", "dead", "m3", "3")), Json({2, 0}));
}

TEST(FalsePositivesAndPartitionsTest, KnowsTheProbeThatWasUnderWayAtTheHeal)
{
    // A probe may last 4 s: only one that fails later was sent after the heal.
    for (const bool inTime : {true, false})
    {
        auto table = Partitioned();
        WithProbes(table, "500ms").Truth(20, "heal");
        table.Says(inTime ? 23.9 : 24.1, "m0", "suspect", "m2", "3");
        table.Says(30, "m3", "dead", "m2", "3", "m0");
        EXPECT_EQ(EventsOf(table), inTime ? Json({0, 1}) : Json({1, 0}));
    }
}

TEST(FalsePositivesAndPartitionsTest, KnowsTheLateProbeOfWhoTellsNoIncarnation)
{
    auto table = Partitioned();
    WithProbes(table, "500ms").Truth(20, "heal").Says(23, "m0", "dead", "m2", "");
    EXPECT_EQ(EventsOf(table), Json({0, 1}));
}

TEST(FalsePositivesAndPartitionsTest, TakesDeathsOfTheCrashedForTrueAcrossToo)
{
    auto table = Partitioned();
    table.Truth(12, "crash", "m2").Says(15, "m0", "dead", "m2");
    EXPECT_EQ(EventsOf(table), Json({0, 0}));
}

TEST(FalsePositivesAndPartitionsTest, KnowsDeathsByAndAboutTheUnplugged)
{
    RunTable table;
    table.Truth(10, "disconnect", "m3").Says(15, "m3", "dead", "m0").Says(16, "m0", "dead", "m3");
    table.Truth(30, "reconnect", "m3").Says(31, "m1", "dead", "m0"); // told by m3, the same one
    EXPECT_EQ(EventsOf(table), Json({0, 2}));
    EXPECT_EQ(EventsOf(table.Says(40, "m1", "dead", "m0", "2")), Json({1, 2}));
}

TEST(FalsePositivesAndPartitionsTest, KnowsTheProbeThatWasSentUnplugged)
{
    RunTable table;
    WithProbes(table, "1s").Truth(10, "disconnect", "m3").Truth(30, "reconnect", "m3");
    table.Says(37, "m1", "suspect", "m0", "1", "m3").Says(39, "m2", "suspect", "m1", "1", "m3");
    table.Says(60, "m1", "dead", "m0").Says(60, "m2", "dead", "m1");
    EXPECT_EQ(EventsOf(table), Json({1, 1}));
}

TEST(FalsePositivesTest, KnowsAnEarlierProcessByAllThatWasRecordedOfIt)
{
    RunTable table;
    table.Truth(5, "update", "m1", "new").Says(6, "m0 m2", "updated", "m1", "2");
    table.Truth(10, "crash", "m1").Truth(11, "restart", "m1").Says(12, "m0", "dead", "m1", "2");
    EXPECT_EQ(EventsOf(table), Json({0, 0}));
    EXPECT_EQ(EventsOf(table.Says(13, "m2", "dead", "m1", "3")), Json({1, 0}));
}

TEST(RefutedSuspicionsTest, CountsEachObserverThatSawTheRefutation)
{
    RunTable table;
    table.Says(5, "m0 m1 m2", "suspect", "m3").Says(5.2, "m3", "refuted", "m3", "2");
    EXPECT_EQ(table.Says(6, "m0 m1", "refuted", "m3", "2").Metrics()["refuted_suspicions"], 2);
}

TEST(RefutedSuspicionsTest, CountsNoTrueAndNoFatalOnes)
{
    RunTable table;
    table.Says(5, "m0", "suspect", "m3").Says(8, "m0", "dead", "m3");
    table.Says(9, "m0", "refuted", "m3", "2").Truth(10, "pause", "m2");
    table.Says(12, "m0", "suspect", "m2").Truth(13, "resume", "m2");
    EXPECT_EQ(table.Says(14, "m0", "refuted", "m2", "2").Metrics()["refuted_suspicions"], 0);
}

TEST(RefutedSuspicionsTest, CountsNoneOfAPartition)
{
    auto table = Partitioned();
    table.Says(12, "m0", "suspect", "m2").Says(12, "m3", "suspect", "m2").Truth(13, "heal");
    EXPECT_EQ(table.Says(14, "m0 m3", "refuted", "m2", "2").Metrics()["refuted_suspicions"], 1);
}

} // namespace swimlab
