// SPDX-License-Identifier: MIT
//
// Agents on a network in memory: what an application sees, without threads and real time.
#include "agents-in-memory.h"
#include "recording-listener.h"
#include "swim/agent.h"
#include "swim/memory-network.h"

#include <gtest/gtest.h>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

class AgentMemoryTest : public AgentsInMemory
{
  protected:
    /// An agent and what it told.
    struct Party
    {
        RecordingListener heard; ///< outlives the agent
        std::unique_ptr<Agent> agent;
    };

    std::unique_ptr<Party> Launch(std::uint8_t number)
    {
        auto party = std::make_unique<Party>();
        AgentOptions options;
        options.name = "m" + std::to_string(number);
        options.listener = &party->heard;
        options.seed = number;
        party->agent = std::make_unique<Agent>(options, network.Attach(AddressOf(number)));
        return party;
    }

    /// m1, m2 and m3, one cluster.
    std::vector<std::unique_ptr<Party>> ThreeJoined()
    {
        std::vector<std::unique_ptr<Party>> parties;
        for (const std::uint8_t number : {1, 2, 3})
        {
            parties.push_back(Launch(number));
        }
        for (const std::size_t i : {1, 2})
        {
            auto joined = parties[i]->agent->Join({"10.0.0.1:7946"});
            EXPECT_EQ(Get(joined).contacted, 1u);
        }
        network.RunFor(2s);
        return parties;
    }
};

TEST_F(AgentMemoryTest, ThreeThatJoinKnowEachOther)
{
    const auto parties = ThreeJoined();
    for (const auto& party : parties)
    {
        EXPECT_EQ(party->agent->MemberCount(), 3u);
        const std::vector<Member> members = party->agent->Members();
        ASSERT_EQ(members.size(), 3u);
        EXPECT_EQ(members[1].name, "m2");
        EXPECT_EQ(members[1].address, AddressOf(2));
        EXPECT_EQ(members[1].state, MemberState::ALIVE);
    }
    EXPECT_TRUE(parties[0]->heard.Heard(EventKind::JOINED, "m3"));
    EXPECT_TRUE(parties[2]->heard.Heard(EventKind::JOINED, "m2"));
}

TEST_F(AgentMemoryTest, ProbesMeasureRoundTrips)
{
    const auto parties = ThreeJoined();
    network.RunFor(10s);
    EXPECT_EQ(parties[0]->agent->Find("m2")->roundTrip, 2 * MemoryNetwork::LATENCY);
    EXPECT_EQ(parties[0]->agent->HealthScore(), 0u);
    EXPECT_GT(parties[0]->agent->Count().probes, 5u);
}

TEST_F(AgentMemoryTest, ACrashIsSuspectedAndThenDead)
{
    auto parties = ThreeJoined();
    parties[2]->agent.reset();
    network.RunFor(60s);
    for (const std::size_t i : {0, 1})
    {
        EXPECT_TRUE(parties[i]->heard.Heard(EventKind::SUSPECT, "m3"));
        EXPECT_TRUE(parties[i]->heard.Heard(EventKind::DEAD, "m3"));
        EXPECT_EQ(parties[i]->agent->MemberCount(), 2u);
        EXPECT_EQ(StateOf(parties[i]->agent->Find("m3")), MemberState::DEAD);
    }
}

TEST_F(AgentMemoryTest, LeavingIsNotFailing)
{
    const auto parties = ThreeJoined();
    auto left = parties[1]->agent->Leave(5s);
    EXPECT_EQ(Get(left), std::nullopt);
    parties[1]->agent->Shutdown();
    network.RunFor(60s);
    EXPECT_TRUE(parties[0]->heard.Heard(EventKind::LEFT, "m2"));
    EXPECT_FALSE(parties[0]->heard.Heard(EventKind::DEAD, "m2"));
    EXPECT_EQ(StateOf(parties[2]->agent->Find("m2")), MemberState::LEFT);
}

