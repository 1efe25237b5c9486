// SPDX-License-Identifier: GPL-2.0-only
//
// How a stream ends where packets are lost: after the answer both sides close, and within seconds
// nothing of it is on the network any more.
#include "packet-network-fixture.h"
#include "swim/wire.h"

#include "ns3/swim-stream.h"

#include <gtest/gtest.h>
#include <vector>

namespace swimlab
{

namespace
{

using ns3::Ptr;
using ns3::Socket;
using ns3::SwimStream;

/// A ping on a stream and its answer, as the members' transports do it.
class PingOnStream
{
  public:
    PingOnStream(TestNetwork& net, MemberId from, MemberId to)
        : m_listener(MakeSocket(net, to)),
          m_client(ns3::Create<SwimStream>(MakeSocket(net, from)))
    {
        m_listener->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), TestNetwork::PORT));
        m_listener->Listen();
        m_listener->SetAcceptCallback(
            ns3::MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
            ns3::Callback<void, Ptr<Socket>, const ns3::Address&>(
                [this](Ptr<Socket> accepted, const ns3::Address&) { Accept(accepted); }));
        m_client->Expect(ns3::Callback<void, const SwimStream::Bytes&>([this](const auto&) {
                             m_answered = true;
                             m_client->Close();
                         }),
                         ns3::Callback<void>([] {}));
        SwimStream::Bytes ping;
        swim::wire::Encode(swim::wire::Ping{1, "m7", {}, "m0"}, ping);
        const ns3::InetSocketAddress address(net.Network().MemberAddress(to), TestNetwork::PORT);
        const ns3::InetSocketAddress anyPort(ns3::Ipv4Address::GetAny(), 0);
        m_client->ConnectAndSend(anyPort, address, ping);
    }

    bool Answered() const
    {
        return m_answered;
    }

  private:
    static Ptr<Socket> MakeSocket(TestNetwork& net, MemberId member)
    {
        return Socket::CreateSocket(net.Network().MemberNode(member),
                                    ns3::TcpSocketFactory::GetTypeId());
    }

    void Accept(Ptr<Socket> accepted)
    {
        m_server = ns3::Create<SwimStream>(accepted);
        m_server->Expect(ns3::Callback<void, const SwimStream::Bytes&>([this](const auto&) {
                             SwimStream::Bytes ack;
                             swim::wire::Encode(swim::wire::Ack{1, {}}, ack);
                             m_server->SendAndClose(ack);
                         }),
                         ns3::Callback<void>([] {}));
    }

    Ptr<Socket> m_listener;
    Ptr<SwimStream> m_client;
    Ptr<SwimStream> m_server;
    bool m_answered = false;
};

TEST(StreamEnd, LeavesTheNetworkQuietWhateverIsLost)
{
    int answered = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed)
    {
        NetworkSpec network;
        network.loss = 0.15;
        TestNetwork net(SmallLeafSpine(), MEMBERS, network, seed);
        const PingOnStream stream(net, 0, 7);
        net.RunUntil(30);
        answered += stream.Answered() ? 1 : 0;
        const std::uint32_t packets = net.PacketsAt(0) + net.PacketsAt(7);
        net.RunUntil(90);
        EXPECT_EQ(net.PacketsAt(0) + net.PacketsAt(7), packets) << "seed " << seed;
    }
    EXPECT_GE(answered, 35);
}

} // namespace

} // namespace swimlab
