// SPDX-License-Identifier: MIT
//
// Broadcasts that everybody passes on, at one node: told once and never to their sender, replaced by
// name wherever they wait, and their sender told when they are done.
#include "node-fixture.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// Remembers what it was told.
class Hearer : public Application
{
  public:
    void OnBroadcast(std::string_view from, std::string_view name, wire::ByteView payload) override
    {
        heard.push_back(std::string(from) + (name.empty() ? "" : " as " + std::string(name)) +
                        ": " + std::string(payload.begin(), payload.end()));
    }

    bool OnUserMessage(wire::ByteView payload) override
    {
        unread.emplace_back(payload.begin(), payload.end());
        return false;
    }

    void OnBroadcastDone(std::uint32_t broadcast, bool passedOn) override
    {
        done.push_back(std::to_string(broadcast) + (passedOn ? " passed on" : " given up"));
    }

    std::vector<std::string> heard;
    std::vector<std::string> unread;
    std::vector<std::string> done;
};

using Texts = std::vector<std::string>;

class RelayedBroadcastTest : public NodeTest
{
  protected:
    RelayedBroadcastTest()
    {
        application = &hearer;
        config.probeInterval = 1h;
        config.pushPullInterval = 0s;
        config.gossipNodes = 1;
    }

    static wire::ByteView BytesOf(std::string_view text)
    {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }

    BroadcastReceipt Broadcast(std::string_view text, const BroadcastOptions& options = {})
    {
        return node->Broadcast(now, BytesOf(text), options, outbox);
    }

    void HearBroadcast(std::uint32_t number,
                       std::string_view text,
                       std::string_view name = {},
                       std::string_view sender = "b",
                       std::uint32_t epoch = 1)
    {
        HearMessage(wire::Broadcast{sender, epoch, number, name, BytesOf(text)});
    }

    /// @return what the next gossip tick tells
    std::string Gossip()
    {
        AdvanceBy(config.gossipInterval);
        const std::vector<Packet> packets = Packets(TrafficKind::GOSSIP);
        return packets.empty() ? "" : Join(packets[0].parts);
    }

    void GossipUntilNothingWaits()
    {
        for (int tick = 0; tick < 50 && node->QueuedBroadcasts() > 0; ++tick)
        {
            Gossip();
        }
    }

    Hearer hearer;
};

TEST_F(RelayedBroadcastTest, IsToldOnceAndPassedOnOnce)
{
    Start("abc");
    HearBroadcast(1, "hello");
    HearBroadcast(1, "hello");
    EXPECT_EQ(hearer.heard, Texts{"b: hello"});
    EXPECT_EQ(node->QueuedBroadcasts(), 1u);
    EXPECT_EQ(node->Count().userMessages, 2u);
    EXPECT_EQ(Gossip(), "broadcast 1 of b says hello");
    GossipUntilNothingWaits();
    HearBroadcast(1, "hello");
    EXPECT_EQ(hearer.heard.size(), 1u);
    EXPECT_EQ(node->QueuedBroadcasts(), 0u);
}

TEST_F(RelayedBroadcastTest, IsPassedOnByThoseWhoseApplicationDoesNotCare)
{
    application = nullptr;
    Start("abc");
    HearBroadcast(1, "hello");
    EXPECT_EQ(Gossip(), "broadcast 1 of b says hello");
}

TEST_F(RelayedBroadcastTest, IsPassedOnAsOftenAsTheRetransmitLimitAsks)
{
    Start("abc");
    HearBroadcast(1, "hello");
    int sent = 0;
    for (int tick = 0; tick < 20; ++tick)
    {
        sent += !Gossip().empty();
    }
    EXPECT_EQ(sent, static_cast<int>(RetransmitLimit(config, 3)));
}

TEST_F(RelayedBroadcastTest, ItsSenderIsNeverToldOfIt)
{
    Start("abc");
    EXPECT_EQ(Broadcast("mine").id, 1u);
    AdvanceBy(config.gossipInterval);
    ASSERT_EQ(outbox.Datagrams().size(), 1u);
    const wire::ByteView sent = outbox.Bytes(outbox.Datagrams()[0]);
    const wire::Bytes echo(sent.begin(), sent.end());
    GossipUntilNothingWaits();
    Hear(echo);
    EXPECT_EQ(hearer.heard, Texts{});
    EXPECT_EQ(node->QueuedBroadcasts(), 0u) << "and it does not pass it on once more";
}

