// SPDX-License-Identifier: MIT
//
// The failure detector of one node: whom it pings, whom it asks, when it gives up, and what its own
// failures teach it about itself.
#include "node-fixture.h"

#include <set>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// Members a to f, nothing on the wire but probes. Time-outs: LAN's 500 ms of 1 s.
class ProbeTest : public NodeTest
{
  protected:
    ProbeTest()
    {
        config.gossipInterval = 0s;
        config.pushPullInterval = 0s;
    }

    void HearAck(std::uint32_t seqNo, char from = 'b')
    {
        HearMessage(wire::Ack{seqNo, {}}, from);
    }

    void HearNack(std::uint32_t seqNo, char from = 'b')
    {
        HearMessage(wire::Nack{seqNo}, from);
    }

    /// Answers the one open stream with an ack.
    void AnswerStream(std::uint32_t id, std::uint32_t seqNo)
    {
        wire::Bytes ack;
        wire::Encode(wire::Ack{seqNo, {}}, ack);
        outbox.Clear();
        node->ReceiveStreamAnswer(now, id, ack, outbox);
    }

    /// One whole round that nobody answers. The next one begins at the instant of its verdict.
    void FailProbe()
    {
        AdvanceToProbe();
        const std::uint64_t before = node->Count().probesFailed;
        while (node->Count().probesFailed == before)
        {
            AdvanceTo(node->NextDeadline());
        }
    }
};

TEST_F(ProbeTest, PingsEachMemberOnceATraversal)
{
    Start("abcdef");
    for (int traversal = 0; traversal < 3; ++traversal)
    {
        std::set<char> pinged;
        for (std::uint32_t round = 1; round <= 5; ++round)
        {
            pinged.insert(AdvanceToProbe());
            HearAck(static_cast<std::uint32_t>(node->Count().probes));
        }
        EXPECT_EQ(pinged, (std::set{'b', 'c', 'd', 'e', 'f'}));
    }
}

TEST_F(ProbeTest, PingsOncePerInterval)
{
    Start("abc");
    AdvanceToProbe();
    const Instant first = now;
    for (std::uint32_t period = 1; period <= 4; ++period)
    {
        HearAck(period);
        AdvanceToProbe();
        EXPECT_EQ(now, first + period * 1s);
    }
}

TEST_F(ProbeTest, FailedProbesOfALateDriverCostNoTick)
{
    config.awarenessMaxMultiplier = 1;
    Start("abcdef");
    AdvanceToProbe();
    const Instant first = now;
    while (now < first + 10 * config.probeInterval)
    {
        AdvanceTo(node->NextDeadline() + 1ms);
    }
    EXPECT_EQ(node->Count().probes, 11u);
}

TEST_F(ProbeTest, NamesTargetAndSelfInThePing)
{
    Start("ab");
    AdvanceToProbe();
    ASSERT_EQ(Packets().size(), 1u);
    EXPECT_EQ(Packets()[0].to, "b");
    EXPECT_EQ(Join(Packets()[0].parts), "ping 1 b from a");
    EXPECT_FALSE(Packets()[0].crc);
}

TEST_F(ProbeTest, AckEndsTheRound)
{
    Start("abcdef");
    AdvanceToProbe();
    const Instant tick = now;
    AdvanceBy(499ms);
    HearAck(1);
    EXPECT_EQ(node->NextDeadline(), tick + 1s);
    EXPECT_EQ(node->Count().probesIndirect, 0u);
    EXPECT_EQ(node->Count().probesFailed, 0u);
}

TEST_F(ProbeTest, AckOfAnotherRoundChangesNothing)
{
    Start("abcdef");
    AdvanceToProbe();
    HearAck(2);
    AdvanceBy(500ms);
    EXPECT_EQ(node->Count().probesIndirect, 1u);
}

TEST_F(ProbeTest, AsksThreeRelaysOnceTheAckIsLate)
{
    Start("abcdef");
    const char target = AdvanceToProbe();
    AdvanceBy(500ms - 1ns);
    EXPECT_TRUE(Packets().empty());
    AdvanceBy(1ns);
    const auto requests = Packets(TrafficKind::PING_REQ);
    ASSERT_EQ(requests.size(), 3u);
    std::set<std::string> relays;
    for (const Packet& request : requests)
    {
        relays.insert(request.to);
        const std::string name(1, target);
        EXPECT_EQ(Join(request.parts), "ping-req 1 " + name + " at " + name + " from a nack");
    }
    EXPECT_EQ(relays.size(), 3u);
    EXPECT_FALSE(relays.contains(std::string(1, target)));
    EXPECT_FALSE(relays.contains("a"));
}

