// SPDX-License-Identifier: GPL-2.0-only
//
// Members as scripts install and start them.
#include "swim-test-cases.h"
#include "swim-test-lan.h"

#include "ns3/node.h"
#include "ns3/socket.h"
#include "ns3/swim-helper.h"

#include <set>
#include <sstream>

using namespace ns3;

namespace
{

class NodeByNodeIsOneCluster : public TestCase
{
  public:
    NodeByNodeIsOneCluster()
        : TestCase("What one helper installs is one cluster, also node by node")
    {
    }

  private:
    void DoRun() override
    {
        SwimTestLan lan(5);
        SwimHelper swim;
        ApplicationContainer members;
        for (uint32_t i = 0; i < 5; ++i)
        {
            members.Add(swim.Install(lan.Nodes().Get(i)));
        }
        lan.Watch(members);
        lan.Run(20);
        for (uint32_t i = 0; i < 5; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(lan.Member(members, i).CountInView(SwimMemberState::ALIVE),
                                  5,
                                  "m" << i << " does not know all");
        }
        NS_TEST_EXPECT_MSG_EQ(lan.Count("suspect"), 0, "somebody was accused");
        NS_TEST_EXPECT_MSG_EQ(lan.Count("joined"), 0, "they did not start converged");
    }
};

class HelperServesSeveralRuns : public TestCase
{
  public:
    HelperServesSeveralRuns()
        : TestCase("A helper begins a cluster anew after its simulation, and where it is told to")
    {
    }

  private:
    void DoRun() override
    {
        SwimHelper swim;
        {
            SwimTestLan lan(3);
            swim.Install(lan.Nodes());
            lan.Run(1);
        }
        SwimTestLan lan(4);
        const ApplicationContainer second = swim.Install(lan.Nodes());
        NS_TEST_EXPECT_MSG_EQ(lan.Member(second, 0).GetCluster()->GetSize(),
                              4,
                              "members of the simulation before are still there");
        swim.StartNewCluster();
        SwimHelper other("memberlist-lan", 7947);
        const ApplicationContainer third = other.Install(lan.Nodes().Get(0));
        NS_TEST_EXPECT_MSG_EQ(lan.Member(third, 0).GetCluster()->GetSize(), 1, "it is another");
    }
};

class LateStarterJoins : public TestCase
{
  public:
    LateStarterJoins()
        : TestCase("A member with a later StartTime joins the converged ones, who do not accuse it")
    {
    }

  private:
    void DoRun() override
    {
        SwimTestLan lan(6);
        SwimHelper swim;
        ApplicationContainer members = swim.Install(lan.Nodes());
        members.Start(Seconds(2));
        members.Get(0)->SetStartTime(Seconds(30));
        lan.Watch(members);
        lan.Run(29);
        NS_TEST_EXPECT_MSG_EQ(lan.Member(members, 1).CountInView(SwimMemberState::ALIVE),
                              5,
                              "five started");
        NS_TEST_EXPECT_MSG_EQ(lan.Count("joined"), 0, "they did not start converged");
        lan.Run(60);
        NS_TEST_EXPECT_MSG_EQ(lan.Count("suspect"), 0, "somebody was accused");
        NS_TEST_EXPECT_MSG_EQ(lan.Count("joined", "m0"), 5, "not all heard of m0");
        NS_TEST_EXPECT_MSG_EQ(lan.Member(members, 0).CountInView(SwimMemberState::ALIVE),
                              6,
                              "m0 does not know all");
    }
};

class StartKeepsSpacing : public TestCase
{
  public:
    StartKeepsSpacing()
        : TestCase("ApplicationContainer::Start moves joins, and keeps the time between them")
    {
    }

  private:
    void DoRun() override
    {
        SwimTestLan lan(4);
        SwimHelper swim;
        swim.SetJoin(Seconds(2));
        ApplicationContainer members = swim.Install(lan.Nodes());
        members.Start(Seconds(5));
        members.Get(3)->SetStopTime(Seconds(8));
        for (uint32_t launched = 0; launched < 3; ++launched)
        {
            lan.Run(4.9 + 2 * launched);
            NS_TEST_EXPECT_MSG_EQ(Running(members), launched, "before " << launched);
            lan.Run(5.1 + 2 * launched);
            NS_TEST_EXPECT_MSG_EQ(Running(members), launched + 1, "after " << launched);
        }
        lan.Run(12);
        NS_TEST_EXPECT_MSG_EQ(Running(members), 3, "m3 was stopped before its turn");
    }

    static uint32_t Running(const ApplicationContainer& members)
    {
        uint32_t running = 0;
        for (uint32_t i = 0; i < members.GetN(); ++i)
        {
            running += SwimTestLan::Member(members, i).IsRunning();
        }
        return running;
    }
};

/// Twenty members whose seed is not there yet give up asking after a second, and ask again.
class JoinsAreTriedOutOfStep : public TestCase
{
  public:
    JoinsAreTriedOutOfStep(bool jitter)
        : TestCase(std::string("Joins are tried again ") +
                   (jitter ? "out of step" : "in step where JoinRetryJitter is 0")),
          m_jitter(jitter)
    {
    }

  private:
    void OnTx(uint32_t, std::string_view kind, uint32_t)
    {
        if (kind == "push-pull" && Simulator::Now() > Seconds(1))
        {
            m_asked.insert(Simulator::Now());
            ++m_asks;
        }
    }

