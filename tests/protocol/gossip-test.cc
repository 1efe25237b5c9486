// SPDX-License-Identifier: MIT
//
// Dissemination by one node: which messages carry news, to whom the gossip tick sends it, how often
// it is passed on, and that a datagram never outgrows its buffer.
#include "node-fixture.h"

#include <map>
#include <set>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// A node whose gossip tick is the only thing that happens.
class GossipTest : public NodeTest
{
  protected:
    GossipTest()
    {
        config.probeInterval = 1h;
        config.pushPullInterval = 0s;
        seed = 2;
    }

    /// Moves to the next gossip tick.
    void AdvanceToGossip()
    {
        AdvanceTo(node->NextDeadline());
    }

    std::set<std::string> Targets() const
    {
        std::set<std::string> targets;
        for (const Packet& packet : Packets(TrafficKind::GOSSIP))
        {
            targets.insert(packet.to);
        }
        return targets;
    }

    /// Lets strangers join, so that as much news waits.
    void HearOfStrangers(int count)
    {
        for (int number = 0; number < count; ++number)
        {
            const std::uint8_t address[] = {10,
                                            2,
                                            static_cast<std::uint8_t>(number >> 8),
                                            static_cast<std::uint8_t>(number)};
            Hear(Alive("stranger" + std::to_string(number), 1, Address(address, 7946)));
        }
    }

    /// The largest datagram of what the node did last, without its CRC.
    std::size_t LargestDatagram() const
    {
        std::size_t largest = 0;
        for (const Outbox::Datagram& datagram : outbox.Datagrams())
        {
            const bool crc = outbox.Bytes(datagram)[0] == 12;
            largest = std::max(largest, datagram.size - (crc ? wire::CRC_SIZE : 0));
        }
        return largest;
    }
};

TEST_F(GossipTest, TellsThreeMembersATick)
{
    Start("abcdefghijkl");
    Hear(Suspect('b', 1, 'c'));
    AdvanceToGossip();
    EXPECT_LE(now, Instant(200ms));
    EXPECT_EQ(Targets().size(), 3u);
    for (const Packet& packet : Packets())
    {
        EXPECT_EQ(packet.kind, TrafficKind::GOSSIP);
        EXPECT_EQ(Join(packet.parts), "suspect b@1 by c");
        EXPECT_TRUE(packet.crc) << "everybody here understands protocol 5";
        EXPECT_NE(packet.to, "a");
    }
}

TEST_F(GossipTest, TicksOnAGridOfItsInterval)
{
    Start("abcdefghijkl");
    Hear(Alive('b', 2));
    AdvanceToGossip();
    const Instant first = now;
    AdvanceToGossip();
    EXPECT_EQ(now, first + 200ms);
    while (node->QueuedUpdates() > 0)
    {
        AdvanceToGossip();
    }
    now = first + 1500ms;
    Hear(Alive('b', 3));
    AdvanceToGossip();
    EXPECT_EQ(now, first + 1600ms) << "a tick that slept wakes on the grid";
}

TEST_F(GossipTest, IsSilentWithoutNews)
{
    Start("abcdefghijkl");
    EXPECT_GT(node->NextDeadline(), Instant(1s)) << "only the probe is due";
    AdvanceTo(Instant(10s));
    EXPECT_TRUE(Packets().empty());
}

TEST_F(GossipTest, PassesEachUpdateOnAsOftenAsTheLimitSays)
{
    Start("abcdefghijkl"); // 12 members: 4 * ceil(log10 13) = 8
    for (const char member : {'b', 'c', 'd'})
    {
        Hear(Alive(member, 2));
    }
    std::map<std::string, int> sent;
    while (node->QueuedUpdates() > 0)
    {
        AdvanceToGossip();
        for (const Packet& packet : Packets())
        {
            for (const std::string& part : packet.parts)
            {
                ++sent[part];
            }
        }
    }
    EXPECT_EQ(sent,
              (std::map<std::string, int>{{"alive b@2", 8}, {"alive c@2", 8}, {"alive d@2", 8}}));
}

TEST_F(GossipTest, TellsTheDeadForAWhileAndTheLeftNever)
{
    Start("abc");
    Hear(Dead('b', 1, 'c'));
    Hear(Dead('c', 1, 'c'));
    AdvanceToGossip();
    EXPECT_EQ(Targets(), std::set<std::string>{"b"});
    now += 30s + 1ns;
    Hear(Alive('d', 1));
    AdvanceToGossip();
    EXPECT_FALSE(Targets().contains("b")) << "gossip_to_the_dead_time is over";
    EXPECT_TRUE(Targets().contains("d"));
}

