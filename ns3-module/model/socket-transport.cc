// SPDX-License-Identifier: GPL-2.0-only
//
// See socket-transport.h.
#include "socket-transport.h"

#include "address-conversion.h"
#include "logging.h"

#include "ns3/abort.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"

namespace ns3
{

namespace
{

/// @return the device with that address
Ptr<NetDevice> DeviceOf(const Node& node, const swim::Address& address)
{
    if (IsIpv6(address))
    {
        const Ptr<Ipv6> ipv6 = node.GetObject<Ipv6>();
        return ipv6->GetNetDevice(ipv6->GetInterfaceForAddress(
            Inet6SocketAddress::ConvertFrom(ToSocketAddress(address)).GetIpv6()));
    }
    const Ptr<Ipv4> ipv4 = node.GetObject<Ipv4>();
    return ipv4->GetNetDevice(ipv4->GetInterfaceForAddress(
        InetSocketAddress::ConvertFrom(ToSocketAddress(address)).GetIpv4()));
}

/// More datagrams than a socket's buffer holds.
constexpr std::size_t ALL_THAT_WAIT = SIZE_MAX;

} // namespace

Ptr<SwimStream> SocketTransport::Take(Streams& streams, uint32_t id)
{
    const auto found = streams.find(id);
    const Ptr<SwimStream> stream = found->second;
    streams.erase(found);
    return stream;
}

SocketTransport::SocketTransport(const Host& host)
    : m_host(host)
{
}

void SocketTransport::Open()
{
    const uint16_t port = m_host.self.port;
    m_udp = Socket::CreateSocket(m_host.node, UdpSocketFactory::GetTypeId());
    m_udp->TraceConnectWithoutContext("Drop", MakeCallback(&SocketTransport::OnOverflow, this));
    const Address local =
        m_host.bindToAddress ? ToSocketAddress(m_host.self) : AnySocketAddress(m_host.self, port);
    NS_ABORT_MSG_IF(m_udp->Bind(local) != 0,
                    "UDP port " << port << " of " << m_host.name
                                << "'s node is taken: give SwimHelper another");
    m_udp->SetRecvCallback(MakeCallback(&SocketTransport::OnReadable, this));
    Listen();
}

void SocketTransport::Listen()
{
    m_listener = NewTcpSocket();
    // Connections that ended lately still have their address and port, and ns-3 lets nobody bind to
    // both before they are forgotten. So the listener takes all addresses of its device.
    const Ptr<NetDevice> device =
        m_host.bindToAddress ? DeviceOf(*m_host.node, m_host.self) : nullptr;
    if (device)
    {
        m_listener->BindToNetDevice(device);
    }
    NS_ABORT_MSG_IF(m_listener->Bind(AnySocketAddress(m_host.self, m_host.self.port)) != 0,
                    "TCP port " << m_host.self.port << " of " << m_host.name
                                << "'s node is taken: give SwimHelper another");
    if (device)
    {
        m_listener->BindToNetDevice(device); // the end point, which is there only now
    }
    m_listener->Listen();
    // Connections inherit this callback while they are set up, and may come through after our end.
    m_listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        MakeCallback(&SocketTransport::OnAccepted, Ptr<SocketTransport>(this)));
    m_listener->TraceConnectWithoutContext(
        "Rx",
        MakeCallback(&SocketTransport::OnSegment, Ptr<SocketTransport>(this)));
}

void SocketTransport::StopListening()
{
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeNullCallback<void, Ptr<Socket>, const Address&>());
    m_listener->TraceDisconnectWithoutContext(
        "Rx",
        MakeCallback(&SocketTransport::OnSegment, Ptr<SocketTransport>(this)));
}

/**
 * Who gives up connecting sends a RST with no window, which ns-3's listener takes for its own: it begins
 * to wait for that window, and asserts at the next SYN that it is connected. So it is replaced.
 */
void SocketTransport::OnSegment(Ptr<const Packet>,
                                const TcpHeader& header,
                                Ptr<const TcpSocketBase> socket)
{
    // Accepted sockets inherit the trace.
    if (PeekPointer(socket) == PeekPointer(m_listener) && header.GetFlags() & TcpHeader::RST)
    {
        Simulator::ScheduleNow(&SocketTransport::ListenAnew,
                               Ptr<SocketTransport>(this),
                               m_listener);
    }
}

void SocketTransport::ListenAnew(Ptr<Socket> listener)
{
    if (m_closed || listener != m_listener)
    {
        return;
    }
    StopListening();
    m_listener->Close();
    Listen();
}

