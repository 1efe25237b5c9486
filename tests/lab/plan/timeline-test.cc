// SPDX-License-Identifier: GPL-2.0-only
//
// Whom events hit, when they end, and that chance is the seed's alone.
#include "lab/plan/timeline.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <numeric>
#include <set>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

using Members = std::vector<MemberId>;

Members Range(MemberId first, MemberId last)
{
    Members members(last - first + 1);
    std::iota(members.begin(), members.end(), first);
    return members;
}

class Timelines : public ScenarioTest
{
};

TEST_F(Timelines, HitTheMembersThatTargetsName)
{
    const auto hit = [](const std::string& targets) {
        return TimelineOf({"at = \"1s\";crash = " + targets}).at(0).members;
    };
    EXPECT_EQ(hit("7"), Members{7});
    EXPECT_EQ(hit("\"7\""), Members{7});
    EXPECT_EQ(hit("[9, 7, 9]"), (Members{7, 9}));
    EXPECT_EQ(hit("\"5-8\""), Range(5, 8));
    EXPECT_EQ(hit("\"5-5\""), Members{5});
    EXPECT_EQ(hit("\"all\""), Range(0, 19));
    EXPECT_EQ(hit("[7, \"5-6\", {router = \"leaf-3\"}]"), (Members{5, 6, 7, 15, 16, 17, 18, 19}));
    EXPECT_EQ(hit("{router = \"leaf-1\"}"), Range(5, 9)) << "20 members on 4 leaves";
    EXPECT_EQ(hit("{router = [\"leaf-1\", \"leaf-2\"]}"), Range(5, 14));
    EXPECT_EQ(hit("{router = 2}"), Range(0, 4)) << "router 2 is the first leaf, after two spines";
    EXPECT_EQ(hit("{region = \"leaf\"}"), Range(0, 19));
    EXPECT_EQ(hit("\"random 20\""), Range(0, 19));
    EXPECT_EQ(hit("\"random 2 of 4-5\""), Range(4, 5));
}

TEST_F(Timelines, StandInOrderOfTimeThenOfTheFile)
{
    EXPECT_EQ(TextOf(TimelineOf({"at = \"9s\";crash = 1",
                                 "at = \"3s\";pause = 2",
                                 "at = \"9s\";leave = 3",
                                 "at = \"3s\";crash = 4"})),
              "3s pause 2\n3s crash 4\n9s crash 1\n9s leave 3\n");
}

TEST_F(Timelines, UndoWhatLastsForATime)
{
    EXPECT_EQ(TextOf(TimelineOf({"at = \"1s\";crash = [1, 2];for = \"10s\"",
                                 "at = \"2s\";pause = 3;for = \"4s\"",
                                 "at = \"3s\";leave = 4;for = \"20s\"",
                                 "at = \"4s\";partition = \"0-4\";for = \"5s\""})),
              "1s crash 1 2\n2s pause 3\n3s leave 4\n4s partition |5 |15\n"
              "6s resume 3\n9s heal\n11s restart 1 2\n23s restart 4\n");
}

TEST_F(Timelines, UndoNothingThatOthersUndidOrTookOver)
{
    EXPECT_EQ(TextOf(TimelineOf({"at = \"1s\";crash = [1, 2];for = \"10s\"",
                                 "at = \"5s\";restart = 1",
                                 "at = \"6s\";crash = 1",
                                 "at = \"7s\";pause = 3;for = \"10s\"",
                                 "at = \"8s\";crash = 3",
                                 "at = \"30s\";partition = \"0-4\";for = \"10s\"",
                                 "at = \"31s\";heal = true",
                                 "at = \"32s\";partition = \"0-9\""})),
              "1s crash 1 2\n5s restart 1\n6s crash 1\n7s pause 3\n8s crash 3\n11s restart 2\n"
              "30s partition |5 |15\n31s heal\n32s partition |10 |10\n");
}

TEST_F(Timelines, EndBeforeTheyBeginAgainAndNotAfterTheRun)
{
    EXPECT_EQ(TextOf(TimelineOf({"at = \"1s\";partition = \"0-4\";for = \"9s\"",
                                 "at = \"10s\";partition = \"0-9\";for = \"50s\""})),
              "1s partition |5 |15\n10s heal\n10s partition |10 |10\n");
}