TEST_F(GossipTest, TellsTheSuspected)
{
    Start("ab");
    Hear(Suspect('b', 1, 'c'));
    AdvanceToGossip();
    EXPECT_EQ(Targets(), std::set<std::string>{"b"});
}

TEST_F(GossipTest, SendsOldMembersNoCrc)
{
    Start("a");
    Hear(Alive("b", 1, AddressOf('b'), {}, {1, 4, 2, 2, 5, 5}));
    AdvanceToGossip();
    ASSERT_EQ(Packets().size(), 1u);
    EXPECT_FALSE(Packets()[0].crc);
}

TEST_F(GossipTest, IsOffWithAnIntervalOfZero)
{
    config.gossipInterval = 0s;
    Start("abcdef");
    Hear(Suspect('b', 1, 'c'));
    EXPECT_GT(node->NextDeadline(), Instant(1s));
}

TEST_F(GossipTest, FillsDatagramsButNeverBeyondTheirBuffer)
{
    Start("abcdef");
    HearOfStrangers(200);
    EXPECT_LE(LargestDatagram(), 1400u);
    AdvanceToGossip();
    EXPECT_LE(LargestDatagram(), 1400u);
    EXPECT_GT(LargestDatagram(), 1400u - 100u) << "an alive is less than 100 bytes";
    HearMessage(wire::Ping{1, "a", AddressOf('b'), "b"});
    EXPECT_LE(LargestDatagram(), 1400u);
    EXPECT_GT(LargestDatagram(), 1400u - 100u);
}

TEST_F(GossipTest, PutsAtMost127PartsInACompound)
{
    config.udpBufferSize = 60000;
    Start("abcdef");
    HearOfStrangers(300);
    AdvanceToGossip();
    EXPECT_EQ(Packets().at(0).parts.size(), 127u);
    HearMessage(wire::Ping{1, "a", AddressOf('b'), "b"});
    EXPECT_EQ(Packets().at(0).parts.size(), 127u) << "the ack among them";
}

class PiggybackTest : public GossipTest
{
  protected:
    /// @return which kinds of messages carried an update, in the order of TrafficKind
    std::set<TrafficKind> CarryingKinds(Piggyback mode)
    {
        config.probeInterval = 1s;
        config.gossipInterval = 1h;
        config.retransmitMult = 100; // the update stays
        config.piggyback = mode;
        Start("abcdef");
        Hear(Dead('f', 1, 'b'));
        std::set<TrafficKind> kinds;
        const auto note = [&] {
            for (const Packet& packet : Packets())
            {
                if (packet.parts.back() == "dead f@1 by b")
                {
                    kinds.insert(packet.kind);
                }
            }
        };
        HearMessage(wire::Ping{1, "a", AddressOf('b'), "b"});
        note();
        HearMessage(wire::PingReq{.seqNo = 9,
                                  .node = "x",
                                  .target = AddressOf('x'),
                                  .nack = true,
                                  .source = AddressOf('b'),
                                  .sourceNode = "b"});
        note();
        for (const Instant end = now + 3s; now < end;)
        {
            AdvanceTo(node->NextDeadline());
            note();
        }
        return kinds;
    }
};

TEST_F(PiggybackTest, RidesOnTheKindsThatTheModeNames)
{
    using enum TrafficKind;
    EXPECT_EQ(CarryingKinds(Piggyback::OFF), (std::set<TrafficKind>{}));
    EXPECT_EQ(CarryingKinds(Piggyback::PING), (std::set{PING}));
    EXPECT_EQ(CarryingKinds(Piggyback::PING_ACK), (std::set{PING, ACK}));
    EXPECT_EQ(CarryingKinds(Piggyback::ALL), (std::set{PING, PING_REQ, ACK, NACK}));
}

TEST_F(PiggybackTest, CarriesAtMostTheLimit)
{
    config.piggybackLimit = 6;
    Start("abcdef");
    HearOfStrangers(20);
    HearMessage(wire::Ping{1, "a", AddressOf('b'), "b"});
    EXPECT_EQ(Packets().at(0).parts.size(), 7u) << "the ack and six updates";
    AdvanceToGossip();
    EXPECT_EQ(Packets().at(0).parts.size(), 6u);
}

} // namespace

} // namespace swim
