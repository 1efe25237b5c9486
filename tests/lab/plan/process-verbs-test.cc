// SPDX-License-Identifier: GPL-2.0-only
//
// Verbs that hit processes: hits spread over time, how members come back, churn, made-up messages.
#include "lab/plan/plan-json.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

using Members = std::vector<MemberId>;

class ProcessVerbs : public ScenarioTest
{
  protected:
    static std::string ErrorOfEvent(const std::string& event)
    {
        return ErrorOf(WithEvents({event}));
    }
};

TEST_F(ProcessVerbs, SpreadHitsOverTheTimeGiven)
{
    const auto timeline = TimelineOf({"at = \"10s\";crash = \"all\";over = \"20s\";for = \"2s\""});
    std::map<MemberId, Duration> crashed;
    std::map<MemberId, Duration> restarted;
    for (const Action& action : timeline)
    {
        ASSERT_EQ(action.members.size(), 1u);
        (action.verb == Verb::CRASH ? crashed : restarted)[action.members[0]] = action.at;
    }
    ASSERT_EQ(crashed.size(), 20u);
    ASSERT_EQ(restarted.size(), 20u);
    Duration sum{};
    for (const auto& [member, at] : crashed)
    {
        EXPECT_GE(at, 10s);
        EXPECT_LT(at, 30s);
        EXPECT_EQ(restarted[member], at + 2s) << "each member's own time counts";
        sum += at;
    }
    // The mean of 20 uniform times deviates by 20 s / sqrt(12 * 20) = 1.3 s.
    EXPECT_NEAR(std::chrono::duration<double>(sum / 20).count(), 20, 4 * 1.3);
    EXPECT_TRUE(std::is_sorted(timeline.begin(), timeline.end(), [](auto& a, auto& b) {
        return a.at < b.at;
    }));
}

TEST_F(ProcessVerbs, SpreadHitsSkipWhomOthersHitMeanwhile)
{
    const auto timeline =
        TimelineOf({"at = \"10s\";crash = [3, 4];over = \"20s\"", "at = \"10s\";crash = 3"});
    EXPECT_EQ(TextOf({timeline.begin(), timeline.begin() + 1}), "10s crash 3\n");
    ASSERT_EQ(timeline.size(), 2u);
    EXPECT_EQ(timeline[1].members, Members{4});
}

TEST_F(ProcessVerbs, LetMembersJoinOverATime)
{
    const Plan plan = MakePlanOf(WithEvents({"at = \"5s\";join = \"10-19\";over = \"30s\""}));
    EXPECT_EQ(plan.timeline.size(), 10u);
    EXPECT_FALSE(plan.starts[10]);
    EXPECT_EQ(plan.timeline[0].seeds, Members{0});
}

TEST_F(ProcessVerbs, ComeBackAsTheEventSays)
{
    const auto timeline = TimelineOf({"at = \"1s\";crash = 3;for = \"1s\";incarnation = \"one\"",
                                      "at = \"3s\";crash = [4, 5]",
                                      "at = \"4s\";restart = 4;incarnation = \"next\"",
                                      "at = \"5s\";restart = 5"});
    EXPECT_FALSE(timeline[1].keepsIncarnation);
    EXPECT_TRUE(timeline[3].keepsIncarnation);
    EXPECT_TRUE(timeline[4].keepsIncarnation) << "as cluster.restart_incarnation says";
}

TEST_F(ProcessVerbs, GiveNewAddressesOfTheMembersOwnRouter)
{
    const Plan plan =
        MakePlanOf(WithEvents({"at = \"1s\";crash = [3, 17];for = \"1s\";address = \"new\"",
                               "at = \"5s\";crash = 3;for = \"1s\";address = \"new\"",
                               "at = \"9s\";crash = 3;for = \"1s\""}));
    using Addresses = std::vector<AddressId>;
    EXPECT_EQ(plan.timeline[1].addresses, (Addresses{20, 21}));
    EXPECT_EQ(plan.timeline[3].addresses, Addresses{22});
    EXPECT_EQ(plan.timeline[5].addresses, Addresses{}) << "keeps what it has";
    EXPECT_EQ(plan.routerOfSpareAddress,
              (std::vector<RouterId>{plan.routerOfMember[3],
                                     plan.routerOfMember[17],
                                     plan.routerOfMember[3]}));
    const auto run = nlohmann::json::parse(RunPlanJson(plan));
    EXPECT_EQ(run["timeline"][1]["addresses"], nlohmann::json({20, 21}));
}

