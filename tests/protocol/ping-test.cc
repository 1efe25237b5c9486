// SPDX-License-Identifier: MIT
//
// The application's own pings: they measure, and change nothing else.
#include "node-fixture.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

class PingTest : public NodeTest
{
  protected:
    /// Keeps the results of pings.
    struct Results : Application
    {
        void OnPinged(std::uint32_t ping, std::optional<Duration> roundTrip) override
        {
            told.emplace_back(ping, roundTrip);
        }

        std::vector<std::pair<std::uint32_t, std::optional<Duration>>> told;
    };

    PingTest()
    {
        application = &results;
        config.gossipInterval = 0s;
        config.pushPullInterval = 0s;
    }

    std::uint32_t Ping(char member, Duration timeout = 500ms)
    {
        outbox.Clear();
        return node->Ping(now, std::string(1, member), AddressOf(member), timeout, outbox);
    }

    Results results;
};

TEST_F(PingTest, MeasuresFromPingToAck)
{
    Start("abc");
    const std::uint32_t ping = Ping('c');
    ASSERT_EQ(Packets(TrafficKind::PING).size(), 1u);
    EXPECT_EQ(Packets(TrafficKind::PING)[0].to, "c");
    EXPECT_EQ(Join(Packets()[0].parts), "ping " + std::to_string(ping) + " c from a");
    AdvanceBy(7ms);
    HearMessage(wire::Ack{ping, {}}, 'c');
    ASSERT_EQ(results.told.size(), 1u);
    EXPECT_EQ(results.told[0], std::pair(ping, std::optional<Duration>(7ms)));
    HearMessage(wire::Ack{ping, {}}, 'c');
    EXPECT_EQ(results.told.size(), 1u);
    EXPECT_EQ(node->Count().strayAcks, 1u);
}

TEST_F(PingTest, NoAnswerAccusesNobody)
{
    Start("ab");
    const std::uint32_t ping = Ping('b', 20ms);
    EXPECT_EQ(node->NextDeadline(), std::min(node->NextDeadline(), now + 20ms));
    AdvanceBy(20ms);
    ASSERT_EQ(results.told.size(), 1u);
    EXPECT_EQ(results.told[0], std::pair(ping, std::optional<Duration>()));
    EXPECT_EQ(Events(), "");
    EXPECT_EQ(StateOf('b'), "alive@1");
    EXPECT_EQ(node->HealthScore(), 0u);
    EXPECT_EQ(node->Count().probes, 0u);
}

TEST_F(PingTest, LeavesTheProbeUnderWayAlone)
{
    Start("ab");
    AdvanceToProbe();
    const std::uint32_t probe = Ping('b') - 1; // numbers go up by one
    HearMessage(wire::Ack{probe + 1, {}});
    EXPECT_EQ(results.told.size(), 1u);
    AdvanceBy(config.probeTimeout);
    EXPECT_EQ(node->Count().probesIndirect, 1u); // the ping's ack was not the probe's
    HearMessage(wire::Ack{probe, {}});
    AdvanceBy(config.probeInterval);
    EXPECT_EQ(node->Count().probesFailed, 0u);
}

TEST_F(PingTest, SeveralAtOnceEndInTheOrderOfTheirDeadlines)
{
    Start("abc");
    const std::uint32_t slow = Ping('b', 300ms);
    const std::uint32_t quick = Ping('c', 100ms);
    const std::uint32_t answered = Ping('c', 200ms);
    HearMessage(wire::Ack{answered, {}}, 'c');
    AdvanceBy(300ms);
    ASSERT_EQ(results.told.size(), 3u);
    EXPECT_EQ(results.told[0].first, answered);
    EXPECT_EQ(results.told[1].first, quick);
    EXPECT_EQ(results.told[2].first, slow);
}

} // namespace

} // namespace swim