TEST_F(RelayedBroadcastTest, HelpsOnWhatAFormerLifeOfItsOwnSaid)
{
    Start("abc");
    Broadcast("new life");
    HearBroadcast(1, "old life", {}, "a", 0xffffffff);
    EXPECT_EQ(hearer.heard, Texts{});
    EXPECT_EQ(Gossip(), "broadcast 1 of a says old life, broadcast 1 of a says new life");
}

TEST_F(RelayedBroadcastTest, TellsWhatItCannotReadAsAUserMessage)
{
    Start("abc");
    Hear({8, wire::BROADCAST_MARK, 2, 'x'});
    EXPECT_EQ(hearer.heard, Texts{});
    EXPECT_EQ(hearer.unread, (Texts{std::string{'\xc1', 2, 'x'}}));
    EXPECT_EQ(Events(), "") << "and rejects nothing";
}

TEST_F(RelayedBroadcastTest, OneThatIsTooLongForOurDatagramsIsToldAndNotPassedOn)
{
    config.udpBufferSize = 576;
    Start("abc");
    HearBroadcast(1, std::string(600, 'x'));
    EXPECT_EQ(hearer.heard.size(), 1u);
    EXPECT_EQ(node->QueuedBroadcasts(), 0u);
}

TEST_F(RelayedBroadcastTest, FitsExactlyOrIsRefused)
{
    config.udpBufferSize = 576;
    Start("abc");
    for (const std::string& name : {std::string(), std::string("name"), std::string(100, 'n')})
    {
        const BroadcastOptions options{.name = name};
        const std::size_t most = node->MaxBroadcast(options);
        EXPECT_EQ(Broadcast(std::string(most + 1, 'x'), options).refusal,
                  BroadcastRefusal::TOO_LONG);
        EXPECT_EQ(Broadcast(std::string(most, 'x'), options).refusal, std::nullopt);
        AdvanceBy(config.gossipInterval);
        ASSERT_EQ(outbox.Datagrams().size(), 1u);
        EXPECT_LE(outbox.Datagrams()[0].size, config.udpBufferSize + wire::CRC_SIZE);
        GossipUntilNothingWaits();
    }
    EXPECT_EQ(node->MaxBroadcast({.name = std::string(600, 'n')}), 0u);
    EXPECT_EQ(Broadcast("", {.name = std::string(600, 'n')}).refusal,
              BroadcastRefusal::NAME_TOO_LONG);
}

TEST_F(RelayedBroadcastTest, ALaterOneOfTheSameNameTakesItsPlaceAtItsSender)
{
    Start("abc");
    const std::uint32_t first = Broadcast("1", {.name = "load"}).id;
    Broadcast("other", {.name = "disk"});
    Broadcast("unnamed");
    Broadcast("2", {.relay = Relay::RECEIVERS, .name = "load"});
    EXPECT_EQ(hearer.done, Texts{std::to_string(first) + " given up"});
    EXPECT_EQ(node->QueuedBroadcasts(), 3u);
    Broadcast("3", {.name = "load"});
    EXPECT_EQ(hearer.done.size(), 2u);
    EXPECT_EQ(Gossip(),
              "broadcast 2 of a as disk says other, broadcast 3 of a says unnamed, "
              "broadcast 4 of a as load says 3");
}

TEST_F(RelayedBroadcastTest, ALaterOneOfTheSameNameTakesItsPlaceWhereItIsPassedOn)
{
    Start("abc");
    HearBroadcast(1, "1", "load");
    HearBroadcast(1, "1 of c", "load", "c");
    HearBroadcast(1, "1 of another life", "load", "b", 2);
    HearBroadcast(3, "3", "load");
    HearBroadcast(2, "2", "load");
    EXPECT_EQ(hearer.heard,
              (Texts{"b as load: 1",
                     "c as load: 1 of c",
                     "b as load: 1 of another life",
                     "b as load: 3",
                     "b as load: 2"}))
        << "each is told that comes";
    EXPECT_EQ(Gossip(),
              "broadcast 1 of b as load says 1 of another life, "
              "broadcast 1 of c as load says 1 of c, broadcast 3 of b as load says 3");
}

