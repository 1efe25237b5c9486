// SPDX-License-Identifier: MIT
//
// What a node does for the probes of others: it answers pings, and as a relay it pings for them.
#include "node-fixture.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// A node with nothing to say of its own but probes.
class AnswerTest : public NodeTest
{
  protected:
    AnswerTest()
    {
        config.gossipInterval = 0s;
        config.pushPullInterval = 0s;
    }

    /// b asks a to ping c.
    void HearPingReq(bool nack)
    {
        HearMessage(wire::PingReq{.seqNo = 70,
                                  .node = "c",
                                  .target = AddressOf('c'),
                                  .nack = nack,
                                  .source = AddressOf('b'),
                                  .sourceNode = "b"});
    }

    /// c answers the ping that the request made a send.
    void HearAckFromC()
    {
        HearMessage(wire::Ack{1, {}}, 'c');
    }
};

TEST_F(AnswerTest, AnswersPingsToItsNameOrToNone)
{
    Start("ab");
    HearMessage(wire::Ping{7, "a", {}, {}});
    EXPECT_EQ(Join(Packets().at(0).parts), "ack 7");
    HearMessage(wire::Ping{8, "", {}, {}});
    EXPECT_EQ(Join(Packets().at(0).parts), "ack 8");
    HearMessage(wire::Ping{9, "old-owner", {}, {}});
    EXPECT_TRUE(Packets().empty());
}

TEST_F(AnswerTest, AcksGoWhereThePingSaysElseWhereItCameFrom)
{
    Start("abc");
    HearMessage(wire::Ping{7, "a", AddressOf('c'), "c"}, 'b');
    EXPECT_EQ(Packets().at(0).to, "c");
    HearMessage(wire::Ping{7, "a", {}, {}}, 'b');
    EXPECT_EQ(Packets().at(0).to, "b");
    HearMessage(wire::Ping{7, "a", Address(AddressOf('c').Bytes(), 0), "c"}, 'b');
    EXPECT_EQ(Packets().at(0).to, "b") << "an address without its port is no address";
}

TEST_F(AnswerTest, PingsForAnotherInItsOwnName)
{
    Start("abc");
    HearPingReq(true);
    ASSERT_EQ(Packets().size(), 1u);
    EXPECT_EQ(Packets()[0].to, "c");
    EXPECT_EQ(Join(Packets()[0].parts), "ping 1 c from a");
}

TEST_F(AnswerTest, PassesTheAckOnUnderTheAskersNumber)
{
    Start("abc");
    HearPingReq(true);
    HearAckFromC();
    ASSERT_EQ(Packets().size(), 1u);
    EXPECT_EQ(Packets()[0].to, "b");
    EXPECT_EQ(Join(Packets()[0].parts), "ack 70");
    HearAckFromC();
    EXPECT_TRUE(Packets().empty()) << "the second ack of one ping is dropped";
}

TEST_F(AnswerTest, SendsANackAfterItsTimeOut)
{
    config.probeInterval = 10s; // its own probe stays out of the way
    seed = 3;
    Start("abc");
    ASSERT_GT(node->NextDeadline(), now + 600ms);
    HearPingReq(true);
    AdvanceBy(500ms - 1ns);
    EXPECT_TRUE(Packets().empty());
    AdvanceBy(1ns);
    ASSERT_EQ(Packets().size(), 1u);
    EXPECT_EQ(Packets()[0].to, "b");
    EXPECT_EQ(Join(Packets()[0].parts), "nack 70");
    HearAckFromC();
    EXPECT_TRUE(Packets().empty()) << "an ack after the nack is late";
}

TEST_F(AnswerTest, SendsNoNackThatNobodyAskedFor)
{
    Start("abc");
    HearPingReq(false);
    AdvanceBy(500ms);
    EXPECT_TRUE(Packets(TrafficKind::NACK).empty());
}

TEST_F(AnswerTest, RefusesAFloodOfRequests)
{
    Start("abc");
    for (int i = 0; i < 1024; ++i)
    {
        HearPingReq(false);
        ASSERT_EQ(Packets().size(), 1u);
    }
    HearPingReq(false);
    EXPECT_TRUE(Packets().empty());
    EXPECT_EQ(Events(), "rejected: too many ping-reqs at once");
}

} // namespace

} // namespace swim
