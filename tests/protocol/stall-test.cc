// SPDX-License-Identifier: MIT
//
// A stalled node: which of its tasks block, which go on, and what each does when it is over.
#include "node-fixture.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// Members a to f with memberlist's LAN settings, no push/pull.
class StallTest : public NodeTest
{
  protected:
    StallTest()
    {
        config.pushPullInterval = 0s;
    }

    void BeginStall()
    {
        outbox.Clear();
        node->BeginStall(now, outbox);
    }

    void EndStall(Duration later)
    {
        now += later;
        outbox.Clear();
        node->EndStall(now, outbox);
    }

    /// All that the node does until then, stopping at each of its deadlines. What it sends adds up.
    void PassTime(Duration time)
    {
        const Instant end = now + time;
        outbox.Clear();
        for (; now < end; now = std::min(end, node->NextDeadline()))
        {
            node->Advance(now, outbox);
        }
        node->Advance(now, outbox);
    }

    /// To the next ping, whose round has just begun.
    void BeginProbe()
    {
        AdvanceToProbe();
    }
};

TEST_F(StallTest, OneProbeBlocksHoweverLongItLasts)
{
    Start("abcdef");
    BeginStall();
    PassTime(20s);
    EXPECT_EQ(Packets(TrafficKind::PING).size(), 1u);
    EXPECT_EQ(Packets(TrafficKind::PING_REQ).size(), 0u) << "the task waits to send its ping";
    EXPECT_EQ(outbox.Streams().size(), 0u);
    EXPECT_EQ(node->Count().probesFailed, 0u) << "the verdict is the blocked task's";
}

TEST_F(StallTest, TheBlockedProbeFailsWhenItEndsAndTheNextBegins)
{
    Start("abcdef");
    BeginStall();
    PassTime(20s);
    const char target = Packets(TrafficKind::PING).at(0).to[0];
    EndStall(0s);
    EXPECT_EQ(Packets(TrafficKind::PING_REQ).size(), 3u) << "memberlist still asks relays";
    EXPECT_EQ(outbox.Aborts().size(), 1u) << "and its stream has no time left";
    EXPECT_EQ(Events(), std::string("suspect ") + target + "@1 by a");
    EXPECT_EQ(Packets(TrafficKind::PING).size(), 1u) << "missed rounds collapse into one";
    EXPECT_EQ(node->HealthScore(), 3u);
    PassTime(3s);
    EXPECT_EQ(node->Count().probesFailed, 1u);
}

TEST_F(StallTest, AProbeWhoseTimeIsNotUpWaitsForItsAckFromItsPingOn)
{
    Start("abcdef");
    AdvanceTo(node->NextDeadline() - 1ms);
    BeginStall();
    PassTime(801ms); // the ping was due after 1 ms and blocks
    const auto pings = Packets(TrafficKind::PING);
    ASSERT_EQ(pings.size(), 1u);
    EndStall(0s);
    EXPECT_TRUE(Packets().empty()) << "500 ms are over since the probe began, not since its ping";
    AdvanceBy(199ms);
    EXPECT_EQ(Packets(TrafficKind::PING_REQ).size(), 0u);
    HearMessage(wire::Ack{1, {}}, pings[0].to[0]);
    AdvanceBy(1ms);
    EXPECT_EQ(node->Count().probesFailed, 0u);
    EXPECT_EQ(node->HealthScore(), 0u);
}

TEST_F(StallTest, AProbeWhosePingWasSentBlocksAtItsPingReqs)
{
    Start("abcdef");
    BeginProbe();
    BeginStall();
    PassTime(20s);
    EXPECT_EQ(Packets(TrafficKind::PING_REQ).size(), 3u) << "due half a second into it";
    EXPECT_EQ(Packets(TrafficKind::PING).size(), 0u);
    EXPECT_EQ(node->Count().probesFailed, 0u);
    EndStall(0s);
    EXPECT_EQ(node->Count().probesFailed, 1u);
    EXPECT_EQ(Packets(TrafficKind::PING).size(), 1u);
}

TEST_F(StallTest, AProbeThatSendsNothingMoreEndsOnTime)
{
    config.indirectChecks = 0;
    config.streamFallback = false;
    Start("abcdef");
    BeginProbe();
    BeginStall();
    PassTime(999ms);
    EXPECT_EQ(node->Count().probesFailed, 0u);
    PassTime(2ms);
    EXPECT_EQ(node->Count().probesFailed, 1u);
    EXPECT_EQ(Packets(TrafficKind::PING).size(), 1u) << "the next one begins, and blocks";
}

TEST_F(StallTest, SuspicionsRunOutMeanwhileAndAreToldAfterwards)
{
    config.retransmitMult = 8; // enough for all that follows
    Start("abcdef");
    Hear(Suspect('c', 1, 'b'));
    BeginStall();
    PassTime(30s);
    EXPECT_EQ(StateOf('c'), "dead@1");
    EXPECT_EQ(Packets(TrafficKind::GOSSIP).size(), 1u) << "the gossip of the suspicion blocks";
    EXPECT_EQ(Packets(TrafficKind::GOSSIP).at(0).parts,
              std::vector<std::string>{"suspect c@1 by b"});
    EndStall(0s);
    const auto gossip = Packets(TrafficKind::GOSSIP);
    ASSERT_EQ(gossip.size(), 2u + 3u) << "two more of the blocked round, and the one that is due";
    for (const Packet& packet : gossip)
    {
        EXPECT_EQ(packet.parts[0], "dead c@1 by a") << "with the news of their own time";
    }
}

TEST_F(StallTest, APushPullHasItsWholeTimeOnceItIsSent)
{
    config.pushPullInterval = 30s;
    Start("abcdef");
    BeginStall();
    PassTime(
        61s); // a process's first one comes after a random part of the interval and a whole one
    ASSERT_EQ(outbox.Streams().size(), 1u);
    EXPECT_TRUE(outbox.Aborts().empty()) << "memberlist's time-out of 10 s begins when it connects";
    const std::uint32_t id = outbox.Streams()[0].id;
    EndStall(30s);
    PassTime(9s);
    EXPECT_EQ(std::ranges::count(outbox.Aborts(), id), 0);
    PassTime(2s);
    EXPECT_EQ(std::ranges::count(outbox.Aborts(), id), 1);
}

TEST_F(StallTest, ANackIsSentThoughTheProbeIsBlocked)
{
    Start("abcdef");
    wire::PingReq request;
    request.seqNo = 77;
    request.node = "c";
    request.target = AddressOf('c');
    request.nack = true;
    HearMessage(request, 'b');
    BeginStall();
    PassTime(5s);
    EXPECT_EQ(Packets(TrafficKind::NACK).size(), 1u) << "each nack is a task of its own";
}

TEST_F(StallTest, AShortOneWithoutADeadlineChangesNothing)
{
    Start("abcdef");
    const Instant first = node->NextDeadline();
    BeginStall();
    EndStall(1ns);
    EXPECT_TRUE(Packets().empty());
    EXPECT_EQ(node->NextDeadline(), first);
}

} // namespace
} // namespace swim
