// SPDX-License-Identifier: GPL-2.0-only
//
// What a script sets, and what is set for it.
#include "swim-test-cases.h"
#include "swim-test-lan.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/node.h"
#include "ns3/object-vector.h"
#include "ns3/socket.h"
#include "ns3/swim-helper.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

using namespace ns3;

namespace
{

Time GetTime(const ObjectBase& object, const std::string& attribute)
{
    TimeValue value;
    object.GetAttribute(attribute, value);
    return value.Get();
}

uint64_t GetNumber(const ObjectBase& object, const std::string& attribute)
{
    UintegerValue value;
    object.GetAttribute(attribute, value);
    return value.Get();
}

class LossAtRunTime : public TestCase
{
  public:
    LossAtRunTime()
        : TestCase("DatagramLoss set while a process runs takes effect")
    {
    }

  private:
    void DoRun() override
    {
        SwimTestLan lan(5);
        SwimHelper swim;
        swim.SetAttribute("StreamFallback", BooleanValue(false));
        swim.SetAttribute("PushPullInterval", TimeValue(Seconds(0)));
        const ApplicationContainer members = swim.Install(lan.Nodes());
        lan.Watch(members);
        lan.Run(10);
        NS_TEST_EXPECT_MSG_EQ(lan.Count("suspect"), 0, "nothing was lost yet");
        members.Get(2)->SetAttribute("DatagramLoss", DoubleValue(1));
        DoubleValue loss;
        members.Get(2)->GetAttribute("DatagramLoss", loss);
        NS_TEST_EXPECT_MSG_EQ(loss.Get(), 1, "it does not tell what was set");
        lan.Run(60);
        NS_TEST_EXPECT_MSG_EQ(lan.Count("dead", "m2"), 4, "m2 could still be heard");
    }
};

/// ConfigStore writes all defaults and sets all of them again when it loads.
class SavedConfigurationKeepsPresets : public TestCase
{
  public:
    SavedConfigurationKeepsPresets()
        : TestCase("A preset survives a configuration that was saved and loaded")
    {
    }

  private:
    void DoRun() override
    {
        LoadWhatWasSaved();
        {
            SwimTestLan lan(2);
            SwimHelper swim("swim");
            ApplicationContainer members = swim.Install(lan.Nodes());
            NS_TEST_EXPECT_MSG_EQ(GetTime(*members.Get(0), "ProbeInterval"),
                                  Seconds(2),
                                  "the preset was lost");
            NS_TEST_EXPECT_MSG_EQ(GetNumber(*members.Get(0), "IndirectChecks"), 1, "likewise");
        }
        Config::SetDefault("ns3::SwimApplication::SuspicionMult", UintegerValue(9));
        LoadWhatWasSaved();
        {
            SwimTestLan lan(2);
            SwimHelper swim("swim");
            ApplicationContainer members = swim.Install(lan.Nodes());
            NS_TEST_EXPECT_MSG_EQ(GetNumber(*members.Get(0), "SuspicionMult"),
                                  9,
                                  "what the saved configuration had changed was lost");
            NS_TEST_EXPECT_MSG_EQ(GetNumber(*members.Get(0), "IndirectChecks"), 1, "the preset");
        }
        Config::Reset();
        // One that is set to memberlist's value is the user's word.
        Config::SetDefault("ns3::SwimApplication::ProbeInterval", TimeValue(Seconds(1)));
        {
            SwimTestLan lan(2);
            SwimHelper swim("swim");
            ApplicationContainer members = swim.Install(lan.Nodes());
            NS_TEST_EXPECT_MSG_EQ(GetTime(*members.Get(0), "ProbeInterval"),
                                  Seconds(1),
                                  "the preset won over the user");
        }
        Config::Reset();
    }

    static void LoadWhatWasSaved()
    {
        const TypeId tid = SwimApplication::GetTypeId();
        for (std::size_t i = 0; i < tid.GetAttributeN(); ++i)
        {
            const TypeId::AttributeInformation attribute = tid.GetAttribute(i);
            const std::string text = attribute.initialValue->SerializeToString(attribute.checker);
            Config::SetDefault("ns3::SwimApplication::" + attribute.name, StringValue(text));
        }
    }
};

class SettingsDifferWithinCluster : public TestCase
{
  public:
    SettingsDifferWithinCluster()
        : TestCase("Members of one cluster can have other settings")
    {
    }

  private:
    void DoRun() override
    {
        SwimTestLan lan(6);
        SwimHelper swim;
        ApplicationContainer members =
            swim.Install(NodeContainer(lan.Nodes().Get(0), lan.Nodes().Get(1), lan.Nodes().Get(2)));
        swim.SetAttribute("ProbeInterval", TimeValue(Seconds(5)));
        members.Add(swim.Install(NodeContainer(lan.Nodes().Get(3), lan.Nodes().Get(4))));
        swim.SetPreset("recommended-lan");
        members.Add(swim.Install(lan.Nodes().Get(5)));
        lan.Watch(members);
        lan.Run(100);
        NS_TEST_EXPECT_MSG_EQ(lan.Count("suspect"), 0, "somebody was accused");
        NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(Probes(members, 0)), 100, 1, "every second");
        NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(Probes(members, 3)), 20, 1, "every 5 s");
        NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(Probes(members, 5)), 100, 1, "every second");
        NS_TEST_EXPECT_MSG_EQ(GetTime(*members.Get(5), "SeedInterval"), Seconds(60), "the preset");
    }

    static uint64_t Probes(const ApplicationContainer& members, uint32_t i)
    {
        return SwimTestLan::Member(members, i).GetStatistics().probes;
    }
};

/// ns-3's timer crashes where the other side closed with no window left; see NewTcpSocket.
class PersistTimerIsPutOff : public TestCase
{
  public:
    PersistTimerIsPutOff()
        : TestCase("No TCP socket of a member will ever probe a closed window")
    {
    }

  private:
    void Look(Ptr<Node> node)
    {
        ObjectVectorValue sockets;
        node->GetObject<TcpL4Protocol>()->GetAttribute("SocketList", sockets);
        for (auto entry = sockets.Begin(); entry != sockets.End(); ++entry)
        {
            ++m_seen;
            m_soon += GetTime(*entry->second, "PersistTimeout") < Hours(1000);
        }
        Simulator::Schedule(MilliSeconds(1), &PersistTimerIsPutOff::Look, this, node);
    }

    void DoRun() override
    {
        SwimTestLan lan(3);
        SwimHelper swim;
        swim.SetAttribute("PushPullInterval", TimeValue(Seconds(1)));
        swim.Install(lan.Nodes());
        Simulator::Schedule(MilliSeconds(1), &PersistTimerIsPutOff::Look, this, lan.Nodes().Get(1));
        lan.Run(5);
        // Besides the listening one there are the opened and the accepted ones, for some looks.
        NS_TEST_EXPECT_MSG_GT(m_seen, 5020, "there were no connections");
        NS_TEST_EXPECT_MSG_EQ(m_soon, 0, "a socket has ns-3's time-out");
    }

    uint32_t m_seen = 0;
    uint32_t m_soon = 0;
};

} // namespace

std::vector<TestCase*> MakeSwimSettingsCases()
{
    return {new LossAtRunTime,
            new SavedConfigurationKeepsPresets,
            new SettingsDifferWithinCluster,
            new PersistTimerIsPutOff};
}
