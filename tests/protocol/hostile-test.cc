// SPDX-License-Identifier: MIT
//
// What a stranger on the network may try on a node: floods, replays, forgeries and limits. Each is
// counted, costs bounded memory, and leaves a node that works.
#include "node-fixture.h"

namespace swim
{

namespace
{

using namespace std::chrono_literals;

/// A compound of so many parts as its head says, whatever memberlist or we would send.
wire::Bytes Compound(std::size_t announced, const std::vector<wire::Bytes>& parts)
{
    wire::Bytes bytes{static_cast<std::uint8_t>(wire::MessageType::COMPOUND),
                      static_cast<std::uint8_t>(announced)};
    for (const wire::Bytes& part : parts)
    {
        bytes.push_back(static_cast<std::uint8_t>(part.size() >> 8));
        bytes.push_back(static_cast<std::uint8_t>(part.size()));
    }
    for (const wire::Bytes& part : parts)
    {
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return bytes;
}

class Hostile : public NodeTest
{
  protected:
    /// A push/pull by which b says this of c.
    void HearState(std::uint32_t incarnation, MemberState state)
    {
        wire::Bytes bytes;
        wire::Encode(wire::PushPullHeader{1, 0, false}, bytes);
        wire::Encode(wire::PushNodeState{{incarnation, "c", AddressOf('c'), {}, OUR_VERSIONS},
                                         static_cast<std::uint32_t>(state)},
                     bytes);
        outbox.Clear();
        node->ReceiveStream(now, bytes, outbox);
    }

    /// Whether the node still does its work: answers a ping, and probes.
    void ExpectAtWork()
    {
        HearMessage(wire::Ping{77, "a", AddressOf('b'), "b"});
        ASSERT_EQ(Packets(TrafficKind::ACK).size(), 1u);
        EXPECT_EQ(Packets(TrafficKind::ACK)[0].parts[0], "ack 77");
        EXPECT_EQ(StateOf('a'), "alive@" + std::to_string(node->Incarnation()));
        const std::uint64_t probes = node->Count().probes;
        AdvanceBy(2 * config.probeInterval * config.awarenessMaxMultiplier);
        EXPECT_GT(node->Count().probes, probes);
    }
};

TEST_F(Hostile, AFloodOfStrangersEndsAtTheMemberLimit)
{
    config.memberLimit = 20;
    Start("ab");
    for (int stranger = 0; stranger < 1000; ++stranger)
    {
        Hear(Alive("stranger-" + std::to_string(stranger), 1, AddressOf('z')));
    }
    EXPECT_EQ(node->Members().Size(), 20u);
    EXPECT_LE(node->QueuedUpdates(), 20u);
    EXPECT_EQ(node->Count().rejected, 1000u - 18u);
    ExpectAtWork();
}

/// A fixture cannot replace the directory that it owns, so this one is driven by hand.
TEST(HostileDirectory, FullOfInventionsItServesWhoIsKnown)
{
    Directory directory(3);
    const std::uint8_t bytes[] = {10, 0, 0, 1};
    const Address address(bytes, 7946);
    const NameId name = directory.InternName("a");
    const auto config = std::make_shared<const Config>();
    const IdentityId self = directory.Intern(name, address, "", OUR_VERSIONS);
    Node node({.config = config, .self = self}, Rng(1, 0), directory);
    Outbox out;
    node.Start(Instant{});
    for (int stranger = 0; stranger < 100; ++stranger)
    {
        wire::Bytes alive;
        const std::string invented = "stranger-" + std::to_string(stranger);
        wire::Encode(wire::Alive{1, invented, address, {}, OUR_VERSIONS}, alive);
        node.Receive(Instant{}, address, alive, out);
    }
    EXPECT_EQ(directory.Names(), 3u);
    EXPECT_EQ(node.Count().rejected, 98u);
    wire::Bytes refutation;
    wire::Encode(wire::Alive{2, "stranger-1", address, {}, OUR_VERSIONS}, refutation);
    node.Receive(Instant{}, address, refutation, out);
    EXPECT_EQ(node.Members().At(node.Members().Find(directory.FindName("stranger-1"))).incarnation,
              2u);
}

TEST_F(Hostile, AFloodOfPingReqsEndsAtTheRelayLimit)
{
    Start("ab");
    for (std::uint32_t request = 0; request < 5000; ++request)
    {
        HearMessage(wire::PingReq{request, "victim", AddressOf('v'), true, AddressOf('b'), "b"});
    }
    EXPECT_EQ(node->Count().rejected, 5000u - 1024u);
    AdvanceBy(config.probeTimeout);
    EXPECT_EQ(Packets(TrafficKind::NACK).size(), 1024u) << "each relay ends, with its nack";
    ExpectAtWork();
}

TEST_F(Hostile, AFloodOfRepeatedNewsWaitsOnceAndIsToldOnce)
{
    Start("abc");
    for (int copy = 0; copy < 1000; ++copy)
    {
        Hear(Suspect('c', 1, 'b'));
    }
    EXPECT_EQ(node->QueuedUpdates(), 1u);
    EXPECT_EQ(StateOf('c'), "suspect@1");
    ExpectAtWork();
}

TEST_F(Hostile, AFloodOfConfirmationsShortensASuspicionToItsLeastAndNoFurther)
{
    Start("abcdefghijklmnop");
    Hear(Suspect('c', 1, 'b'));
    for (int accuser = 0; accuser < 1000; ++accuser)
    {
        wire::Bytes suspect;
        wire::EncodeSuspect({1, "c", "accuser-" + std::to_string(accuser)}, suspect);
        Hear(suspect);
    }
    EXPECT_EQ(directory.Names(), 16u + 2u) << "invented accusers are remembered while they count";
    const Duration least = BoundSuspicion(config, node->Members().Size()).min;
    AdvanceTo(Instant{} + least - 1ns);
    EXPECT_EQ(StateOf('c'), "suspect@1");
    AdvanceTo(Instant{} + least);
    EXPECT_EQ(StateOf('c'), "dead@1");
}

TEST_F(Hostile, AReplayedDatagramChangesNothingTheSecondTime)
{
    Start("abc");
    const wire::Bytes datagrams[] = {Alive('c', 5), Suspect('c', 6, 'b'), Dead('c', 6, 'b')};
    for (const wire::Bytes& datagram : datagrams)
    {
        Hear(datagram);
        EXPECT_NE(Events() + Queued(), "");
    }
    for (const wire::Bytes& datagram : datagrams)
    {
        Hear(datagram);
        EXPECT_EQ(Events(), "");
    }
    EXPECT_EQ(StateOf('c'), "dead@6");
    ExpectAtWork();
}

TEST_F(Hostile, AReplayedAccusationOfMineIsRefutedOnce)
{
    Start("abc");
    for (int copy = 0; copy < 100; ++copy)
    {
        Hear(Suspect('a', 1, 'b'));
    }
    EXPECT_EQ(node->Incarnation(), 2u);
    EXPECT_EQ(node->Count().refutations, 1u);
    ExpectAtWork();
}

TEST_F(Hostile, AnAccusationAtTheLastIncarnationIsRejected)
{
    for (const char victim : {'a', 'c'})
    {
        Start("abc");
        Hear(Suspect(victim, UINT32_MAX, 'b'));
        Hear(Dead(victim, UINT32_MAX, 'b'));
        EXPECT_EQ(node->Count().rejected, 2u);
        EXPECT_EQ(StateOf(victim), "alive@1");
        ExpectAtWork();
    }
}

TEST_F(Hostile, AnAccusationAtTheLastButOneIncarnationCanBeRefuted)
{
    Start("abc");
    Hear(Suspect('a', UINT32_MAX - 1, 'b'));
    EXPECT_EQ(StateOf('a'), "alive@4294967295");
    Hear(Suspect('a', UINT32_MAX - 1, 'b'));
    EXPECT_EQ(StateOf('a'), "alive@4294967295") << "it never wraps around";
    ExpectAtWork();
}

TEST_F(Hostile, ADeathAtTheLastIncarnationIsRejectedInAPushPullToo)
{
    for (const MemberState state : {MemberState::SUSPECT, MemberState::DEAD, MemberState::LEFT})
    {
        Start("abc");
        HearState(UINT32_MAX, state);
        EXPECT_EQ(node->Count().rejected, 1u);
        EXPECT_EQ(StateOf('c'), "alive@1");
    }
}

TEST_F(Hostile, AForgedAckIsCountedAndEndsNoProbe)
{
    Start("ab");
    AdvanceToProbe();
    for (std::uint32_t guess = 1000; guess < 1100; ++guess)
    {
        HearMessage(wire::Ack{guess, {}});
        HearMessage(wire::Nack{guess});
    }
    EXPECT_EQ(node->Count().strayAcks, 200u);
    AdvanceBy(config.probeInterval);
    EXPECT_EQ(node->Count().probesFailed, 1u);
    EXPECT_EQ(StateOf('b'), "suspect@1");
}

TEST_F(Hostile, AReplayedAckIsCountedAndEndsNoLaterProbe)
{
    Start("ab");
    AdvanceToProbe();
    HearMessage(wire::Ack{1, {}});
    EXPECT_EQ(node->Count().strayAcks, 0u);
    AdvanceToProbe();
    HearMessage(wire::Ack{1, {}});
    EXPECT_EQ(node->Count().strayAcks, 1u);
    AdvanceBy(config.probeInterval);
    EXPECT_EQ(node->Count().probesFailed, 1u);
}

TEST_F(Hostile, PartsOfNoLengthAreCountedAndTheOthersHeard)
{
    Start("abc");
    Hear(Compound(3, {{}, Suspect('c', 1, 'b'), {}}));
    EXPECT_EQ(node->Count().rejected, 2u);
    EXPECT_EQ(StateOf('c'), "suspect@1");
    Hear({});
    Hear(Compound(0, {}));
    EXPECT_EQ(node->Count().rejected, 3u) << "no bytes at all; a compound of none is none";
    ExpectAtWork();
}

TEST_F(Hostile, ACompoundOf255PartsIsHeardToItsEnd)
{
    Start("abc");
    std::vector<wire::Bytes> parts(254, Alive('c', 1));
    parts.push_back(Suspect('c', 1, 'b'));
    Hear(Compound(255, parts));
    EXPECT_EQ(node->Count().rejected, 0u);
    EXPECT_EQ(StateOf('c'), "suspect@1");
    ExpectAtWork();
}

TEST_F(Hostile, ACompoundThatPromises255PartsAndHoldsOneIsRejected)
{
    Start("abc");
    Hear(Compound(255, {Suspect('c', 1, 'b')}));
    EXPECT_EQ(node->Count().rejected, 1u);
    ExpectAtWork();
}

TEST_F(Hostile, CompoundsNestedWithoutEndAreRejected)
{
    Start("abc");
    wire::Bytes datagram = Suspect('c', 1, 'b');
    for (int depth = 0; depth < 1000; ++depth)
    {
        datagram = Compound(1, {datagram});
    }
    Hear(datagram);
    EXPECT_EQ(node->Count().rejected, 1u);
    EXPECT_EQ(StateOf('c'), "alive@1");
    ExpectAtWork();
}

TEST_F(Hostile, MetaAtItsLimitIsTakenAndOneByteMoreIsRejected)
{
    Start("abc");
    const std::string meta(wire::MAX_META_SIZE, 'm');
    Hear(Alive("c", 2, AddressOf('c'), meta));
    EXPECT_EQ(StateOf('c'), "alive@2");
    EXPECT_EQ(node->Count().rejected, 0u);
    Hear(Alive("c", 3, AddressOf('c'), meta + 'm'));
    EXPECT_EQ(StateOf('c'), "alive@2");
    EXPECT_EQ(node->Count().rejected, 1u);
    ExpectAtWork();
}

TEST_F(Hostile, ANameAtItsLimitIsTakenAndOneByteMoreIsRejected)
{
    Start("abc");
    const std::string name(wire::MAX_NAME_SIZE, 'n');
    Hear(Alive(name, 1, AddressOf('n'), std::string(wire::MAX_META_SIZE, 'm')));
    EXPECT_EQ(node->Members().Size(), 4u);
    AdvanceBy(config.gossipInterval);
    EXPECT_FALSE(Packets(TrafficKind::GOSSIP).empty()) << "with the longest metadata it is told on";
    const std::string longer = name + 'n';
    Hear(Alive(longer, 1, AddressOf('n')));
    wire::Bytes suspect;
    wire::EncodeSuspect({1, "c", longer}, suspect);
    Hear(suspect);
    HearMessage(wire::PingReq{1, longer, AddressOf('v'), true, AddressOf('b'), "b"});
    EXPECT_EQ(node->Count().rejected, 3u);
    EXPECT_EQ(node->Members().Size(), 4u);
    EXPECT_EQ(StateOf('c'), "alive@1");
    ExpectAtWork();
}

} // namespace

} // namespace swim
