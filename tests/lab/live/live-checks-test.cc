// SPDX-License-Identifier: GPL-2.0-only
//
// What is found before a run on real processes, and what is known while it warms up.
#include "lab/live/acquaintance.h"
#include "lab/live/lag.h"
#include "lab/live/live-run.h"
#include "tests/lab/scenario/scenario-fixture.h"

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

std::string MistakeIn(const std::string& spec, std::uint32_t members)
{
    try
    {
        ReadMemberKinds(spec, members);
        return "none";
    }
    catch (const UserError& error)
    {
        return error.what();
    }
}

/// One that can do little.
class PlainKind : public MemberKind
{
  public:
    std::string_view Name() const override
    {
        return "plain";
    }

    Duration TimeResolution() const override
    {
        return 1s;
    }

    Duration LaunchSpacing() const override
    {
        return 20ms;
    }

    bool CanPerform(Verb verb) const override
    {
        return verb != Verb::UPDATE;
    }

    bool CanRememberIncarnation() const override
    {
        return false;
    }

    bool CanSuffer(Verb verb) const override
    {
        return verb == Verb::BLOCK;
    }

    bool CanGiveUpJoining() const override
    {
        return false;
    }

    bool TellsTraffic() const override
    {
        return false;
    }

    std::optional<std::string> Refusal(const swim::Config& protocol) const override
    {
        return protocol.label.empty() ? std::optional<std::string>{} : "plain knows no label";
    }

    std::unique_ptr<LiveMember> Make(MemberSetup) const override
    {
        return nullptr;
    }
};

class LiveChecksTest : public ScenarioTest
{
  protected:
    std::string Refusal(const std::string& scenario, bool impairsMembers)
    {
        const Plan plan = MakePlanOf(scenario);
        const std::vector<const MemberKind*> kinds(plan.members, &plain);
        try
        {
            CheckKinds(plan, kinds, impairsMembers);
            return "none";
        }
        catch (const UserError& error)
        {
            return error.what();
        }
    }

    PlainKind plain;
};

} // namespace

TEST_F(LiveChecksTest, KindsAreReadInTheOrderOfTheMembers)
{
    const auto all = ReadMemberKinds("swimlab", 3);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[2]->Name(), "swimlab");
    EXPECT_EQ(ReadMemberKinds("swimlab:1,swimlab:2", 3), all);
    EXPECT_EQ(MistakeIn("swimlab:2,swimlab:2", 3),
              "--members swimlab:2,swimlab:2: these are 4 members, and the scenario has 3");
    EXPECT_EQ(MistakeIn("swimlab:x", 3),
              "--members swimlab:x: 'swimlab:x' is no kind and its number of members, such as "
              "swimlab:3");
    EXPECT_TRUE(MistakeIn("consul", 3)
                    .starts_with("--members consul: there is no kind 'consul'; "
                                 "known are "));
    EXPECT_NE(MistakeIn("", 3), "none");
    EXPECT_NE(MistakeIn("swimlab:3,", 3), "none");
}

TEST_F(LiveChecksTest, WhatMembersCannotDoIsRefused)
{
    EXPECT_EQ(Refusal(WithEvents({R"(at = "1s"; crash = 3)"}), true), "none");
    EXPECT_EQ(Refusal(WithEvents({R"(at = "1s"; update = 3; meta = "x")"}), true),
              "members of kind plain cannot do 'update', which the scenario asks for; leave it "
              "out, or choose --members swimlab");
    EXPECT_NE(Refusal(WithEvents({R"(at = "1s"; partition = ["0-4"])"}), true), "none");
    EXPECT_EQ(Refusal(WithEvents({R"(at = "1s"; partition = ["0-4"])"}), false), "none");
    EXPECT_EQ(Refusal(WithEvents({R"(at = "1s"; block = 3)"}), true), "none");
    EXPECT_NE(Refusal(WithEvents({R"(at = "1s"; slow = 3; by = "1ms")"}), false), "none");
    EXPECT_EQ(Refusal(WithEvents({R"(at = "1s"; crash = 3)", R"(at = "2s"; restart = 3)"}), true),
              "members of kind plain cannot restart with their next incarnation (member 3); set "
              "cluster.restart_incarnation to \"one\"");
    EXPECT_NE(Refusal(std::string(BASE) + "[network]\nloss = \"1%\"\n", true), "none");
    EXPECT_EQ(Refusal(std::string(BASE) + "[network]\nloss = \"1%\"\n", false), "none");
    EXPECT_EQ(Refusal(std::string(BASE) + "[protocol]\nlabel = \"a\"\n", false),
              "plain knows no label");
}

