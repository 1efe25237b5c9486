// SPDX-License-Identifier: GPL-2.0-only
//
// A cluster for tests: members on a star of links, everything they conclude, and what they send.
// C++17, as the rest of an ns-3 tree may be.
#ifndef SWIM_TEST_STAR_H
#define SWIM_TEST_STAR_H

#include "ns3/error-model.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/ppp-header.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/swim-helper.h"
#include "ns3/swim-ns3-compat.h"

#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ns3
{

/// Drops datagrams and lets streams through, as a firewall that knows only TCP does.
class SwimTestUdpBlock : public ErrorModel
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::SwimTestUdpBlock").SetParent<ErrorModel>();
        return tid;
    }

  private:
    bool DoCorrupt(Ptr<Packet> packet) override
    {
        PppHeader ppp;
        const uint32_t pppSize = packet->PeekHeader(ppp);
        Ipv4Header ip;
        const Ptr<Packet> inner = packet->CreateFragment(pppSize, packet->GetSize() - pppSize);
        inner->PeekHeader(ip);
        return ip.GetProtocol() == SWIM_PROTOCOL_UDP;
    }

    void DoReset() override
    {
    }
};

/// What a member concluded.
struct SwimTestConclusion
{
    double time_s;
    uint32_t observer;
    std::string event;
    std::string subject;
    uint32_t incarnation;
};

/// One at a time: it ends with Simulator::Destroy.
class SwimTestStar
{
  public:
    SwimTestStar(SwimHelper helper, uint32_t members)
        : m_members(members)
    {
        NodeContainer hub(1);
        NodeContainer hosts(members);
        InternetStackHelper stack;
        stack.Install(hub);
        stack.Install(hosts);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
        link.SetChannelAttribute("Delay", StringValue("1ms"));
        Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.252");
        for (uint32_t i = 0; i < members; ++i)
        {
            m_links.Add(link.Install(hosts.Get(i), hub.Get(0)));
            addresses.Assign(NetDeviceContainer(m_links.Get(2 * i), m_links.Get(2 * i + 1)));
            addresses.NewNetwork();
        }
        Ipv4GlobalRoutingHelper::PopulateRoutingTables();
        m_applications = helper.Install(hosts);
        for (uint32_t i = 0; i < members; ++i)
        {
            Member(i).TraceConnectWithoutContext("Event",
                                                 MakeCallback(&SwimTestStar::OnEvent, this));
            Member(i).TraceConnectWithoutContext("Tx", MakeCallback(&SwimTestStar::OnTx, this));
        }
    }

    ~SwimTestStar()
    {
        Simulator::Destroy();
    }

    SwimTestStar(const SwimTestStar&) = delete;
    SwimTestStar& operator=(const SwimTestStar&) = delete;

    SwimApplication& Member(uint32_t member) const
    {
        return *DynamicCast<SwimApplication>(m_applications.Get(member));
    }

    const ApplicationContainer& Members() const
    {
        return m_applications;
    }

    /// Has something done at a time, in the member's context.
    void At(double time_s, uint32_t member, std::function<void(SwimApplication&)> action)
    {
        SwimApplication* application = &Member(member);
        Simulator::ScheduleWithContext(application->GetNode()->GetId(),
                                       Seconds(time_s),
                                       [application, action]() { action(*application); });
    }

    /// Blocks datagrams to and from a member, from the start.
    void BlockUdp(uint32_t member)
    {
        for (const uint32_t end : {2 * member, 2 * member + 1})
        {
            DynamicCast<PointToPointNetDevice>(m_links.Get(end))
                ->SetReceiveErrorModel(CreateObject<SwimTestUdpBlock>());
        }
    }

    /// Takes a member's link down, or up again.
    void SetLink(uint32_t member, bool up)
    {
        const Ptr<Ipv4> ipv4 = Member(member).GetNode()->GetObject<Ipv4>();
        up ? ipv4->SetUp(1) : ipv4->SetDown(1);
    }

    void Run(double until_s)
    {
        Simulator::Stop(Seconds(until_s) - Simulator::Now());
        Simulator::Run();
    }

    /// @return how many members concluded this of the subject
    uint32_t Observers(const std::string& event, uint32_t subject) const
    {
        std::set<uint32_t> observers;
        for (const SwimTestConclusion& conclusion : m_conclusions)
        {
            if (conclusion.event == event && conclusion.subject == Name(subject) &&
                conclusion.observer != subject)
            {
                observers.insert(conclusion.observer);
            }
        }
        return static_cast<uint32_t>(observers.size());
    }

    /// @return how often anybody concluded this of anybody
    uint32_t Count(const std::string& event) const
    {
        uint32_t count = 0;
        for (const SwimTestConclusion& conclusion : m_conclusions)
        {
            count += conclusion.event == event;
        }
        return count;
    }

    uint32_t Sent(const std::string& kind) const
    {
        const auto found = m_sent.find(kind);
        return found == m_sent.end() ? 0 : found->second;
    }

    /// @return how many messages of any kind all members sent
    uint32_t SentInAll() const
    {
        uint32_t sum = 0;
        for (const auto& [kind, count] : m_sent)
        {
            sum += count;
        }
        return sum;
    }

    const std::vector<SwimTestConclusion>& Conclusions() const
    {
        return m_conclusions;
    }

    std::string Name(uint32_t member) const
    {
        return SwimHelper::MemberName(member, m_members);
    }

    /// Every message and conclusion with its time, to compare runs.
    std::string Transcript() const
    {
        return m_transcript.str();
    }

  private:
    void OnEvent(uint32_t observer,
                 std::string_view event,
                 std::string_view subject,
                 uint32_t incarnation,
                 std::string_view source)
    {
        m_conclusions.push_back({Simulator::Now().GetSeconds(),
                                 observer,
                                 std::string(event),
                                 std::string(subject),
                                 incarnation});
        m_transcript << Simulator::Now().GetNanoSeconds() << ' ' << observer << ' ' << event << ' '
                     << subject << ' ' << incarnation << ' ' << source << '\n';
    }

    void OnTx(uint32_t member, std::string_view kind, uint32_t bytes)
    {
        ++m_sent[std::string(kind)];
        m_transcript << Simulator::Now().GetNanoSeconds() << ' ' << member << ' ' << kind << ' '
                     << bytes << '\n';
    }

    uint32_t m_members;
    NetDeviceContainer m_links; //!< of member i: its own device at 2 i, the hub's at 2 i + 1
    ApplicationContainer m_applications;
    std::vector<SwimTestConclusion> m_conclusions;
    std::map<std::string, uint32_t> m_sent;
    std::ostringstream m_transcript;
};

} // namespace ns3

#endif // SWIM_TEST_STAR_H
