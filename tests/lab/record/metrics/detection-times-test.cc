// SPDX-License-Identifier: GPL-2.0-only
//
// Chen's detection time, by rows written by hand.
#include "written-run.h"

#include <gtest/gtest.h>

namespace swimlab
{
namespace
{

Json TimesOf(WrittenRun& run)
{
    return run.Metrics()["detection_times"];
}

TEST(DetectionTimes, AreOfEveryObserver)
{
    WrittenRun run(4, 100);
    run.Do(10, Verb::CRASH, 0).Dead(15, 1, 0).Dead(15.25, 2, 0);
    EXPECT_EQ(TimesOf(run), Json::parse(R"({
        "detected": 2, "already": 0, "cut_off": 0, "undetected": 1,
        "times": {"seconds": [5.0, 5.25], "ended": [1, 1], "censored": [0, 0]}})"));
}

TEST(DetectionTimes, AreOfTheLastChangeOfMind)
{
    WrittenRun run(3, 100);
    run.Do(10, Verb::CRASH, 0).Dead(15, 1, 0).Alive(20, 1, 0).Dead(32, 1, 0).Dead(40, 2, 0);
    run.Alive(50, 2, 0);
    const Json times = TimesOf(run);
    EXPECT_EQ(times["times"]["seconds"], std::vector<double>({22}));
    EXPECT_EQ(times["undetected"], 1);
}

TEST(DetectionTimes, AreNoneOfWhoHeldItForDeadBeforeIt)
{
    WrittenRun run(3, 100);
    run.Dead(5, 1, 0).Do(10, Verb::CRASH, 0).Dead(12, 2, 0);
    const Json times = TimesOf(run);
    EXPECT_EQ(times["already"], 1);
    EXPECT_EQ(times["detected"], 1);
}

TEST(DetectionTimes, AreNoneOfWhoGoesOnWhatAPartitionBegan)
{
    WrittenRun run(3, 100);
    run.Part(5, {0, 1, 0}).Suspect(8, 1, 0).Do(10, Verb::CRASH, 0).Dead(12, 1, 0).Dead(20, 2, 0);
    const Json times = TimesOf(run);
    EXPECT_EQ(times["cut_off"], 1);
    EXPECT_EQ(times["times"]["seconds"], std::vector<double>({10}));
}

TEST(DetectionTimes, AreNotAskedOfTheStoppedAndTheCrashed)
{
    WrittenRun run(4, 100);
    run.Do(5, Verb::PAUSE, 1).Do(10, Verb::CRASH, 0).Do(12, Verb::CRASH, 2).Dead(20, 3, 0);
    const Json times = TimesOf(run);
    EXPECT_EQ(times["undetected"], 1) << "that of m2 by m3; m1 cannot hear of any";
}

TEST(DetectionTimes, AreNoneOfWhatIsSaidOfAnEarlierProcess)
{
    WrittenRun run(3, 100);
    run.Do(10, Verb::CRASH, 1).Restart(12, 1, 5).Alive(13, 0, 1, 5).Do(20, Verb::CRASH, 1);
    run.Dead(21, 2, 1, 1).Dead(27, 0, 1, 5);
    const Json times = TimesOf(run);
    EXPECT_EQ(times["times"]["seconds"], std::vector<double>({7}));
    EXPECT_EQ(times["detected"], 1);
    EXPECT_EQ(times["already"], 1);
}

TEST(DetectionTimes, AreAskedOfTheBlockedAsCrashesAre)
{
    WrittenRun run(4, 100);
    run.Do(5, Verb::BLOCK, 2, "all both").Do(10, Verb::CRASH, 1).Dead(12, 0, 1).Dead(12, 3, 1);
    const Json metrics = run.Metrics();
    EXPECT_EQ(metrics["detection_times"]["detected"], 2);
    EXPECT_EQ(metrics["detection_times"]["undetected"], 1);
    EXPECT_EQ(metrics["crashes"][0]["should_know"], 3);
}

} // namespace
} // namespace swimlab