TEST_F(ProcessVerbs, HandAnAddressOnAndBack)
{
    const auto timeline = TimelineOf({"at = \"1s\";crash = [3, 4]",
                                      "at = \"2s\";restart = 3;address = \"of 4\"",
                                      "at = \"3s\";crash = 3",
                                      "at = \"4s\";restart = 4"});
    using Addresses = std::vector<AddressId>;
    EXPECT_EQ(timeline[1].addresses, Addresses{4});
    EXPECT_EQ(timeline[3].addresses, Addresses{4}) << "it is given back to its first holder";
}

TEST_F(ProcessVerbs, RefuseAddressesThatCannotBe)
{
    EXPECT_EQ(
        ErrorOf(WithEvents({"at = \"1s\";crash = [3, 4]",
                            "at = \"2s\";restart = 3;address = \"of 4\"",
                            "at = \"3s\";restart = 4"})),
        "s.toml:17: event.2.restart: m04 would come back at 3s with the address of m03, which "
        "is not down; give it address = \"new\"");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";crash = 3;for = \"1s\";address = \"of 4\""),
              "s.toml:10: event.0.crash: m03 would come back at 2s with the address of m04, which "
              "is not down; give it address = \"new\"");
    EXPECT_EQ(ErrorOf(WithEvents(
                  {"at = \"1s\";crash = [3, 17]", "at = \"2s\";restart = 3;address = \"of 17\""})),
              "s.toml:13: event.1.restart: m03 and m17 are on different routers, between which "
              "addresses do not move; choose members of one router, or topology.kind = \"star\"");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";crash = [2, 3, 4]",
                                  "at = \"2s\";restart = [2, 3];address = \"of 4\""})),
              "s.toml:13: event.1.restart: gives the address of m04 to 2 members; one can have it, "
              "so name one");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";restart = 3;address = \"10.0.0.1\""),
              "s.toml:11: event.0.address: \"10.0.0.1\" is no address; write \"new\", or \"of 7\" "
              "for that of a member that is down");
    EXPECT_EQ(
        ErrorOfEvent("at = \"1s\";restart = 3;address = \"of 20\""),
        "s.toml:11: event.0.address: \"20\" is out of range; the cluster has members 0 to 19");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";crash = 3;address = \"new\""),
              "s.toml:11: event.0.address: says how members come back, and nothing brings them "
              "back; add for, or give it to their restart");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";restart = 3;incarnation = 5"),
              "s.toml:11: event.0.incarnation: 5 must be one of \"next\", \"one\"");
    EXPECT_EQ(ErrorOfEvent("at = \"50s\";crash = 3;over = \"20s\""),
              "s.toml:11: event.0.over: 20s from 50s on ends after the run; duration is 1m");
}

TEST_F(ProcessVerbs, ChurnCrashesAsOftenAsItSaysAndEndsEachCrash)
{
    const auto timeline =
        TimelineOf({"at = \"10s\";churn = \"5-9\";every = \"2s\";down = \"3s\";for = \"20s\""});
    std::set<MemberId> down;
    std::size_t crashes = 0;
    for (const Action& action : timeline)
    {
        ASSERT_EQ(action.members.size(), 1u);
        const MemberId member = action.members[0];
        EXPECT_TRUE(member >= 5 && member <= 9);
        if (action.verb == Verb::CRASH)
        {
            EXPECT_TRUE(down.insert(member).second) << "who is down cannot crash";
            EXPECT_GE(action.at, 10s);
            EXPECT_LT(action.at, 30s);
            ++crashes;
            continue;
        }
        EXPECT_EQ(action.verb, Verb::RESTART);
        EXPECT_EQ(down.erase(member), 1u);
    }
    EXPECT_LE(crashes, 10u);
    EXPECT_GE(crashes, 8u) << "few moments find all five down";
    EXPECT_TRUE(down.empty());
}

TEST_F(ProcessVerbs, ChurnLeavesOutWhomOthersHoldDown)
{
    for (std::uint64_t seed = 0; seed < 20; ++seed)
    {
        for (const Action& action : TimelineOf({"at = \"1s\";pause = [5, 6]",
                                                "at = \"2s\";churn = \"5-9\";every = \"1s\";down "
                                                "= \"1s\""},
                                               seed))
        {
            EXPECT_TRUE(action.verb == Verb::PAUSE || action.members[0] > 6);
        }
    }
}

TEST_F(ProcessVerbs, ChurnNeedsItsTimes)
{
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";churn = \"all\";every = \"1s\""),
              "s.toml:8: event.0.down: is missing; churn needs it, such as down = \"20s\"");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";churn = \"all\";down = \"1s\""),
              "s.toml:8: event.0.every: is missing; churn needs it, such as every = \"10s\"");
    EXPECT_EQ(
        ErrorOfEvent("at = \"1s\";churn = \"all\";every = \"10s\";down = \"1s\";for = \"5s\""),
        "s.toml:11: event.0.every: 10s is longer than the churn, which lasts 5s");
}

