// SPDX-License-Identifier: GPL-2.0-only
//
// How soon disturbances are noticed, by rows written by hand.
#include "written-run.h"

#include <gtest/gtest.h>

namespace swimlab
{
namespace
{

Json SpellsOf(WrittenRun& run)
{
    return run.Metrics()["disturbances"];
}

TEST(Spells, ArePutOnRecordWithWhatCameBeforeTheirEnd)
{
    WrittenRun run(4, 100);
    run.Do(10, Verb::PAUSE, 0).Suspect(12, 1, 0).Dead(17, 1, 0).Dead(17.5, 2, 0).Dead(18, 3, 0);
    run.Do(40, Verb::RESUME, 0);
    EXPECT_EQ(SpellsOf(run), Json::parse(R"([
        {"member": "m0", "verb": "pause", "time_s": 10.0, "ended_s": 30.0, "first_suspect_s": 2.0,
         "first_dead_s": 7.0, "known_to_all_s": 8.0, "should_know": 3, "known_by": 3,
         "accused_before": false}])"));
}

TEST(Spells, AreCensoredByTheirEndAndNotNoticedAfterIt)
{
    WrittenRun run(3, 100);
    run.Do(10, Verb::PAUSE, 0).Suspect(12, 1, 0).Do(15, Verb::RESUME, 0).Dead(17, 1, 0);
    const Json spell = SpellsOf(run)[0];
    EXPECT_EQ(spell["ended_s"], 5.0);
    EXPECT_EQ(spell["first_suspect_s"], 2.0);
    EXPECT_TRUE(spell["first_dead_s"].is_null());
    EXPECT_TRUE(spell["known_to_all_s"].is_null());
}

TEST(Spells, GoOnToTheEndOfTheRunWhereNothingEndsThem)
{
    WrittenRun run(3, 100);
    run.Do(10, Verb::DISCONNECT, 0);
    const Json spell = SpellsOf(run)[0];
    EXPECT_TRUE(spell["ended_s"].is_null());
    EXPECT_EQ(spell["should_know"], 2);
}

TEST(Spells, ThoseDisturbedTogetherDoNotWaitForEachOther)
{
    WrittenRun run(4, 100);
    run.Do(10, Verb::BLOCK, 0, "all both").Do(10, Verb::BLOCK, 1, "all both");
    run.Dead(20, 2, 0).Dead(21, 3, 0);
    const Json spells = SpellsOf(run);
    ASSERT_EQ(spells.size(), 2u);
    EXPECT_EQ(spells[0]["should_know"], 2);
    EXPECT_EQ(spells[0]["known_to_all_s"], 11.0);
    EXPECT_TRUE(spells[1]["first_dead_s"].is_null());
}

TEST(Spells, ASlowMemberStillHasToLearn)
{
    WrittenRun run(4, 100);
    run.Do(5, Verb::SLOW, 3, "50ms").Do(10, Verb::PAUSE, 0);
    run.Dead(20, 1, 0).Dead(20, 2, 0).Dead(30, 3, 0);
    const Json spells = SpellsOf(run);
    ASSERT_EQ(spells.size(), 2u);
    EXPECT_EQ(spells[0]["verb"], "slow");
    EXPECT_EQ(spells[1]["known_to_all_s"], 20.0);
}

TEST(Spells, WhoCrashesIsNotWaitedFor)
{
    WrittenRun run(4, 100);
    run.Do(10, Verb::PAUSE, 0).Dead(20, 1, 0).Dead(21, 2, 0).Do(25, Verb::CRASH, 3);
    EXPECT_EQ(SpellsOf(run)[0]["known_to_all_s"], 15.0);
}

TEST(Spells, ASuspicionOfBeforeDetectsNothing)
{
    WrittenRun run(3, 100);
    run.Do(10, Verb::PAUSE, 0).Suspect(12, 1, 0).Do(15, Verb::RESUME, 0);
    run.Do(16, Verb::PAUSE, 0).Dead(17, 1, 0, 1).Suspect(18, 2, 0, 2).Dead(24, 2, 0, 2);
    const Json spells = SpellsOf(run);
    ASSERT_EQ(spells.size(), 2u);
    EXPECT_EQ(spells[1]["accused_before"], true);
    EXPECT_EQ(spells[1]["first_suspect_s"], 2.0);
    EXPECT_EQ(spells[1]["first_dead_s"], 8.0) << "the death at 17 s is of the pause before";
}

TEST(Spells, EndWithTheirLastDisturbance)
{
    WrittenRun run(3, 100);
    run.Do(10, Verb::LOSS, 0, "30% in").Do(20, Verb::SLOW, 0, "1s").Do(30, Verb::LOSS, 0, "0% in");
    run.Do(40, Verb::SLOW, 0, "0s").Do(50, Verb::LOSS, 0, "0%").Do(60, Verb::DUPLICATION, 0, "9%");
    const Json spells = SpellsOf(run);
    ASSERT_EQ(spells.size(), 1u);
    EXPECT_EQ(spells[0]["verb"], "loss");
    EXPECT_EQ(spells[0]["ended_s"], 30.0);
}

TEST(Spells, DoNotAskWhoWasBlockedAtTheirBeginning)
{
    WrittenRun run(4, 100);
    run.Do(10, Verb::BLOCK, 2, "all both").Do(20, Verb::PAUSE, 1).DoToAll(30, Verb::UNBLOCK);
    run.Dead(40, 2, 1).Dead(41, 0, 1).Dead(50, 3, 1);
    const Json spell = SpellsOf(run)[1];
    EXPECT_EQ(spell["should_know"], 2);
    EXPECT_EQ(spell["known_by"], 2);
    EXPECT_EQ(spell["known_to_all_s"], 30.0);
}

TEST(Spells, ThatBeganBeforeTheWindowAreNotThoseOfALaterRow)
{
    WrittenRun run(4, 100);
    run.With("measure.from", "20s").With("measure.to", "90s");
    run.Do(10, Verb::PAUSE, 1).Part(30, {0, 0, 0, 1}).DoToAll(35, Verb::HEAL);
    run.Do(10, Verb::SLOW, 2, "5s").Do(30, Verb::DUPLICATION, 2, "5%").Dead(40, 0, 2);
    run.Do(45, Verb::LOSS, 2, "10%");
    EXPECT_TRUE(SpellsOf(run).empty());
    run.Do(50, Verb::RESUME, 1).Do(60, Verb::PAUSE, 1);
    EXPECT_EQ(SpellsOf(run).at(0)["time_s"], 60.0);
}

TEST(Spells, OfANewProcessAreNamedAfterWhatTheOldOneLeft)
{
    WrittenRun run(4, 100);
    run.Do(10, Verb::LOSS, 1, "50%").Do(20, Verb::CRASH, 1).Restart(30, 1, 2);
    run.Do(10, Verb::PAUSE, 2).Do(15, Verb::SLOW, 2, "1s").Do(20, Verb::CRASH, 2).Restart(40, 2, 2);
    run.Do(50, Verb::CRASH, 3).Do(55, Verb::DELAY, 3, "1s").Restart(60, 3, 2);
    const Json spells = SpellsOf(run);
    ASSERT_EQ(spells.size(), 5u);
    EXPECT_EQ(spells[2]["verb"], "loss");
    EXPECT_EQ(spells[2]["time_s"], 30.0);
    EXPECT_EQ(spells[3]["verb"], "slow") << "a new process is not paused";
    EXPECT_EQ(spells[4]["verb"], "delay");
}

TEST(Spells, OutsideTheWindowDoNotCount)
{
    WrittenRun run(3, 100);
    run.With("measure.from", "20s").With("measure.to", "50s");
    run.Do(10, Verb::PAUSE, 0).Do(30, Verb::PAUSE, 1).Dead(60, 2, 1).Do(70, Verb::PAUSE, 2);
    const Json spells = SpellsOf(run);
    ASSERT_EQ(spells.size(), 1u);
    EXPECT_EQ(spells[0]["member"], "m1");
    EXPECT_TRUE(spells[0]["first_dead_s"].is_null()) << "it is after the window";
}

} // namespace
} // namespace swimlab
