// SPDX-License-Identifier: MIT
//
// Broadcasts among agents: who is told, who is refused, and when they count as done.
#include "broadcast-cluster.h"
#include "recording-listener.h"

#include <gtest/gtest.h>

namespace swim
{

namespace
{

TEST(Broadcasts, OfRandomMembersAreToldOnceToAllOfTwenty)
{
    ExpectBroadcastsToReachAll(20, 200);
}

TEST(Broadcasts, AFullQueueIsToldToTheCaller)
{
    AgentOptions options = Quick("full");
    options.config.userQueueDepth = 100;
    options.config.gossipInterval = 1h; // nothing is sent
    Agent full(options);
    Agent other(Quick("other"));
    EXPECT_EQ(Get(full.Join({Where(other)})).contacted, 1u);
    EXPECT_TRUE(Eventually([&] { return full.MemberCount() == 2; }));
    std::size_t refused = 0;
    for (int i = 0; i < 150; ++i)
    {
        const auto failure = Get(full.Broadcast(BytesOf("one of many")));
        refused += failure.has_value();
        if (failure)
        {
            EXPECT_EQ(*failure,
                      "100 broadcasts wait already, which user_queue_depth allows; ask again when "
                      "some have been passed on");
        }
    }
    EXPECT_GE(refused, 40u); // probes carry some away
}

TEST(Broadcasts, TheLimitIsTold)
{
    Agent agent(Quick("agent"));
    const std::size_t most = agent.MaxBroadcast();
    EXPECT_GT(most, 1000u);
    EXPECT_LT(agent.MaxBroadcast({.name = "configuration"}), most);
    EXPECT_GT(agent.MaxBroadcast({.relay = Relay::RECEIVERS}), most);
    EXPECT_EQ(Get(agent.Broadcast(Bytes(most))), std::nullopt);
    EXPECT_EQ(Get(agent.Broadcast(Bytes(most + 1))),
              "a broadcast of " + std::to_string(most + 1) +
                  " bytes fits into no datagram; the most is " + std::to_string(most));
}

TEST(Broadcasts, ALaterOneOfTheSameNameTakesTheirPlace)
{
    AgentOptions options = Quick("a");
    options.config.gossipInterval = 1h;
    options.config.probeInterval = 1h;
    Agent a(options);
    Agent b(Quick("b"));
    EXPECT_EQ(Get(a.Join({Where(b)})).contacted, 1u);
    EXPECT_TRUE(Eventually([&] { return a.MemberCount() == 2; }));
    auto first = a.Broadcast(BytesOf("one"), {.name = "configuration", .until = Until::PASSED_ON});
    EXPECT_EQ(Get(a.Broadcast(BytesOf("two"), {.name = "configuration"})), std::nullopt);
    EXPECT_EQ(Get(std::move(first)), "another broadcast took its place before it was passed on");
}

TEST(Broadcasts, OfMemberlistsKindArePassedOnByWhoWants)
{
    RecordingListener heardB;
    RecordingListener heardC;
    Agent a(Quick("a"));
    Agent b(Quick("b", &heardB));
    Agent c(Quick("c", &heardC));
    for (Agent* const other : {&b, &c})
    {
        EXPECT_EQ(Get(other->Join({Where(a)})).contacted, 1u);
    }
    EXPECT_TRUE(Eventually([&] { return c.MemberCount() == 3; }));
    EXPECT_EQ(Get(a.Broadcast(BytesOf("as it is"), {.relay = Relay::RECEIVERS})), std::nullopt);
    EXPECT_TRUE(Eventually([&] { return heardB.HasMessage("as it is"); }));
    EXPECT_TRUE(Eventually([&] { return heardC.HasMessage("as it is"); }));
}

} // namespace

} // namespace swim
