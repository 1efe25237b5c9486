// SPDX-License-Identifier: MIT
//
// A bad network, on a good one in memory: what is lost, how late the rest comes, and in which
// order.
#include "agent/impaired-transport.h"
#include "swim/memory-network.h"

#include <cmath>
#include <gtest/gtest.h>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// Notes what it is told, and when.
class Ear : public Transport::Handler
{
  public:
    struct Heard
    {
        Instant at;
        Bytes bytes;
    };

    explicit Ear(const Transport& transport)
        : m_transport(transport)
    {
    }

    void OnStart() override
    {
    }

    void OnDatagram(const Address&, ByteView datagram) override
    {
        datagrams.push_back({m_transport.Now(), {datagram.begin(), datagram.end()}});
    }

    void OnSendRefused(const Address&) override
    {
        ++refused;
    }

    std::optional<Bytes> OnRequest(const Address&, ByteView message) override
    {
        requests.push_back({m_transport.Now(), {message.begin(), message.end()}});
        return Bytes(message.begin(), message.end());
    }

    void OnAnswer(std::uint32_t, ByteView message) override
    {
        answers.push_back({m_transport.Now(), {message.begin(), message.end()}});
    }

    void OnStreamFailed(std::uint32_t, const std::string& reason) override
    {
        failures.push_back(reason);
    }

    void OnWakeUp() override
    {
        wakeUps.push_back(m_transport.Now());
    }

    void OnStall(bool stalled) override
    {
        stalls.emplace_back(stalled, datagrams.size());
    }

    std::vector<Heard> datagrams;
    std::vector<Heard> requests;
    std::vector<Heard> answers;
    std::vector<std::string> failures;
    std::vector<Instant> wakeUps;
    std::vector<std::pair<bool, std::size_t>> stalls; ///< and how many datagrams came before
    int refused = 0;

  private:
    const Transport& m_transport;
};

class ImpairedTransportTest : public testing::Test
{
  protected:
    static Address AddressOf(std::uint8_t number)
    {
        return {std::array<std::uint8_t, 4>{10, 0, 0, number}, 7946};
    }

    ImpairedTransportTest()
        : transport(network.Attach(AddressOf(1))),
          other(network.Attach(AddressOf(2))),
          ear(transport),
          otherEar(*other)
    {
        transport.Start(ear);
        other->Start(otherEar);
        network.RunFor(1ms);
    }

    void Set(const Impairment& impairment)
    {
        transport.SetImpairment(impairment);
        network.RunFor(0ms);
    }

    /// Numbered datagrams, as far apart as said.
    void Send(int count, Duration apart = 0ms)
    {
        for (int i = 0; i < count; ++i)
        {
            const auto low = static_cast<std::uint8_t>(i & 0xff);
            transport.SendDatagram(AddressOf(2), Bytes{static_cast<std::uint8_t>(i >> 8), low});
            network.RunFor(apart);
        }
    }

    /// The numbers of the datagrams that came.
    static std::vector<int> Numbers(const Ear& from)
    {
        std::vector<int> numbers;
        for (const Ear::Heard& heard : from.datagrams)
        {
            numbers.push_back(heard.bytes[0] << 8 | heard.bytes[1]);
        }
        return numbers;
    }

    /// Within four standard deviations of a binomial distribution.
    static void ExpectShare(std::size_t hits, std::size_t of, double share)
    {
        const auto count = static_cast<double>(of);
        EXPECT_NEAR(static_cast<double>(hits),
                    count * share,
                    4 * std::sqrt(count * share * (1 - share)));
    }

    static constexpr int MANY = 20'000;

    MemoryNetwork network;
    ImpairedTransport transport;
    std::unique_ptr<Transport> other;
    Ear ear;
    Ear otherEar;
};

} // namespace

TEST_F(ImpairedTransportTest, WithoutImpairmentNothingChanges)
{
    const Instant sent = transport.Now();
    Send(3);
    transport.OpenStream(1, AddressOf(2), {7}, true);
    network.RunFor(1s);
    EXPECT_EQ(Numbers(otherEar), (std::vector{0, 1, 2}));
    EXPECT_EQ(otherEar.datagrams[0].at - sent, MemoryNetwork::LATENCY);
    ASSERT_EQ(ear.answers.size(), 1u);
    EXPECT_EQ(ear.answers[0].at - sent, 2 * MemoryNetwork::LATENCY);
}

