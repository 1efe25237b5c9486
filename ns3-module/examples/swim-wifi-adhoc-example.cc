// SPDX-License-Identifier: GPL-2.0-only
//
// Sixteen members on a grid of wireless nodes that hear their next neighbours only: OLSR finds ways
// over up to six hops. They join once there are routes, one after the other, with timings for slow
// networks. One dies at 150 s. Prints who notices when, and fails unless all do.
#include "ns3/command-line.h"
#include "ns3/double.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/mobility-helper.h"
#include "ns3/node-container.h"
#include "ns3/olsr-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/swim-helper.h"
#include "ns3/uinteger.h"
#include "ns3/wifi-helper.h"
#include "ns3/wifi-mac-helper.h"
#include "ns3/yans-wifi-helper.h"

#include <iostream>
#include <string>
#include <string_view>

using namespace ns3;

void PrintEvent(std::string_view observer,
                std::string_view event,
                std::string_view subject,
                uint32_t,
                std::string_view source)
{
    if (event != "joined")
    {
        std::cout << Simulator::Now().GetSeconds() << " s: " << observer << " says " << subject
                  << " is " << event << " (word of " << source << ")\n";
    }
}

NetDeviceContainer InstallWifi(const NodeContainer& nodes)
{
    YansWifiChannelHelper channel = YansWifiChannelHelper::Default();
    YansWifiPhyHelper phy;
    phy.SetChannel(channel.Create());
    WifiMacHelper mac;
    mac.SetType("ns3::AdhocWifiMac");
    WifiHelper wifi;
    wifi.SetStandard(WIFI_STANDARD_80211a);
    wifi.SetRemoteStationManager("ns3::ConstantRateWifiManager",
                                 "DataMode",
                                 StringValue("OfdmRate6Mbps"),
                                 "ControlMode",
                                 StringValue("OfdmRate6Mbps"));
    return wifi.Install(phy, mac, nodes);
}

int main(int argc, char* argv[])
{
    uint32_t side = 4;
    double distance = 40;
    std::string preset = "recommended-wan";
    CommandLine command(__FILE__);
    command.AddValue("side", "how many nodes on a side of the grid", side);
    command.AddValue("distance", "metres between neighbours", distance);
    command.AddValue("preset", "protocol preset", preset);
    command.Parse(argc, argv);

    const uint32_t members = side * side;
    NodeContainer nodes(members);
    const NetDeviceContainer devices = InstallWifi(nodes);
    MobilityHelper mobility;
    mobility.SetPositionAllocator("ns3::GridPositionAllocator",
                                  "DeltaX",
                                  DoubleValue(distance),
                                  "DeltaY",
                                  DoubleValue(distance),
                                  "GridWidth",
                                  UintegerValue(side));
    mobility.SetMobilityModel("ns3::ConstantPositionMobilityModel");
    mobility.Install(nodes);
    OlsrHelper olsr;
    InternetStackHelper stack;
    stack.SetRoutingHelper(olsr);
    stack.Install(nodes);
    Ipv4AddressHelper addresses("10.1.0.0", "255.255.255.0");
    const Ipv4InterfaceContainer interfaces = addresses.Assign(devices);

    SwimHelper swim(preset);
    swim.SetJoin(Seconds(2));
    ApplicationContainer applications = swim.Install(interfaces);
    applications.Start(Seconds(30));
    for (uint32_t i = 0; i < members; ++i)
    {
        applications.Get(i)->TraceConnectWithoutContext("NamedEvent", MakeCallback(&PrintEvent));
    }
    const uint32_t victim = members / 2;
    applications.Get(victim)->SetStopTime(Seconds(150));

    Simulator::Stop(Seconds(150));
    Simulator::Run();
    uint32_t joined = 0;
    for (uint32_t i = 0; i < members; ++i)
    {
        const auto member = DynamicCast<SwimApplication>(applications.Get(i));
        joined += member->CountInView(SwimMemberState::ALIVE) == members;
    }
    Simulator::Stop(Seconds(250));
    Simulator::Run();
    uint32_t informed = 0;
    for (uint32_t i = 0; i < members; ++i)
    {
        const auto member = DynamicCast<SwimApplication>(applications.Get(i));
        informed += i != victim && member->CountInView(SwimMemberState::DEAD) == 1 &&
                    member->CountInView(SwimMemberState::ALIVE) == members - 1;
    }
    Simulator::Destroy();

    std::cout << joined << " of " << members << " knew all before the death, " << informed << " of "
              << members - 1 << " know of it, and of no other\n";
    return joined == members && informed == members - 1 ? 0 : 1;
}
