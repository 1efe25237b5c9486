// SPDX-License-Identifier: MIT
//
// That success means success: what an agent promises to have done has been done, and what it did not
// do is said.
#include "agent/serf-messages.h"
#include "agents-in-memory.h"
#include "recording-listener.h"

#include <gtest/gtest.h>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

class PromisesTest : public AgentsInMemory
{
  protected:
    static AgentOptions Named(const std::string& name, std::uint8_t number)
    {
        AgentOptions options;
        options.name = name;
        options.seed = number;
        return options;
    }

    std::unique_ptr<Agent> Launch(const AgentOptions& options, std::uint8_t number)
    {
        return std::make_unique<Agent>(options, network.Attach(AddressOf(number)));
    }

    std::unique_ptr<Agent> Launch(const std::string& name, std::uint8_t number)
    {
        return Launch(Named(name, number), number);
    }

    /// Lets the network run until the future is ready. @return how long that took
    template <typename Value>
    Duration Await(const Future<Value>& future, Duration within = 5min)
    {
        Duration waited{};
        for (; waited < within && !IsReady(future); waited += 10ms)
        {
            network.RunFor(10ms);
        }
        EXPECT_TRUE(IsReady(future));
        return waited;
    }
};

TEST_F(PromisesTest, ANameThatAnotherHasIsNoSuccess)
{
    const auto first = Launch("web", 1);
    const auto second = Launch("web", 2);
    auto joined = second->Join({"10.0.0.1"}, {.acceptance = 20s});
    EXPECT_GE(Await(joined), 19s);
    const JoinResult result = joined.get();
    EXPECT_EQ(result.contacted, 1u);
    EXPECT_FALSE(result.Accepted());
    EXPECT_EQ(result.nameHeldAt, AddressOf(1));
    ASSERT_EQ(result.errors.size(), 1u);
    EXPECT_NE(result.errors[0].find("our name to be that of the member at 10.0.0.1:7946"),
              std::string::npos);
}

TEST_F(PromisesTest, ARestartAtANewAddressCompletesWhenItIsTakenIn)
{
    AgentOptions options = Named("seed", 1);
    options.config.deadNodeReclaimTime = 10s;
    const auto seed = Launch(options, 1);
    auto moving = Launch("moving", 2);
    auto joined = moving->Join({"10.0.0.1"});
    Await(joined);
    EXPECT_TRUE(joined.get().Accepted());
    network.RunFor(1s);
    moving.reset();
    options.name = "moving";
    options.config.rejoinInterval = 2s;
    moving = Launch(options, 3);
    joined = moving->Join({"10.0.0.1"}, {.acceptance = 5min});
    EXPECT_GE(Await(joined),
              10s); // it has to be buried first, and to have been dead for long enough
    const JoinResult result = joined.get();
    EXPECT_TRUE(result.Accepted());
    EXPECT_EQ(result.errors, std::vector<std::string>{});
    EXPECT_EQ(seed->Find("moving")->address, AddressOf(3));
    EXPECT_EQ(StateOf(seed->Find("moving")), MemberState::ALIVE);
}

TEST_F(PromisesTest, WhoHasLeftTellsNobodyAnythingUntilItJoinsAgain)
{
    const auto first = Launch("first", 1);
    const auto second = Launch("second", 2);
    Await(second->Join({"10.0.0.1"}));
    network.RunFor(1s);
    auto left = second->Leave();
    Await(left);
    EXPECT_EQ(OutcomeOf(left), std::nullopt);
    const std::string refused = "the member has left; joining brings it back";
    auto updated = second->UpdateMeta("x");
    auto broadcast = second->Broadcast(BytesOf("x"));
    auto sent = second->Send("first", BytesOf("x"), Delivery::DATAGRAM);
    auto again = second->Leave();
    for (auto* const future : {&updated, &broadcast, &sent, &again})
    {
        Await(*future);
        EXPECT_EQ(OutcomeOf(*future), refused);
    }
    network.RunFor(10s);
    EXPECT_EQ(StateOf(first->Find("second")), MemberState::LEFT);

    auto back = second->Join({"10.0.0.1"});
    Await(back);
    EXPECT_TRUE(back.get().Accepted());
    network.RunFor(5s);
    EXPECT_EQ(StateOf(first->Find("second")), MemberState::ALIVE);
    EXPECT_EQ(StateOf(second->Find("second")), MemberState::ALIVE);
    EXPECT_EQ(second->Incarnation(), 2u);
    updated = second->UpdateMeta("back");
    Await(updated);
    EXPECT_EQ(OutcomeOf(updated), std::nullopt);
}

