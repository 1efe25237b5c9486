// SPDX-License-Identifier: GPL-2.0-only
//
// Events that begin again: when, how often, with whom, and what is refused.
#include "tests/lab/scenario/scenario-fixture.h"

#include <map>
#include <set>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

/// Twenty members, a minute.
class Recurring : public ScenarioTest
{
  protected:
    static std::string ErrorOfEvent(const std::string& event)
    {
        return ErrorOf(WithEvents({event}));
    }
};

TEST_F(Recurring, EveryCountsFromBeginningToBeginning)
{
    EXPECT_EQ(
        TextOf(TimelineOf({"at = \"10s\";pause = [3, 4];for = \"2s\";every = \"20s\";times = 3"})),
        "10s pause 3 4\n12s resume 3 4\n30s pause 3 4\n32s resume 3 4\n"
        "50s pause 3 4\n52s resume 3 4\n");
}

TEST_F(Recurring, GapCountsFromEndToBeginning)
{
    EXPECT_EQ(TextOf(TimelineOf({"at = \"10s\";stall = 3;for = \"2s\";gap = \"20s\";times = 2"})),
              "10s stall 3\n12s unstall 3\n32s stall 3\n34s unstall 3\n");
}

TEST_F(Recurring, WithoutTimesItGoesOnUntilTheRunEnds)
{
    const auto timeline = TimelineOf({"at = \"10s\";crash = 3;for = \"1s\";every = \"30s\""});
    EXPECT_EQ(TextOf(timeline), "10s crash 3\n11s restart 3\n40s crash 3\n41s restart 3\n");
}

TEST_F(Recurring, EveryVerbThatEndsDoesIt)
{
    EXPECT_EQ(TextOf(TimelineOf({"at = \"1s\";loss = \"5%\";for = \"1s\";gap = \"1s\";times = 2"})),
              "1s loss 5%\n2s loss 0%\n3s loss 5%\n4s loss 0%\n");
    EXPECT_EQ(TextOf(TimelineOf({"at = \"1s\";block = 3;for = \"1s\";gap = \"1s\";times = 2"})),
              "1s block all both 3\n2s unblock 3\n3s block all both 3\n4s unblock 3\n");
    EXPECT_EQ(
        TextOf(TimelineOf({"at = \"1s\";partition = \"0-4\";for = \"1s\";gap = \"1s\";times = 2"})),
        "1s partition |5 |15\n2s heal\n3s partition |5 |15\n4s heal\n");
    EXPECT_EQ(
        TextOf(TimelineOf({"at = \"1s\";disconnect = 3;for = \"1s\";gap = \"1s\";times = 2"})),
        "1s disconnect 3\n2s reconnect 3\n3s disconnect 3\n4s reconnect 3\n");
    EXPECT_EQ(TextOf(TimelineOf(
                  {"at = \"1s\";slow = 3;by = \"1ms\";for = \"1s\";gap = \"1s\";times = 2"})),
              "1s slow 1ms 3\n2s slow 0s 3\n3s slow 1ms 3\n4s slow 0s 3\n");
}

TEST_F(Recurring, ChurnKeepsItsEveryAndRecursByGap)
{
    const auto timeline = TimelineOf({"at = \"10s\";churn = \"all\";every = \"1s\";down = \"1s\";"
                                      "for = \"10s\";gap = \"20s\";times = 2"});
    int crashes[2] = {};
    for (const Action& action : timeline)
    {
        if (action.verb == Verb::CRASH)
        {
            const bool first = action.at >= 10s && action.at < 20s;
            EXPECT_TRUE(first || (action.at >= 40s && action.at < 50s)) << action.at.count();
            ++crashes[first ? 0 : 1];
        }
    }
    EXPECT_GE(crashes[0], 5);
    EXPECT_GE(crashes[1], 5);
}

TEST_F(Recurring, RandomTargetsStayTheSame)
{
    const auto timeline =
        TimelineOf({"at = \"10s\";pause = \"random 5\";for = \"1s\";every = \"10s\";times = 5"});
    ASSERT_EQ(timeline.size(), 10u);
    for (const Action& action : timeline)
    {
        EXPECT_EQ(action.members, timeline[0].members);
    }
}

TEST_F(Recurring, WhoIsDownThenIsLeftOut)
{
    EXPECT_EQ(
        TextOf(TimelineOf({"at = \"10s\";pause = [3, 4];for = \"1s\";every = \"10s\";times = 3",
                           "at = \"15s\";crash = 3",
                           "at = \"25s\";crash = 4"})),
        "10s pause 3 4\n11s resume 3 4\n15s crash 3\n20s pause 4\n21s resume 4\n25s crash 4\n");
}