TEST_F(ProbeTest, AsksOnlyMembersThatItHoldsForAlive)
{
    Start("abcdef");
    const char target = AdvanceToProbe();
    std::set<std::string> alive;
    int accused = 0;
    for (const char member : {'b', 'c', 'd', 'e', 'f'})
    {
        if (member != target && accused < 2)
        {
            Hear(accused++ == 0 ? Suspect(member, 1, 'x') : Dead(member, 1, 'x'));
        }
        else if (member != target)
        {
            alive.insert(std::string(1, member));
        }
    }
    AdvanceBy(500ms);
    std::set<std::string> relays;
    for (const Packet& request : Packets(TrafficKind::PING_REQ))
    {
        relays.insert(request.to);
    }
    EXPECT_EQ(relays, alive);
}

TEST_F(ProbeTest, DoesNotAskForNacksWhenTurnedOff)
{
    config.nack = false;
    Start("abc");
    AdvanceToProbe();
    AdvanceBy(500ms);
    ASSERT_EQ(Packets(TrafficKind::PING_REQ).size(), 1u);
    EXPECT_EQ(Packets(TrafficKind::PING_REQ)[0].parts[0].find("nack"), std::string::npos);
}

TEST_F(ProbeTest, RelayedAckSavesTheTarget)
{
    Start("abcdef");
    const char target = AdvanceToProbe();
    AdvanceBy(999ms);
    HearAck(1, 'c');
    AdvanceBy(1ms);
    EXPECT_EQ(StateOf(target), "alive@1");
    EXPECT_EQ(node->Count().probesFailed, 0u);
}

TEST_F(ProbeTest, SuspectsAtTheEndOfThePeriodAndNotBefore)
{
    Start("abcdef");
    const char target = AdvanceToProbe();
    AdvanceBy(1s - 1ns);
    EXPECT_EQ(StateOf(target), "alive@1");
    AdvanceBy(1ns);
    EXPECT_EQ(StateOf(target), "suspect@1");
    EXPECT_EQ(Events(), std::string("suspect ") + target + "@1 by a");
    EXPECT_EQ(node->Count().probesFailed, 1u);
}

TEST_F(ProbeTest, LateAckDoesNotTakeTheSuspicionBack)
{
    Start("abcdef");
    const char target = AdvanceToProbe();
    AdvanceBy(1s);
    HearAck(1);
    EXPECT_EQ(StateOf(target), "suspect@1");
}

TEST_F(ProbeTest, DoesNotAccuseWhoRaisedItsIncarnationMeanwhile)
{
    Start("ab");
    AdvanceToProbe();
    Hear(Alive('b', 2));
    AdvanceBy(1s);
    EXPECT_EQ(node->Count().probesFailed, 1u);
    EXPECT_EQ(StateOf('b'), "alive@2");
}

TEST_F(ProbeTest, TriesAStreamBesideTheRelays)
{
    Start("abcdef");
    const char target = AdvanceToProbe();
    AdvanceBy(500ms);
    ASSERT_EQ(outbox.Streams().size(), 1u);
    const Outbox::Stream& stream = outbox.Streams()[0];
    EXPECT_EQ(stream.to, AddressOf(target));
    EXPECT_EQ(stream.kind, TrafficKind::STREAM_PING);
    EXPECT_EQ(Describe(outbox.Bytes(stream)), std::string("ping 1 ") + target + " from a");
}

TEST_F(ProbeTest, StreamAnswerSavesTheTarget)
{
    Start("abcdef");
    const char target = AdvanceToProbe();
    AdvanceBy(500ms);
    AnswerStream(outbox.Streams()[0].id, 1);
    AdvanceBy(500ms);
    EXPECT_EQ(StateOf(target), "alive@1");
    EXPECT_EQ(node->Count().streamPingsAnswered, 1u);
    EXPECT_EQ(node->Count().probesFailed, 0u);
}

TEST_F(ProbeTest, StreamAnswerWithAnotherSequenceNumberIsNone)
{
    Start("abcdef");
    const char target = AdvanceToProbe();
    AdvanceBy(500ms);
    AnswerStream(outbox.Streams()[0].id, 7);
    AdvanceBy(500ms);
    EXPECT_EQ(StateOf(target), "suspect@1");
}

TEST_F(ProbeTest, GivesTheStreamUpWithTheRound)
{
    Start("abcdef");
    AdvanceToProbe();
    AdvanceBy(500ms);
    const std::uint32_t id = outbox.Streams()[0].id;
    HearAck(1);
    ASSERT_EQ(outbox.Aborts().size(), 1u);
    EXPECT_EQ(outbox.Aborts()[0], id);
}