TEST_F(PromisesTest, AJoinOfBeforeDoesNotUndoALeave)
{
    const auto first = Launch("first", 1);
    const auto second = Launch("second", 2);
    Await(second->Join({"10.0.0.1"}));
    network.RunFor(1s);
    auto trying = second->Join({"10.0.0.9"}, {.retries = 100, .retryInterval = 1s});
    network.RunFor(100ms);
    auto updated = second->UpdateMeta("never told", Until::PASSED_ON);
    auto left = second->Leave();
    Await(left);
    EXPECT_EQ(OutcomeOf(left), std::nullopt);
    Await(updated);
    EXPECT_EQ(OutcomeOf(updated), "the member left before the news was passed on");
    Await(trying);
    EXPECT_EQ(trying.get().errors.back(), "the member was asked to leave meanwhile");
    network.RunFor(1min);
    EXPECT_EQ(StateOf(first->Find("second")), MemberState::LEFT);
    EXPECT_EQ(StateOf(second->Find("second")), MemberState::LEFT);
}

TEST_F(PromisesTest, ForEverIsATimeToWait)
{
    const auto first = Launch("first", 1);
    const auto second = Launch("second", 2);
    Await(second->Join({"10.0.0.1"}, {.acceptance = Duration::max()}));
    auto ping = second->Ping("first", Duration::max());
    Await(ping);
    EXPECT_EQ(OutcomeOf(ping).error, "");
    auto delayed = second->Join({"10.0.0.1"}, {.delay = Duration::max()});
    auto left = second->Leave(Duration::max());
    Await(left);
    EXPECT_EQ(OutcomeOf(left), std::nullopt);
    EXPECT_FALSE(IsReady(delayed));
}

TEST_F(PromisesTest, WhoIsAloneBroadcastsForEver)
{
    AgentOptions options = Named("alone", 1);
    options.config.userQueueDepth = 10;
    const auto alone = Launch(options, 1);
    network.RunFor(1s);
    for (int i = 0; i < 30; ++i)
    {
        auto sent = alone->Broadcast(BytesOf("x"), {.until = Until::PASSED_ON});
        Await(sent);
        EXPECT_EQ(OutcomeOf(sent), std::nullopt);
    }
    auto named = alone->Broadcast(BytesOf("x"), {.name = std::string(513, 'n')});
    Await(named);
    EXPECT_EQ(OutcomeOf(named), "the name of a broadcast has 513 bytes; the most is 512");
}

TEST_F(PromisesTest, ShuttingDownSettlesWhatHadNotBegun)
{
    const auto agent = Launch("agent", 1);
    auto asked = agent->Broadcast(BytesOf("x"));
    agent->Shutdown();
    ASSERT_TRUE(IsReady(asked));
    EXPECT_EQ(OutcomeOf(asked), "the agent was shut down");
    EXPECT_THROW(network.RunFor(-1s), AgentError);
}

TEST_F(PromisesTest, AnAnswerMayNotShutItsAgentDownButDestroyIt)
{
    std::unique_ptr<Agent> agent;
    std::string refused;
    AgentOptions options = Named("agent", 1);
    options.delegates.acceptAlive = [&](const Member& member) {
        if (member.name == "other" && agent)
        {
            try
            {
                agent->Shutdown();
            }
            catch (const AgentError& error)
            {
                refused = error.what();
            }
            agent.reset();
        }
        return true;
    };
    agent = Launch(options, 1);
    const auto other = Launch("other", 2);
    auto joined = other->Join({"10.0.0.1"});
    network.RunFor(60s);
    EXPECT_EQ(refused.find("a delegate that answers must not shut an agent down"), 0u);
    EXPECT_EQ(agent, nullptr);
    EXPECT_TRUE(IsReady(joined));
}

TEST_F(PromisesTest, WhoComesBackInTheMiddleOfLeavingIsTold)
{
    const auto first = Launch("first", 1);
    const auto second = Launch("second", 2);
    Await(second->Join({"10.0.0.1"}));
    auto left = second->Leave(1h);
    network.RunFor(1ms);
    Await(second->Join({"10.0.0.1"}));
    Await(left);
    EXPECT_EQ(OutcomeOf(left), "the member came back before the news was passed on");
    network.RunFor(2h);
    EXPECT_EQ(StateOf(first->Find("second")), MemberState::ALIVE);
}