TEST_F(AgentMemoryTest, WhoIsAloneLeavesAtOnce)
{
    const auto party = Launch(1);
    auto left = party->agent->Leave(1h);
    EXPECT_EQ(Get(left), std::nullopt);
}

TEST_F(AgentMemoryTest, LeavingInNoTimeSaysThatTheNewsWasNotPassedOn)
{
    const auto parties = ThreeJoined();
    auto left = parties[1]->agent->Leave(0s);
    auto again = parties[1]->agent->Leave(5s);
    EXPECT_NE(Get(left)->find("not passed on in time"), std::string::npos);
    EXPECT_EQ(Get(again), "the agent is leaving already");
}

TEST_F(AgentMemoryTest, MetadataReachesEverybody)
{
    const auto parties = ThreeJoined();
    auto updated = parties[0]->agent->UpdateMeta("rack 7");
    EXPECT_EQ(Get(updated), std::nullopt);
    network.RunFor(5s);
    EXPECT_EQ(parties[2]->agent->Find("m1")->meta, "rack 7");
    EXPECT_TRUE(parties[1]->heard.Heard(EventKind::UPDATED, "m1"));

    auto tooLong = parties[0]->agent->UpdateMeta(std::string(513, 'x'));
    EXPECT_EQ(Get(tooLong), "metadata of 513 bytes is too long; the most is 512");
}

TEST_F(AgentMemoryTest, ABroadcastReachesEverybody)
{
    const auto parties = ThreeJoined();
    auto sent = parties[0]->agent->Broadcast(BytesOf("hello all"));
    EXPECT_EQ(Get(sent), std::nullopt);
    network.RunFor(5s);
    EXPECT_TRUE(parties[1]->heard.HasMessage("hello all"));
    EXPECT_TRUE(parties[2]->heard.HasMessage("hello all"));

    auto tooLong = parties[0]->agent->Broadcast(Bytes(5000));
    EXPECT_NE(Get(tooLong)->find("a broadcast of 5000 bytes fits into no datagram"),
              std::string::npos);
}

TEST_F(AgentMemoryTest, MessagesReachTheOneTheyAreFor)
{
    const auto parties = ThreeJoined();
    auto datagram = parties[0]->agent->Send("m2", BytesOf("quick"), Delivery::DATAGRAM);
    auto stream = parties[0]->agent->Send("m3", BytesOf("sure"), Delivery::STREAM);
    auto nobody = parties[0]->agent->Send("m9", BytesOf("lost"), Delivery::STREAM);
    EXPECT_EQ(Get(datagram), std::nullopt);
    EXPECT_EQ(Get(stream), std::nullopt);
    EXPECT_EQ(Get(nobody), "there is no member \"m9\"");
    network.RunFor(1s);
    EXPECT_TRUE(parties[1]->heard.HasMessage("quick"));
    EXPECT_TRUE(parties[2]->heard.HasMessage("sure"));
}

TEST_F(AgentMemoryTest, AMessageByStreamToOneWhoIsGoneFails)
{
    auto parties = ThreeJoined();
    parties[2]->agent.reset();
    auto sent = parties[0]->agent->Send("m3", BytesOf("sure"), Delivery::STREAM);
    EXPECT_EQ(Get(sent), "Connection refused");
}

TEST_F(AgentMemoryTest, JoiningNamesEveryAddressThatFailed)
{
    const auto party = Launch(1);
    auto joined = party->agent->Join({"10.0.0.8:7946", "not an address:x", "10.0.0.9"});
    const JoinResult result = Get(joined);
    EXPECT_EQ(result.contacted, 0u);
    ASSERT_EQ(result.errors.size(), 3u);
    EXPECT_EQ(result.errors[0].find("could not join not an address:x: not an address"), 0u);
    EXPECT_EQ(result.errors[1], "could not join 10.0.0.8:7946: Connection refused");
    EXPECT_EQ(result.errors[2], "could not join 10.0.0.9:7946: Connection refused");

    auto nobody = party->agent->Join({});
    EXPECT_EQ(Get(nobody).errors, std::vector<std::string>{"no address to join was given"});
}

