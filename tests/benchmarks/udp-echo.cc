// SPDX-License-Identifier: GPL-2.0-only
//
// The baseline of the network of packets: what ns-3's UDP and IP alone cost.
//
//     udp-echo PING_BYTES ACK_BYTES SCENARIO [KEY=VALUE...]
//
// On the scenario's network, exactly as swimlab-ns3 builds it, each member sends a datagram to
// another at random once a second, who sends one back. Payloads are of the sizes given and hold
// nothing; there is no protocol, no timeout, no fault, no record. Of the scenario count the
// members, [topology], [network], the seed and the duration. Prints, as swimlab-ns3 does, how far
// it is, and at the end the number of datagrams that arrived.
#include "lab/ns3/packet-network.h"
#include "lab/plan/plan.h"
#include "lab/topology/paths.h"
#include "progress-lines.h"
#include "swim/rng.h"

#include "ns3/inet-socket-address.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <vector>

namespace
{

class UdpEcho
{
  public:
    /// Not the same, since nothing else tells a ping from its ack.
    struct Sizes
    {
        std::uint32_t ping;
        std::uint32_t ack;
    };

    UdpEcho(const swimlab::Plan& plan, const swimlab::PacketNetwork& network, Sizes sizes)
        : m_sizes(sizes),
          m_rng(plan.seed, 0)
    {
        for (swimlab::MemberId member = 0; member < plan.members; ++member)
        {
            m_addresses.emplace_back(network.MemberAddress(member), swimlab::MEMBER_PORT);
            m_sockets.push_back(Open(network.MemberNode(member)));
            const auto phase = static_cast<std::int64_t>(m_rng.Below(1'000'000'000));
            ns3::Simulator::ScheduleWithContext(network.Context(member),
                                                ns3::NanoSeconds(phase),
                                                &UdpEcho::Ping,
                                                this,
                                                member);
        }
    }

    std::uint64_t Arrived() const
    {
        return m_arrived;
    }

  private:
    ns3::Ptr<ns3::Socket> Open(ns3::Ptr<ns3::Node> node)
    {
        const auto socket = ns3::Socket::CreateSocket(node, ns3::UdpSocketFactory::GetTypeId());
        socket->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), swimlab::MEMBER_PORT));
        socket->SetRecvCallback(ns3::MakeCallback(&UdpEcho::OnReadable, this));
        return socket;
    }

    void Ping(swimlab::MemberId from)
    {
        auto to = static_cast<swimlab::MemberId>(m_rng.Below(m_addresses.size() - 1));
        to += to >= from ? 1 : 0;
        m_sockets[from]->SendTo(ns3::Create<ns3::Packet>(m_sizes.ping), 0, m_addresses[to]);
        ns3::Simulator::Schedule(ns3::Seconds(1), &UdpEcho::Ping, this, from);
    }

    void OnReadable(ns3::Ptr<ns3::Socket> socket)
    {
        ns3::Address from;
        while (const auto packet = socket->RecvFrom(from))
        {
            ++m_arrived;
            if (packet->GetSize() == m_sizes.ping)
            {
                socket->SendTo(ns3::Create<ns3::Packet>(m_sizes.ack), 0, from);
            }
        }
    }

    Sizes m_sizes;
    swim::Rng m_rng;
    std::vector<ns3::InetSocketAddress> m_addresses;
    std::vector<ns3::Ptr<ns3::Socket>> m_sockets;
    std::uint64_t m_arrived = 0;
};

void Run(const swimlab::Plan& plan, UdpEcho::Sizes sizes)
{
    ns3::Time::SetResolution(ns3::Time::NS);
    ns3::Simulator::SetScheduler(ns3::ObjectFactory("ns3::PriorityQueueScheduler"));
    const swimlab::PacketNetwork network(plan.topology,
                                         swimlab::Paths(plan.topology),
                                         plan.routerOfMember,
                                         plan.network,
                                         plan.seed);
    const UdpEcho echo(plan, network, sizes);
    swimlab::RunWithProgress(ns3::NanoSeconds(plan.duration.count()));
    std::printf("{\"messages\":%llu}\n", static_cast<unsigned long long>(echo.Arrived()));
    ns3::Simulator::Destroy();
}

} // namespace

int main(int argc, char* argv[])
{
    const auto bytes = [argv](int argument) {
        return static_cast<std::uint32_t>(std::strtoul(argv[argument], nullptr, 10));
    };
    if (argc < 4 || bytes(1) == bytes(2))
    {
        std::fputs("usage: udp-echo PING_BYTES ACK_BYTES SCENARIO [KEY=VALUE...]\n"
                   "The two sizes must differ.\n",
                   stderr);
        return 2;
    }
    try
    {
        const swimlab::Scenario scenario = swimlab::LoadScenario(argv[3], {argv + 4, argv + argc});
        const swimlab::Plan plan = swimlab::MakePlan(scenario, scenario.seed);
        if (plan.members < 2)
        {
            throw std::runtime_error("cluster.members: it takes two to exchange datagrams");
        }
        Run(plan, {bytes(1), bytes(2)});
        return 0;
    }
    catch (const std::exception& error)
    {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
