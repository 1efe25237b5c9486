// SPDX-License-Identifier: GPL-2.0-only
//
// See socket-transport.h.
#include "socket-transport.h"

#include "address-conversion.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SwimSocketTransport");

namespace
{

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
    const uint16_t port = ToSwimAddress(m_host.local).port;

    m_udp = Socket::CreateSocket(m_host.node, UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(m_udp->Bind(m_host.local) != 0,
                    "UDP port " << port << " of " << m_host.name
                                << "'s node is taken: give SwimHelper another");
    m_udp->SetRecvCallback(MakeCallback(&SocketTransport::OnReadable, this));

    m_listener = NewTcpSocket();
    NS_ABORT_MSG_IF(m_listener->Bind(m_host.local) != 0,
                    "TCP port " << port << " of " << m_host.name
                                << "'s node is taken: give SwimHelper another");
    m_listener->Listen();
    // Connections inherit this callback while they are set up, and may come through after our end.
    m_listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        MakeCallback(&SocketTransport::OnAccepted, Ptr<SocketTransport>(this)));
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
    m_accepted.clear();
    m_opened.clear();
    m_udp->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeNullCallback<void, Ptr<Socket>, const Address&>());
}

void SocketTransport::Pause()
{
    m_paused = true;
    for (const Ptr<SwimStream>& stream : AllStreams())
    {
        stream->SetPaused(true);
    }
}

void SocketTransport::Resume()
{
    m_paused = false;
    const std::vector<Ptr<SwimStream>> waiting = AllStreams();
    ReadDatagrams(ALL_THAT_WAIT);
    for (const Ptr<SwimStream>& stream : waiting)
    {
        stream->SetPaused(false);
    }
}

void SocketTransport::SetSlowness(Time slowness)
{
    m_slowness = slowness;
}

void SocketTransport::Send(const swim::Address& to, swim::wire::ByteView datagram)
{
    const auto packet = Create<Packet>(datagram.data(), static_cast<uint32_t>(datagram.size()));
    if (m_udp->SendTo(packet, 0, ToSocketAddress(to)) < 0)
    {
        Simulator::ScheduleNow(&SocketTransport::OnSendRefused, Ptr<SocketTransport>(this), to);
    }
}

void SocketTransport::OpenStream(uint32_t exchange,
                                 const swim::Address& to,
                                 swim::wire::ByteView message)
{
    const auto stream = NewStream(NewTcpSocket());
    stream->Expect(MakeCallback(&SocketTransport::OnAnswer, this, exchange),
                   MakeCallback(&SocketTransport::OnExchangeFailed, this, exchange));
    m_opened.emplace(exchange, stream);
    swim::Address from = ToSwimAddress(m_host.local);
    from.port = 0;
    if (!stream->ConnectAndSend(ToSocketAddress(from),
                                ToSocketAddress(to),
                                {message.begin(), message.end()}))
    {
        NS_LOG_LOGIC(m_host.name << " has no route for a stream");
        Simulator::ScheduleNow(&SocketTransport::OnConnectRefused,
                               Ptr<SocketTransport>(this),
                               exchange);
    }
}

void SocketTransport::CloseStream(uint32_t exchange)
{
    if (m_opened.contains(exchange))
    {
        Take(m_opened, exchange)->Close();
    }
}

void SocketTransport::OnReadable(Ptr<Socket>)
{
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
        m_host.handler.OnDatagram(ToSwimAddress(from), bytes);
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
