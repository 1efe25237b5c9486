// SPDX-License-Identifier: GPL-2.0-only
//
// Ten members on a star; one dies after five seconds. Prints who notices when, and fails unless all
// do.
#include "ns3/command-line.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/swim-helper.h"

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
    std::cout << Simulator::Now().GetSeconds() << " s: " << observer << " says " << subject
              << " is " << event << " (word of " << source << ")\n";
}

int main(int argc, char* argv[])
{
    uint32_t members = 10;
    std::string preset = "memberlist-lan";
    CommandLine command(__FILE__);
    command.AddValue("members", "how many members", members);
    command.AddValue("preset", "protocol preset", preset);
    command.Parse(argc, argv);

    NodeContainer hub(1);
    NodeContainer hosts(members);
    InternetStackHelper stack;
    stack.Install(hub);
    stack.Install(hosts);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
    link.SetChannelAttribute("Delay", StringValue("50us"));
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.252");
    for (uint32_t i = 0; i < members; ++i)
    {
        addresses.Assign(link.Install(hosts.Get(i), hub.Get(0)));
        addresses.NewNetwork();
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    SwimHelper swim(preset);
    ApplicationContainer applications = swim.Install(hosts);
    for (uint32_t i = 0; i < members; ++i)
    {
        applications.Get(i)->TraceConnectWithoutContext("NamedEvent", MakeCallback(&PrintEvent));
    }
    applications.Get(members - 1)->SetStopTime(Seconds(5));

    Simulator::Stop(Seconds(40));
    Simulator::Run();
    uint32_t informed = 0;
    for (uint32_t i = 0; i + 1 < members; ++i)
    {
        const auto member = DynamicCast<SwimApplication>(applications.Get(i));
        informed += member->CountInView(SwimMemberState::DEAD) == 1 &&
                    member->CountInView(SwimMemberState::ALIVE) == members - 1;
    }
    Simulator::Destroy();

    std::cout << informed << " of " << members - 1 << " know of the one death, and of no other\n";
    return informed == members - 1 ? 0 : 1;
}