/**
 * A peer that ends a connection announces no window, and ns-3's timer against lost window updates
 * then sends the next byte, of which there is none: it crashes. Members read at once and their
 * messages end with a time-out, so the timer is put off for good. Who is accepted inherits this
 * from the listener.
 */
Ptr<Socket> SocketTransport::NewTcpSocket() const
{
    const Ptr<Socket> socket = Socket::CreateSocket(m_host.node, TcpSocketFactory::GetTypeId());
    socket->SetAttributeFailSafe("PersistTimeout", TimeValue(Hours(10000)));
    return socket;
}

Ptr<SwimStream> SocketTransport::NewStream(Ptr<Socket> socket) const
{
    const auto stream = Create<SwimStream>(socket);
    stream->SetSlowness(m_slowness);
    return stream;
}

std::vector<Ptr<SwimStream>> SocketTransport::AllStreams() const
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

void SocketTransport::Close()
{
    const std::vector<Ptr<SwimStream>> streams = AllStreams();
    Abandon();
    for (const Ptr<SwimStream>& stream : streams)
    {
        stream->Close();
    }
    m_udp->Close();
    m_listener->Close();
}

void SocketTransport::Abandon()
{
    m_closed = true;
    m_next.Cancel();
    m_accepted.clear();
    m_opened.clear();
    m_udp->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
    m_udp->TraceDisconnectWithoutContext("Drop", MakeCallback(&SocketTransport::OnOverflow, this));
    StopListening();
    LoseUnread();
}

/// Datagrams that wait in the socket, for who traces them.
void SocketTransport::LoseUnread()
{
    while (const Ptr<Packet> packet = m_host.tracer ? m_udp->Recv() : nullptr)
    {
        m_host.tracer->OnLost(m_host.tracer->Find(*packet),
                              m_paused ? SwimLoss::STALL : SwimLoss::DOWN);
    }
}

void SocketTransport::Pause()
{
    m_paused = true;
    m_next.Cancel();
    m_each = Time();
    for (const Ptr<SwimStream>& stream : AllStreams())
    {
        stream->SetPaused(true);
    }
}

void SocketTransport::Resume(Time each)
{
    m_paused = false;
    const std::vector<Ptr<SwimStream>> waiting = AllStreams();
    if (each.IsZero())
    {
        ReadDatagrams(ALL_THAT_WAIT);
    }
    else
    {
        m_each = each;
        m_next = Simulator::Schedule(each, &SocketTransport::HandleNext, this);
    }
    for (const Ptr<SwimStream>& stream : waiting)
    {
        stream->SetPaused(false);
    }
}

void SocketTransport::HandleNext()
{
    if (m_udp->GetRxAvailable() == 0)
    {
        m_each = Time();
        return;
    }
    m_next = Simulator::Schedule(m_each, &SocketTransport::HandleNext, this);
    ReadDatagrams(1);
}

void SocketTransport::SetSlowness(Time slowness)
{
    m_slowness = slowness;
}

void SocketTransport::Send(const swim::Address& to, swim::wire::ByteView datagram, uint64_t traced)
{
    const auto packet = Create<Packet>(datagram.data(), static_cast<uint32_t>(datagram.size()));
    if (traced != 0)
    {
        m_host.tracer->Bind(*packet, traced);
    }
    if (m_udp->SendTo(packet, 0, ToSocketAddress(to)) < 0)
    {
        if (traced != 0)
        {
            m_host.tracer->OnLost(traced, SwimLoss::LINK_DOWN);
        }
        Simulator::ScheduleNow(&SocketTransport::OnSendRefused, Ptr<SocketTransport>(this), to);
    }
}

void SocketTransport::OpenStream(uint32_t exchange,
                                 const swim::Address& to,
                                 swim::wire::ByteView message,
                                 uint64_t traced)
{
    const auto stream = NewStream(NewTcpSocket());
    stream->Expect(MakeCallback(&SocketTransport::OnAnswer, this, exchange),
                   MakeCallback(&SocketTransport::OnExchangeFailed, this, exchange));
    m_opened.emplace(exchange, stream);
    swim::Address local = m_host.self;
    local.port = 0;
    const Address from = m_host.bindToAddress ? ToSocketAddress(local) : AnySocketAddress(local, 0);
    if (!stream->ConnectAndSend(from, ToSocketAddress(to), {message.begin(), message.end()}))
    {
        NS_LOG_LOGIC(m_host.name << " has no route for a stream");
        Simulator::ScheduleNow(&SocketTransport::OnConnectRefused,
                               Ptr<SocketTransport>(this),
                               exchange);
    }
    else if (traced != 0)
    {
        m_host.tracer->BindStream(ToSwimAddress(stream->GetLocal()), traced);
    }
}