TEST_F(PromisesTest, NewsThatWasPassedOnHasReachedTheOthers)
{
    const auto first = Launch("first", 1);
    const auto second = Launch("second", 2);
    Await(second->Join({"10.0.0.1"}));
    network.RunFor(10s);
    auto queued = second->UpdateMeta("queued");
    auto passedOn = second->UpdateMeta("passed on", Until::PASSED_ON);
    Await(queued);
    EXPECT_FALSE(IsReady(passedOn));
    Await(passedOn);
    EXPECT_EQ(OutcomeOf(passedOn), std::nullopt);
    network.RunFor(MemoryNetwork::LATENCY);
    EXPECT_EQ(first->Find("second")->meta, "passed on");
    const auto alone = Launch("alone", 9);
    auto nobody = alone->UpdateMeta("to nobody", Until::PASSED_ON);
    EXPECT_LE(Await(nobody), 10ms);
}

TEST_F(PromisesTest, DelegatesAreAskedAndTold)
{
    struct Heard
    {
        std::vector<std::string> states;
        std::size_t pinged = 0;
        std::string ackPayload;
    };

    Heard heard;
    AgentOptions options = Named("asked", 1);
    options.config.coordinates = false;
    int metas = 0;
    options.delegates.meta = [&](std::size_t most) {
        return "meta " + std::to_string(++metas) + " of " + std::to_string(most);
    };
    options.delegates.localState = [](bool join) { return BytesOf(join ? "join" : "later"); };
    options.delegates.ackPayload = [] { return BytesOf("ack"); };
    const auto asked = Launch(options, 1);
    network.RunFor(1ms);
    EXPECT_EQ(asked->Find("asked")->meta, "meta 1 of 512");

    options = Named("told", 2);
    options.config.coordinates = false;
    options.delegates.remoteState = [&](ByteView state, bool) {
        heard.states.emplace_back(state.begin(), state.end());
    };
    options.delegates.pinged = [&](const Member& member, Duration roundTrip, ByteView payload) {
        EXPECT_EQ(member.name, "asked");
        EXPECT_EQ(roundTrip, 2 * MemoryNetwork::LATENCY);
        ++heard.pinged;
        heard.ackPayload.assign(payload.begin(), payload.end());
    };
    const auto told = Launch(options, 2);
    Await(told->Join({"10.0.0.1"}));
    network.RunFor(10s);
    EXPECT_EQ(heard.states.front(), "join");
    EXPECT_GT(heard.pinged, 3u);
    EXPECT_EQ(heard.ackPayload, "ack");
    auto refreshed = asked->RefreshMeta();
    Await(refreshed);
    EXPECT_EQ(OutcomeOf(refreshed), std::nullopt);
    network.RunFor(5s);
    EXPECT_EQ(told->Find("asked")->meta, "meta 2 of 512");
    auto nobody = told->RefreshMeta();
    Await(nobody);
    EXPECT_EQ(OutcomeOf(nobody), "there is no delegate that tells the metadata, or it failed");
}

TEST_F(PromisesTest, VetoesKeepMembersOut)
{
    AgentOptions options = Named("gate", 1);
    options.delegates.acceptAlive = [](const Member& member) { return member.name != "banned"; };
    const auto gate = Launch(options, 1);
    options = Named("closed", 2);
    options.delegates.acceptMerge = [](const std::vector<Member>& members, bool) {
        return members.size() > 100;
    };
    const auto closed = Launch(options, 2);
    const auto banned = Launch("banned", 3);
    Await(banned->Join({"10.0.0.1"}));
    auto refused = closed->Join({"10.0.0.1"});
    Await(refused);
    EXPECT_EQ(refused.get().contacted, 0u);
    network.RunFor(5s);
    EXPECT_FALSE(gate->Find("banned"));
}

