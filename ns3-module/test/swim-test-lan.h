// SPDX-License-Identifier: GPL-2.0-only
//
// Nodes on one or two local networks, for tests that install members as scripts do. Of the module
// network alone, so that no other module is needed. C++17, as the rest of an ns-3 tree may be.
#ifndef SWIM_TEST_LAN_H
#define SWIM_TEST_LAN_H

#include "ns3/application-container.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-interface-container.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6-interface-container.h"
#include "ns3/node-container.h"
#include "ns3/simple-net-device-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/swim-application.h"

#include <map>
#include <string>
#include <string_view>

namespace ns3
{

/// One at a time: it ends with Simulator::Destroy. Node i has the address i + 1 of each network.
class SwimTestLan
{
  public:
    explicit SwimTestLan(uint32_t nodes)
    {
        m_nodes.Create(nodes);
        InternetStackHelper stack;
        stack.Install(m_nodes);
        SimpleNetDeviceHelper lan;
        lan.SetChannelAttribute("Delay", StringValue("1ms"));
        for (Ipv4InterfaceContainer* network : {&m_first, &m_second})
        {
            Ipv4AddressHelper addresses(network == &m_first ? "10.1.0.0" : "10.2.0.0",
                                        "255.255.255.0");
            *network = addresses.Assign(lan.Install(m_nodes));
        }
        Ipv6AddressHelper addresses6("2001:db8::", Ipv6Prefix(64));
        m_ipv6 = addresses6.Assign(lan.Install(m_nodes));
    }

    ~SwimTestLan()
    {
        Simulator::Destroy();
    }

    SwimTestLan(const SwimTestLan&) = delete;
    SwimTestLan& operator=(const SwimTestLan&) = delete;

    const NodeContainer& Nodes() const
    {
        return m_nodes;
    }

    const Ipv4InterfaceContainer& FirstNetwork() const
    {
        return m_first;
    }

    const Ipv4InterfaceContainer& SecondNetwork() const
    {
        return m_second;
    }

    const Ipv6InterfaceContainer& Ipv6Network() const
    {
        return m_ipv6;
    }

    static SwimApplication& Member(const ApplicationContainer& applications, uint32_t i)
    {
        return *DynamicCast<SwimApplication>(applications.Get(i));
    }

    /// Counts what these members conclude from now on.
    void Watch(const ApplicationContainer& applications)
    {
        for (uint32_t i = 0; i < applications.GetN(); ++i)
        {
            applications.Get(i)->TraceConnectWithoutContext(
                "NamedEvent",
                MakeCallback(&SwimTestLan::OnEvent, this));
        }
    }

    /// @return how often anybody but the subject concluded this of the subject; empty: of anybody
    uint32_t Count(const std::string& event, const std::string& subject = "") const
    {
        uint32_t count = 0;
        for (const auto& [conclusion, times] : m_conclusions)
        {
            const bool matches =
                conclusion.first == event && (subject.empty() || conclusion.second == subject);
            count += matches ? times : 0;
        }
        return count;
    }

    void Run(double until_s)
    {
        Simulator::Stop(Seconds(until_s) - Simulator::Now());
        Simulator::Run();
    }

  private:
    void OnEvent(std::string_view observer,
                 std::string_view event,
                 std::string_view subject,
                 uint32_t,
                 std::string_view)
    {
        if (observer != subject)
        {
            ++m_conclusions[{std::string(event), std::string(subject)}];
        }
    }

    NodeContainer m_nodes;
    Ipv4InterfaceContainer m_first;
    Ipv4InterfaceContainer m_second;
    Ipv6InterfaceContainer m_ipv6;
    std::map<std::pair<std::string, std::string>, uint32_t> m_conclusions; //!< (event, subject)
};

} // namespace ns3

#endif // SWIM_TEST_LAN_H
