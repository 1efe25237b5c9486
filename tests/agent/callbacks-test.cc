// SPDX-License-Identifier: MIT
//
// What an application may do in its own functions, however unwise: it works or fails with a clear
// error, and never costs the member its life, hangs or ends the process.
#include "agents-on-sockets.h"
#include "recording-listener.h"

#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <latch>
#include <stdexcept>
#include <thread>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// Does something of the test's at the first event about another member.
class Acting : public Listener
{
  public:
    explicit Acting(std::function<void(const MembershipEvent&)> act)
        : m_act(std::move(act))
    {
    }

    void OnEvent(const MembershipEvent& event) override
    {
        ++calls;
        if (!m_acted.exchange(true))
        {
            m_act(event);
            done.count_down();
        }
    }

    /// @return whether the act came to its end
    bool Done()
    {
        return Eventually([this] { return done.try_wait(); });
    }

    std::atomic<int> calls = 0;
    std::latch done{1};

  private:
    std::function<void(const MembershipEvent&)> m_act;
    std::atomic<bool> m_acted = false;
};

/// Takes its time over messages until it is awake.
struct Slow : Listener
{
    bool OnUserMessage(ByteView) override
    {
        ++heard;
        awake.wait();
        return false;
    }

    void OnLost(std::uint64_t calls) override
    {
        lost += calls;
    }

    std::latch awake{1};
    std::atomic<std::uint64_t> heard = 0;
    std::atomic<std::uint64_t> lost = 0;
};

void JoinOne(Agent& who, const Agent& to)
{
    EXPECT_EQ(Get(who.Join({Where(to)})).errors, std::vector<std::string>{});
}

TEST(Callbacks, AListenerThatSleepsDoesNotCostItsMemberItsLife)
{
    std::latch awake{1};
    Acting sleeping([&](const MembershipEvent&) { awake.wait(); });
    RecordingListener heard;
    Agent sleeper(Quick("sleeper", &sleeping));
    Agent other(Quick("other", &heard));
    JoinOne(other, sleeper);
    EXPECT_TRUE(Eventually([&] { return sleeping.calls == 1; }));
    // A probe that is not answered accuses; so many in a row would bury it several times over.
    const std::uint64_t probes = other.Count().probes + 50;
    EXPECT_TRUE(Eventually([&] { return other.Count().probes >= probes; }));
    EXPECT_EQ(StateOf(other.Find("sleeper")), MemberState::ALIVE);
    EXPECT_FALSE(heard.Heard(EventKind::SUSPECT, "sleeper"));
    awake.count_down();
    EXPECT_TRUE(sleeping.Done());
}

TEST(Callbacks, MayWaitForFuturesAndLeave)
{
    Agent* asked = nullptr;
    std::optional<std::string> updated = "not asked";
    std::optional<std::string> left = "not asked";
    Acting acting([&](const MembershipEvent&) {
        updated = Get(asked->UpdateMeta("told in a callback", Until::PASSED_ON));
        left = Get(asked->Leave(LONG_ENOUGH));
    });
    Agent other(Quick("other"));
    Agent agent(Quick("agent", &acting)); // which its listener outlives: it hears more to the end
    asked = &agent;
    JoinOne(agent, other);
    EXPECT_TRUE(acting.Done());
    EXPECT_EQ(updated, std::nullopt);
    EXPECT_EQ(left, std::nullopt);
    EXPECT_TRUE(Eventually([&] { return StateOf(other.Find("agent")) == MemberState::LEFT; }));
    EXPECT_EQ(other.Find("agent")->meta, "told in a callback");
}

TEST(Callbacks, MayShutTheAgentDownWhichTheyHearNothingAfter)
{
    std::optional<Agent> agent;
    Acting acting([&](const MembershipEvent&) { agent->Shutdown(); });
    Agent other(Quick("other"));
    Agent third(Quick("third"));
    JoinOne(third, other);
    agent.emplace(Quick("agent", &acting));
    Get(agent->Join({Where(other)}));
    EXPECT_TRUE(acting.Done());
    const int calls = acting.calls;
    agent->Shutdown();
    EXPECT_EQ(Get(agent->UpdateMeta("too late")), "the agent was shut down");
    EXPECT_EQ(acting.calls, calls);
    EXPECT_EQ(agent->CallbackCount().made, 1u);
}