TEST_F(Timelines, ChangeTheNetworkAndPutItBack)
{
    const std::string text =
        WithEvents({"at = \"1s\";loss = \"10%\";for = \"5s\"",
                    "at = \"2s\";loss = \"20%\";members = 7;for = \"5s\"",
                    "at = \"3s\";delay = \"5ms\";members = \"all\";for = \"1s\"",
                    "at = \"4s\";jitter = \"1ms\"",
                    "at = \"5s\";datagram_loss = \"3%\";for = \"1s\""}) +
        "[network]\nloss = \"1%\"\ndelay = \"2ms\"\ndatagram_loss = \"4%\"\n";
    const Plan plan = MakePlanOf(text);
    EXPECT_EQ(TextOf(plan.timeline),
              "1s loss 10%\n2s loss 20% 7\n3s delay 5ms\n4s delay 2ms\n4s jitter 1ms\n"
              "5s datagram_loss 3%\n6s loss 1%\n6s datagram_loss 4%\n7s loss 0% 7\n");
    EXPECT_DOUBLE_EQ(plan.timeline[0].probability, 0.1);
    EXPECT_DOUBLE_EQ(plan.timeline[6].probability, 0.01);
    EXPECT_EQ(plan.timeline[3].duration, 2ms);
}

TEST_F(Timelines, PutBackAMembersOwnLossOnlyWhereNoOtherReplacedIt)
{
    EXPECT_EQ(TextOf(TimelineOf({"at = \"1s\";loss = \"10%\";members = [1, 2, 3];for = \"10s\"",
                                 "at = \"2s\";loss = \"20%\";members = 2",
                                 "at = \"3s\";loss = \"0%\";members = 3",
                                 "at = \"4s\";delay = \"1ms\";members = 1;for = \"7s\""})),
              "1s loss 10% 1 2 3\n2s loss 20% 2\n3s loss 0% 3\n4s delay 1ms 1\n"
              "11s loss 0% 1\n11s delay 0s 1\n");
}

TEST_F(Timelines, SkipMembersForWhomAnEventMeansNothing)
{
    EXPECT_EQ(TextOf(TimelineOf({"at = \"1s\";crash = [3, 5]",
                                 "at = \"2s\";crash = \"2-6\"",
                                 "at = \"3s\";restart = \"0-3\""})),
              "1s crash 3 5\n2s crash 2 4 6\n3s restart 2 3\n");
}

TEST_F(Timelines, DrawNobodyTwiceWhileDown)
{
    for (std::uint64_t seed = 0; seed < 200; ++seed)
    {
        const auto timeline = TimelineOf({"at = \"1s\";crash = \"random 6\"",
                                          "at = \"2s\";leave = \"random 6\"",
                                          "at = \"3s\";pause = \"random 6\"",
                                          "at = \"4s\";crash = \"random 2\""},
                                         seed);
        std::set<MemberId> hit;
        for (const auto& action : timeline)
        {
            for (const auto member : action.members)
            {
                EXPECT_TRUE(hit.insert(member).second) << "seed " << seed;
            }
        }
        EXPECT_EQ(hit.size(), 20u);
    }
}

TEST_F(Timelines, DrawAgainThoseWhoCameBack)
{
    const auto timeline = TimelineOf(
        {"at = \"1s\";crash = \"random 20\";for = \"5s\"", "at = \"10s\";crash = \"random 20\""});
    ASSERT_EQ(timeline.size(), 3u);
    EXPECT_EQ(timeline[2].members, Range(0, 19));
}

TEST_F(Timelines, DrawTheDownToRestartAndThePausedToResume)
{
    const auto timeline = TimelineOf({"at = \"1s\";crash = \"3-5\"",
                                      "at = \"2s\";pause = \"8-9\"",
                                      "at = \"3s\";restart = \"random 3\"",
                                      "at = \"4s\";resume = \"random 2\""});
    EXPECT_EQ(timeline[2].members, Range(3, 5));
    EXPECT_EQ(timeline[3].members, Range(8, 9));
}

TEST_F(Timelines, DrawMembersWithoutAnEarlierValueForNetworkVerbs)
{
    const auto timeline = TimelineOf({"at = \"1s\";loss = \"5%\";members = \"random 12\"",
                                      "at = \"2s\";loss = \"9%\";members = \"random 8\"",
                                      "at = \"3s\";delay = \"1ms\";members = \"random 20\""});
    Members both = timeline[0].members;
    both.insert(both.end(), timeline[1].members.begin(), timeline[1].members.end());
    std::sort(both.begin(), both.end());
    EXPECT_EQ(both, Range(0, 19));
    EXPECT_EQ(timeline[2].members, Range(0, 19)) << "another verb's value is no obstacle";
}

