// SPDX-License-Identifier: GPL-2.0-only
//
// Broadcasts on a network that loses datagrams: everybody is told, once, and none its own.
#include "swim-test-cases.h"
#include "swim-test-star.h"

#include "ns3/double.h"
#include "ns3/swim-helper.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <map>
#include <string>
#include <tuple>

using namespace ns3;

namespace
{

/// Members of memberlist's LAN configuration of whom one after the other broadcasts.
class BroadcastsReachEverybody : public TestCase
{
  public:
    /// @param mostMissed of all deliveries: what the formula of infection says of as many members,
    ///        and three standard errors (tests/protocol/infection.h derives it)
    BroadcastsReachEverybody(uint32_t members, uint32_t mostMissed)
        : TestCase("With 5 % loss 200 broadcasts reach everybody once: " + std::to_string(members) +
                   " members"),
          m_members(members),
          m_mostMissed(mostMissed)
    {
    }

  private:
    static constexpr uint32_t BROADCASTS = 200;

    void OnMessage(uint32_t member, uint32_t origin, const std::string& payload)
    {
        ++m_heard[{member, payload}];
        m_strange += payload.substr(0, payload.find(' ')) != std::to_string(origin);
        m_echoes += member == origin;
    }

    void DoRun() override
    {
        SwimHelper swim;
        swim.SetAttribute("DatagramLoss", DoubleValue(0.05));
        SwimTestStar star(swim, m_members);
        for (uint32_t i = 0; i < m_members; ++i)
        {
            star.Member(i).TraceConnectWithoutContext(
                "UserMessage",
                MakeCallback(&BroadcastsReachEverybody::OnMessage, this));
        }
        for (uint32_t i = 0; i < BROADCASTS; ++i)
        {
            const uint32_t sender = i * 7 % m_members;
            star.At(1 + 0.1 * i, sender, [this, sender, i](SwimApplication& application) {
                const std::string payload = std::to_string(sender) + " says " + std::to_string(i);
                m_refused += !application.Broadcast(payload);
            });
        }
        star.Run(30);
        uint32_t repeated = 0;
        for (const auto& [what, times] : m_heard)
        {
            repeated += times > 1;
        }
        const auto missed = BROADCASTS * (m_members - 1) - static_cast<uint32_t>(m_heard.size());
        NS_TEST_EXPECT_MSG_EQ(m_refused, 0, "a broadcast was refused");
        NS_TEST_EXPECT_MSG_EQ(m_strange, 0, "a broadcast was another's");
        NS_TEST_EXPECT_MSG_EQ(m_echoes, 0, "a member heard its own");
        NS_TEST_EXPECT_MSG_EQ(repeated, 0, "a member heard one twice");
        NS_TEST_EXPECT_MSG_LT(missed, m_mostMissed + 1, "too many did not hear");
    }

    uint32_t m_members;
    uint32_t m_mostMissed;
    uint32_t m_refused = 0;
    uint32_t m_strange = 0;
    uint32_t m_echoes = 0;
    std::map<std::pair<uint32_t, std::string>, uint32_t> m_heard;
};

class BroadcastsThatCannotGoAreRefused : public TestCase
{
  public:
    BroadcastsThatCannotGoAreRefused()
        : TestCase("A broadcast is refused where it is too long, too many wait or nobody runs")
    {
    }

  private:
    void DoRun() override
    {
        SwimHelper swim;
        swim.SetAttribute("UserQueueDepth", UintegerValue(3));
        SwimTestStar star(swim, 3);
        SwimApplication& member = star.Member(1);
        NS_TEST_EXPECT_MSG_EQ(member.GetMaxBroadcast(), 0, "it does not run yet");
        NS_TEST_EXPECT_MSG_EQ(member.Broadcast("early"), false, "it does not run yet");
        star.Run(1);
        const uint32_t most = member.GetMaxBroadcast();
        NS_TEST_EXPECT_MSG_EQ(member.Broadcast(std::string(most + 1, 'x')), false, "too long");
        NS_TEST_EXPECT_MSG_EQ(member.Broadcast(std::string(most, 'x')), true, "it fits");
        NS_TEST_EXPECT_MSG_EQ(member.Broadcast("second"), true, "there is room");
        NS_TEST_EXPECT_MSG_EQ(member.Broadcast("third"), true, "there is room");
        NS_TEST_EXPECT_MSG_EQ(member.Broadcast("fourth"), false, "three wait already");
        star.Run(10);
        NS_TEST_EXPECT_MSG_EQ(member.Broadcast("fifth"), true, "they have been passed on");
        member.Pause();
        NS_TEST_EXPECT_MSG_EQ(member.Broadcast("paused"), false, "it cannot act");
        member.Resume();
        member.Kill();
        NS_TEST_EXPECT_MSG_EQ(member.Broadcast("late"), false, "it is dead");
    }
};

} // namespace

std::vector<TestCase*> MakeSwimBroadcastCases()
{
    return {new BroadcastsReachEverybody(20, 5),
            new BroadcastsReachEverybody(100, 1),
            new BroadcastsThatCannotGoAreRefused};
}
