// SPDX-License-Identifier: GPL-2.0-only
//
// Twelve members on one Ethernet segment, who join one after the other. At 30 s the power of two
// hosts fails; one of them is back at 80 s and joins again. At the end everybody's view is asked
// for.
#include "ns3/command-line.h"
#include "ns3/csma-helper.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4.h"
#include "ns3/node-container.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/swim-helper.h"

#include <iostream>
#include <string>
#include <string_view>

using namespace ns3;

constexpr uint32_t MEMBERS = 12;
constexpr uint32_t RETURNING = 4;
constexpr uint32_t GONE = 9;

void PrintEvent(std::string_view observer,
                std::string_view event,
                std::string_view subject,
                uint32_t incarnation,
                std::string_view)
{
    if (event != "joined" || Simulator::Now() > Seconds(30))
    {
        std::cout << Simulator::Now().GetSeconds() << " s: " << observer << " says " << subject
                  << " is " << event << ", incarnation " << incarnation << '\n';
    }
}

/// First the network, so that the sockets of the process have nobody to take leave of.
void FailPower(Ptr<SwimApplication> member)
{
    member->GetNode()->GetObject<Ipv4>()->SetDown(1);
    member->Kill();
}

/// The process remembers its incarnation, and asks the first member.
void RestorePower(Ptr<SwimApplication> member)
{
    member->GetNode()->GetObject<Ipv4>()->SetUp(1);
    SwimApplication::LaunchOptions options;
    options.seeds = {0};
    options.incarnation = member->GetIncarnation() + 1;
    member->Launch(options);
}

int main(int argc, char* argv[])
{
    std::string preset = "memberlist-lan";
    CommandLine command(__FILE__);
    command.AddValue("preset", "protocol preset", preset);
    command.Parse(argc, argv);

    SwimHelper::UseLinuxTcpDefaults();
    NodeContainer hosts(MEMBERS);
    CsmaHelper segment;
    segment.SetChannelAttribute("DataRate", StringValue("100Mbps"));
    segment.SetChannelAttribute("Delay", StringValue("5us"));
    InternetStackHelper stack;
    stack.Install(hosts);
    Ipv4AddressHelper addresses("10.1.0.0", "255.255.255.0");
    const Ipv4InterfaceContainer interfaces = addresses.Assign(segment.Install(hosts));

    SwimHelper swim(preset);
    swim.SetJoin(MilliSeconds(500));
    ApplicationContainer applications = swim.Install(interfaces);
    applications.Start(Seconds(1));
    for (uint32_t i = 0; i < MEMBERS; ++i)
    {
        applications.Get(i)->TraceConnectWithoutContext("NamedEvent", MakeCallback(&PrintEvent));
    }
    for (const uint32_t victim : {RETURNING, GONE})
    {
        Simulator::Schedule(Seconds(30),
                            &FailPower,
                            DynamicCast<SwimApplication>(applications.Get(victim)));
    }
    Simulator::Schedule(Seconds(80),
                        &RestorePower,
                        DynamicCast<SwimApplication>(applications.Get(RETURNING)));

    Simulator::Stop(Seconds(110));
    Simulator::Run();
    uint32_t right = 0;
    for (uint32_t i = 0; i < MEMBERS; ++i)
    {
        const auto member = DynamicCast<SwimApplication>(applications.Get(i));
        right += member->IsRunning() && member->CountInView(SwimMemberState::ALIVE) == MEMBERS - 1;
    }
    Simulator::Destroy();

    std::cout << right << " of " << MEMBERS - 1 << " know that all but one live\n";
    return right == MEMBERS - 1 ? 0 : 1;
}
