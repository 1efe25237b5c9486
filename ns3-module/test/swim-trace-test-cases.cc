// SPDX-License-Identifier: GPL-2.0-only
//
// What a script is told: names and peers in traces, views, broadcasts.
#include "swim-test-cases.h"
#include "swim-test-lan.h"

#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet.h"
#include "ns3/swim-helper.h"
#include "ns3/uinteger.h"

#include <sstream>

using namespace ns3;

namespace
{

class TracesTellPeers : public TestCase
{
  public:
    TracesTellPeers()
        : TestCase("What is traced as sent to a peer is traced as received from it, byte for byte")
    {
    }

  private:
    using Messages = std::map<std::string, int>;

    /// Of datagrams both ends have the member's port; of a stream the opener has another.
    static void Note(Messages& messages,
                     Ptr<const Packet> packet,
                     const Address& a,
                     const Address& b)
    {
        const auto from = InetSocketAddress::ConvertFrom(a);
        const auto to = InetSocketAddress::ConvertFrom(b);
        std::ostringstream line;
        line << from.GetIpv4() << " > " << to.GetIpv4() << ' ';
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), bytes.size());
        for (const uint8_t byte : bytes)
        {
            line << static_cast<int>(byte) << ',';
        }
        ++messages[line.str()];
    }

    void OnTx(Ptr<const Packet> packet, const Address& from, const Address& to)
    {
        Note(m_sent, packet, from, to);
    }

    void OnRx(Ptr<const Packet> packet, const Address& from, const Address& to)
    {
        Note(m_received, packet, from, to);
        m_bytes += packet->GetSize();
    }

    void OnCount(uint32_t, std::string_view, uint32_t bytes)
    {
        m_countedBytes += bytes;
    }

    void DoRun() override
    {
        SwimTestLan lan(4);
        SwimHelper swim;
        swim.SetJoin(MilliSeconds(100));
        swim.SetAttribute("PushPullInterval", TimeValue(Seconds(2)));
        const ApplicationContainer members = swim.Install(lan.Nodes());
        for (uint32_t i = 0; i < members.GetN(); ++i)
        {
            const Ptr<Application> member = members.Get(i);
            member->TraceConnectWithoutContext("TxWithAddresses",
                                               MakeCallback(&TracesTellPeers::OnTx, this));
            member->TraceConnectWithoutContext("RxWithAddresses",
                                               MakeCallback(&TracesTellPeers::OnRx, this));
            member->TraceConnectWithoutContext("Rx", MakeCallback(&TracesTellPeers::OnCount, this));
        }
        // In the midst of a second, when nothing is on its way.
        lan.Run(20);
        for (uint32_t i = 0; i < members.GetN(); ++i)
        {
            lan.Member(members, i).Pause();
        }
        lan.Run(20.5);
        for (uint32_t i = 0; i < members.GetN(); ++i)
        {
            lan.Member(members, i).Resume();
        }
        NS_TEST_EXPECT_MSG_GT(m_received.size(), 100, "nothing was traced");
        NS_TEST_EXPECT_MSG_EQ(m_bytes, m_countedBytes, "Rx and RxWithAddresses differ");
        uint32_t unknown = 0;
        for (const auto& [message, times] : m_received)
        {
            unknown += m_sent[message] < times;
        }
        NS_TEST_EXPECT_MSG_EQ(unknown, 0, "a message was received that nobody sent");
    }

    Messages m_sent;
    Messages m_received;
    uint64_t m_bytes = 0;
    uint64_t m_countedBytes = 0;
};

class ViewsTellStates : public TestCase
{
  public:
    ViewsTellStates()
        : TestCase("A member's view tells who is alive, suspected, dead and gone, and where")
    {
    }

