// SPDX-License-Identifier: GPL-2.0-only
//
// How crashes are noticed, on tables whose answers are known by counting on one's fingers.
#include "lab/record/metrics/crash-watch.h"
#include "tests/lab/record/metrics/run-table.h"

#include <gmock/gmock.h>

namespace swimlab
{

namespace
{

/// The only crash of a table.
Json CrashOf(const RunTable& table)
{
    const Json crashes = table.Metrics()["crashes"];
    EXPECT_EQ(crashes.size(), 1u);
    return crashes.at(0);
}

/// First suspicion, first dead, known to half and to all; who should know, who does.
Json Facts(const Json& crash)
{
    return {crash["first_suspect_s"],
            crash["first_dead_s"],
            crash["known_to_50_percent_s"],
            crash["full_dissemination_s"],
            crash["should_know"],
            crash["known_by"]};
}

std::vector<Json> Column(const Json& rows, const char* key)
{
    std::vector<Json> column;
    for (const Json& row : rows)
    {
        column.push_back(row[key]);
    }
    return column;
}

} // namespace

TEST(CrashesTest, CountsDelaysFromTheCrash)
{
    RunTable table;
    table.Truth(10, "crash", "m3").Says(12, "m0", "suspect", "m3").Says(13, "m1", "suspect", "m3");
    table.Says(17, "m1", "dead", "m3").Says(17.25, "m0", "dead", "m3");
    table.Says(18.5, "m2", "dead", "m3");
    const Json crash = CrashOf(table);
    EXPECT_EQ(crash["member"], "m3");
    EXPECT_EQ(crash["time_s"], 10);
    EXPECT_EQ(Facts(crash), Json({2, 7, 7.25, 8.5, 3, 3}));
}

TEST(CrashesTest, MissesOneMemberThatNeverLearns)
{
    RunTable table;
    const Json crash = CrashOf(table.Truth(10, "crash", "m3").Says(17, "m0 m1", "dead", "m3"));
    EXPECT_EQ(crash["first_dead_s"], 7);
    EXPECT_EQ(crash["full_dissemination_s"], nullptr);
}

TEST(CrashesTest, CountsOneThatNobodyNoticed)
{
    RunTable table;
    EXPECT_EQ(Facts(CrashOf(table.Truth(10, "crash", "m3"))),
              Json({nullptr, nullptr, nullptr, nullptr, 3, 0}));
}

TEST(CrashesTest, TakesDeadBeforeTheCrashForNoDetection)
{
    RunTable table;
    table.Says(5, "m0", "suspect", "m3").Says(9, "m0", "dead", "m3").Truth(10, "crash", "m3");
    table.Says(12, "m1", "suspect", "m3").Says(14, "m1", "dead", "m3").Says(16, "m2", "dead", "m3");
    const Json crash = CrashOf(table);
    EXPECT_EQ(Facts(crash), Json({2, 4, 4, 6, 3, 3})) << "m0 has nothing left to learn";
    EXPECT_EQ(crash["known_before"], 1);
}

TEST(CrashesTest, SaysThatAllHeldItForGoneAlready)
{
    RunTable table(3);
    table.Says(5, "m0 m1", "dead", "m2").Truth(10, "crash", "m2");
    const Json crash = CrashOf(table);
    EXPECT_EQ(Facts(crash), Json({nullptr, nullptr, nullptr, nullptr, 2, 2}));
    EXPECT_EQ(crash["known_before"], 2);
}

TEST(CrashesTest, LetsTheOrderOfRowsDecideWithinOneInstant)
{
    RunTable before(2);
    before.Says(10, "m0", "dead", "m1").Truth(10, "crash", "m1");
    EXPECT_EQ(CrashOf(before)["first_dead_s"], nullptr);
    RunTable after(2);
    after.Truth(10, "crash", "m1").Says(10, "m0", "dead", "m1");
    EXPECT_EQ(CrashOf(after)["first_dead_s"], 0);
}

TEST(CrashesTest, DoesNotAskMembersThatCrashTogetherOfEachOther)
{
    RunTable table;
    table.Truth(10, "crash", "m2 m3").Says(15, "m0", "dead", "m2").Says(16, "m1", "dead", "m2");
    table.Says(17, "m0", "dead", "m3").Says(19, "m1", "dead", "m3");
    const Json crashes = table.Metrics()["crashes"];
    EXPECT_EQ(Column(crashes, "full_dissemination_s"), (std::vector<Json>{6, 9}));
    EXPECT_EQ(Column(crashes, "should_know"), (std::vector<Json>{2, 2}));
}

TEST(CrashesTest, WaitsForAMemberOnlyUntilItStops)
{
    for (const auto* fate : {"crash", "pause", "leave", "stall"})
    {
        RunTable table;
        table.Truth(10, "crash", "m3").Says(15, "m0 m1", "dead", "m3").Truth(18, fate, "m2");
        EXPECT_EQ(table.Metrics()["crashes"][0]["full_dissemination_s"], 8) << fate;
    }
}

TEST(CrashesTest, DoesNotAskWhoWasPausedEvenAfterItsResume)
{
    RunTable table;
    table.Truth(5, "pause", "m2").Truth(10, "crash", "m3").Says(15, "m0 m1", "dead", "m3");
    table.Truth(20, "resume", "m2").Says(40, "m2", "dead", "m3");
    EXPECT_EQ(CrashOf(table)["full_dissemination_s"], 5);
}

TEST(CrashesTest, WantsWhoForgetsToLearnAgain)
{
    RunTable table(3);
    table.Truth(10, "crash", "m2").Says(15, "m0", "dead", "m2").Says(16, "m0", "joined", "m2");
    table.Says(17, "m1", "dead", "m2").Says(20, "m0", "dead", "m2");
    EXPECT_EQ(CrashOf(table)["full_dissemination_s"], 10);
}

TEST(CrashesTest, StopsWatchingWhenTheMemberRestarts)
{
    RunTable table(3);
    table.Truth(10, "crash", "m2").Says(15, "m0", "dead", "m2").Truth(20, "restart", "m2");
    const Json crash = CrashOf(table.Says(21, "m1", "dead", "m2"));
    EXPECT_EQ(crash["first_dead_s"], 5);
    EXPECT_EQ(crash["full_dissemination_s"], nullptr);
}

TEST(CrashesTest, DetectsEachCrashOfAMemberByItself)
{
    RunTable table(3);
    table.Truth(10, "crash", "m2").Says(14, "m0 m1", "dead", "m2").Truth(20, "restart", "m2");
    table.Says(21, "m0 m1", "joined", "m2", "2").Truth(30, "crash", "m2");
    table.Says(31, "m0", "dead", "m2", "1"); // old news
    table.Says(36, "m0 m1", "dead", "m2", "2");
    EXPECT_EQ(Column(table.Metrics()["crashes"], "first_dead_s"), (std::vector<Json>{4, 6}));
}

TEST(CrashesTest, DetectsASecondCrashByMembersThatTellNoIncarnation)
{
    RunTable table(3);
    table.Truth(10, "crash", "m2").Says(14, "m0 m1", "dead", "m2", "");
    table.Truth(20, "restart", "m2", "", "2").Says(21, "m0 m1", "joined", "m2", "");
    table.Truth(30, "crash", "m2").Says(36, "m0 m1", "dead", "m2", "");
    EXPECT_EQ(Column(table.Metrics()["crashes"], "first_dead_s"), (std::vector<Json>{4, 6}));
}

TEST(CrashesTest, DoesNotAskWhoStartedAfterTheCrash)
{
    RunTable table;
    table.Truth(10, "crash", "m3").Truth(12, "restart", "m2").Says(13, "m2", "joined", "m3");
    table.Says(15, "m0 m1", "dead", "m3");
    EXPECT_EQ(table.Metrics()["crashes"][0]["full_dissemination_s"], 5);
}

TEST(CrashesTest, DoesNotAskWhoNeverKnewTheCrashedOne)
{
    RunTable table(3, 100, "join");
    table.Truth(0, "join", "m0 m1 m2").Says(1, "m0", "joined", "m2").Truth(10, "crash", "m2");
    const Json crash = CrashOf(table.Says(14, "m0", "dead", "m2"));
    EXPECT_EQ(crash["full_dissemination_s"], 4);
    EXPECT_EQ(crash["should_know"], 1);
}

TEST(CrashesTest, IgnoresASecondCrashOfACrashedMember)
{
    RunTable table;
    EXPECT_EQ(CrashOf(table.Truth(10, "crash", "m3").Truth(11, "crash", "m3"))["time_s"], 10);
}

TEST(CrashesTest, TakesWhatAPartitionOpenedForNoDetection)
{
    // m0 suspects across the cut before the crash, and buries after it; m2, on the same side as the
    // crashed one, finds out by itself; m1 is told by m0.
    RunTable table;
    table.Partition(10, {"m0 m1", "m2 m3"})
        .Says(11, "m0", "suspect", "m3")
        .Truth(12, "crash", "m3");
    table.Says(12.1, "m1", "suspect", "m3", "1", "m0").Says(14, "m2", "suspect", "m3");
    table.Says(16, "m0", "dead", "m3").Says(19, "m2", "dead", "m3").Says(20, "m1", "dead", "m3");
    EXPECT_EQ(Facts(CrashOf(table)), Json({2, 7, 7, 8, 3, 3}));
}

TEST(CrashesTest, TakesASuspicionThatOutlivesAPartitionForNoDetection)
{
    // Open at the heal, the suspicion of m0 goes on after the crash, and its word is believed.
    RunTable table;
    table.Partition(10, {"m0", "m1 m2 m3"}).Says(13, "m0", "suspect", "m3").Truth(14, "heal");
    table.Truth(14.5, "crash", "m3").Says(15, "m1", "suspect", "m3", "1", "m0");
    table.Says(16, "m2", "suspect", "m3").Says(18, "m0", "dead", "m3");
    table.Says(18.5, "m1", "dead", "m3", "1", "m0").Says(21.5, "m2", "dead", "m3");
    EXPECT_EQ(Facts(CrashOf(table)), Json({1.5, 7, 7, 7, 3, 3}));
}

TEST(CrashesTest, TakesTheWordOfAnUnpluggedMemberForNoDetection)
{
    RunTable table;
    table.Truth(5, "disconnect", "m0").Truth(10, "crash", "m3").Says(11, "m0", "suspect", "m3");
    table.Says(12, "m1", "suspect", "m3").Says(15, "m0", "dead", "m3").Says(17, "m1", "dead", "m3");
    const Json crash = CrashOf(table);
    EXPECT_EQ(crash["first_suspect_s"], 2);
    EXPECT_EQ(crash["first_dead_s"], 7);
}

TEST(CrashesTest, AsksNobodyWhoCrashesAtTheSameInstantInWhicheverOrder)
{
    for (const auto* crashes : {"m1 m2", "m2 m1"})
    {
        RunTable table(3);
        table.Says(5, "m2", "dead", "m1").Truth(10, "crash", crashes).Says(17, "m0", "dead", "m1");
        const Json found = table.Metrics()["crashes"];
        const Json& ofM1 = found[0]["member"] == "m1" ? found[0] : found[1];
        EXPECT_EQ(ofM1["should_know"], 1) << crashes;
        EXPECT_EQ(ofM1["known_before"], 0) << crashes;
    }
}

TEST(DisseminationCurveTest, RisesWithEachMemberThatLearns)
{
    RunTable table(5);
    table.Truth(10, "crash", "m4").Says(10.2, "m0", "dead", "m4");
    table.Says(10.35, "m1 m2", "dead", "m4").Says(10.4, "m3", "dead", "m4");
    const Json metrics = table.Metrics();
    const Json& curve = metrics["dissemination"];
    EXPECT_EQ(curve["step_s"], 0.1);
    EXPECT_EQ(curve["knowing"], Json({0, 0, 1, 1, 4}));
    EXPECT_EQ(curve["should_know"], Json({4, 4, 4, 4, 4}));
    EXPECT_EQ(metrics["crashes"][0]["curve"], curve);
}

TEST(DisseminationCurveTest, CountsACrashOnlyWhileItIsWatched)
{
    RunTable table(3, 20);
    table.Truth(10, "crash", "m2").Says(10.1, "m0", "dead", "m2").Truth(10.2, "restart", "m2");
    table.Says(10.3, "m0 m1", "joined", "m2", "2").Truth(11, "crash", "m2");
    const Json curve = table.Says(11.3, "m0 m1", "dead", "m2", "2").Metrics()["dissemination"];
    EXPECT_EQ(curve["should_know"], Json({4, 4, 4, 2}));
    EXPECT_EQ(curve["knowing"], Json({0, 1, 1, 2}));
}

TEST(DisseminationCurveTest, StaysWithin3000Points)
{
    EXPECT_EQ(CurveStepNs(300 * SECOND_NS), SECOND_NS / 10);
    EXPECT_EQ(CurveStepNs(301 * SECOND_NS), SECOND_NS / 5);
    EXPECT_EQ(CurveStepNs(86400 * SECOND_NS), 50 * SECOND_NS);
}

} // namespace swimlab