TEST_F(Timelines, AreTheSeeds)
{
    const std::vector<std::string> events = {"at = \"1s\";crash = \"random 5\"",
                                             "at = \"2s\";pause = \"random 5\""};
    std::set<std::string> different;
    for (std::uint64_t seed = 1; seed <= 50; ++seed)
    {
        const std::string text = TextOf(TimelineOf(events, seed));
        EXPECT_EQ(text, TextOf(TimelineOf(events, seed)));
        different.insert(text);
    }
    EXPECT_GT(different.size(), 45u);
    // The published choice: a change here changes every result that anybody recorded.
    EXPECT_EQ(TextOf(TimelineOf(events, 1)), "1s crash 5 8 15 17 18\n2s pause 2 4 7 9 13\n");
}

TEST_F(Timelines, KeepEarlierChoicesWhenAnEventIsAdded)
{
    std::vector<std::string> events = {"at = \"5s\";crash = \"random 3\"",
                                       "at = \"9s\";pause = \"random 3 of 10-19\""};
    const auto before = TimelineOf(events);
    events.push_back("at = \"1s\";loss = \"5%\";members = \"random 5\"");
    const auto after = TimelineOf(events);
    EXPECT_EQ(after[1].members, before[0].members);
    EXPECT_EQ(after[2].members, before[1].members);
}

TEST_F(Timelines, DrawEachMemberEquallyOften)
{
    // 4000 draws of 5 of 20: each member 1000 times, standard deviation sqrt(4000 * 1/4 * 3/4)
    // = 27.4.
    const Scenario scenario = Load(WithEvents({"at = \"1s\";crash = \"random 5\""}));
    std::vector<int> times(20);
    for (std::uint64_t seed = 0; seed < 4000; ++seed)
    {
        const Plan plan = MakePlan(scenario, seed);
        for (const auto member : plan.timeline[0].members)
        {
            ++times[member];
        }
    }
    for (const int count : times)
    {
        EXPECT_NEAR(count, 1000, 4 * 27.4);
    }
}

TEST_F(Timelines, CutMembersIntoSidesThatAreEverybody)
{
    const auto sides = [](const std::string& value) {
        return TimelineOf({"at = \"1s\";partition = " + value}).at(0).sides;
    };
    using Sides = std::vector<Members>;
    EXPECT_EQ(sides("[\"0-4\", \"5-19\"]"), (Sides{Range(0, 4), Range(5, 19)}));
    EXPECT_EQ(sides("[\"5-9\", \"0-4\"]"), (Sides{Range(5, 9), Range(0, 4), Range(10, 19)}))
        << "who is named on no side is one more side";
    EXPECT_EQ(sides("{router = \"leaf-3\"}"), (Sides{Range(15, 19), Range(0, 14)}));
    EXPECT_EQ(sides("{router = [\"leaf-0\", \"leaf-1\"]}"), (Sides{Range(0, 9), Range(10, 19)}));
    EXPECT_EQ(sides("[{router = \"leaf-0\"}, {router = \"leaf-1\"}]"),
              (Sides{Range(0, 4), Range(5, 9), Range(10, 19)}));
    EXPECT_EQ(sides("\"minimum cut\"").size(), 2u);
    EXPECT_EQ(sides("\"minimum cut\""), sides("{cut = \"minimum\"}"));
    const Sides random = sides("[\"random 8\", \"random 12\"]");
    ASSERT_EQ(random.size(), 2u);
    EXPECT_EQ(random[0].size(), 8u);
    EXPECT_EQ(random[1].size(), 12u);
}

TEST_F(Timelines, LetMembersJoinWhoWereNotThere)
{
    const Plan plan = MakePlanOf(WithEvents({"at = \"5s\";join = \"18-19\"",
                                             "at = \"1s\";crash = \"random 17\"",
                                             "at = \"6s\";join = \"random 1\""}));
    int absent = 0;
    for (MemberId member = 0; member < plan.members; ++member)
    {
        absent += plan.starts[member] ? 0 : 1;
    }
    EXPECT_EQ(absent, 3);
    EXPECT_FALSE(plan.starts[18] || plan.starts[19]);
    EXPECT_TRUE(plan.starts[0]->converged);
    EXPECT_EQ(plan.timeline[1].verb, Verb::JOIN);
    EXPECT_EQ(plan.timeline[1].members, Range(18, 19));
}