TEST_F(Recurring, EachMemberHasItsOwnPhase)
{
    const auto timeline = TimelineOf({"at = \"10s\";stall = \"all\";for = \"5s\";every = \"10s\";"
                                      "times = 3;phase = \"own\""});
    std::map<MemberId, std::vector<Duration>> begins;
    std::map<MemberId, std::vector<Duration>> ends;
    for (const Action& action : timeline)
    {
        ASSERT_EQ(action.members.size(), 1u);
        (action.verb == Verb::STALL ? begins : ends)[action.members[0]].push_back(action.at);
    }
    ASSERT_EQ(begins.size(), 20u);
    std::set<Duration> phases;
    Duration sum{};
    for (const auto& [member, times] : begins)
    {
        ASSERT_EQ(times.size(), 3u);
        EXPECT_GE(times[0], 10s);
        EXPECT_LT(times[0], 20s);
        EXPECT_EQ(times[1], times[0] + 10s);
        EXPECT_EQ(times[2], times[0] + 20s);
        EXPECT_EQ(ends[member][0], times[0] + 5s);
        phases.insert(times[0]);
        sum += times[0];
    }
    EXPECT_EQ(phases.size(), 20u);
    // The mean of 20 uniform times deviates by 10 s / sqrt(12 * 20) = 0.65 s.
    EXPECT_NEAR(std::chrono::duration<double>(sum / 20).count(), 15, 4 * 0.65);
}

TEST_F(Recurring, ValuesOfMembersHaveOwnPhasesToo)
{
    const auto timeline = TimelineOf({"at = \"10s\";loss = \"50%\";members = [3, 4];for = \"5s\";"
                                      "every = \"20s\";times = 2;phase = \"own\""});
    ASSERT_EQ(timeline.size(), 8u);
    for (const Action& action : timeline)
    {
        EXPECT_EQ(action.members.size(), 1u);
    }
}

TEST_F(Recurring, AStallHitsWhoRunsAndEndsForWhoIsStalled)
{
    EXPECT_EQ(TextOf(TimelineOf({"at = \"1s\";stall = [3, 4, 5]",
                                 "at = \"2s\";crash = 3",
                                 "at = \"3s\";unstall = 4",
                                 "at = \"4s\";stall = [4, 5]"})),
              "1s stall 3 4 5\n2s crash 3\n3s unstall 4\n4s stall 4\n");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";unstall = 3"),
              "s.toml:10: event.0.unstall: 3 hits nobody: at 1s none of them is stalled");
}

TEST_F(Recurring, AStallTellsHowLongWhatHasWaitedTakes)
{
    const auto timeline = TimelineOf({"at = \"1s\";stall = 3;for = \"1s\";by = \"2ms\""});
    EXPECT_EQ(TextOf(timeline), "1s stall 2ms 3\n2s unstall 3\n");
    EXPECT_EQ(timeline[0].duration, 2ms);
}

TEST_F(Recurring, RefusesWhatCannotBe)
{
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";resume = 3;every = \"5s\""),
              "s.toml:11: event.0.every: has no meaning for resume, which nothing undoes");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";pause = 3;every = \"5s\""),
              "s.toml:11: event.0.every: makes the event begin again, which first has to end; add "
              "for, the time that each lasts");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";pause = 3;for = \"5s\";every = \"5s\""),
              "s.toml:12: event.0.every: 5s is not longer than for, which is 5s; an event ends "
              "before it begins again");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";pause = 3;for = \"5s\";every = \"59s\""),
              "s.toml:12: event.0.every: lets the event begin again 59s after 1s, when the run is "
              "over; duration is 1m");
    EXPECT_EQ(
        ErrorOfEvent("at = \"1s\";pause = 3;for = \"5s\";every = \"9s\";gap = \"4s\""),
        "s.toml:13: event.0.gap: says with every twice when the event begins again; leave one "
        "out");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";pause = 3;for = \"5s\";times = 3"),
              "s.toml:12: event.0.times: is about an event that begins again; add every or gap, "
              "which say when");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";loss = \"5%\";for = \"5s\";gap = \"5s\";phase = \"own\""),
              "s.toml:13: event.0.phase: has no meaning where no members are hit one by one; leave "
              "it out");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";pause = 3;for = \"5s\";gap = \"5s\";over = \"5s\";phase = "
                           "\"own\""),
              "s.toml:14: event.0.phase: spreads members over the period, and over over a time; "
              "leave one out");
}

} // namespace
} // namespace swimlab
