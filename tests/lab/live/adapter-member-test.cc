// SPDX-License-Identifier: GPL-2.0-only
//
// A member by an adapter: what its process and what runs beside it say, over its ends and restarts.
#include "lab/backend/backend.h"
#include "lab/live/adapter-kind.h"
#include "lab/live/adapter-member.h"
#include "swim/endpoint.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <iterator>
#include <thread>
#include <unistd.h>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;
using swim::EventKind;

constexpr auto MEMBER_PATIENCE = 30s;

/// Ready at once, and says no more.
constexpr const char* QUIET_SCRIPT = "echo listening; sleep 600";

/// What members told, as people would write it.
class ToldWords : public MemberListener
{
  public:
    void OnStarted(MemberId /*member*/) override
    {
        ++started;
    }

    void OnConclusion(const Conclusion& conclusion) override
    {
        said.push_back(std::string(swim::EventKindName(conclusion.kind)) + " m" +
                       std::to_string(conclusion.subject.member.value_or(99)) +
                       (conclusion.source.member == conclusion.observer ? " itself" : ""));
    }

    void OnTraffic(MemberId, std::int64_t, const TrafficTable&) override
    {
    }

    void OnCounts(MemberId, std::int64_t, const Counts& counts) override
    {
        polls = counts.front().second;
    }

    void OnIncarnation(MemberId, std::uint32_t) override
    {
    }

    void OnEnded(MemberId, const std::string& how) override
    {
        ended = how;
    }

    void OnTrouble(MemberId, const std::string&) override
    {
    }

    int started = 0;
    std::vector<std::string> said;
    std::uint64_t polls = 0; ///< as told last
    std::string ended;
};

class AdapterMemberTest : public ScenarioTest
{
  protected:
    /// The first of three. @param script what its shell does, without quotes of either kind
    AdapterMember& Make(const std::string& script, const std::string& more)
    {
        kind = std::make_unique<AdapterKind>(
            ReadAdapter("kind = \"plain\"\n[start]\ncommand = [\"sh\", \"-c\", '" + script +
                            "']\n[ready]\nlog = \"listening\"\n" + more,
                        "plain.toml"));
        member =
            std::make_unique<AdapterMember>(MemberSetup{.loop = loop,
                                                        .listener = told,
                                                        .plan = plan,
                                                        .member = 0,
                                                        .name = "m0",
                                                        .protocol = plan.groups.front().protocol,
                                                        .scratch = std::filesystem::current_path(),
                                                        .identities = identities,
                                                        .addressOf = AddressOf},
                                            *kind);
        return *member;
    }

    static swim::Address AddressOf(MemberId member)
    {
        return *swim::NumericAddress({"127.0.0." + std::to_string(member + 1), 7946});
    }

    /// @param seeds whom it contacts
    void Start(const std::vector<MemberId>& seeds = {})
    {
        Launch launch;
        launch.address = AddressOf(0);
        launch.seedMembers = seeds;
        launch.isBeforeRun = true;
        member->Start(launch);
    }

    bool RunUntil(const std::function<bool()>& condition)
    {
        const auto end = std::chrono::steady_clock::now() + MEMBER_PATIENCE;
        while (!condition() && std::chrono::steady_clock::now() < end)
        {
            loop.run_one_until(std::min(end, std::chrono::steady_clock::now() + 10ms));
        }
        return condition();
    }

    static std::string TextIn(const std::string& file)
    {
        std::ifstream stream(file);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    bool RunUntilReady()
    {
        return RunUntil([this] { return told.started > 0; });
    }

    asio::io_context loop;
    Plan plan = MakePlanOf("duration = \"3s\"\n[cluster]\nmembers = 3\n[topology]\nkind = "
                           "\"star\"\n");
    Identities identities{plan};
    ToldWords told;
    std::unique_ptr<AdapterKind> kind;
    std::unique_ptr<AdapterMember> member;
};

/// Lines of its output that tell of others.
constexpr const char* LINES_OF_OUTPUT = R"(
[[log]]
pattern = '^up (?P<subject>\S+)'
event = "joined"
[[log]]
pattern = '^down (?P<subject>\S+)'
event = "dead"
)";

} // namespace

TEST_F(AdapterMemberTest, ATimerOfOneProcessDoesNothingToTheNext)
{
    Make("sleep 600", std::string("within = \"50ms\"\n") + LINES_OF_OUTPUT);
    asio::steady_timer restart(loop, 25ms);
    auto restarted = std::chrono::steady_clock::time_point::max();
    restart.async_wait([&](const asio::error_code&) {
        restarted = std::chrono::steady_clock::now();
        Start();
    });
    Start();
    std::this_thread::sleep_for(100ms); // the limit of the first is queued when the second starts
    EXPECT_THROW(RunUntil([] { return false; }), RunFailure);
    EXPECT_GE(std::chrono::steady_clock::now() - restarted, 50ms) << "which is the second's own";
}

