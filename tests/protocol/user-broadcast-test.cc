// SPDX-License-Identifier: MIT
//
// User broadcasts have a queue of their own: its bound, its limit, and its share of the datagrams
// while members come and go. What receivers do with them is in relayed-broadcast-test.cc.
#include "node-fixture.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

class UserBroadcastTest : public NodeTest
{
  protected:
    UserBroadcastTest()
    {
        config.probeInterval = 1h;
        config.pushPullInterval = 0s;
        config.gossipNodes = 1;
        config.udpBufferSize = 576;
    }

    std::optional<BroadcastRefusal> Broadcast(std::size_t size)
    {
        const wire::Bytes payload(size, 'x');
        return node->Broadcast(now, payload, {.relay = Relay::RECEIVERS}, outbox).refusal;
    }

    void PassOn(std::size_t size)
    {
        EXPECT_TRUE(node->PassOn(now, wire::Bytes(size, 'x'), outbox));
    }

    /// News that fills more than a datagram: strangers with long names.
    void Churn(int round)
    {
        for (int i = 0; i < 4; ++i)
        {
            const std::string name = std::string(100, 's') + std::to_string(4 * round + i);
            Hear(Alive(name, 1, AddressOf('b')));
        }
    }

    /// @return how many of 40 gossip datagrams carry a user broadcast while news never ends
    int CarriersDuringChurn()
    {
        int carriers = 0;
        int datagrams = 0;
        for (int round = 0; datagrams < 40; ++round)
        {
            Churn(round);
            Broadcast(200);
            AdvanceBy(config.gossipInterval);
            for (const Packet& packet : Packets(TrafficKind::GOSSIP))
            {
                ++datagrams;
                carriers += Join(packet.parts).find("user") != std::string::npos;
            }
        }
        return carriers;
    }
};

TEST_F(UserBroadcastTest, StarvesBehindChurnAsInMemberlist)
{
    config.userBroadcastShare = 0;
    Start("ab");
    EXPECT_EQ(CarriersDuringChurn(), 0);
}

TEST_F(UserBroadcastTest, GoesFirstInItsShareOfTheDatagrams)
{
    config.userBroadcastShare = 25;
    Start("ab");
    EXPECT_EQ(CarriersDuringChurn(), 10);
}

TEST_F(UserBroadcastTest, LeavesTheRestToNews)
{
    config.userBroadcastShare = 100;
    Start("ab");
    Broadcast(50);
    Hear(Suspect('b', 1, 'c'));
    AdvanceBy(config.gossipInterval);
    ASSERT_EQ(Packets(TrafficKind::GOSSIP).size(), 1u);
    EXPECT_EQ(Packets(TrafficKind::GOSSIP)[0].parts.size(), 2u);
}

TEST_F(UserBroadcastTest, FitsExactlyOrIsRefused)
{
    Start("ab");
    EXPECT_EQ(Broadcast(node->MaxUserMessage() + 1), BroadcastRefusal::TOO_LONG);
    EXPECT_EQ(node->QueuedBroadcasts(), 0u);
    EXPECT_EQ(Broadcast(node->MaxUserMessage()), std::nullopt);
    AdvanceBy(config.gossipInterval);
    ASSERT_EQ(Packets(TrafficKind::GOSSIP).size(), 1u);
    EXPECT_LE(outbox.Datagrams()[0].size, config.udpBufferSize + wire::CRC_SIZE);
}

TEST_F(UserBroadcastTest, LeavesRoomForThePingThatCarriesItWhereNothingElseDoes)
{
    config = Preset("swim").value();
    ASSERT_EQ(config.gossipInterval, 0s);
    Start("ab");
    const std::size_t most = node->MaxBroadcast({.relay = Relay::RECEIVERS});
    EXPECT_EQ(Broadcast(most + 1), BroadcastRefusal::TOO_LONG);
    EXPECT_EQ(Broadcast(most), std::nullopt);
    AdvanceToProbe();
    ASSERT_EQ(Packets(TrafficKind::PING).size(), 1u);
    EXPECT_EQ(Packets(TrafficKind::PING)[0].parts.size(), 2u);
}

TEST_F(UserBroadcastTest, IsRefusedWhereAsManyWaitAsMay)
{
    config.userQueueDepth = 2;
    Start("ab");
    EXPECT_EQ(Broadcast(10), std::nullopt);
    EXPECT_EQ(Broadcast(20), std::nullopt);
    EXPECT_EQ(Broadcast(30), BroadcastRefusal::QUEUE_FULL);
    EXPECT_EQ(node->QueuedBroadcasts(), 2u);
    EXPECT_EQ(node->Count().userBroadcastsDropped, 0u);
    AdvanceBy(config.gossipInterval);
    EXPECT_EQ(Join(Packets(TrafficKind::GOSSIP).at(0).parts),
              "user " + std::string(20, 'x') + ", user " + std::string(10, 'x'));
}

TEST_F(UserBroadcastTest, WhatIsPassedOnTakesThePlaceOfWhatWasSentMostOften)
{
    config.userQueueDepth = 2;
    Start("ab");
    EXPECT_EQ(Broadcast(10), std::nullopt);
    AdvanceBy(config.gossipInterval);
    PassOn(20);
    PassOn(30);
    EXPECT_EQ(node->QueuedBroadcasts(), 2u);
    EXPECT_EQ(node->Count().userBroadcastsDropped, 1u);
    AdvanceBy(config.gossipInterval);
    ASSERT_EQ(Packets(TrafficKind::GOSSIP).size(), 1u);
    EXPECT_EQ(Packets(TrafficKind::GOSSIP)[0].parts[0], "user " + std::string(30, 'x'));
    EXPECT_EQ(Packets(TrafficKind::GOSSIP)[0].parts[1], "user " + std::string(20, 'x'));
}

TEST_F(UserBroadcastTest, IsSentAsOftenAsTheRetransmitLimitAsks)
{
    Start("ab");
    Broadcast(10);
    int sent = 0;
    for (int tick = 0; tick < 20; ++tick)
    {
        AdvanceBy(config.gossipInterval);
        sent += static_cast<int>(Packets(TrafficKind::GOSSIP).size());
    }
    EXPECT_EQ(sent, static_cast<int>(RetransmitLimit(config, 2)));
}

} // namespace

} // namespace swim