TEST_F(AgentMemoryTest, JoiningIsTriedAgainUntilSomebodyIsThere)
{
    const auto late = Launch(1);
    auto joined = late->agent->Join({"10.0.0.2"}, {.retries = 5, .retryInterval = 2s});
    network.RunFor(3s);
    EXPECT_FALSE(IsReady(joined));
    const auto seed = Launch(2);
    const JoinResult result = Get(joined);
    EXPECT_EQ(result.contacted, 1u);
    EXPECT_TRUE(result.errors.empty());
    EXPECT_EQ(late->agent->MemberCount(), 2u);
}

TEST_F(AgentMemoryTest, WhatOneSendsTheOthersReceive)
{
    const auto parties = ThreeJoined();
    network.RunFor(20s);
    auto sent = parties[0]->agent->Send("m2", BytesOf("sure"), Delivery::STREAM);
    EXPECT_EQ(Get(sent), std::nullopt);
    for (std::size_t kind = 0; kind < TRAFFIC_KINDS; ++kind)
    {
        TrafficCount all;
        for (const auto& party : parties)
        {
            const TrafficCount one = party->agent->Traffic()[static_cast<TrafficKind>(kind)];
            all.sent += one.sent;
            all.sentBytes += one.sentBytes;
            all.received += one.received;
            all.receivedBytes += one.receivedBytes;
        }
        const std::string_view name = TrafficKindName(static_cast<TrafficKind>(kind));
        EXPECT_NEAR(all.sent, all.received, 3) << name; // those on their way
        EXPECT_NEAR(all.sentBytes, all.receivedBytes, 1500) << name;
    }
    const TrafficCounts first = parties[0]->agent->Traffic();
    EXPECT_EQ(first[TrafficKind::PING].sent, parties[0]->agent->Count().probes);
    EXPECT_EQ(first[TrafficKind::STREAM_USER].sent, 1u);
    EXPECT_GE(first[TrafficKind::PUSH_PULL].received, 2u); // the two that joined through it
    EXPECT_EQ(parties[1]->agent->Traffic()[TrafficKind::STREAM_USER].received, 1u);
}

TEST_F(AgentMemoryTest, APingMeasuresTheRoundTrip)
{
    auto parties = ThreeJoined();
    const std::uint64_t probes = parties[0]->agent->Count().probes;
    auto byName = parties[0]->agent->Ping("m2");
    EXPECT_EQ(Get(byName).roundTrip, 2 * MemoryNetwork::LATENCY);
    auto byAddress = parties[0]->agent->Ping("10.0.0.3:7946");
    EXPECT_EQ(Get(byAddress).roundTrip, 2 * MemoryNetwork::LATENCY);
    EXPECT_LE(parties[0]->agent->Count().probes, probes + 1);

    parties[2]->agent.reset();
    auto gone = parties[0]->agent->Ping("m3", 300ms);
    network.RunFor(299ms);
    EXPECT_FALSE(IsReady(gone));
    EXPECT_EQ(Get(gone).error, "no answer from m3 within 300ms");
    auto nobody = parties[0]->agent->Ping("m9:x");
    EXPECT_EQ(Get(nobody).error.find("no member \"m9:x\", and not an address"), 0u);
    auto dropped = parties[0]->agent->Ping("m3", 1h);
    network.RunFor(1s);
    parties[0]->agent->Shutdown();
    EXPECT_EQ(Get(dropped).error, "the agent was shut down");
}