TEST(Callbacks, MayDestroyTheAgent)
{
    std::unique_ptr<Agent> agent;
    Acting acting([&](const MembershipEvent&) { agent.reset(); });
    Agent other(Quick("other"));
    agent = std::make_unique<Agent>(Quick("agent", &acting));
    Future<JoinResult> joined = agent->Join({Where(other)});
    EXPECT_TRUE(acting.Done());
    Get(std::move(joined)); // settled, one way or the other
    EXPECT_TRUE(Eventually([&] { return StateOf(other.Find("agent")) == MemberState::DEAD; }));
}

TEST(Callbacks, TwoWhoShutDownAtOnceDoNotWaitForEachOther)
{
    std::optional<Agent> agent;
    std::latch inside{1};
    Acting acting([&](const MembershipEvent&) {
        inside.count_down();
        std::this_thread::sleep_for(50ms); // so that the other one is at it by then, mostly
        agent->Shutdown();
    });
    Agent other(Quick("other"));
    agent.emplace(Quick("agent", &acting));
    Future<JoinResult> joined = agent->Join({Where(other)});
    inside.wait();
    agent->Shutdown();
    EXPECT_TRUE(acting.Done());
    Get(std::move(joined));
}

TEST(Callbacks, WhatTheyThrowIsCountedAndLogged)
{
    std::promise<std::string> logged;
    Acting throwing([](const MembershipEvent&) { throw std::runtime_error("out of luck"); });
    AgentOptions options = Quick("agent", &throwing);
    options.logger = [&](LogLevel level, std::string_view line) {
        if (level == LogLevel::WARNING)
        {
            logged.set_value(std::string(line));
        }
    };
    Agent agent(options);
    Agent other(Quick("other"));
    JoinOne(agent, other);
    EXPECT_TRUE(Eventually([&] { return agent.CallbackCount().failed == 1; }));
    auto line = logged.get_future();
    ASSERT_EQ(line.wait_for(LONG_ENOUGH), std::future_status::ready);
    EXPECT_EQ(line.get(), "a function of the application threw: out of luck");
    EXPECT_EQ(StateOf(other.Find("agent")), MemberState::ALIVE);
}

TEST(Callbacks, WhatIsBeyondTheBoundIsCountedAndTold)
{
    Slow slow;
    AgentOptions options = Quick("slow", &slow);
    options.mostCallbacks = 10;
    Agent agent(options);
    Agent other(Quick("other"));
    JoinOne(other, agent);
    for (int i = 0; i < 100; ++i)
    {
        EXPECT_EQ(Get(other.Send("slow", BytesOf("news"), Delivery::STREAM)), std::nullopt);
    }
    EXPECT_TRUE(Eventually([&] { return agent.Count().userMessages == 100; }));
    slow.awake.count_down();
    EXPECT_TRUE(Eventually([&] { return slow.heard + slow.lost == 100; }));
    EXPECT_GE(slow.lost, 80u);
    EXPECT_EQ(agent.CallbackCount().lost, slow.lost);
}

TEST(Callbacks, ThatWaitHoldMessagesOfSoManyBytesOnly)
{
    Slow slow;
    AgentOptions options = Quick("slow", &slow);
    options.config.tcpTimeout = 60s; // sanitizers make so large messages slow
    Agent agent(options);
    options.name = "other";
    options.listener = nullptr;
    Agent other(options);
    JoinOne(other, agent);
    for (int i = 0; i < 10; ++i)
    {
        EXPECT_EQ(Get(other.Send("slow", Bytes(15'000'000), Delivery::STREAM)), std::nullopt);
    }
    EXPECT_TRUE(Eventually([&] { return agent.Count().userMessages == 10; }));
    EXPECT_GE(agent.CallbackCount().lost, 5u);
    slow.awake.count_down();
    EXPECT_TRUE(Eventually([&] { return agent.CallbackCount().waiting == 0; }));
    EXPECT_LE(slow.heard, 5u); // the first, and four of 15 MB in 64 MiB
}

