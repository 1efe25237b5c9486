// SPDX-License-Identifier: GPL-2.0-only
//
// Datagrams over the MTU by either model of the network: a datagram of n packets meets the faults n
// times, and paths must say so as IPv4 does.
#include "lab/ns3/path-network.h"
#include "ns3-module/model/address-conversion.h"
#include "ns3-module/model/path-transport.h"
#include "ns3-module/model/swim-fault-table.h"
#include "ns3-module/model/swim-path-network.h"
#include "packet-network-fixture.h"

#include <chrono>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

constexpr std::uint32_t SENT = 10'000;
constexpr double SPACING_S = 0.02;

/// How many datagrams arrived, and how long they took.
struct Outcome
{
    std::size_t arrived = 0;
    double meanDelayMs = 0;
};

Outcome ByPackets(const NetworkSpec& network, std::uint32_t bytes)
{
    TestNetwork net(SmallLeafSpine(), MEMBERS, network);
    for (std::uint32_t number = 0; number < SENT; ++number)
    {
        net.At(number * SPACING_S, [&net, number, bytes] { net.Send(0, 7, number, bytes); });
    }
    net.RunUntil(SENT * SPACING_S + 1);
    Outcome outcome{net.Arrivals().size(), 0};
    for (const Arrival& arrival : net.Arrivals())
    {
        outcome.meanDelayMs +=
            static_cast<double>(arrival.timeNs) * 1e-6 - arrival.number * SPACING_S * 1e3;
    }
    outcome.meanDelayMs /= static_cast<double>(outcome.arrived);
    return outcome;
}

/// Hears datagrams whose first bytes say when they were sent.
class Ear final : public ns3::MemberTransport::Handler
{
  public:
    void OnDatagram(const swim::Address&, swim::wire::ByteView datagram, std::uint64_t) override
    {
        EXPECT_EQ(datagram.size(), bytes);
        EXPECT_EQ(datagram.back(), datagram.front()) << "all of it, and in order";
        const std::uint32_t number =
            datagram[0] | datagram[1] << 8 | datagram[2] << 16 | datagram[3] << 24;
        ++outcome.arrived;
        outcome.meanDelayMs += ns3::Simulator::Now().GetSeconds() * 1e3 - number * SPACING_S * 1e3;
    }

    void OnSendRefused(const swim::Address&) override
    {
    }

    void OnRequest(std::uint32_t, swim::wire::ByteView) override
    {
    }

    void OnAnswer(std::uint32_t, swim::wire::ByteView) override
    {
    }

    void OnExchangeFailed(std::uint32_t) override
    {
    }

    std::size_t bytes = 0;
    Outcome outcome;
};

/// The same topology and the same faults, as PathNetwork sets them.
Outcome ByPaths(const NetworkSpec& network, std::uint32_t bytes)
{
    const auto faults = ns3::Create<ns3::SwimFaultTable>(MEMBERS);
    faults->AssignStreams(1);
    faults->SetPathLoss(network.loss);
    faults->SetPathJitter(ns3::NanoSeconds(network.jitter.count()));
    faults->SetPathDuplication(network.duplication);
    ns3::SwimPathNetwork::Paths paths;
    paths.routers = 2;
    paths.delaysNs = {0, 100'000, 100'000, 0};
    paths.accessDelay = ns3::MicroSeconds(50);
    paths.routerOfMember = {0, 0, 0, 0, 1, 1, 1, 1};
    const auto net = ns3::Create<ns3::SwimPathNetwork>(paths, faults);
    Ear ear;
    ear.bytes = bytes;
    const auto address = [&](std::uint32_t member) {
        return ns3::ToSwimAddress(net->GetAddress(member), MEMBER_PORT);
    };
    const auto hear = ns3::Create<ns3::PathTransport>(
        ns3::PathTransport::Host{net, 7, address(7), ear, &ear, sizeof(ear)});
    hear->Open();
    for (std::uint32_t number = 0; number < SENT; ++number)
    {
        ns3::Simulator::Schedule(ns3::Seconds(number * SPACING_S), [&, number] {
            std::vector<std::uint8_t> payload(bytes, static_cast<std::uint8_t>(number));
            for (int i = 0; i < 4; ++i)
            {
                payload[i] = static_cast<std::uint8_t>(number >> (8 * i));
            }
            net->Send(0, address(0), address(7), payload.data(), bytes, 0);
        });
    }
    ns3::Simulator::Stop(ns3::Seconds(SENT * SPACING_S + 1));
    ns3::Simulator::Run();
    hear->Abandon();
    ns3::Simulator::Destroy();
    ear.outcome.meanDelayMs /= static_cast<double>(ear.outcome.arrived);
    return ear.outcome;
}

