// SPDX-License-Identifier: GPL-2.0-only
//
// Verbs that hit some of a member's traffic: how they are read, when they end, what is refused.
#include "lab/plan/plan-json.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <nlohmann/json.hpp>

namespace swimlab
{
namespace
{

using Members = std::vector<MemberId>;

class FaultVerbs : public ScenarioTest
{
  protected:
    static std::string ErrorOfEvent(const std::string& event)
    {
        return ErrorOf(WithEvents({event}));
    }
};

TEST_F(FaultVerbs, BlockCutsOffFromEverybodyUnlessSomeAreNamed)
{
    const auto timeline = TimelineOf(
        {"at = \"1s\";block = 3",
         "at = \"2s\";block = [1, 2];to = \"5-7\";direction = \"out\";carries = \"streams\""});
    EXPECT_EQ(TextOf(timeline), "1s block all both 3\n2s block streams out 1 2\n");
    EXPECT_EQ(timeline[0].others.size(), 20u);
    EXPECT_EQ(timeline[0].direction, Direction::BOTH);
    EXPECT_EQ(timeline[0].carrier, Carrier::ALL);
    EXPECT_EQ(timeline[1].others, (Members{5, 6, 7}));
    EXPECT_EQ(timeline[1].direction, Direction::OUT);
    EXPECT_EQ(timeline[1].carrier, Carrier::STREAMS);
    EXPECT_NE(timeline[0].block, timeline[1].block);
}

TEST_F(FaultVerbs, BlockEndsByItselfAndUnblockEndsAll)
{
    const auto timeline = TimelineOf({"at = \"1s\";block = 3;for = \"10s\"",
                                      "at = \"2s\";block = 3;carries = \"datagrams\"",
                                      "at = \"3s\";partition = \"0-4\"",
                                      "at = \"4s\";heal = true",
                                      "at = \"20s\";block = 4;for = \"20s\"",
                                      "at = \"30s\";unblock = true"});
    EXPECT_EQ(TextOf(timeline),
              "1s block all both 3\n2s block datagrams both 3\n3s partition |5 |15\n4s heal\n"
              "11s unblock 3\n20s block all both 4\n30s unblock\n");
    EXPECT_EQ(timeline[4].block, timeline[0].block);
    EXPECT_EQ(timeline[6].block, 0u);
}

TEST_F(FaultVerbs, BlockDrawsMembersThatAreNotBlocked)
{
    const auto timeline =
        TimelineOf({"at = \"1s\";block = \"random 15\"", "at = \"2s\";block = \"random 5\""});
    Members both = timeline[0].members;
    both.insert(both.end(), timeline[1].members.begin(), timeline[1].members.end());
    std::sort(both.begin(), both.end());
    EXPECT_EQ(std::unique(both.begin(), both.end()), both.end());
    EXPECT_EQ(both.size(), 20u);
}

TEST_F(FaultVerbs, DirectionSplitsWhatMembersSendAndReceive)
{
    const auto timeline = TimelineOf(
        {"at = \"1s\";loss = \"10%\";members = [1, 2];for = \"10s\"",
         "at = \"2s\";loss = \"20%\";members = 2;direction = \"out\"",
         "at = \"3s\";delay = \"5ms\";members = \"all\";direction = \"in\";for = \"1s\""});
    EXPECT_EQ(timeline[1].direction, Direction::OUT);
    EXPECT_EQ(timeline[2].members.size(), 20u) << "one side of everybody's traffic";
    EXPECT_EQ(timeline[3].direction, Direction::IN);
    EXPECT_EQ(timeline[3].valueText, "0s in");
    EXPECT_EQ(TextOf({timeline.begin() + 4, timeline.end()}), "11s loss 0% 1\n11s loss 0% in 2\n")
        << "what the second event set stays";
}

TEST_F(FaultVerbs, DirectionLetsRandomTargetsOverlapOnlyWhereTheyDoNotMeet)
{
    const auto timeline =
        TimelineOf({"at = \"1s\";loss = \"9%\";members = \"random 20\";direction = \"in\"",
                    "at = \"2s\";loss = \"9%\";members = \"random 20\";direction = \"out\""});
    EXPECT_EQ(timeline[1].members.size(), 20u);
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";loss = \"9%\";members = 3;direction = \"in\"",
                                  "at = \"2s\";loss = \"9%\";members = \"random 20\""})),
              "s.toml:16: event.1.members: random 20 finds 19 members to draw from that are "
              "running and without a value of their own then; draw no more than these");
}

TEST_F(FaultVerbs, AreToldInPlanJson)
{
    const auto run = nlohmann::json::parse(RunPlanJson(
        MakePlanOf(WithEvents({"at = \"1s\";block = 3;to = \"5-6\";direction = \"in\";carries = "
                               "\"datagrams\""}))));
    EXPECT_EQ(run["timeline"][0],
              nlohmann::json::parse(R"({"at_s": 1.0, "verb": "block", "value": "datagrams in",
                                        "targets": "3", "members": ["m03"],
                                        "to": ["m05", "m06"]})"));
}

TEST_F(FaultVerbs, RefuseOptionsWithoutMeaning)
{
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";block = 3;carries = \"udp\""),
              "s.toml:11: event.0.carries: udp must be one of \"all\", \"datagrams\", \"streams\"");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";block = 3;direction = \"up\""),
              "s.toml:11: event.0.direction: up must be one of \"both\", \"in\", \"out\"");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";loss = \"1%\";direction = \"in\""),
              "s.toml:11: event.0.direction: has no meaning without members; name them, since what "
              "one member sends another receives");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";crash = 3;carries = \"all\""),
              "s.toml:11: event.0.carries: has no meaning for crash; it goes with block");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";unblock = true"),
              "s.toml:10: event.0.unblock: nothing is blocked at 1s that could be unblocked");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";block = 3;to = {router = \"spine-0\"}"),
              "s.toml:10: event.0.block: {router = \"spine-0\"} has no members; choose others");
}

} // namespace
} // namespace swimlab