TEST(Callbacks, NobodyIsCalledOnceOnLostHasDestroyedTheAgent)
{
    struct Leaving : Listener
    {
        void OnEvent(const MembershipEvent&) override
        {
            met = true;
        }

        bool OnUserMessage(ByteView) override
        {
            if (heard++ == 0)
            {
                awake.wait();
            }
            return false;
        }

        void OnLost(std::uint64_t) override
        {
            agent.reset();
            heardAtTheEnd = heard.load();
            gone.count_down();
        }

        std::unique_ptr<Agent> agent;
        std::atomic<bool> met = false;
        std::latch awake{1};
        std::latch gone{1};
        std::atomic<std::uint64_t> heard = 0;
        std::atomic<std::uint64_t> heardAtTheEnd = 0;
    };

    Leaving leaving;
    AgentOptions options = Quick("leaving", &leaving);
    options.mostCallbacks = 1;
    leaving.agent = std::make_unique<Agent>(options);
    Agent other(Quick("other"));
    JoinOne(other, *leaving.agent);
    const Agent& agent = *leaving.agent;
    // What is told of the other must not wait any more, since only one call may.
    ASSERT_TRUE(Eventually([&] { return leaving.met && agent.CallbackCount().waiting == 0; }));
    for (int i = 0; i < 20; ++i)
    {
        ASSERT_EQ(Get(other.Send("leaving", BytesOf("news"), Delivery::STREAM)), std::nullopt);
        // The first is being heard before others are lost: no earlier OnLost ends the agent.
        ASSERT_TRUE(Eventually([&] { return leaving.heard == 1; }));
    }
    EXPECT_TRUE(Eventually([&] { return agent.Count().userMessages == 20; }));
    leaving.awake.count_down();
    leaving.gone.wait();
    EXPECT_EQ(leaving.agent, nullptr);
    EXPECT_EQ(leaving.heard, leaving.heardAtTheEnd);
}

TEST(Callbacks, OfASharedHostMayWaitForItsOtherAgents)
{
    const AgentHost host;
    std::optional<Agent> other;
    std::optional<std::string> updated = "not asked";
    Acting acting([&](const MembershipEvent&) { updated = Get(other->UpdateMeta("by another")); });
    Agent agent(Quick("agent", &acting), host);
    other.emplace(Quick("other"), host);
    JoinOne(*other, agent);
    EXPECT_TRUE(acting.Done());
    EXPECT_EQ(updated, std::nullopt);
    EXPECT_TRUE(Eventually([&] { return agent.Find("other")->meta == "by another"; }));
}

/// What a function throws, in words.
template <typename Call>
std::string ErrorOf(Call call)
{
    try
    {
        call();
        return "";
    }
    catch (const AgentError& error)
    {
        return error.what();
    }
}

TEST(Answers, ThatCallTheirAgentOrWaitAreToldThatThisWouldHang)
{
    std::promise<std::array<std::string, 4>> errors;
    std::atomic<bool> asked = false;
    std::unique_ptr<Agent> agent; // whose answers may be wanted to the end
    AgentOptions options = Quick("agent");
    options.delegates.acceptAlive = [&](const Member& member) {
        if (member.name == "other" && !asked.exchange(true))
        {
            errors.set_value({ErrorOf([&] { (void)agent->Members(); }),
                              ErrorOf([&] { agent->UpdateMeta("x").wait(); }),
                              ErrorOf([&] { agent->Shutdown(); }),
                              ErrorOf([&] { (void)agent->MemberCount(); })});
        }
        return true;
    };
    agent = std::make_unique<Agent>(options);
    Agent other(Quick("other"));
    JoinOne(*agent, other);
    auto told = errors.get_future();
    ASSERT_EQ(told.wait_for(LONG_ENOUGH), std::future_status::ready);
    const auto [members, wait, shutdown, count] = told.get();
    EXPECT_EQ(members.find("a delegate that answers must not read an agent"), 0u);
    EXPECT_EQ(wait.find("a delegate that answers must not wait for a future"), 0u);
    EXPECT_EQ(shutdown.find("a delegate that answers must not shut an agent down"), 0u);
    EXPECT_EQ(count, members);
    EXPECT_TRUE(Eventually([&] { return StateOf(agent->Find("other")) == MemberState::ALIVE; }));
}

TEST(Answers, ThatThrowOrDestroyTheirAgentHarmNobody)
{
    std::latch destroyed{1};
    std::atomic<int> asked = 0;
    std::unique_ptr<Agent> agent;
    AgentOptions options = Quick("agent");
    options.delegates.acceptMerge = [&](const std::vector<Member>&, bool) -> bool {
        if (asked++ == 0)
        {
            throw std::runtime_error("no idea");
        }
        agent.reset();
        destroyed.count_down();
        return true;
    };
    agent = std::make_unique<Agent>(options);
    Agent other(Quick("other"));
    JoinOne(*agent, other); // the default answer is yes
    EXPECT_EQ(StateOf(other.Find("agent")), MemberState::ALIVE);
    Get(other.Join({Where(*agent)}));
    destroyed.wait();
    EXPECT_TRUE(Eventually([&] { return StateOf(other.Find("agent")) == MemberState::DEAD; }));
}

} // namespace

} // namespace swim