void SocketTransport::CloseStream(uint32_t exchange)
{
    if (m_opened.contains(exchange))
    {
        Take(m_opened, exchange)->Close();
    }
}

void SocketTransport::OnOverflow(Ptr<const Packet> datagram)
{
    ++m_overflows;
    if (m_host.tracer)
    {
        m_host.tracer->OnLost(m_host.tracer->Find(*datagram), SwimLoss::OVERFLOW);
    }
}

void SocketTransport::OnReadable(Ptr<Socket>)
{
    if (!m_each.IsZero())
    {
        return; // it waits for those before it
    }
    if (m_slowness.IsZero())
    {
        ReadDatagrams(ALL_THAT_WAIT);
        return;
    }
    // Meanwhile it waits in the socket, as it would for a process that is too busy to look.
    Simulator::Schedule(m_slowness,
                        &SocketTransport::ReadDatagrams,
                        Ptr<SocketTransport>(this),
                        std::size_t{1});
}

void SocketTransport::ReadDatagrams(std::size_t most)
{
    for (std::size_t read = 0; read < most && !m_closed && !m_paused; ++read)
    {
        Address from;
        const Ptr<Packet> packet = m_udp->RecvFrom(from);
        if (!packet)
        {
            return;
        }
        swim::wire::Bytes bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        const uint64_t traced = m_host.tracer ? m_host.tracer->Find(*packet) : 0;
        m_host.handler.OnDatagram(ToSwimAddress(from), bytes, traced);
    }
}

void SocketTransport::OnAccepted(Ptr<Socket> socket, const Address&)
{
    if (m_closed)
    {
        socket->Close();
        return;
    }
    const uint32_t connection = m_nextConnection++;
    const auto stream = NewStream(socket);
    stream->SetPaused(m_paused);
    stream->Expect(MakeCallback(&SocketTransport::OnRequest, this, connection),
                   MakeCallback(&SocketTransport::OnRequestEnded, this, connection));
    // Whoever connects and then dies or is cut off would otherwise hold its connection for ever.
    stream->SetTimeout(m_host.requestTimeout);
    m_accepted.emplace(connection, stream);
}

void SocketTransport::OnRequest(uint32_t connection, const SwimStream::Bytes& message)
{
    m_host.handler.OnRequest(connection, message);
}

void SocketTransport::Answer(uint32_t connection, swim::wire::ByteView message)
{
    if (message.empty())
    {
        Take(m_accepted, connection)->Close();
        return;
    }
    const Ptr<SwimStream> stream = m_accepted.at(connection);
    stream->Expect(MakeNullCallback<void, const SwimStream::Bytes&>(),
                   MakeCallback(&SocketTransport::OnRequestEnded, this, connection));
    stream->SendAndClose({message.begin(), message.end()});
}

swim::Address SocketTransport::PeerOf(uint32_t connection) const
{
    return ToSwimAddress(m_accepted.at(connection)->GetPeer());
}

uint64_t SocketTransport::TracedRequest(uint32_t connection) const
{
    return m_host.tracer ? m_host.tracer->FindStream(PeerOf(connection)) : 0;
}

void SocketTransport::OnRequestEnded(uint32_t connection)
{
    Take(m_accepted, connection);
}

void SocketTransport::OnAnswer(uint32_t exchange, const SwimStream::Bytes& message)
{
    const Ptr<SwimStream> stream = Take(m_opened, exchange);
    stream->Close();
    m_host.handler.OnAnswer(exchange, message);
}

void SocketTransport::OnExchangeFailed(uint32_t exchange)
{
    Take(m_opened, exchange);
    m_host.handler.OnExchangeFailed(exchange);
}

/// The attempt could not even be made: there is no route.
void SocketTransport::OnConnectRefused(uint32_t exchange)
{
    if (!m_closed && !m_paused && m_opened.contains(exchange))
    {
        OnExchangeFailed(exchange);
    }
}

void SocketTransport::OnSendRefused(swim::Address to)
{
    if (!m_closed && !m_paused)
    {
        m_host.handler.OnSendRefused(to);
    }
}

} // namespace ns3