TEST_F(AgentMemoryTest, OurOwnRefutationIsTold)
{
    auto parties = ThreeJoined();
    EXPECT_EQ(parties[2]->agent->Incarnation(), 1u);
    parties[2]->agent->Shutdown();
    for (Duration waited{}; waited < 10s && !parties[0]->heard.Heard(EventKind::SUSPECT, "m3");
         waited += 10ms)
    {
        network.RunFor(10ms);
    }
    parties[2] = Launch(3);
    auto joined = parties[2]->agent->Join({"10.0.0.1"});
    EXPECT_EQ(Get(joined).contacted, 1u);
    network.RunFor(5s);
    EXPECT_TRUE(parties[2]->heard.Heard(EventKind::REFUTED, "m3"));
    EXPECT_GE(parties[2]->agent->Incarnation(), 2u);
    EXPECT_TRUE(parties[0]->heard.Heard(EventKind::REFUTED, "m3"));
}

TEST_F(AgentMemoryTest, EventsCarryTheirMomentIncarnationAndSource)
{
    struct Last : Listener
    {
        void OnEvent(const MembershipEvent& event) override
        {
            events.push_back(event);
        }

        void OnRejected(Rejection reason, const Address& from, Instant) override
        {
            rejections.push_back(reason);
            rejectedFrom.push_back(from);
        }

        std::vector<MembershipEvent> events;
        std::vector<Rejection> rejections;
        std::vector<Address> rejectedFrom;
    };

    Last last;
    AgentOptions options{.name = "m1", .listener = &last, .seed = 1};
    Agent first(options, network.Attach(AddressOf(1)));
    options = {.name = "m2", .seed = 2, .incarnation = 7};
    Agent second(options, network.Attach(AddressOf(2)));
    network.RunFor(1s);
    const Instant before = first.Now();
    auto joined = second.Join({"10.0.0.1"});
    EXPECT_EQ(Get(joined).contacted, 1u);
    ASSERT_EQ(last.events.size(), 1u);
    EXPECT_EQ(last.events[0].member.name, "m2");
    EXPECT_EQ(last.events[0].incarnation, 7u);
    EXPECT_EQ(last.events[0].when, before + MemoryNetwork::LATENCY);
    EXPECT_EQ(second.Incarnation(), 7u);

    options.config.label = "another cluster";
    options.name = "m3";
    Agent stranger(options, network.Attach(AddressOf(3)));
    auto refused = stranger.Join({"10.0.0.1"});
    EXPECT_EQ(Get(refused).contacted, 0u);
    EXPECT_EQ(last.rejections, std::vector<Rejection>{Rejection::LABEL_FOREIGN});
    EXPECT_EQ(last.rejectedFrom, std::vector<Address>{AddressOf(3)});
}

TEST_F(AgentMemoryTest, JoiningOnlyItselfIsNoContact)
{
    const auto party = Launch(1);
    auto joined = party->agent->Join({"10.0.0.1:7946"});
    const Outcome<JoinResult> result = Get(joined);
    EXPECT_EQ(result.contacted, 0u);
    EXPECT_EQ(result.errors,
              std::vector<std::string>{
                  "could not join 10.0.0.1:7946: this is the joining member itself"});
}

TEST_F(AgentMemoryTest, AStreamThatLeadsBackIsNoContactWhateverItsAddress)
{
    AgentOptions options{.name = "m1", .advertise = "192.0.2.7:7946", .seed = 1};
    Agent behindAnother(options, network.Attach(AddressOf(1)));
    auto joined = behindAnother.Join({"10.0.0.1:7946"});
    EXPECT_EQ(Get(joined).contacted, 0u);
}

TEST_F(AgentMemoryTest, GoesOnUntilAnotherThanItselfAnswersAndTellsOfEachAttempt)
{
    const auto first = Launch(1);
    std::size_t failed = 0;
    auto joining = first->agent->Join(
        {"10.0.0.1:7946", "10.0.0.2:7946"},
        {.retries = 100, .retryInterval = 1s, .failed = [&failed](const JoinResult& result) {
             failed += result.contacted == 0 && result.errors.size() == 2;
         }});
    network.RunFor(5s);
    EXPECT_FALSE(IsReady(joining));
    EXPECT_GE(failed, 4u);
    const auto second = Launch(2);
    EXPECT_EQ(Get(joining).contacted, 1u);
    EXPECT_EQ(first->agent->MemberCount(), 2u);
}

