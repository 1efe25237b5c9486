// SPDX-License-Identifier: GPL-2.0-only
//
// Two clusters on one network: `red` has a process on each of eight hosts, `blue` one on each of
// the first four, with other settings and another port. The process of red on host 2 dies, that of
// blue on the same host lives on: each cluster tells of its own. Later all of red is told by
// broadcast that the experiment is over.
#include "ns3/command-line.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/swim-helper.h"
#include "ns3/uinteger.h"

#include <iostream>
#include <string>
#include <string_view>

using namespace ns3;

constexpr uint32_t HOSTS = 8;
constexpr uint32_t VICTIM = 2;

uint32_t g_heard = 0;

void PrintEvent(std::string cluster,
                std::string_view observer,
                std::string_view event,
                std::string_view subject,
                uint32_t,
                std::string_view)
{
    std::cout << Simulator::Now().GetSeconds() << " s, " << cluster << ": " << observer << " says "
              << subject << " is " << event << '\n';
}

void CountMessage(uint32_t, uint32_t, const std::string& payload)
{
    g_heard += payload == "it is over";
}

Ptr<SwimApplication> Member(const ApplicationContainer& cluster, uint32_t i)
{
    return DynamicCast<SwimApplication>(cluster.Get(i));
}

/// @return how many members of a cluster know that so many live
uint32_t Knowing(const ApplicationContainer& cluster, uint32_t living)
{
    uint32_t knowing = 0;
    for (uint32_t i = 0; i < cluster.GetN(); ++i)
    {
        knowing += Member(cluster, i)->IsRunning() &&
                   Member(cluster, i)->CountInView(SwimMemberState::ALIVE) == living;
    }
    return knowing;
}

int main(int argc, char* argv[])
{
    CommandLine command(__FILE__);
    command.Parse(argc, argv);

    NodeContainer hub(1);
    NodeContainer hosts(HOSTS);
    InternetStackHelper stack;
    stack.Install(hub);
    stack.Install(hosts);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
    link.SetChannelAttribute("Delay", StringValue("50us"));
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.252");
    for (uint32_t i = 0; i < HOSTS; ++i)
    {
        addresses.Assign(link.Install(hosts.Get(i), hub.Get(0)));
        addresses.NewNetwork();
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    SwimHelper redHelper("memberlist-lan", 7946);
    ApplicationContainer red = redHelper.Install(hosts);
    SwimHelper blueHelper("recommended-lan", 7950);
    blueHelper.SetAttribute("IndirectChecks", UintegerValue(1));
    ApplicationContainer blue;
    for (uint32_t i = 0; i < HOSTS / 2; ++i)
    {
        blue.Add(blueHelper.Install(hosts.Get(i))); // of one helper: one cluster
    }
    for (const ApplicationContainer* cluster : {&red, &blue})
    {
        for (uint32_t i = 0; i < cluster->GetN(); ++i)
        {
            cluster->Get(i)->TraceConnect("NamedEvent",
                                          cluster == &red ? "red" : "blue",
                                          MakeCallback(&PrintEvent));
            cluster->Get(i)->TraceConnectWithoutContext("UserMessage", MakeCallback(&CountMessage));
        }
    }
    Simulator::Schedule(Seconds(10), &SwimApplication::Kill, Member(red, VICTIM));
    Simulator::Schedule(Seconds(50), &SwimApplication::Broadcast, Member(red, 0), "it is over");

    Simulator::Stop(Seconds(60));
    Simulator::Run();
    const uint32_t redKnowing = Knowing(red, HOSTS - 1);
    const uint32_t blueKnowing = Knowing(blue, HOSTS / 2);
    Simulator::Destroy();

    std::cout << redKnowing << " of " << HOSTS - 1 << " of red know of the death, " << blueKnowing
              << " of " << HOSTS / 2 << " of blue know of none, " << g_heard
              << " heard the broadcast\n";
    return redKnowing == HOSTS - 1 && blueKnowing == HOSTS / 2 && g_heard == HOSTS - 2 ? 0 : 1;
}
