// SPDX-License-Identifier: GPL-2.0-only
//
// Unplugged members whose process is stopped, ended or started meanwhile, by rows written by hand.
#include "written-run.h"

#include <gtest/gtest.h>

namespace swimlab
{
namespace
{

TEST(Disconnects, WhoLeavesUnpluggedHasLeft)
{
    WrittenRun run(3, 100);
    run.Do(10, Verb::DISCONNECT, 1).Do(11, Verb::LEAVE, 1).Do(12, Verb::RECONNECT, 1);
    run.Say(20, 0, swim::EventKind::DEAD, 1, 1, 0).Say(20.5, 2, swim::EventKind::DEAD, 1, 1, 0);
    const Json metrics = run.Metrics();
    EXPECT_EQ(metrics["false_positives"]["events"], 0);
    EXPECT_EQ(metrics["quality_of_service"]["dead"]["mistakes"], 0);
    ASSERT_EQ(metrics["leaves"].size(), 1u);
    EXPECT_EQ(metrics["leaves"][0]["saw_failed"], 2);
    EXPECT_EQ(metrics["agreement"]["live_pairs"], 2);
    EXPECT_EQ(metrics["agreement"]["missing_pairs"], 0);
    EXPECT_EQ(metrics["disconnects"].size(), 1u);
}

/// Who is stopped while its cable is pulled goes on without a network.
void ExpectUnpluggedAfter(Verb stops, Verb goesOn)
{
    WrittenRun run(3, 100);
    run.Do(10, stops, 1).Do(12, Verb::DISCONNECT, 1).Do(15, goesOn, 1);
    run.Dead(25, 1, 0).Dead(25, 1, 2).Do(60, Verb::RECONNECT, 1);
    const Json metrics = run.Metrics();
    EXPECT_EQ(metrics["false_positives"]["events"], 0);
    EXPECT_EQ(metrics["false_positives"]["during_partition"], 2);
    EXPECT_EQ(metrics["disconnects"], Json::parse(R"([{"member": "m1", "time_s": 12.0,
        "others": 2, "held_gone": 2, "gone_to": 0}])"));
}

TEST(Disconnects, AreThereAfterAPauseOrAStall)
{
    ExpectUnpluggedAfter(Verb::PAUSE, Verb::RESUME);
    ExpectUnpluggedAfter(Verb::STALL, Verb::UNSTALL);
}

TEST(Disconnects, ANewProcessHasNoOtherCable)
{
    WrittenRun run(3, 100);
    run.Do(10, Verb::DISCONNECT, 1).Do(12, Verb::CRASH, 1).Restart(20, 1, 2);
    const Json metrics = run.Metrics();
    EXPECT_EQ(metrics["agreement"]["live_pairs"], 2);
    EXPECT_EQ(metrics["agreement"]["missing_pairs"], 0);
    EXPECT_EQ(metrics["disconnects"].size(), 1u);
    EXPECT_EQ(metrics["restarts"].size(), 0u) << "nobody can hear of it";
}

TEST(Disconnects, APauseMeanwhileMakesNoTwoOfThem)
{
    WrittenRun run(3, 100);
    run.Do(10, Verb::DISCONNECT, 1).Do(20, Verb::PAUSE, 1).Do(30, Verb::RESUME, 1);
    run.Dead(40, 1, 0).Do(50, Verb::RECONNECT, 1);
    const Json disconnects = run.Metrics()["disconnects"];
    ASSERT_EQ(disconnects.size(), 1u);
    EXPECT_EQ(disconnects[0]["held_gone"], 1);
}

TEST(Disconnects, WhoIsUnpluggedBeforeItJoinsWasNotThere)
{
    WrittenRun run(3, 100);
    run.Do(5, Verb::DISCONNECT, 1).Do(10, Verb::JOIN, 1).Do(20, Verb::RECONNECT, 1);
    run.Alive(30, 1, 0, 1);
    const Json metrics = run.Metrics();
    EXPECT_EQ(metrics["agreement"]["missing_pairs"], 3) << "m1 lacks m2, and both others lack m1";
    EXPECT_TRUE(metrics["disconnects"].empty());
}

TEST(Disconnects, MembersOfAnotherClusterAreNoOthers)
{
    WrittenRun run(4, 100);
    run.Group({0, 0, 1, 1}).Do(10, Verb::DISCONNECT, 1).Dead(15, 1, 0).Dead(15, 0, 1);
    const Json disconnect = run.Metrics()["disconnects"][0];
    EXPECT_EQ(disconnect["others"], 1);
    EXPECT_EQ(disconnect["held_gone"], 1);
    EXPECT_EQ(disconnect["gone_to"], 1);
}

} // namespace
} // namespace swimlab