TEST_F(ProbeTest, OpensNoStreamWhenTurnedOff)
{
    config.streamFallback = false;
    Start("abcdef");
    AdvanceToProbe();
    AdvanceBy(500ms);
    EXPECT_EQ(Packets(TrafficKind::PING_REQ).size(), 3u);
    EXPECT_TRUE(outbox.Streams().empty());
}

TEST_F(ProbeTest, EachMissingNackCostsOnePointOfHealth)
{
    for (std::uint32_t nacks = 0; nacks <= 4; ++nacks)
    {
        Start("abcdef");
        AdvanceToProbe();
        AdvanceBy(500ms);
        for (std::uint32_t i = 0; i < nacks; ++i)
        {
            HearNack(1);
        }
        AdvanceBy(500ms);
        EXPECT_EQ(node->HealthScore(), 3 - std::min(nacks, 3u)) << nacks << " nacks";
        EXPECT_EQ(node->Count().nacksExpected, 3u);
        EXPECT_EQ(node->Count().nacksReceived, std::min(nacks, 3u));
    }
}

TEST_F(ProbeTest, FailureWithoutRelaysCostsOnePoint)
{
    Start("ab");
    FailProbe();
    EXPECT_EQ(node->HealthScore(), 1u);
}

TEST_F(ProbeTest, SuccessWinsOnePointBack)
{
    Start("ab");
    FailProbe();
    ASSERT_EQ(node->HealthScore(), 1u);
    HearAck(2);
    EXPECT_EQ(node->HealthScore(), 0u);
}

TEST_F(ProbeTest, HealthStaysBelowItsMultiplier)
{
    config.awarenessMaxMultiplier = 3;
    Start("abcdef");
    FailProbe();
    EXPECT_EQ(node->HealthScore(), 2u);
}

TEST_F(ProbeTest, MultiplierOfOneTurnsLocalHealthOff)
{
    config.awarenessMaxMultiplier = 1;
    Start("abcdef");
    FailProbe();
    EXPECT_EQ(node->HealthScore(), 0u);
}

TEST_F(ProbeTest, PoorHealthStretchesThePeriodButNotTheTimeOut)
{
    Start("ab");
    FailProbe(); // score 1: two intervals a period
    const Instant tick = now;
    Hear(Alive('b', 2)); // the second round accuses b@1 in vain
    AdvanceTo(tick + 500ms);
    EXPECT_EQ(node->Count().probesIndirect, 2u);
    AdvanceTo(tick + 2s - 1ns);
    EXPECT_EQ(StateOf('b'), "alive@2");
    EXPECT_EQ(node->Count().probes, 2u) << "the tick inside the stretched period is skipped";
    AdvanceTo(tick + 2s);
    EXPECT_EQ(node->Count().probesFailed, 2u);
}

TEST_F(ProbeTest, PingToASuspectCarriesTheSuspicion)
{
    Start("ab");
    Hear(Suspect('b', 1, 'c'));
    AdvanceToProbe();
    const Packet ping = Packets().at(0);
    EXPECT_EQ(Join(ping.parts), "ping 1 b from a, suspect b@1 by a");
    EXPECT_TRUE(ping.crc);
}

TEST_F(ProbeTest, WithoutBuddyTheSuspicionOnlyPiggybacks)
{
    config.buddy = false;
    Start("ab");
    Hear(Suspect('b', 1, 'c'));
    AdvanceToProbe();
    EXPECT_EQ(Join(Packets().at(0).parts), "ping 1 b from a, suspect b@1 by c");
    EXPECT_FALSE(Packets().at(0).crc);
}

TEST_F(ProbeTest, PassesOverTheDeadAndTheLeft)
{
    Start("abcd");
    Hear(Dead('b', 1, 'd'));
    Hear(Dead('c', 1, 'c'));
    for (std::uint32_t round = 1; round <= 4; ++round)
    {
        EXPECT_EQ(AdvanceToProbe(), 'd');
        HearAck(round);
    }
}

TEST_F(ProbeTest, AloneItPingsNobody)
{
    Start("a");
    AdvanceBy(10s);
    EXPECT_EQ(node->Count().probes, 0u);
    EXPECT_TRUE(Packets().empty());
}

TEST_F(ProbeTest, LongPauseCollapsesItsRoundsIntoOne)
{
    Start("abcdef");
    AdvanceToProbe();
    const Instant tick = now;
    HearAck(1);
    AdvanceBy(1h + 100ms);
    EXPECT_EQ(Packets(TrafficKind::PING).size(), 1u);
    EXPECT_EQ(node->Count().probes, 2u);
    EXPECT_EQ(node->NextDeadline(), now + 500ms) << "the time-out counts from when it could ping";
    HearAck(2);
    EXPECT_EQ(node->NextDeadline(), tick + 1h + 1s) << "periods stay on their grid";
}

} // namespace

} // namespace swim
