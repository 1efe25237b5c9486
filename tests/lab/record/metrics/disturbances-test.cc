// SPDX-License-Identifier: GPL-2.0-only
//
// Who is disturbed, and what that makes of accusations.
#include "written-run.h"

#include <gtest/gtest.h>

namespace swimlab
{
namespace
{

struct Way
{
    const char* name;
    Verb begin;
    const char* value;
    Verb end;
    const char* endValue;
};

void PrintTo(const Way& way, std::ostream* out)
{
    *out << way.name;
}

/// Every way to disturb a member.
const Way WAYS[] = {
    {"pause", Verb::PAUSE, "", Verb::RESUME, ""},
    {"stall", Verb::STALL, "", Verb::UNSTALL, ""},
    {"disconnect", Verb::DISCONNECT, "", Verb::RECONNECT, ""},
    {"block", Verb::BLOCK, "datagrams in", Verb::UNBLOCK, "datagrams in"},
    {"slow", Verb::SLOW, "12s", Verb::SLOW, "0s"},
    {"loss", Verb::LOSS, "80% in", Verb::LOSS, "0% in"},
    {"datagram_loss", Verb::DATAGRAM_LOSS, "0.5% out", Verb::DATAGRAM_LOSS, "0% out"},
    {"delay", Verb::DELAY, "3s", Verb::DELAY, "0s"},
    {"jitter", Verb::JITTER, "3s", Verb::JITTER, "0s"},
    {"reorder", Verb::REORDER, "5% by 2s", Verb::REORDER, "0% by 0s"},
};

class EveryDisturbance : public testing::TestWithParam<Way>
{
};

TEST_P(EveryDisturbance, BeginsAndEnds)
{
    const Way& way = GetParam();
    Disturbances disturbances(2);
    disturbances.Apply(10, way.begin, 1, way.value);
    EXPECT_TRUE(disturbances.IsDisturbed(1));
    EXPECT_FALSE(disturbances.IsDisturbed(0));
    EXPECT_TRUE(Disturbances::Begins(way.begin, way.value));
    EXPECT_FALSE(Disturbances::Begins(way.end, way.endValue));
    disturbances.Apply(25, way.end, 1, way.endValue);
    EXPECT_FALSE(disturbances.IsDisturbed(1));
    EXPECT_EQ(disturbances.EndedNs(1), 25);
}

TEST_P(EveryDisturbance, MakesDeathsOfTheDisturbedNoFaultOfTheDetector)
{
    const Way& way = GetParam();
    WrittenRun run(4, 100);
    run.Do(10, way.begin, 0, way.value).Dead(20, 1, 0).Dead(21, 2, 0, 1).Dead(22, 3, 0, 1);
    const Json quality = run.Metrics()["quality_of_service"];
    EXPECT_EQ(quality["dead"]["mistakes"], 0);
    EXPECT_DOUBLE_EQ(quality["exposed_pair_s"].get<double>(), 12 * 10 + 6 * 90);
}

INSTANTIATE_TEST_SUITE_P(Ways, EveryDisturbance, testing::ValuesIn(WAYS), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Disturbances, OfBothDirectionsEndEachByItself)
{
    Disturbances disturbances(1);
    disturbances.Apply(1, Verb::LOSS, 0, "80% in");
    disturbances.Apply(2, Verb::LOSS, 0, "80% out");
    disturbances.Apply(3, Verb::LOSS, 0, "0% in");
    EXPECT_TRUE(disturbances.IsDisturbed(0));
    disturbances.Apply(4, Verb::LOSS, 0, "0%");
    EXPECT_FALSE(disturbances.IsDisturbed(0));
}

TEST(Disturbances, ByTheWholeNetworkAreNobodys)
{
    Disturbances disturbances(1);
    disturbances.Apply(1, Verb::LOSS, {}, "30%");
    EXPECT_FALSE(disturbances.IsDisturbed(0));
}

TEST(Disturbances, BlocksEndOneByOneOrAllAtOnce)
{
    Disturbances disturbances(2);
    disturbances.Apply(1, Verb::BLOCK, 0, "all both");
    disturbances.Apply(2, Verb::BLOCK, 0, "streams in");
    disturbances.Apply(3, Verb::UNBLOCK, 0, "all both");
    EXPECT_TRUE(disturbances.IsDisturbed(0));
    disturbances.Apply(4, Verb::UNBLOCK, {}, "");
    EXPECT_FALSE(disturbances.IsDisturbed(0));
    EXPECT_EQ(disturbances.EndedNs(0), 4);
}

TEST(Disturbances, APauseEndsWithItsProcessAndALossDoesNot)
{
    Disturbances disturbances(2);
    disturbances.Apply(1, Verb::PAUSE, 0, "");
    disturbances.Apply(1, Verb::LOSS, 1, "5%");
    disturbances.Apply(2, Verb::CRASH, 0, "");
    disturbances.Apply(2, Verb::CRASH, 1, "");
    EXPECT_FALSE(disturbances.IsDisturbed(0));
    EXPECT_TRUE(disturbances.IsDisturbed(1));
}

/// A member that was paused buries a healthy one after its pause: FP-, mistakes of healthy pairs.
WrittenRun AfterThePause(double buriesAt)
{
    WrittenRun run(4, 200);
    run.With("protocol.probe_interval", "1s").With("protocol.awareness_max_multiplier", "8");
    run.With("protocol.suspicion_mult", "4").With("protocol.suspicion_max_timeout_mult", "6");
    run.Do(10, Verb::PAUSE, 0).Do(20, Verb::RESUME, 0).Dead(buriesAt, 0, 1);
    return run;
}

TEST(Disturbances, TheWordOfThePausedIsItsPausesForAsLongAsAProbeAndASuspicionOfThenCanLast)
{
    // 8 s of a probe and 24 s of a suspicion among four.
    WrittenRun soon = AfterThePause(51.9);
    EXPECT_EQ(soon.Metrics()["quality_of_service"]["dead"]["mistakes"], 0);
    WrittenRun late = AfterThePause(52.1);
    EXPECT_EQ(late.Metrics()["quality_of_service"]["dead"]["mistakes"], 1);
}

TEST(Disturbances, WithoutSettingsNobodyKnowsHowLongTheWordOfThePausedIsItsPauses)
{
    WrittenRun run(4, 200);
    run.Do(10, Verb::PAUSE, 0).Do(20, Verb::RESUME, 0).Dead(190, 0, 1).Dead(191, 2, 1);
    const Json metrics = run.Metrics();
    EXPECT_EQ(metrics["false_positives"]["events"], 2);
    EXPECT_EQ(metrics["false_positives"]["fp_minus"], 1);
}

TEST(Disturbances, ForTheRunThePausedAreLeftOutBeforeAndAfter)
{
    WrittenRun run = AfterThePause(150);
    run.With("measure.anomalous", "run").Dead(5, 1, 0).Dead(160, 2, 1);
    const Json quality = run.Metrics()["quality_of_service"];
    EXPECT_EQ(quality["dead"]["mistakes"], 1) << "of m2 about m1, who are in order";
    EXPECT_DOUBLE_EQ(quality["exposed_pair_s"].get<double>(), 6 * 200);
}

} // namespace
} // namespace swimlab