TEST_F(ImpairedTransportTest, LosesItsShareOfWhatItSendsInOrder)
{
    Set({.seed = 1, .out = {.loss = 0.1, .datagramLoss = 0.2}});
    Send(MANY);
    network.RunFor(1s);
    ExpectShare(otherEar.datagrams.size(), MANY, 0.9 * 0.8);
    EXPECT_TRUE(std::ranges::is_sorted(Numbers(otherEar)));
}

TEST_F(ImpairedTransportTest, LosesItsShareOfWhatItReceives)
{
    Set({.seed = 1, .in = {.loss = 0.3}});
    for (int i = 0; i < MANY; ++i)
    {
        other->SendDatagram(AddressOf(1), Bytes{0, 0});
    }
    network.RunFor(1s);
    ExpectShare(ear.datagrams.size(), MANY, 0.7);
}

TEST_F(ImpairedTransportTest, TheSeedDecidesWhatIsLost)
{
    const auto survivors = [this](std::uint64_t seed) {
        otherEar.datagrams.clear();
        Set({}); // so that the seed changes
        Set({.seed = seed, .out = {.loss = 0.5}});
        Send(100);
        network.RunFor(1s);
        return Numbers(otherEar);
    };
    const std::vector<int> first = survivors(7);
    EXPECT_EQ(survivors(7), first);
    EXPECT_NE(survivors(8), first);
}

TEST_F(ImpairedTransportTest, DelaysAddUpAndKeepTheOrder)
{
    Set({.out = {.delay = 20ms, .duplication = 0.5}, .delays = {{AddressOf(2), 5ms}}});
    const Instant sent = transport.Now();
    Send(100);
    network.RunFor(1s);
    ASSERT_GT(otherEar.datagrams.size(), 100u);
    EXPECT_EQ(otherEar.datagrams[0].at - sent, 25ms + MemoryNetwork::LATENCY);
    EXPECT_TRUE(std::ranges::is_sorted(Numbers(otherEar)));
}

TEST_F(ImpairedTransportTest, JitterIsUniformAndLetsDatagramsOvertake)
{
    Set({.seed = 3, .out = {.delay = 10ms, .jitter = 100ms}});
    const Instant sent = transport.Now();
    Send(MANY);
    network.RunFor(1s);
    ASSERT_EQ(otherEar.datagrams.size(), std::size_t{MANY});
    const auto late = [&](const Ear::Heard& heard) {
        return heard.at - sent - MemoryNetwork::LATENCY;
    };
    EXPECT_GE(late(otherEar.datagrams.front()), 10ms);
    EXPECT_LE(late(otherEar.datagrams.back()), 110ms);
    const auto quick = std::ranges::count_if(otherEar.datagrams, [&](const Ear::Heard& heard) {
        return late(heard) < 35ms;
    });
    ExpectShare(static_cast<std::size_t>(quick), MANY, 0.25);
    EXPECT_FALSE(std::ranges::is_sorted(Numbers(otherEar)));
}

TEST_F(ImpairedTransportTest, ReorderingHoldsBackAShareByItsTime)
{
    Set({.seed = 3, .out = {.reorder = 0.25, .reorderBy = 50ms}});
    const Instant sent = transport.Now();
    Send(MANY);
    network.RunFor(1s);
    ASSERT_EQ(otherEar.datagrams.size(), std::size_t{MANY});
    const auto held = std::ranges::count_if(otherEar.datagrams, [&](const Ear::Heard& heard) {
        return heard.at - sent == 50ms + MemoryNetwork::LATENCY;
    });
    ExpectShare(static_cast<std::size_t>(held), MANY, 0.25);
}

TEST_F(ImpairedTransportTest, DuplicationSendsAShareTwice)
{
    Set({.seed = 5, .out = {.duplication = 0.1}});
    Send(MANY);
    network.RunFor(1s);
    ExpectShare(otherEar.datagrams.size() - MANY, MANY, 0.1);
}

TEST_F(ImpairedTransportTest, ABlockOfDatagramsOutLeavesTheRest)
{
    Block block{.peers = {AddressOf(2)}, .in = false, .streams = false};
    Set({.blocks = {block}});
    Send(1);
    other->SendDatagram(AddressOf(1), Bytes{0, 9});
    transport.OpenStream(1, AddressOf(2), {7}, true);
    network.RunFor(100ms);
    EXPECT_TRUE(otherEar.datagrams.empty());
    EXPECT_EQ(ear.datagrams.size(), 1u);
    EXPECT_EQ(ear.answers.size(), 1u);
}

