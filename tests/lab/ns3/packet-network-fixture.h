// SPDX-License-Identifier: GPL-2.0-only
//
// A small packet network with a UDP socket at each member, for tests.
#pragma once

#include "lab/ns3/packet-network.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace swimlab
{

/// A datagram as it arrived. The first four bytes of each payload are its number.
struct Arrival
{
    MemberId from = 0;
    MemberId to = 0;
    std::uint32_t number = 0;
    std::int64_t timeNs = 0;
};

/// The fate of a TCP connection.
struct Stream
{
    bool connected = false;
    bool over = false;             ///< refused, reset, given up or closed
    std::uint32_t received = 0;    ///< bytes that the listener read
    std::int64_t lastByteNs = 0;   ///< when it had read the last of them
    ns3::Ptr<ns3::Socket> client;  ///< kept until the test is over
    std::vector<std::uint8_t> out; ///< what to send once connected
};

/// One at a time: it ends with Simulator::Destroy.
class TestNetwork
{
  public:
    static constexpr std::uint16_t PORT = 7946;
    static constexpr std::uint32_t SMALL_BYTES = 60;

    TestNetwork(const Topology& topology,
                std::uint32_t members,
                const NetworkSpec& network = {},
                std::uint64_t seed = 1,
                std::uint32_t spareAddresses = 0)
        : m_topology(topology),
          m_routerOfMember(Attach(members, m_topology, AttachPolicy::EVEN)),
          m_paths(m_topology),
          m_packets(members),
          m_network(std::make_unique<PacketNetwork>(
              m_topology,
              m_paths,
              m_routerOfMember,
              network,
              seed,
              std::vector<RouterId>(spareAddresses, m_routerOfMember.front())))
    {
        for (MemberId member = 0; member < members; member++)
        {
            auto socket = ns3::Socket::CreateSocket(m_network->MemberNode(member),
                                                    ns3::UdpSocketFactory::GetTypeId());
            socket->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), PORT));
            socket->SetRecvCallback(ns3::Callback<void, ns3::Ptr<ns3::Socket>>(
                [this, member](auto from) { Receive(from, member); }));
            m_sockets.push_back(socket);
            // Device 0 is the loopback.
            m_network->MemberNode(member)->GetDevice(1)->TraceConnectWithoutContext(
                "PhyRxEnd",
                ns3::Callback<void, ns3::Ptr<const ns3::Packet>>(
                    [this, member](auto) { m_packets[member]++; }));
        }
    }

    ~TestNetwork()
    {
        ns3::Simulator::Destroy();
    }

    TestNetwork(const TestNetwork&) = delete;
    TestNetwork& operator=(const TestNetwork&) = delete;

    PacketNetwork& Network()
    {
        return *m_network;
    }

    const Paths& GetPaths() const
    {
        return m_paths;
    }

    RouterId RouterOf(MemberId member) const
    {
        return m_routerOfMember[member];
    }

    const std::vector<Arrival>& Arrivals() const
    {
        return m_arrivals;
    }

    void ClearArrivals()
    {
        m_arrivals.clear();
    }

    std::size_t CountArrivals(MemberId from, MemberId to) const
    {
        std::size_t count = 0;
        for (const auto& arrival : m_arrivals)
        {
            count += arrival.from == from && arrival.to == to ? 1 : 0;
        }
        return count;
    }

    /// Packets of any protocol that reached a member, lost ones not counted.
    std::uint32_t PacketsAt(MemberId member) const
    {
        return m_packets[member];
    }

    /// Sends a datagram now. @param bytes of payload, at least 4
    /// @return whether the socket took it
    bool Send(MemberId from,
              MemberId to,
              std::uint32_t number = 0,
              std::uint32_t bytes = SMALL_BYTES)
    {
        std::vector<std::uint8_t> payload(bytes);
        for (int i = 0; i < 4; i++)
        {
            payload[i] = static_cast<std::uint8_t>(number >> (8 * i));
        }
        return SendTo(from, m_network->MemberAddress(to), payload);
    }

    bool SendTo(MemberId from, ns3::Ipv4Address to, const std::vector<std::uint8_t>& payload)
    {
        const auto bytes = static_cast<std::uint32_t>(payload.size());
        return m_sockets[from]->SendTo(ns3::Create<ns3::Packet>(payload.data(), bytes),
                                       0,
                                       ns3::InetSocketAddress(to, PORT)) >= 0;
    }

    void At(double seconds, std::function<void()> action)
    {
        ns3::Simulator::Schedule(ns3::Seconds(seconds), std::move(action));
    }

    void RunUntil(double seconds)
    {
        ns3::Simulator::Stop(ns3::Seconds(seconds) - ns3::Simulator::Now());
        ns3::Simulator::Run();
    }

    /// A TCP listener at `to`, whose bytes count for the stream that connects last.
    void Listen(MemberId to, Stream& stream)
    {
        auto listener = ns3::Socket::CreateSocket(m_network->MemberNode(to),
                                                  ns3::TcpSocketFactory::GetTypeId());
        listener->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), PORT));
        listener->Listen();
        using Accepted = ns3::Callback<void, ns3::Ptr<ns3::Socket>, const ns3::Address&>;
        listener->SetAcceptCallback(
            ns3::MakeNullCallback<bool, ns3::Ptr<ns3::Socket>, const ns3::Address&>(),
            Accepted([this, &stream](ns3::Ptr<ns3::Socket> accepted, const ns3::Address&) {
                m_tcpSockets.push_back(accepted);
                accepted->SetRecvCallback(
                    ns3::Callback<void, ns3::Ptr<ns3::Socket>>([&stream](auto from) {
                        while (auto packet = from->Recv())
                        {
                            stream.received += packet->GetSize();
                            stream.lastByteNs = ns3::Simulator::Now().GetNanoSeconds();
                        }
                    }));
            }));
        m_tcpSockets.push_back(listener);
    }

    /// Connects now, and sends so many bytes once connected. @return whether it could try
    bool Connect(MemberId from, MemberId to, Stream& stream, std::uint32_t bytes)
    {
        const ns3::Callback<void, ns3::Ptr<ns3::Socket>> over(
            [&stream](auto) { stream.over = true; });
        stream.out.assign(bytes, 0x5a);
        stream.client = ns3::Socket::CreateSocket(m_network->MemberNode(from),
                                                  ns3::TcpSocketFactory::GetTypeId());
        stream.client->SetConnectCallback(
            ns3::Callback<void, ns3::Ptr<ns3::Socket>>([&stream](auto client) {
                stream.connected = true;
                client->Send(stream.out.data(), static_cast<std::uint32_t>(stream.out.size()), 0);
            }),
            over);
        stream.client->SetCloseCallbacks(over, over);
        return stream.client->Connect(ns3::InetSocketAddress(m_network->MemberAddress(to), PORT)) ==
               0;
    }

  private:
    void Receive(ns3::Ptr<ns3::Socket> socket, MemberId to)
    {
        ns3::Address address;
        while (auto packet = socket->RecvFrom(address))
        {
            std::uint8_t bytes[4];
            packet->CopyData(bytes, sizeof(bytes));
            std::uint32_t number = 0;
            for (int i = 0; i < 4; i++)
            {
                number |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
            }
            const auto from = ns3::InetSocketAddress::ConvertFrom(address).GetIpv4();
            m_arrivals.push_back(
                {MemberOf(from), to, number, ns3::Simulator::Now().GetNanoSeconds()});
        }
    }

    MemberId MemberOf(ns3::Ipv4Address address) const
    {
        for (MemberId member = 0; member < m_routerOfMember.size(); member++)
        {
            if (m_network->MemberAddress(member) == address)
            {
                return member;
            }
        }
        return UINT32_MAX;
    }

    Topology m_topology;
    std::vector<RouterId> m_routerOfMember;
    Paths m_paths;
    std::vector<std::uint32_t> m_packets; ///< by member
    std::unique_ptr<PacketNetwork> m_network;
    std::vector<ns3::Ptr<ns3::Socket>> m_sockets;
    std::vector<ns3::Ptr<ns3::Socket>> m_tcpSockets;
    std::vector<Arrival> m_arrivals;
};

/// Two leaves and two spines, members 0 to 3 on the first leaf and 4 to 7 on the second.
inline Topology SmallLeafSpine()
{
    TopologySpec spec;
    spec.leaves = 2;
    spec.spines = 2;
    return BuildTopology(spec);
}

inline constexpr std::uint32_t MEMBERS = 8;

/// One datagram a millisecond, so that none meets another in a queue.
inline void SendSpaced(TestNetwork& net, MemberId from, MemberId to, std::uint32_t count)
{
    for (std::uint32_t number = 0; number < count; number++)
    {
        net.At(number * 1e-3, [&net, from, to, number] { net.Send(from, to, number); });
    }
    net.RunUntil(count * 1e-3 + 1);
}

/// When the datagram with this number arrived, less when SendSpaced sent it.
inline std::int64_t TookNs(const Arrival& arrival)
{
    return arrival.timeNs - arrival.number * 1'000'000LL;
}

inline std::int64_t UndisturbedNs()
{
    TestNetwork net(SmallLeafSpine(), MEMBERS);
    SendSpaced(net, 0, 7, 1);
    return TookNs(net.Arrivals().at(0));
}

} // namespace swimlab