TEST_F(Timelines, StartOneAfterTheOtherWhereAClusterJoins)
{
    const Plan plan = MakePlanOf("duration = \"60s\"\n[cluster]\nmembers = 5\nstart = \"join\"\n"
                                 "join_spacing = \"2s\"\nseeds = [1, 3]\n[[event]]\nat = \"5s\"\n"
                                 "crash = \"random 3\"\n");
    const auto at = [&](MemberId member) { return plan.starts[member].value().at; };
    EXPECT_EQ(at(1), 0s);
    EXPECT_EQ(at(3), 2s);
    EXPECT_EQ(at(0), 4s);
    EXPECT_EQ(at(2), 6s);
    EXPECT_EQ(at(4), 8s);
    EXPECT_EQ(plan.starts[1]->seeds, Members{});
    EXPECT_EQ(plan.starts[3]->seeds, Members{1}) << "the second seed is not there yet";
    EXPECT_EQ(plan.starts[4]->seeds, (Members{1, 3}));
    EXPECT_FALSE(plan.starts[1]->converged);
    EXPECT_EQ(plan.timeline[0].members, (Members{0, 1, 3})) << "who has started by 5 s";
}

TEST_F(Timelines, GiveTheRestartedSomebodyToContact)
{
    const auto timeline = TimelineOf({"at = \"1s\";crash = [0, 1, 5]",
                                      "at = \"2s\";restart = 5",
                                      "at = \"3s\";restart = [0, 1]",
                                      "at = \"4s\";crash = 7;for = \"1s\""});
    EXPECT_EQ(timeline[1].seeds, (Members{0, 2})) << "the seed is down, so the first that runs too";
    EXPECT_EQ(timeline[2].seeds, (Members{0, 2})) << "the seed itself restarts";
    EXPECT_EQ(timeline[4].verb, Verb::RESTART);
    EXPECT_EQ(timeline[4].seeds, Members{0});
}

TEST_F(Timelines, SettleOnlyWhoStartsConvergedInASettledCluster)
{
    const std::string cluster = "duration = \"60s\"\n[cluster]\nmembers = 3\n";
    EXPECT_TRUE(MakePlanOf(cluster).starts[1]->settled);
    EXPECT_FALSE(MakePlanOf(cluster + "age = \"fresh\"\n").starts[1]->settled);
    EXPECT_FALSE(MakePlanOf(cluster + "start = \"join\"\n").starts[1]->settled);
}

TEST_F(Timelines, DrawANetworkForEachRunWhereTheScenarioSaysSo)
{
    const std::string base = "duration = \"60s\"\n[cluster]\nmembers = 30\n[topology]\n"
                             "kind = \"waxman\"\nrouters = 12\n";
    const auto plan = [&](const std::string& more, std::uint64_t seed) {
        return MakePlan(Load(base + more), seed);
    };
    const auto delays = [](const Plan& of) {
        std::vector<std::int64_t> all;
        for (const Link& link : of.topology.links)
        {
            all.push_back(link.delay.count());
        }
        return all;
    };
    EXPECT_EQ(delays(plan("", 1)), delays(plan("", 2)));
    EXPECT_EQ(plan("", 2).networkSeed, 1U);
    EXPECT_EQ(plan("", 2).attachSeed, std::nullopt);
    const std::string drawn = "seed = \"run\"\n";
    EXPECT_NE(delays(plan(drawn, 1)), delays(plan(drawn, 2)));
    EXPECT_EQ(plan(drawn, 2).networkSeed, 2U);
    EXPECT_EQ(plan(drawn, 1).routerOfMember, plan(drawn, 2).routerOfMember);
    const std::string shared = drawn + "runs_per_network = 2\n";
    EXPECT_EQ(delays(plan(shared, 1)), delays(plan(shared, 2)));
    EXPECT_NE(delays(plan(shared, 2)), delays(plan(shared, 3)));
    const std::string placed = "attach_seed = \"run\"\n";
    EXPECT_EQ(delays(plan(placed, 1)), delays(plan(placed, 2)));
    EXPECT_NE(plan(placed, 1).routerOfMember, plan(placed, 2).routerOfMember);
    EXPECT_EQ(plan(placed, 2).attachSeed, 2U);
    EXPECT_EQ(plan("attach_seed = 2\n", 9).routerOfMember, plan(placed, 2).routerOfMember);
}

TEST(MemberNames, AreOfOneWidth)
{
    EXPECT_EQ(MemberName(0, 1), "m0");
    EXPECT_EQ(MemberName(9, 10), "m9");
    EXPECT_EQ(MemberName(0, 11), "m00");
    EXPECT_EQ(MemberName(7, 1000), "m007");
    EXPECT_EQ(MemberName(999'999, 1'000'000), "m999999");
}

} // namespace
} // namespace swimlab