TEST_F(ImpairedTransportTest, ABlockOfDatagramsInIsForItsPeersOnly)
{
    Block block{.peers = {AddressOf(3)}, .out = false};
    Set({.blocks = {block}});
    other->SendDatagram(AddressOf(1), Bytes{0, 9});
    network.RunFor(100ms);
    EXPECT_EQ(ear.datagrams.size(), 1u);
    block.everybody = true;
    Set({.blocks = {block}});
    other->SendDatagram(AddressOf(1), Bytes{0, 9});
    network.RunFor(100ms);
    EXPECT_EQ(ear.datagrams.size(), 1u);
}

TEST_F(ImpairedTransportTest, ABlockedStreamConnectsWhenTheNextSynComesThrough)
{
    const Instant began = transport.Now();
    Set({.blocks = {{.everybody = true, .datagrams = false}}});
    transport.OpenStream(1, AddressOf(2), {7}, true);
    Send(1);
    network.RunFor(1500ms);
    EXPECT_TRUE(otherEar.requests.empty()); // SYNs at 0 and 1 s
    EXPECT_EQ(otherEar.datagrams.size(), 1u);
    Set({});
    network.RunFor(10s);
    ASSERT_EQ(ear.answers.size(), 1u);
    EXPECT_EQ(ear.answers[0].at - began, 3s + 2 * MemoryNetwork::LATENCY);
}

TEST_F(ImpairedTransportTest, AStreamTakesTwoRoundTrips)
{
    Impairment impairment{.out = {.delay = 10ms}, .in = {.delay = 20ms}};
    impairment.peers[AddressOf(2)] = {.in = {.delay = 1ms}, .slow = 3ms};
    Set(impairment);
    const Instant began = transport.Now();
    transport.OpenStream(1, AddressOf(2), {7}, true);
    network.RunFor(1s);
    ASSERT_EQ(otherEar.requests.size(), 1u);
    // SYN, SYN-ACK, the message, and its handling; then the answer.
    const Duration there = 11ms;
    const Duration back = 20ms;
    EXPECT_EQ(otherEar.requests[0].at - began, there + back + there + 3ms + MemoryNetwork::LATENCY);
    ASSERT_EQ(ear.answers.size(), 1u);
    EXPECT_EQ(ear.answers[0].at - began, 2 * (there + back) + 3ms + 2 * MemoryNetwork::LATENCY);
}