TEST_F(AdapterMemberTest, LinesOfOneFileAreHeardInTheirOrder)
{
    Make("printf \"up m1\\nup m2\\ndown m1\\ntimeout m2\\ndown m2\\nup m1\\n\" > log; sleep 600",
         R"([[log]]
pattern = '^up (?P<subject>\S+)'
event = "joined"
from = "{dir}/log"
[[log]]
pattern = '^down (?P<subject>\S+)'
event = "dead"
from = "{dir}/log"
[[log]]
pattern = '^timeout (?P<subject>\S+)'
event = "suspect-timeout"
from = "{dir}/./log"
)");
    Start();
    EXPECT_TRUE(RunUntil([this] { return told.said.size() >= 5; }));
    EXPECT_EQ(told.said,
              (std::vector<std::string>{"joined m1",
                                        "joined m2",
                                        "dead m1",
                                        "dead m2 itself",
                                        "joined m1"}));
}

TEST_F(AdapterMemberTest, AClusterIsMadeOfThoseThatAreThere)
{
    Make(QUIET_SCRIPT, std::string(R"([form]
command = ["sh", "-c", "echo $0 {*others:{name}} to {seed.name} > {dir}/formed", "{*all|,:{name}}"]
)") + LINES_OF_OUTPUT);
    Start();
    ASSERT_TRUE(RunUntilReady());
    bool formed = false;
    member->Form({2, 0}, [&formed] { formed = true; });
    ASSERT_TRUE(RunUntil([&formed] { return formed; }));
    EXPECT_EQ(TextIn("m0/formed"), "m0,m2 m2 to m2\n");
}

TEST_F(AdapterMemberTest, WhatMakesItLeaveMayEndWithIt)
{
    Make("trap \"sleep 0.2; exit 0\" TERM; echo $$ > pid; echo listening;"
         "while :; do sleep 0.01; done",
         std::string("[leave]\ncommand = [\"sh\", \"-c\", \"kill -TERM $(cat pid); exit 9\"]\n") +
             LINES_OF_OUTPUT);
    Start();
    ASSERT_TRUE(RunUntilReady());
    member->Leave();
    EXPECT_NO_THROW(RunUntil([this] { return !told.ended.empty(); }));
    EXPECT_TRUE(told.ended.starts_with("exit code 0")) << told.ended;
}

TEST_F(AdapterMemberTest, WhoDoesNotLeaveWhenItIsToldToIsTrouble)
{
    Make(QUIET_SCRIPT, std::string("[leave]\ncommand = [\"false\"]\n") + LINES_OF_OUTPUT);
    Start();
    ASSERT_TRUE(RunUntilReady());
    member->Leave();
    EXPECT_THROW(RunUntil([] { return false; }), RunFailure);
}

TEST_F(AdapterMemberTest, ALeaveDoesNotWaitForAJoin)
{
    Make(QUIET_SCRIPT,
         std::string("[join]\ncommand = [\"sh\", \"-c\", \"echo > joins; exec sleep 600\"]\n"
                     "within = \"600s\"\n[leave]\ncommand = [\"touch\", \"{dir}/left\"]\n") +
             LINES_OF_OUTPUT);
    Start({1});
    ASSERT_TRUE(RunUntil([] { return std::filesystem::exists("m0/joins"); }));
    member->Leave();
    EXPECT_TRUE(RunUntil([] { return std::filesystem::exists("m0/left"); }));
}

TEST_F(AdapterMemberTest, PollsAreCountedByProcess)
{
    Make(QUIET_SCRIPT, std::string(R"([poll]
every = "10ms"
command = ["true"]
row = '(?P<subject>m.)'
state = [{is = "alive"}]
)") + LINES_OF_OUTPUT);
    Start();
    ASSERT_TRUE(RunUntil([this] { return told.polls >= 3; }));
    Start(); // the first still runs
    told.polls = 0;
    ASSERT_TRUE(RunUntil([this] { return told.polls > 0; }));
    EXPECT_EQ(told.polls, 1u);
}

TEST_F(AdapterMemberTest, WhatLeftItsProcessGroupIsStoppedWithIt)
{
    if (geteuid() != 0)
    {
        GTEST_SKIP() << "without root there is the process group only";
    }
    Make("setsid sh -c \"echo listening; while :; do echo up m1; echo down m1; sleep 0.01; done\" &"
         "sleep 600",
         LINES_OF_OUTPUT);
    Start();
    const auto runFor = [this](std::chrono::milliseconds time) {
        const auto end = std::chrono::steady_clock::now() + time;
        RunUntil([end] { return std::chrono::steady_clock::now() > end; });
    };
    ASSERT_TRUE(RunUntil([this] { return told.said.size() > 2; }));
    member->Pause();
    runFor(50ms);
    const std::size_t before = told.said.size();
    runFor(300ms);
    EXPECT_EQ(told.said.size(), before);
    member->Resume();
    EXPECT_TRUE(RunUntil([&] { return told.said.size() > before; }));
}

} // namespace swimlab
