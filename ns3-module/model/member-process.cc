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

swim::Instant SwimNow()
{
    return swim::Instant(swim::Duration(Simulator::Now().GetNanoSeconds()));
}

InetSocketAddress ToSocketAddress(const swim::Address& address)
{
    return InetSocketAddress(Ipv4Address::Deserialize(address.bytes.data()), address.port);
}

swim::Address ToSwimAddress(const InetSocketAddress& address)
{
    std::array<uint8_t, 4> bytes;
    address.GetIpv4().Serialize(bytes.data());
    return swim::Address(bytes, address.GetPort());
}

/// A whole stream message's kind from its type byte, as traffic is counted.
std::string_view StreamKind(const SwimStream::Bytes& message)
{
    switch (static_cast<swim::wire::MessageType>(message.front()))
    {
    case swim::wire::MessageType::PING:
        return swim::TrafficKindName(swim::TrafficKind::STREAM_PING);
    case swim::wire::MessageType::ACK:
        return swim::TrafficKindName(swim::TrafficKind::STREAM_ACK);
    default:
        return swim::TrafficKindName(swim::TrafficKind::PUSH_PULL);
    }
}

SwimStream::Bytes Copy(swim::wire::ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// Takes a stream out of its map and keeps it alive for the caller.
Ptr<SwimStream> Take(std::map<uint32_t, Ptr<SwimStream>>& streams, uint32_t id)
{
    const auto found = streams.find(id);
    const Ptr<SwimStream> stream = found->second;
    streams.erase(found);
    return stream;
}

} // namespace

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
    const auto& shared = m_host.cluster->GetShared();
    const uint16_t port = shared.directory.Get(shared.identities.at(m_host.member)).address.port;
    const InetSocketAddress local(Ipv4Address::GetAny(), port);
    const std::string_view name = m_host.cluster->GetName(m_host.member);

    m_udp = Socket::CreateSocket(m_host.node, UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(m_udp->Bind(local) != 0,
                    "UDP port " << port << " of " << name
                                << "'s node is taken: give SwimHelper another");
    m_udp->SetRecvCallback(MakeCallback(&MemberProcess::ReadDatagrams, this));

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
    ReadDatagrams(m_udp);
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

void MemberProcess::ReadDatagrams(Ptr<Socket> socket)
{
    while (!m_ended && !m_paused)
    {
        Address from;
        const Ptr<Packet> packet = socket->RecvFrom(from);
        if (!packet)
        {
            return;
        }
        SwimStream::Bytes bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        m_protocol.Receive(SwimNow(),
                           ToSwimAddress(InetSocketAddress::ConvertFrom(from)),
                           bytes,
                           Out());
        m_host.rx(m_host.member,
                  swim::TrafficKindName(Out().Received()),
                  packet->GetSize());
        PerformOutbox();
    }
}

void MemberProcess::OnAccepted(Ptr<Socket> socket, const Address&)
{
    if (m_ended)
    {
        socket->Close();
        return;
    }
    const uint32_t connection = m_nextConnection++;
    const auto stream = Create<SwimStream>(socket);
    stream->SetPaused(m_paused);
    stream->Expect(MakeCallback(&MemberProcess::OnRequest, this, connection),
                   MakeCallback(&MemberProcess::OnRequestEnded, this, connection));
    // Whoever connects and then dies or is cut off would otherwise hold its connection for ever.
    stream->SetTimeout(m_requestTimeout);
    m_accepted.emplace(connection, stream);
}

void MemberProcess::OnRequest(uint32_t connection, const SwimStream::Bytes& message)
{
    m_host.rx(m_host.member, StreamKind(message), static_cast<uint32_t>(message.size()));
    m_protocol.ReceiveStream(SwimNow(), message, Out());
    auto answer = Copy(Out().StreamAnswer());
    if (answer.empty())
    {
        Take(m_accepted, connection)->Close();
    }
    else
    {
        m_host.tx(m_host.member, StreamKind(answer), static_cast<uint32_t>(answer.size()));
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
    m_host.rx(m_host.member, StreamKind(message), static_cast<uint32_t>(message.size()));
    m_protocol.ReceiveStreamAnswer(SwimNow(), exchange, message, Out());
    stream->Close();
    PerformOutbox();
}

void MemberProcess::OnExchangeFailed(uint32_t exchange)
{
    Take(m_opened, exchange);
    m_protocol.StreamFailed(SwimNow(), exchange, Out());
    PerformOutbox();
}

void MemberProcess::OnDeadline()
{
    m_protocol.Advance(SwimNow(), Out());
    PerformOutbox();
}

void MemberProcess::PerformOutbox()
{
    SendDatagrams();
    OpenStreams();
    ReportEvents();
    Out().Clear();
    if (m_protocol.LeaveDone())
    {
        End();
        return;
    }
    SetTimer();
}

void MemberProcess::SendDatagrams()
{
    const swim::Outbox& outbox = Out();
    for (const auto& datagram : outbox.Datagrams())
    {
        const auto bytes = outbox.Bytes(datagram);
        const auto size = static_cast<uint32_t>(bytes.size());
        m_host.tx(m_host.member, swim::TrafficKindName(datagram.kind), size);
        if (m_host.datagramLoss > 0 && m_lossRng.Unit() < m_host.datagramLoss)
        {
            continue;
        }
        m_udp->SendTo(Create<Packet>(bytes.data(), size), 0, ToSocketAddress(datagram.to));
    }
}

void MemberProcess::OpenStreams()
{
    const swim::Outbox& outbox = Out();
    for (const auto& request : outbox.Streams())
    {
        const auto stream =
            Create<SwimStream>(Socket::CreateSocket(m_host.node, TcpSocketFactory::GetTypeId()));
        m_host.tx(m_host.member,
                  swim::TrafficKindName(request.kind),
                  static_cast<uint32_t>(request.size));
        stream->Expect(MakeCallback(&MemberProcess::OnAnswer, this, request.id),
                       MakeCallback(&MemberProcess::OnExchangeFailed, this, request.id));
        m_opened.emplace(request.id, stream);
        // An attempt that cannot even be made ends with the exchange's own time-out.
        stream->ConnectAndSend(ToSocketAddress(request.to), Copy(outbox.Bytes(request)));
    }
    for (const uint32_t exchange : outbox.Aborts())
    {
        if (m_opened.contains(exchange))
        {
            Take(m_opened, exchange)->Close();
        }
    }
}

void MemberProcess::ReportEvents()
{
    const SwimCluster::Shared& shared = m_host.cluster->GetShared();
    const auto name = [&shared](swim::NameId id) {
        return id == swim::NONE ? std::string_view{} : shared.directory.Name(id);
    };
    for (const swim::Event& event : shared.outbox.Events())
    {
        if (event.kind == swim::EventKind::JOIN_SUCCEEDED ||
            event.kind == swim::EventKind::JOIN_FAILED)
        {
            OnJoinResult(event.kind == swim::EventKind::JOIN_SUCCEEDED);
            continue;
        }
        m_host.event(m_host.member,
                     swim::EventKindName(event.kind),
                     name(event.subject),
                     event.incarnation,
                     event.reason.empty() ? name(event.source) : event.reason);
    }
}

void MemberProcess::SetTimer()
{
    const swim::Instant deadline = m_protocol.NextDeadline();
    if (m_paused || deadline == swim::NEVER)
    {
        return;
    }
    const Time at = NanoSeconds(deadline.time_since_epoch().count());
    // A timer that is early finds nothing to do and sets the next: cheaper than to cancel and set
    // anew.
    if (m_timer.IsRunning() && m_timerAt <= at)
    {
        return;
    }
    m_timer.Cancel();
    m_timerAt = at;
    m_timer = Simulator::Schedule(at - Simulator::Now(), &MemberProcess::OnDeadline, this);
}

} // namespace ns3