TEST_F(RelayedBroadcastTest, IsDoneWhenItHasBeenSentAsOftenAsTheLimitAsks)
{
    Start("abc");
    const std::uint32_t id = Broadcast("hello").id;
    const std::uint32_t limit = RetransmitLimit(config, 3);
    for (std::uint32_t sent = 1; sent < limit; ++sent)
    {
        Gossip();
    }
    EXPECT_EQ(hearer.done, Texts{});
    EXPECT_NE(Gossip(), "");
    EXPECT_EQ(hearer.done, Texts{std::to_string(id) + " passed on"});
}

TEST_F(RelayedBroadcastTest, NoticesComeForThoseThatReceiversPassOnToo)
{
    Start("abc");
    Broadcast("hello", {.relay = Relay::RECEIVERS});
    EXPECT_EQ(Gossip(), "user hello");
    GossipUntilNothingWaits();
    EXPECT_EQ(hearer.done, Texts{"1 passed on"});
}

TEST_F(RelayedBroadcastTest, AMemberThatIsAloneIsDoneAtOnceAndTellsWhoComes)
{
    Start("a");
    EXPECT_EQ(Broadcast("hello").id, 1u);
    EXPECT_EQ(hearer.done, Texts{"1 passed on"});
    Hear(Alive('b', 1));
    EXPECT_NE(Gossip().find("broadcast 1 of a says hello"), std::string::npos);
    GossipUntilNothingWaits();
    EXPECT_EQ(hearer.done.size(), 1u) << "and is told so once";
}

TEST_F(RelayedBroadcastTest, IsDoneWhenTheLastOtherOneIsGone)
{
    Start("abc");
    Broadcast("hello");
    Hear(Dead('b', 1, 'b'));
    EXPECT_EQ(hearer.done, Texts{});
    Hear(Dead('c', 1, 'c'));
    EXPECT_EQ(hearer.done, Texts{"1 passed on"});
}

TEST_F(RelayedBroadcastTest, IsGivenUpWhereTheQueueIsFullOfOthers)
{
    config.userQueueDepth = 2;
    Start("abc");
    Broadcast("mine");
    EXPECT_EQ(Gossip(), "broadcast 1 of a says mine");
    HearBroadcast(1, "1");
    HearBroadcast(2, "2");
    EXPECT_EQ(hearer.done, Texts{"1 given up"});
    EXPECT_EQ(node->Count().userBroadcastsDropped, 1u);
    EXPECT_EQ(Broadcast("again").refusal, BroadcastRefusal::QUEUE_FULL);
    EXPECT_EQ(node->QueuedBroadcasts(), 2u);
}

TEST_F(RelayedBroadcastTest, ANameMakesItsOwnRoomInAFullQueue)
{
    config.userQueueDepth = 2;
    Start("abc");
    Broadcast("1", {.name = "load"});
    Broadcast("other");
    EXPECT_EQ(Broadcast("2", {.name = "load"}).refusal, std::nullopt);
    EXPECT_EQ(node->QueuedBroadcasts(), 2u);
    EXPECT_EQ(node->Count().userBroadcastsDropped, 0u);
}

TEST_F(RelayedBroadcastTest, LivesOfOneSenderDifferByAnEpochThatIsDrawn)
{
    const auto epoch = [&](std::uint64_t stream) {
        seed = stream;
        Start("ab");
        Broadcast("hello");
        AdvanceBy(config.gossipInterval);
        const wire::ByteView framed = outbox.Bytes(outbox.Datagrams()[0]);
        wire::Broadcast broadcast;
        EXPECT_TRUE(wire::Decode(framed.subspan(wire::CRC_SIZE + 1), broadcast));
        return broadcast.epoch;
    };
    EXPECT_EQ(epoch(1), epoch(1));
    EXPECT_NE(epoch(1), epoch(2));
}

} // namespace

} // namespace swim