TEST_F(AgentMemoryTest, AConflictTellsBothAddresses)
{
    struct Last : Listener
    {
        void OnEvent(const MembershipEvent& event) override
        {
            if (event.kind == EventKind::CONFLICT)
            {
                known = event.member.address;
                claimed = event.claimed;
            }
        }

        Address known;
        Address claimed;
    };

    Last first;
    Last second;
    Agent one({.name = "web", .listener = &first, .seed = 1}, network.Attach(AddressOf(1)));
    Agent two({.name = "web", .listener = &second, .seed = 2}, network.Attach(AddressOf(2)));
    auto joined = two.Join({"10.0.0.1"}, {.acceptance = 0s});
    EXPECT_EQ(Get(joined).contacted, 1u);
    EXPECT_EQ(first.known, AddressOf(1));
    EXPECT_EQ(first.claimed, AddressOf(2));
    EXPECT_EQ(second.known, AddressOf(2));
    EXPECT_EQ(second.claimed, AddressOf(1));
}

TEST_F(AgentMemoryTest, ASecondAgentAtAnAddressIsRefusedUntilTheFirstIsShutDown)
{
    Agent first({.name = "a"}, network.Attach(AddressOf(1)));
    std::string wrong;
    try
    {
        const Agent second({.name = "b"}, network.Attach(AddressOf(1)));
    }
    catch (const AgentError& error)
    {
        wrong = error.what();
    }
    EXPECT_NE(wrong.find("an agent is at 10.0.0.1:7946"), std::string::npos) << wrong;
    first.Shutdown();
    const Agent successor({.name = "b"}, network.Attach(AddressOf(1)));
    network.RunFor(1s);
    EXPECT_EQ(successor.MemberCount(), 1u);
}

TEST_F(AgentMemoryTest, ACallbackCannotTurnTheClock)
{
    struct Turner : Listener
    {
        explicit Turner(MemoryNetwork& turned)
            : turned(turned)
        {
        }

        void OnEvent(const MembershipEvent&) override
        {
            turned.RunFor(1s);
        }

        MemoryNetwork& turned;
    };

    Turner turner(network);
    Agent agent({.name = "a", .listener = &turner}, network.Attach(AddressOf(1)));
    const auto other = Launch(2);
    auto joined = other->agent->Join({"10.0.0.1"});
    EXPECT_EQ(Get(joined).contacted, 1u);
    network.RunFor(1s);
    EXPECT_EQ(agent.CallbackCount().failed, 1u) << "it was told of one that joined";
    EXPECT_EQ(agent.MemberCount(), 2u) << "and the network goes on";
}

TEST_F(AgentMemoryTest, ShuttingDownSettlesWhatIsUnderWay)
{
    const auto party = Launch(1);
    auto retrying = party->agent->Join({"10.0.0.2"}, {.retries = 5, .retryInterval = 2s});
    network.RunFor(1s);
    auto posted = party->agent->Broadcast(BytesOf("too late"));
    party->agent->Shutdown();
    party->agent->Shutdown();
    network.RunFor(1s);
    ASSERT_TRUE(IsReady(retrying));
    EXPECT_EQ(retrying.get().errors, std::vector<std::string>{"the agent was shut down"});
    ASSERT_TRUE(IsReady(posted));
    EXPECT_EQ(OutcomeOf(posted), "the agent was shut down");
    auto after = party->agent->Join({"10.0.0.2"});
    ASSERT_TRUE(IsReady(after));
    EXPECT_EQ(after.get().contacted, 0u);
}

} // namespace

} // namespace swim
