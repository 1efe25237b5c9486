// SPDX-License-Identifier: GPL-2.0-only
//
// Five members on a local network, of whom one dies. Prints how many of the others know.
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/simple-net-device-helper.h"
#include "ns3/simulator.h"
#include "ns3/swim-module.h"

#include <iostream>

using namespace ns3;

int main()
{
    NodeContainer nodes(5);
    SimpleNetDeviceHelper lan;
    InternetStackHelper stack;
    stack.Install(nodes);
    Ipv4AddressHelper addresses("10.1.0.0", "255.255.255.0");

    SwimHelper swim("recommended-lan");
    ApplicationContainer members = swim.Install(addresses.Assign(lan.Install(nodes)));
    members.Get(3)->SetStopTime(Seconds(10));

    Simulator::Stop(Seconds(60));
    Simulator::Run();
    int informed = 0;
    for (uint32_t i = 0; i < members.GetN(); ++i)
    {
        for (const SwimMemberView& member : DynamicCast<SwimApplication>(members.Get(i))->GetView())
        {
            informed += member.name == "m3" && member.state == SwimMemberState::DEAD;
        }
    }
    Simulator::Destroy();
    std::cout << informed << " know\n";
}