TEST_F(LiveChecksTest, ASimulatedDetectorGivesItsPlaceToProgramsAndToNoMemberOfOurs)
{
    const std::string redis = "duration = \"9s\"\n[cluster]\nmembers = 3\ndetector = \"redis\"\n"
                              "[topology]\nkind = \"star\"\n";
    EXPECT_EQ(Refusal(redis, false), "none");
    const Plan plan = MakePlanOf(redis);
    std::vector<const MemberKind*> kinds = ReadMemberKinds("swimlab", 3);
    kinds[0] = &plain;
    EXPECT_THROW(CheckKinds(plan, kinds, false), UserError);
    const auto facts = KindsJson({&kinds[0], 1});
    for (const char* const key : {"detector", "detector_source_sha256", "not_observable"})
    {
        EXPECT_TRUE(facts.at(key).is_null()) << "which takes it out of run.json";
    }
}

TEST_F(LiveChecksTest, DelaysThatMembersOnSocketsCannotKeepAreRefused)
{
    const std::string varying = std::string(BASE) + "[network]\ndelay = \"1ms\"\n"
                                                    "delay_distribution = \"exponential\"\n";
    EXPECT_EQ(Refusal(varying, true),
              "members on sockets cannot vary a delay by network.delay_distribution; take "
              "network.jitter, or simulate or emulate it");
    EXPECT_EQ(Refusal(varying, false), "none") << "an emulated network can";

    const std::string regions = "duration = \"9s\"\n[cluster]\nmembers = 4\n[topology]\nkind = "
                                "\"regions\"\nmatrix = \"m.csv\"\n";
    const std::string refused =
        "members on sockets know one delay between two regions, the same both "
        "ways and without loss, and from a to b there is more; simulate or "
        "emulate it";
    Write("m.csv", "one-way us,a,b\na,1,200\nb,200,1\n");
    EXPECT_EQ(Refusal(regions, true), "none");
    const std::string pair = "[[topology.pair]]\nbetween = [\"a\", \"b\"]\n";
    EXPECT_EQ(Refusal(regions + pair + "loss = \"1%\"\n", true), refused);
    EXPECT_EQ(Refusal(regions + pair + "distribution = \"exponential\"\n", true), refused);
    Write("m.csv", "one-way us,a,b\na,1,200\nb,100,1\n");
    EXPECT_EQ(Refusal(regions, true), refused);
    EXPECT_EQ(Refusal(regions, false), "none");
}

TEST_F(LiveChecksTest, WhoEndsWhenItGivesUpJoiningGetsAnInterval)
{
    const std::string cluster = "duration = \"9s\"\n[cluster]\nmembers = 3\n";
    EXPECT_EQ(Refusal(cluster + "join_retry = \"never\"\n", false),
              "members of kind plain cannot run on when they have given up joining; set "
              "cluster.join_retry to how long they wait each time, such as \"1s\"");
    EXPECT_EQ(Refusal(cluster + "join_retry = \"3s\"\n", false), "none");
}

TEST_F(LiveChecksTest, AcquaintanceIsCompleteWhenAllKnowAll)
{
    const Plan plan = MakePlanOf("duration = \"3s\"\n[cluster]\nmembers = 3\n[topology]\nkind = "
                                 "\"star\"\n[[event]]\nat = \"1s\"\njoin = 2\n");
    Acquaintance views(plan);
    EXPECT_EQ(views.Missing(), "m0 does not know m1, m1 does not know m0");
    const auto conclude = [&](MemberId observer, swim::EventKind kind, std::string_view subject) {
        views.Conclude({.observer = observer, .kind = kind, .subject = {plan, subject}});
    };
    conclude(0, swim::EventKind::JOINED, "m1");
    conclude(0, swim::EventKind::JOINED, "stranger");
    EXPECT_EQ(views.Ignorant(), std::vector<MemberId>{1});
    conclude(1, swim::EventKind::JOINED, "m0");
    EXPECT_TRUE(views.IsComplete()) << "m2 joins later";
    conclude(1, swim::EventKind::DEAD, "m0");
    EXPECT_FALSE(views.IsComplete());
    conclude(1, swim::EventKind::JOINED, "m0");
    views.Forget(0);
    EXPECT_EQ(views.Missing(), "m0 does not know m1");
}

TEST_F(LiveChecksTest, LagIsSummedUp)
{
    EXPECT_EQ(Summarise({}).max, 0ns);
    std::vector<Duration> lags(1000, 1ms);
    std::fill_n(lags.begin(), 9, 7ms);
    EXPECT_EQ(Summarise(lags).p99, 1ms);
    EXPECT_EQ(Summarise(lags).max, 7ms);
    std::fill_n(lags.begin(), 12, 8ms);
    EXPECT_EQ(Summarise(lags).p99, 8ms);
}

} // namespace swimlab