TEST_F(ProcessVerbs, InjectMakesUpAMessage)
{
    const auto timeline = TimelineOf({"at = \"1s\";inject = \"dead\";into = [3, 4];about = 5;"
                                      "incarnation = 10;from = 7"});
    EXPECT_EQ(TextOf(timeline), "1s inject dead m05 incarnation 10 from m07 3 4\n");
    EXPECT_EQ(timeline[0].injection.message, Message::DEAD);
    EXPECT_EQ(timeline[0].injection.about, 5u);
    EXPECT_EQ(timeline[0].injection.incarnation, 10u);
    EXPECT_EQ(timeline[0].injection.from, 7u);
}

TEST_F(ProcessVerbs, InjectRefusesWhatIsNoMessage)
{
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";inject = \"ping\";into = 3"),
              "s.toml:10: event.0.inject: ping must be one of \"alive\", \"suspect\", \"dead\"");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";inject = \"dead\";into = 3;about = 20"),
              "s.toml:12: event.0.about: 20 must be a whole number from 0 to 19, without a unit");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";inject = \"dead\";into = 3;about = 2"),
              "s.toml:8: event.0.from: is missing; inject needs it, such as from = 7");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";crash = 3",
                                  "at = \"2s\";inject = \"dead\";into = 3;about = 2;from = 4;"
                                  "incarnation = 1"})),
              "s.toml:13: event.1.inject: 3 hits nobody: at 2s none of them is running");
}

TEST_F(ProcessVerbs, UpdateChangesMetadata)
{
    EXPECT_EQ(TextOf(TimelineOf({"at = \"1s\";update = [3, 4];meta = \"role=db v2\""})),
              "1s update role=db v2 3 4\n");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";update = 3;meta = \"a,b\""),
              "s.toml:11: event.0.meta: must be at most 512 bytes, without commas, quotes and "
              "control characters, which records cannot hold");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";update = 3"),
              "s.toml:8: event.0.meta: is missing; update needs it, such as meta = \"v2\"");
}

TEST_F(ProcessVerbs, SlowAndDisconnectedMembersRecover)
{
    const auto timeline = TimelineOf({"at = \"1s\";slow = [1, 2];by = \"50ms\";for = \"10s\"",
                                      "at = \"2s\";slow = 2;by = \"70ms\"",
                                      "at = \"3s\";disconnect = [5, 6];for = \"10s\"",
                                      "at = \"4s\";reconnect = 6",
                                      "at = \"5s\";disconnect = 6",
                                      "at = \"6s\";crash = 5"});
    EXPECT_EQ(TextOf(timeline),
              "1s slow 50ms 1 2\n2s slow 70ms 2\n3s disconnect 5 6\n4s reconnect 6\n"
              "5s disconnect 6\n6s crash 5\n11s slow 0s 1\n13s reconnect 5\n");
    EXPECT_EQ(timeline[0].duration, 50ms);
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";slow = 3"),
              "s.toml:8: event.0.by: is missing; slow needs it, such as by = \"50ms\"");
    EXPECT_EQ(ErrorOfEvent("at = \"1s\";reconnect = 3"),
              "s.toml:10: event.0.reconnect: 3 hits nobody: at 1s none of them is disconnected");
}

TEST_F(ProcessVerbs, DisorderIsAValueOfTheNetwork)
{
    const std::string text = WithEvents({"at = \"1s\";duplication = \"5%\";for = \"1s\"",
                                         "at = \"3s\";reorder = \"5%\";by = \"20ms\";for = \"1s\"",
                                         "at = \"5s\";reorder = \"7%\";by = \"1ms\";members = 3;"
                                         "direction = \"in\""});
    const std::string network = "[network]\nduplication = \"1%\"\nreorder = \"2%\"\n";
    const Plan plan = MakePlanOf(text + network + "reorder_by = \"5ms\"\n");
    EXPECT_EQ(TextOf(plan.timeline),
              "1s duplication 5%\n2s duplication 1%\n3s reorder 5% by 20ms\n"
              "4s reorder 2% by 5ms\n5s reorder 7% by 1ms in 3\n");
    EXPECT_DOUBLE_EQ(plan.network.duplication, 0.01);
    EXPECT_EQ(ErrorOf(text + network),
              "s.toml:25: network.reorder: holds packets back for no time; give "
              "network.reorder_by, such as \"20ms\"");
}

} // namespace
} // namespace swimlab