TEST_F(PromisesTest, MessagesReachABareAddress)
{
    RecordingListener heard;
    AgentOptions options = Named("stranger", 2);
    options.listener = &heard;
    const auto stranger = Launch(options, 2);
    const auto sender = Launch("sender", 1);
    auto sent = sender->Send("10.0.0.2:7946", BytesOf("hello"), Delivery::STREAM);
    Await(sent);
    EXPECT_EQ(OutcomeOf(sent), std::nullopt);
    network.RunFor(1s);
    EXPECT_TRUE(heard.HasMessage("hello"));
    auto nowhere = sender->Send("10.0.0.2:port", BytesOf("hello"), Delivery::STREAM);
    Await(nowhere);
    EXPECT_EQ(OutcomeOf(nowhere)->find("no member \"10.0.0.2:port\", and not an address"), 0u);
    EXPECT_EQ(sender->MaxMessage(Delivery::STREAM), MAX_USER_MESSAGE_SIZE);
    auto longest = sender->Send("10.0.0.2:7946",
                                Bytes(sender->MaxMessage(Delivery::DATAGRAM)),
                                Delivery::DATAGRAM);
    auto tooLong = sender->Send("10.0.0.2:7946",
                                Bytes(sender->MaxMessage(Delivery::DATAGRAM) + 1),
                                Delivery::DATAGRAM);
    Await(longest);
    Await(tooLong);
    EXPECT_EQ(OutcomeOf(longest), std::nullopt);
    EXPECT_NE(OutcomeOf(tooLong)->find("is too long for a datagram"), std::string::npos);
}

TEST_F(PromisesTest, MembersAreTheLiveOnesUnlessAskedOtherwise)
{
    const auto first = Launch("first", 1);
    auto second = Launch("second", 2);
    Await(second->Join({"10.0.0.1"}));
    network.RunFor(1s);
    second.reset();
    network.RunFor(60s);
    ASSERT_EQ(first->Members().size(), 1u);
    EXPECT_EQ(first->Members()[0].name, "first");
    ASSERT_EQ(first->Members({MemberState::DEAD}).size(), 1u);
    EXPECT_EQ(first->Members({MemberState::DEAD})[0].name, "second");
    EXPECT_EQ(first->Members(ALL_STATES).size(), 2u);
}

TEST_F(PromisesTest, ToWaitOnANetworkThatStandsStillIsAnError)
{
    const auto agent = Launch("agent", 1);
    auto updated = agent->UpdateMeta("x");
    EXPECT_THROW(updated.wait(), AgentError);
    EXPECT_THROW(updated.get(), AgentError);
    EXPECT_THROW(updated.wait_for(1s), AgentError);
    network.RunFor(1ms);
    EXPECT_NO_THROW(updated.get());
}

/// Also before anybody has answered its join.
TEST_F(PromisesTest, WhoCameBackLetsNobodyElseSayThatItLeft)
{
    RecordingListener heard;
    AgentOptions options = Named("stays", 1);
    options.serf = SerfPeers::YES;
    options.listener = &heard;
    const auto stays = Launch(options, 1);
    options = Named("returns", 2);
    options.serf = SerfPeers::YES;
    const auto returns = Launch(options, 2);
    auto joined = returns->Join({"10.0.0.1"});
    Await(joined);
    auto left = returns->Leave();
    Await(left);
    auto unanswered = returns->Join({"10.0.0.9"});
    Await(unanswered);
    const Bytes forced = serf::Encode(serf::Intent{.leaves = true, .time = 50, .node = "returns"});
    const Bytes denial = serf::Encode(serf::Intent{.leaves = false, .time = 51, .node = "returns"});
    stays->Send("10.0.0.2:7946", forced, Delivery::DATAGRAM);
    network.RunFor(5s);
    EXPECT_TRUE(heard.HasMessage({denial.begin(), denial.end()}));
}

TEST_F(PromisesTest, CallbacksOnANetworkInMemoryMayDestroyTheirAgent)
{
    struct Destroying : Listener
    {
        void OnEvent(const MembershipEvent&) override
        {
            try
            {
                (*agent)->UpdateMeta("x").wait();
            }
            catch (const AgentError& error)
            {
                told = error.what();
            }
            agent->reset();
        }

        std::unique_ptr<Agent>* agent = nullptr;
        std::string told;
    };

    Destroying listener;
    AgentOptions options = Named("short-lived", 1);
    options.listener = &listener;
    auto agent = Launch(options, 1);
    listener.agent = &agent;
    const auto other = Launch("other", 2);
    auto joined = other->Join({"10.0.0.1"});
    network.RunFor(60s);
    EXPECT_EQ(agent, nullptr);
    EXPECT_EQ(listener.told.find("to wait here is in vain: the network in memory stands still"),
              0u);
    EXPECT_TRUE(IsReady(joined));
    EXPECT_EQ(StateOf(other->Find("short-lived")), MemberState::DEAD);
}

} // namespace

} // namespace swim
