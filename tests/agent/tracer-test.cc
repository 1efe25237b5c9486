// SPDX-License-Identifier: MIT
//
// A tracer is shown every packet that an agent counts, both ways, and what its timers decide.
#include "agents-in-memory.h"
#include "swim/agent.h"
#include "swim/memory-network.h"

#include <gtest/gtest.h>
#include <set>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// Keeps what it is shown.
class Witness : public Tracer
{
  public:
    void OnPacket(const TracedPacket& packet) override
    {
        TrafficCount& count = m_packets[packet.channel == PacketChannel::DATAGRAM ? 0 : 1];
        packet.sent ? count.Sent(packet.bytes.size()) : count.Received(packet.bytes.size());
        peers.insert({packet.peer.bytes[3], packet.peer.port});
    }

    void OnDecision(const TracedDecision& decision) override
    {
        decisions.emplace(std::string(decision.decision), std::string(decision.about));
    }

    const TrafficCount& Datagrams() const
    {
        return m_packets[0];
    }

    const TrafficCount& Streams() const
    {
        return m_packets[1];
    }

    std::set<std::pair<std::uint8_t, std::uint16_t>> peers;
    std::set<std::pair<std::string, std::string>> decisions;

  private:
    std::array<TrafficCount, 2> m_packets{};
};

class TracerTest : public AgentsInMemory
{
  protected:
    std::unique_ptr<Agent> Launch(std::uint8_t number, Tracer* tracer = nullptr)
    {
        AgentOptions options;
        options.name = "m" + std::to_string(number);
        options.seed = number;
        options.tracer = tracer;
        auto agent = std::make_unique<Agent>(options, network.Attach(AddressOf(number)));
        if (number > 1)
        {
            auto joined = agent->Join({"10.0.0.1:7946"});
            EXPECT_EQ(Get(joined).contacted, 1u);
        }
        return agent;
    }

    /// Of some kinds all that the agent counts.
    static TrafficCount Sum(const Agent& agent, std::initializer_list<TrafficKind> kinds)
    {
        TrafficCount sum;
        const TrafficCounts counts = agent.Traffic();
        for (const TrafficKind kind : kinds)
        {
            sum.sent += counts[kind].sent;
            sum.sentBytes += counts[kind].sentBytes;
            sum.received += counts[kind].received;
            sum.receivedBytes += counts[kind].receivedBytes;
        }
        return sum;
    }

    static void ExpectEqual(const TrafficCount& shown, const TrafficCount& counted)
    {
        EXPECT_EQ(shown.sent, counted.sent);
        EXPECT_EQ(shown.sentBytes, counted.sentBytes);
        EXPECT_EQ(shown.received, counted.received);
        EXPECT_EQ(shown.receivedBytes, counted.receivedBytes);
        EXPECT_GT(shown.sent, 0u);
        EXPECT_GT(shown.received, 0u);
    }
};

TEST_F(TracerTest, IsShownEveryPacketThatTheAgentCounts)
{
    Witness witness;
    const auto first = Launch(1, &witness);
    const auto second = Launch(2);
    const auto third = Launch(3);
    network.RunFor(30s);
    using enum TrafficKind;
    ExpectEqual(witness.Datagrams(), Sum(*first, {PING, PING_REQ, ACK, NACK, GOSSIP}));
    ExpectEqual(witness.Streams(), Sum(*first, {PUSH_PULL, STREAM_PING, STREAM_ACK, STREAM_USER}));
    EXPECT_TRUE(witness.peers.contains({2, 7946}));
    EXPECT_TRUE(witness.peers.contains({3, 7946}));
}

TEST_F(TracerTest, IsToldHowAMemberCameToBeDead)
{
    Witness witness;
    const auto first = Launch(1, &witness);
    const auto second = Launch(2);
    auto third = Launch(3);
    network.RunFor(2s);
    EXPECT_TRUE(witness.decisions.empty()) << "all are well";
    third.reset();
    network.RunFor(60s);
    EXPECT_TRUE(witness.decisions.contains({"suspicion-started", "m3"}));
    EXPECT_TRUE(witness.decisions.contains({"suspicion-fired", "m3"}) ||
                witness.decisions.contains({"suspicion-ended", "m3"}));
}

} // namespace

} // namespace swim