TEST_F(ImpairedTransportTest, LossMakesStreamsLateAndNothingMissing)
{
    Set({.seed = 2, .out = {.loss = 0.5}});
    const Bytes message(10'000, 1);
    const Instant began = transport.Now();
    transport.OpenStream(1, AddressOf(2), message, true);
    network.RunFor(1h);
    ASSERT_EQ(ear.answers.size(), 1u);
    EXPECT_EQ(otherEar.requests[0].bytes, message);
    EXPECT_GE(ear.answers[0].at - began, 200ms);
}

TEST_F(ImpairedTransportTest, AStreamToWhoIsDownTimesOut)
{
    Impairment impairment;
    impairment.peers[AddressOf(2)].down = true;
    Set(impairment);
    transport.OpenStream(1, AddressOf(2), {7}, true);
    network.RunFor(1h);
    EXPECT_TRUE(otherEar.requests.empty());
    EXPECT_EQ(ear.failures, std::vector<std::string>{"Connection timed out"});
}

TEST_F(ImpairedTransportTest, NothingIsHeardOfAnAbortedStream)
{
    Set({.out = {.delay = 10ms}, .in = {.delay = 10ms}});
    for (std::uint32_t id = 1; id <= 50; ++id)
    {
        transport.OpenStream(id, AddressOf(2), {7}, true);
        network.RunFor(1ms * id);
        transport.AbortStream(id);
    }
    network.RunFor(1h);
    EXPECT_EQ(ear.answers.size(), 9u); // an answer takes 42 ms
    EXPECT_TRUE(ear.failures.empty());
}

TEST_F(ImpairedTransportTest, WithoutItsCableItIsRefusedAndDeaf)
{
    Set({.down = true});
    transport.SendDatagram(AddressOf(2), Bytes{0, 1});
    transport.SendDatagram(AddressOf(2), Bytes{0, 2});
    transport.OpenStream(1, AddressOf(2), {7}, true);
    EXPECT_EQ(ear.refused, 0) << "never from inside of a call";
    other->SendDatagram(AddressOf(1), Bytes{0, 9});
    network.RunFor(1s);
    EXPECT_EQ(ear.refused, 2);
    EXPECT_EQ(ear.failures, std::vector<std::string>{"Network is unreachable"});
    EXPECT_TRUE(ear.datagrams.empty());
    EXPECT_TRUE(otherEar.datagrams.empty());
}

TEST_F(ImpairedTransportTest, SlownessDelaysMessagesAndNotTimers)
{
    Set({.slow = 50ms});
    const Instant began = transport.Now();
    other->SendDatagram(AddressOf(1), Bytes{0, 9});
    transport.WakeAt(began + 10ms);
    network.RunFor(1s);
    ASSERT_EQ(ear.datagrams.size(), 1u);
    EXPECT_EQ(ear.datagrams[0].at - began, 50ms + MemoryNetwork::LATENCY);
    EXPECT_EQ(ear.wakeUps, std::vector{began + 10ms});
}

TEST_F(ImpairedTransportTest, AStallHoldsWhatIsSentAndWhatArrivesInOrderAndNotTimers)
{
    Set({.stalled = true});
    const Instant began = transport.Now();
    Send(3);
    transport.OpenStream(1, AddressOf(2), {7}, true);
    transport.OpenStream(2, AddressOf(2), {8}, true);
    transport.AbortStream(2);
    other->SendDatagram(AddressOf(1), Bytes{0, 9});
    other->SendDatagram(AddressOf(1), Bytes{0, 10});
    other->OpenStream(1, AddressOf(1), {5}, true);
    transport.WakeAt(began + 10ms);
    network.RunFor(1s);
    EXPECT_TRUE(otherEar.datagrams.empty());
    EXPECT_TRUE(otherEar.requests.empty());
    EXPECT_TRUE(ear.datagrams.empty());
    EXPECT_TRUE(ear.requests.empty());
    EXPECT_EQ(ear.wakeUps, std::vector{began + 10ms});

    Set({});
    ASSERT_EQ(ear.datagrams.size(), 2u);
    EXPECT_EQ(ear.datagrams[0].bytes, (Bytes{0, 9}));
    EXPECT_EQ(ear.datagrams[1].bytes, (Bytes{0, 10}));
    EXPECT_EQ(ear.stalls, (std::vector<std::pair<bool, std::size_t>>{{true, 0}, {false, 0}}))
        << "the handler does what is due before it hears what waited";
    network.RunFor(1s);
    ASSERT_EQ(otherEar.datagrams.size(), 3u);
    EXPECT_EQ(otherEar.datagrams[2].bytes, (Bytes{0, 2}));
    ASSERT_EQ(otherEar.requests.size(), 1u) << "what was aborted is never sent";
    EXPECT_EQ(ear.answers.size(), 1u);
    EXPECT_EQ(ear.requests.size(), 1u);
    EXPECT_EQ(otherEar.answers.size(), 1u);
}

TEST_F(ImpairedTransportTest, AnAnswerWaitsForTheEndOfAStallUnlessAborted)
{
    transport.OpenStream(1, AddressOf(2), {7}, true);
    transport.OpenStream(2, AddressOf(2), {8}, true);
    Set({.stalled = true});
    network.RunFor(1s);
    EXPECT_EQ(otherEar.requests.size(), 2u);
    EXPECT_TRUE(ear.answers.empty());
    transport.AbortStream(2);
    Set({});
    EXPECT_EQ(ear.answers.size(), 1u);
}

TEST_F(ImpairedTransportTest, AStallKeepsTwoMebibytesOfDatagramsAndCountsTheRest)
{
    Set({.stalled = true});
    for (int i = 0; i < 2048 + 5; ++i)
    {
        other->SendDatagram(AddressOf(1), Bytes(1024));
    }
    network.RunFor(1s);
    EXPECT_EQ(transport.Count().socketOverflows, 5u);
    Set({});
    EXPECT_EQ(ear.datagrams.size(), 2048u);
}

} // namespace swim