    void DoRun() override
    {
        SwimTestLan lan(21);
        SwimHelper swim;
        swim.SetJoin(Seconds(0));
        swim.SetAttribute("TcpTimeout", TimeValue(Seconds(1)));
        if (!m_jitter)
        {
            swim.SetAttribute("JoinRetryJitter", TimeValue(Seconds(0)));
        }
        ApplicationContainer members = swim.Install(lan.Nodes());
        members.Get(0)->SetStartTime(Seconds(30));
        for (uint32_t i = 0; i < members.GetN(); ++i)
        {
            members.Get(i)->TraceConnectWithoutContext(
                "Tx",
                MakeCallback(&JoinsAreTriedOutOfStep::OnTx, this));
        }
        lan.Run(29);
        NS_TEST_EXPECT_MSG_GT(m_asks, 150, "nobody asked again");
        NS_TEST_EXPECT_MSG_EQ((m_asked.size() > m_asks * 9 / 10),
                              m_jitter,
                              m_asked.size() << " times for " << m_asks << " asks");
        lan.Run(60);
        NS_TEST_EXPECT_MSG_EQ(lan.Member(members, 0).CountInView(SwimMemberState::ALIVE),
                              21,
                              "not all joined");
    }

    bool m_jitter;
    std::set<Time> m_asked;
    std::size_t m_asks = 0;
};

class ClustersOnOneNetworkDiffer : public TestCase
{
  public:
    ClustersOnOneNetworkDiffer()
        : TestCase("Two clusters on the same nodes draw other random numbers")
    {
    }

  private:
    void OnTx(std::string context, uint32_t member, std::string_view kind, uint32_t bytes)
    {
        m_transcripts[context] << Simulator::Now() << ' ' << member << kind << bytes << '\n';
    }

    void DoRun() override
    {
        SwimTestLan lan(5);
        SwimHelper first;
        SwimHelper second("memberlist-lan", 7950);
        for (SwimHelper* swim : {&first, &second})
        {
            const ApplicationContainer members = swim->Install(lan.Nodes());
            for (uint32_t i = 0; i < members.GetN(); ++i)
            {
                members.Get(i)->TraceConnect("Tx",
                                             swim == &first ? "first" : "second",
                                             MakeCallback(&ClustersOnOneNetworkDiffer::OnTx, this));
            }
        }
        lan.Run(5);
        NS_TEST_EXPECT_MSG_GT(m_transcripts["first"].str().size(), 500, "nothing was sent");
        NS_TEST_EXPECT_MSG_EQ((m_transcripts["first"].str() != m_transcripts["second"].str()),
                              true,
                              "both clusters did the same");
    }

    std::map<std::string, std::ostringstream> m_transcripts;
};

class InterfacesAreChosen : public TestCase
{
  public:
    InterfacesAreChosen()
        : TestCase("Members installed on interfaces have these addresses and no others")
    {
    }

  private:
    void OnRx(Ptr<const Packet>, const Address& from, const Address& to)
    {
        ++m_messages;
        const Ipv4Mask mask("255.255.255.0");
        const Ipv4Address network("10.2.0.0");
        m_elsewhere += !mask.IsMatch(InetSocketAddress::ConvertFrom(from).GetIpv4(), network) ||
                       !mask.IsMatch(InetSocketAddress::ConvertFrom(to).GetIpv4(), network);
    }

    void DoRun() override
    {
        SwimTestLan lan(4);
        SwimHelper swim;
        const ApplicationContainer members = swim.Install(lan.SecondNetwork());
        // The same port at the other address of each node.
        SwimHelper other;
        const ApplicationContainer others = other.Install(lan.FirstNetwork());
        lan.Watch(members);
        lan.Watch(others);
        for (uint32_t i = 0; i < members.GetN(); ++i)
        {
            members.Get(i)->TraceConnectWithoutContext(
                "RxWithAddresses",
                MakeCallback(&InterfacesAreChosen::OnRx, this));
        }
        lan.Run(60);
        NS_TEST_EXPECT_MSG_GT(m_messages, 400, "they were silent");
        NS_TEST_EXPECT_MSG_EQ(m_elsewhere, 0, "messages went over the other network");
        NS_TEST_EXPECT_MSG_EQ(lan.Count("suspect") + lan.Count("rejected"), 0, "a calm cluster");
    }

    uint32_t m_messages = 0;
    uint32_t m_elsewhere = 0;
};

class Ipv6Works : public TestCase
{
  public:
    Ipv6Works()
        : TestCase("Over IPv6 members join by TCP, and a crash is seen by all")
    {
    }

  private:
    void DoRun() override
    {
        SwimTestLan lan(5);
        SwimHelper swim;
        swim.SetJoin(MilliSeconds(200));
        ApplicationContainer members = swim.Install(lan.Ipv6Network());
        members.Start(Seconds(2));
        lan.Watch(members);
        lan.Run(20);
        NS_TEST_EXPECT_MSG_EQ(lan.Count("joined"), 20, "each hears of the four others");
        NS_TEST_EXPECT_MSG_EQ(lan.Count("suspect"), 0, "nobody died yet");
        const Address address = lan.Member(members, 0).GetView().at(0).address;
        NS_TEST_EXPECT_MSG_EQ(Inet6SocketAddress::IsMatchingType(address), true, "IPv6");
        lan.Member(members, 4).Kill();
        lan.Run(60);
        NS_TEST_EXPECT_MSG_EQ(lan.Count("dead", "m4"), 4, "not all buried m4");
        NS_TEST_EXPECT_MSG_EQ(lan.Count("dead"), 4, "a living member was buried");
    }
};

} // namespace

std::vector<TestCase*> MakeSwimHelperCases()
{
    return {new NodeByNodeIsOneCluster,
            new HelperServesSeveralRuns,
            new LateStarterJoins,
            new StartKeepsSpacing,
            new JoinsAreTriedOutOfStep(true),
            new JoinsAreTriedOutOfStep(false),
            new ClustersOnOneNetworkDiffer,
            new InterfacesAreChosen,
            new Ipv6Works};
}