  private:
    void DoRun() override
    {
        SwimTestLan lan(5);
        const ApplicationContainer members = SwimHelper().Install(lan.Nodes());
        SwimApplication& observer = lan.Member(members, 0);
        NS_TEST_EXPECT_MSG_EQ(observer.GetView().size(), 0, "it does not run yet");
        lan.Run(5);
        NS_TEST_EXPECT_MSG_EQ(StatesSeenBy(observer), "alive alive alive alive alive ", "all");
        const SwimMemberView& second = observer.GetView().at(1);
        NS_TEST_EXPECT_MSG_EQ(second.name, "m1", "in the order of installing");
        NS_TEST_EXPECT_MSG_EQ(second.incarnation, 1, "it never had to defend itself");
        const Address expected = InetSocketAddress("10.1.0.2", 7946);
        NS_TEST_EXPECT_MSG_EQ(second.address, expected, "where it is");
        lan.Member(members, 1).Leave();
        lan.Member(members, 2).UpdateMeta("blue");
        lan.Member(members, 3).Kill();
        lan.Run(8.5);
        NS_TEST_EXPECT_MSG_EQ(StatesSeenBy(observer), "alive left alive suspect alive ", "soon");
        NS_TEST_EXPECT_MSG_EQ(observer.CountInView(SwimMemberState::SUSPECT), 1, "m3");
        NS_TEST_EXPECT_MSG_EQ(observer.GetView().at(2).meta, "blue", "what m2 tells of itself");
        lan.Run(30);
        NS_TEST_EXPECT_MSG_EQ(observer.CountInView(SwimMemberState::DEAD), 1, "m3");
        NS_TEST_EXPECT_MSG_EQ(observer.CountInView(SwimMemberState::ALIVE), 3, "m0, m2, m4");
        NS_TEST_EXPECT_MSG_EQ(observer.GetHealthScore(), 0, "it had no trouble of its own");
    }

    static std::string StatesSeenBy(const SwimApplication& observer)
    {
        std::ostringstream states;
        for (const SwimMemberView& member : observer.GetView())
        {
            states << member.state << ' ';
        }
        return states.str();
    }
};

class BroadcastsAreHeardOnce : public TestCase
{
  public:
    BroadcastsAreHeardOnce()
        : TestCase("A broadcast is heard once by each other member, whose sinks may act on it")
    {
    }

  private:
    void OnMessage(uint32_t member, uint32_t origin, const std::string& payload)
    {
        ++m_heard[{member, origin, payload}];
        if (payload == "everybody out" && member == 5)
        {
            m_members->Leave();
        }
    }

    void DoRun() override
    {
        SwimTestLan lan(8);
        SwimHelper swim;
        swim.SetAttribute("DatagramLoss", DoubleValue(0.1));
        const ApplicationContainer members = swim.Install(lan.Nodes());
        m_members = &lan.Member(members, 5);
        for (uint32_t i = 0; i < members.GetN(); ++i)
        {
            members.Get(i)->TraceConnectWithoutContext(
                "UserMessage",
                MakeCallback(&BroadcastsAreHeardOnce::OnMessage, this));
        }
        lan.Run(1);
        NS_TEST_EXPECT_MSG_EQ(lan.Member(members, 2).Broadcast("hello"), true, "it fits");
        NS_TEST_EXPECT_MSG_EQ(lan.Member(members, 2).Broadcast("hello"), true, "it fits");
        NS_TEST_EXPECT_MSG_EQ(lan.Member(members, 2).Broadcast(std::string(1400, 'x')),
                              false,
                              "no datagram holds this");
        lan.Run(6);
        NS_TEST_EXPECT_MSG_EQ(lan.Member(members, 4).Broadcast("everybody out"), true, "it fits");
        lan.Run(12);
        for (uint32_t i = 0; i < members.GetN(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ((m_heard[{i, 2, "hello"}]), (i == 2 ? 0 : 2), "at m" << i);
            NS_TEST_EXPECT_MSG_EQ((m_heard[{i, 4, "everybody out"}]),
                                  (i == 4 ? 0 : 1),
                                  "at m" << i);
        }
        NS_TEST_EXPECT_MSG_EQ(lan.Member(members, 5).IsRunning(), false, "m5 left at that word");
    }

    SwimApplication* m_members = nullptr;
    std::map<std::tuple<uint32_t, uint32_t, std::string>, uint32_t> m_heard;
};

} // namespace

std::vector<TestCase*> MakeSwimTraceCases()
{
    return {new TracesTellPeers, new ViewsTellStates, new BroadcastsAreHeardOnce};
}
