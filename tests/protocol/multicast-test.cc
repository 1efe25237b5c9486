// SPDX-License-Identifier: MIT
//
// SWIM's basic dissemination by one node (who finds something out tells all, nobody passes on), and a
// node that may not contradict its own death.
#include "node-fixture.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

class MulticastTest : public NodeTest
{
  protected:
    MulticastTest()
    {
        config = Preset("swim-basic").value();
        config.multicast = true;
        config.piggyback = Piggyback::OFF;
    }

    /// Whom it told, and what, in order.
    std::vector<std::string> Told() const
    {
        std::vector<std::string> told;
        for (const Packet& packet : Packets(TrafficKind::GOSSIP))
        {
            told.push_back(packet.to + ": " + Join(packet.parts));
        }
        return told;
    }

    using Words = std::vector<std::string>;
};

TEST_F(MulticastTest, TellsAllOfADeathThatItFoundOutTheAccusedToo)
{
    Start("abc");
    const std::string dead(1, AdvanceToProbe());
    const std::string other = dead == "b" ? "c" : "b";
    AdvanceBy(config.probeInterval);
    EXPECT_EQ(Events(), "dead " + dead + "@1 by a");
    Words expected{"b: dead " + dead + "@1 by a", "c: dead " + dead + "@1 by a"};
    EXPECT_EQ(Told(), expected);
}

TEST_F(MulticastTest, PassesNothingOnThatItIsTold)
{
    Start("abcd");
    Hear(Dead('d', 1, 'c'));
    EXPECT_EQ(Events(), "dead d@1 by c");
    EXPECT_EQ(Told(), Words{});
    EXPECT_EQ(Queued(), "") << "nor on a later message";
}

TEST_F(MulticastTest, AnswersAnAccusationToAll)
{
    config.suspicion = true;
    Start("abc");
    Hear(Suspect('a', 1, 'c'));
    EXPECT_EQ(Told(), (Words{"b: alive a@2", "c: alive a@2"}));
}

TEST_F(MulticastTest, TellsOfWhoJoinsAsItsSeed)
{
    Start("abc");
    wire::Bytes table;
    wire::Encode(wire::PushPullHeader{1, 0, true}, table);
    wire::Encode(wire::PushNodeState{{1, "d", AddressOf('d'), {}, OUR_VERSIONS}, 0}, table);
    outbox.Clear();
    node->ReceiveStream(now, table, outbox);
    EXPECT_EQ(Events(), "joined d@1");
    EXPECT_EQ(Told(), (Words{"b: alive d@1", "c: alive d@1"}));
}

TEST_F(MulticastTest, NeedsNoOtherWayOfNews)
{
    EXPECT_EQ(Validate(config), std::nullopt);
    config.multicast = false;
    const auto refusal = Validate(config);
    ASSERT_TRUE(refusal);
    EXPECT_NE(refusal->find("or multicast"), std::string::npos) << *refusal;
}

class OwnDeathTest : public NodeTest
{
  protected:
    OwnDeathTest()
    {
        config = Preset("swim").value();
        config.ownDeath = OwnDeath::STOP;
    }

    /// Whatever it does until then.
    std::size_t PacketsUntil(Instant end)
    {
        std::size_t sent = 0;
        while (node->NextDeadline() <= end)
        {
            AdvanceTo(node->NextDeadline());
            sent += Packets().size();
        }
        AdvanceTo(end);
        return sent;
    }
};

TEST_F(OwnDeathTest, StopsAndIsSilentForGood)
{
    Start("abc");
    Hear(Suspect('c', 1, 'b')); // whose end it does not live to see
    Hear(Dead('a', 1, 'b'));
    EXPECT_EQ(Events(), "left a@1 by b");
    EXPECT_EQ(Packets().size(), 0u);
    HearMessage(wire::Ping{7, "a", AddressOf('b'), "b"});
    EXPECT_EQ(Packets().size(), 0u) << "it answers nobody";
    Hear(Alive('c', 9));
    EXPECT_EQ(PacketsUntil(now + 10min), 0u);
    EXPECT_EQ(Events(), "");
}

TEST_F(OwnDeathTest, TakesInNothingBehindItsDeathInOneDatagram)
{
    Start("abc");
    const wire::Bytes parts[] = {Dead('a', 1, 'b'), Alive('d', 1)};
    const std::size_t sizes[] = {parts[0].size(), parts[1].size()};
    wire::Bytes datagram;
    wire::EncodeCompoundHead(sizes, datagram);
    for (const wire::Bytes& part : parts)
    {
        datagram.insert(datagram.end(), part.begin(), part.end());
    }
    Hear(datagram);
    EXPECT_EQ(Events(), "left a@1 by b");
    EXPECT_EQ(StateOf('d'), "unknown");
}

TEST_F(OwnDeathTest, StillDefendsItselfAgainstASuspicion)
{
    Start("abc");
    Hear(Suspect('a', 1, 'b'));
    EXPECT_EQ(Events(), "refuted a@2 by b");
    EXPECT_GT(PacketsUntil(now + 10s), 0u);
}

TEST_F(OwnDeathTest, IsThatOfItsPresentIncarnation)
{
    incarnation = 5;
    Start("abc");
    Hear(Dead('a', 4, 'b'));
    EXPECT_EQ(Events(), "");
    EXPECT_GT(PacketsUntil(now + 10s), 0u);
}

TEST_F(OwnDeathTest, IsContradictedUnlessItStops)
{
    config.ownDeath = OwnDeath::REFUTE;
    Start("abc");
    Hear(Dead('a', 1, 'b'));
    EXPECT_EQ(Events(), "refuted a@2 by b");
}

} // namespace

} // namespace swim