/// The two-sided 99.9 % interval of a binomial count.
void ExpectShare(std::size_t arrived, double probability, const std::string& what)
{
    const double deviation = std::sqrt(SENT * probability * (1 - probability));
    EXPECT_NEAR(static_cast<double>(arrived), SENT * probability, 3.2905 * deviation) << what;
}

TEST(Fragments, AreLostEachForItselfByBothModels)
{
    NetworkSpec network;
    network.loss = 0.1;
    // An MTU of 1500 leaves 1472 bytes to a whole datagram, and 1480 to a fragment with its part of
    // UDP's header.
    for (const auto& [bytes, packets] :
         {std::pair{1472u, 1}, {1473u, 2}, {2952u, 2}, {2953u, 3}, {5000u, 4}})
    {
        const double survives = std::pow(0.9, packets);
        ExpectShare(ByPackets(network, bytes).arrived,
                    survives,
                    "packets, " + std::to_string(bytes) + " bytes");
        ExpectShare(ByPaths(network, bytes).arrived,
                    survives,
                    "paths, " + std::to_string(bytes) + " bytes");
    }
}

TEST(Fragments, ArriveWithTheLastOfThemByBothModels)
{
    NetworkSpec network;
    network.jitter = 6ms;
    for (const auto& [bytes, packets] : {std::pair{1000u, 1}, {5000u, 4}})
    {
        const Outcome byPackets = ByPackets(network, bytes);
        const Outcome byPaths = ByPaths(network, bytes);
        EXPECT_EQ(byPackets.arrived, SENT);
        EXPECT_EQ(byPaths.arrived, SENT);
        // The largest of n uniform draws, on 0.2 ms of the path; packets take some time to send.
        const double expectedMs = 0.2 + 6.0 * packets / (packets + 1);
        EXPECT_NEAR(byPaths.meanDelayMs, expectedMs, 0.06) << bytes << " bytes";
        EXPECT_NEAR(byPackets.meanDelayMs, expectedMs, 0.1) << bytes << " bytes";
    }
}

TEST(Fragments, AreDoubledEachForItselfByBothModels)
{
    NetworkSpec network;
    network.duplication = 1;
    network.jitter = 6ms;
    const Outcome byPackets = ByPackets(network, 2000);
    const Outcome byPaths = ByPaths(network, 2000);
    // Two packets with two copies each. A second datagram comes together where the second copies
    // of both come after the first of both: in four of six orders of arrival.
    EXPECT_NEAR(static_cast<double>(byPackets.arrived), SENT * 5.0 / 3, 200);
    EXPECT_NEAR(static_cast<double>(byPaths.arrived), SENT * 5.0 / 3, 200);
}

TEST(Fragments, ToOneselfAreNone)
{
    NetworkSpec network;
    const auto faults = ns3::Create<ns3::SwimFaultTable>(1);
    ns3::SwimPathNetwork::Paths paths;
    paths.delaysNs = {0};
    paths.routerOfMember = {0};
    const auto net = ns3::Create<ns3::SwimPathNetwork>(paths, faults);
    Ear ear;
    ear.bytes = 5000;
    const auto self = ns3::ToSwimAddress(net->GetAddress(0), MEMBER_PORT);
    const auto hear =
        ns3::Create<ns3::PathTransport>(ns3::PathTransport::Host{net, 0, self, ear, &ear, 8});
    hear->Open();
    const std::vector<std::uint8_t> payload(5000);
    net->Send(0, self, self, payload.data(), 5000, 0);
    ns3::Simulator::Run();
    EXPECT_EQ(ear.outcome.arrived, 1U);
    hear->Abandon();
    ns3::Simulator::Destroy();
}

} // namespace
} // namespace swimlab
