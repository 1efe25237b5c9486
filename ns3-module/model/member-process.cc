// SPDX-License-Identifier: GPL-2.0-only
//
// See member-process.h.
//
// Members never act inside each other's calls: whatever one sends, on sockets or to itself over the
// loopback, arrives in an event of its own. So one outbox serves the whole cluster.
#include "member-process.h"

#include "cluster-shared.h"

#include "ns3/abort.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"

namespace ns3
{

namespace
{

swim::Address ToSwimAddress(const InetSocketAddress& address)
{
    std::array<uint8_t, 4> bytes;
    address.GetIpv4().Serialize(bytes.data());
    return swim::Address(bytes, address.GetPort());
}

/// More datagrams than a socket's buffer holds.
constexpr std::size_t ALL_THAT_WAIT = SIZE_MAX;

} // namespace

swim::Instant MemberProcess::SwimNow()
{
    return swim::Instant(swim::Duration(Simulator::Now().GetNanoSeconds()));
}

SwimStream::Bytes MemberProcess::Copy(swim::wire::ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

Ptr<SwimStream> MemberProcess::Take(Streams& streams, uint32_t id)
{
    const auto found = streams.find(id);
    const Ptr<SwimStream> stream = found->second;
    streams.erase(found);
    return stream;
}

MemberProcess::MemberProcess(const Host& host,
                             const swim::Node::Setup& setup,
                             const swim::Rng& rng,
                             const swim::Rng& lossRng)
    : m_host(host),
      m_protocol(setup, rng, host.cluster->GetShared().directory),
      m_lossRng(lossRng),
      m_requestTimeout(NanoSeconds(setup.config->tcpTimeout.count()))
{
}

swim::Outbox& MemberProcess::Out() const
{
    return m_host.cluster->GetShared().outbox;
}

void MemberProcess::Start(std::vector<swim::Address> seeds)
{
    m_seeds = std::move(seeds);
    OpenSockets();
    m_protocol.Start(SwimNow());
    JoinSeeds();
    PerformOutbox();
}

void MemberProcess::OpenSockets()
{
    const uint16_t port = m_host.cluster->GetPort(m_host.member);
    const InetSocketAddress local(Ipv4Address::GetAny(), port);
    const std::string_view name = m_host.cluster->GetName(m_host.member);

    m_udp = Socket::CreateSocket(m_host.node, UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(m_udp->Bind(local) != 0,
                    "UDP port " << port << " of " << name
                                << "'s node is taken: give SwimHelper another");
    m_udp->SetRecvCallback(MakeCallback(&MemberProcess::OnDatagram, this));

    m_listener = Socket::CreateSocket(m_host.node, TcpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(m_listener->Bind(local) != 0,
                    "TCP port " << port << " of " << name
                                << "'s node is taken: give SwimHelper another");
    m_listener->Listen();
    // Connections inherit this callback while they are set up, and may come through after our end.
    m_listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        MakeCallback(&MemberProcess::OnAccepted, Ptr<MemberProcess>(this)));
}

Ptr<SwimStream> MemberProcess::NewStream(Ptr<Socket> socket) const
{
    const auto stream = Create<SwimStream>(socket);
    stream->SetSlowness(m_host.slowness);
    return stream;
}

std::vector<Ptr<SwimStream>> MemberProcess::AllStreams() const
{
    std::vector<Ptr<SwimStream>> all;
    for (const Streams* streams : {&m_accepted, &m_opened})
    {
        for (const auto& [id, stream] : *streams)
        {
            all.push_back(stream);
        }
    }
    return all;
}

void MemberProcess::End()
{
    if (m_ended)
    {
        return;
    }
    const std::vector<Ptr<SwimStream>> streams = AllStreams();
    Detach();
    for (const Ptr<SwimStream>& stream : streams)
    {
        stream->Close();
    }
    m_udp->Close();
    m_listener->Close();
}

void MemberProcess::Abandon()
{
    if (!m_ended)
    {
        Detach();
    }
}

void MemberProcess::Detach()
{
    m_ended = true;
    m_timer.Cancel();
    m_joinRetry.Cancel();
    m_accepted.clear();
    m_opened.clear();
    m_udp->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeNullCallback<void, Ptr<Socket>, const Address&>());
}

void MemberProcess::Pause()
{
    if (m_ended || m_paused)
    {
        return;
    }
    m_paused = true;
    m_timer.Cancel();
    for (const Ptr<SwimStream>& stream : AllStreams())
    {
        stream->SetPaused(true);
    }
}

void MemberProcess::Resume()
{
    if (m_ended || !m_paused)
    {
        return;
    }
    m_paused = false;
    m_protocol.Advance(SwimNow(), Out());
    PerformOutbox();
    const std::vector<Ptr<SwimStream>> waiting = AllStreams();
    ReadDatagrams(ALL_THAT_WAIT);
    for (const Ptr<SwimStream>& stream : waiting)
    {
        stream->SetPaused(false);
    }
    if (m_leaveWhenResumed)
    {
        Leave();
    }
}

void MemberProcess::Leave()
{
    m_leaveWhenResumed = m_paused;
    if (!m_ended && !m_paused)
    {
        m_protocol.Leave(SwimNow(), Out());
        PerformOutbox();
    }
}

void MemberProcess::JoinSeeds()
{
    m_joinsPending = m_seeds.size();
    m_protocol.Join(SwimNow(), m_seeds, Out());
}

void MemberProcess::OnJoinRetry()
{
    if (m_paused)
    {
        m_joinRetry =
            Simulator::Schedule(m_host.joinRetryInterval, &MemberProcess::OnJoinRetry, this);
        return;
    }
    JoinSeeds();
    PerformOutbox();
}

void MemberProcess::OnJoinResult(bool joined)
{
    --m_joinsPending;
    m_joined |= joined;
    if (!m_joined && m_joinsPending == 0)
    {
        m_joinRetry =
            Simulator::Schedule(m_host.joinRetryInterval, &MemberProcess::OnJoinRetry, this);
    }
}

void MemberProcess::Inject(Ipv4Address from, const std::vector<uint8_t>& datagram)
{
    if (!m_ended && !m_paused)
    {
        const uint16_t port = m_host.cluster->GetPort(m_host.member);
        m_protocol.Receive(SwimNow(),
                           ToSwimAddress(InetSocketAddress(from, port)),
                           datagram,
                           Out());
        PerformOutbox();
    }
}

void MemberProcess::UpdateMeta(const std::string& meta)
{
    if (!m_ended && !m_paused)
    {
        m_protocol.UpdateMeta(SwimNow(), meta, Out());
        PerformOutbox();
    }
}

void MemberProcess::OnDatagram(Ptr<Socket>)
{
    if (m_host.slowness.IsZero())
    {
        ReadDatagrams(ALL_THAT_WAIT);
        return;
    }
    // Meanwhile it waits in the socket, as it would for a process that is too busy to look.
    Simulator::Schedule(m_host.slowness,
                        &MemberProcess::ReadDatagrams,
                        Ptr<MemberProcess>(this),
                        std::size_t{1});
}

void MemberProcess::ReadDatagrams(std::size_t most)
{
    for (std::size_t read = 0; read < most && !m_ended && !m_paused; ++read)
    {
        Address from;
        const Ptr<Packet> packet = m_udp->RecvFrom(from);
        if (!packet)
        {
            return;
        }
        if (m_host.inboundDatagramLoss > 0 && m_lossRng.Unit() < m_host.inboundDatagramLoss)
        {
            continue;
        }
        SwimStream::Bytes bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        m_protocol.Receive(SwimNow(),
                           ToSwimAddress(InetSocketAddress::ConvertFrom(from)),
                           bytes,
                           Out());
        CountReceived(swim::TrafficKind::GOSSIP, packet->GetSize());
        PerformOutbox();
    }
}

/// Counts what the protocol was just given. @param unreadable what it counts as if it told nothing
void MemberProcess::CountReceived(swim::TrafficKind unreadable, std::size_t bytes)
{
    m_host.rx(m_host.member,
              swim::TrafficKindName(Out().Received().value_or(unreadable)),
              static_cast<uint32_t>(bytes));
}

void MemberProcess::OnAccepted(Ptr<Socket> socket, const Address&)
{
    if (m_ended)
    {
        socket->Close();
        return;
    }
    const uint32_t connection = m_nextConnection++;
    const auto stream = NewStream(socket);
    stream->SetPaused(m_paused);
    stream->Expect(MakeCallback(&MemberProcess::OnRequest, this, connection),
                   MakeCallback(&MemberProcess::OnRequestEnded, this, connection));
    // Whoever connects and then dies or is cut off would otherwise hold its connection for ever.
    stream->SetTimeout(m_requestTimeout);
    m_accepted.emplace(connection, stream);
}

void MemberProcess::OnRequest(uint32_t connection, const SwimStream::Bytes& message)
{
    m_protocol.ReceiveStream(SwimNow(), message, Out());
    CountReceived(swim::TrafficKind::PUSH_PULL, message.size());
    auto answer = Copy(Out().StreamAnswer());
    if (answer.empty())
    {
        Take(m_accepted, connection)->Close();
    }
    else
    {
        m_host.tx(m_host.member,
                  swim::TrafficKindName(Out().AnswerKind()),
                  static_cast<uint32_t>(answer.size()));
        const Ptr<SwimStream> stream = m_accepted.at(connection);
        stream->Expect(MakeNullCallback<void, const SwimStream::Bytes&>(),
                       MakeCallback(&MemberProcess::OnRequestEnded, this, connection));
        stream->SendAndClose(std::move(answer));
    }
    PerformOutbox();
}

void MemberProcess::OnRequestEnded(uint32_t connection)
{
    Take(m_accepted, connection);
}

void MemberProcess::OnAnswer(uint32_t exchange, const SwimStream::Bytes& message)
{
    const Ptr<SwimStream> stream = Take(m_opened, exchange);
    m_protocol.ReceiveStreamAnswer(SwimNow(), exchange, message, Out());
    CountReceived(swim::TrafficKind::PUSH_PULL, message.size());
    stream->Close();
    PerformOutbox();
}

void MemberProcess::OnExchangeFailed(uint32_t exchange)
{
    Take(m_opened, exchange);
    m_protocol.StreamFailed(SwimNow(), exchange, Out());
    PerformOutbox();
}

/// The attempt could not even be made: there is no route.
void MemberProcess::OnConnectRefused(uint32_t exchange)
{
    if (!m_ended && !m_paused && m_opened.contains(exchange))
    {
        OnExchangeFailed(exchange);
    }
}

/// As ENETUNREACH of sendto().
void MemberProcess::OnSendRefused(swim::Address to)
{
    if (!m_ended && !m_paused)
    {
        m_protocol.SendFailed(SwimNow(), to, Out());
        PerformOutbox();
    }
}

void MemberProcess::OnDeadline()
{
    m_protocol.Advance(SwimNow(), Out());
    PerformOutbox();
}

} // namespace ns3
