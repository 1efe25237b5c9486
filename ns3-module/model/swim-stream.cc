// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-stream.h.
#include "swim-stream.h"

#include "swim/stream-scanner.h"

#include "ns3/packet.h"
#include "ns3/simulator.h"

namespace ns3
{

namespace
{

/// A FIN that is lost is sent again within fractions of a second.
constexpr double LONGEST_WAIT_FOR_FIN_S = 10;

void CloseSocket(Ptr<Socket> socket)
{
    socket->Close();
}

} // namespace

struct SwimStream::Scanner
{
    swim::wire::StreamScanner scanner;
};

SwimStream::SwimStream(Ptr<Socket> socket)
    : m_socket(socket),
      m_scanner(std::make_unique<Scanner>())
{
    m_socket->SetRecvCallback(MakeCallback(&SwimStream::OnReadable, this));
    m_socket->SetSendCallback(MakeCallback(&SwimStream::OnWritable, this));
    m_socket->SetCloseCallbacks(MakeCallback(&SwimStream::OnSocketEnded, this),
                                MakeCallback(&SwimStream::OnSocketEnded, this));
}

SwimStream::~SwimStream()
{
    Detach();
}

void SwimStream::Expect(Callback<void, const Bytes&> onMessage, Callback<void> onEnded)
{
    m_onMessage = onMessage;
    m_onEnded = onEnded;
}

bool SwimStream::ConnectAndSend(const Address& from, const Address& to, Bytes message)
{
    m_toSend = std::move(message);
    m_socket->SetConnectCallback(MakeCallback(&SwimStream::OnConnected, this),
                                 MakeCallback(&SwimStream::OnSocketEnded, this));
    return m_socket->Bind(from) == 0 && m_socket->Connect(to) == 0;
}

Address SwimStream::GetPeer() const
{
    Address peer;
    m_socket->GetPeerName(peer);
    return peer;
}

Address SwimStream::GetLocal() const
{
    Address local;
    m_socket->GetSockName(local);
    return local;
}

void SwimStream::SendAndClose(Bytes message)
{
    m_toSend = std::move(message);
    m_connected = true;
    m_closeWhenSent = true;
    Push();
}

void SwimStream::SetTimeout(Time timeout)
{
    m_timeout = Simulator::Schedule(timeout, &SwimStream::OnTimeout, this);
}

void SwimStream::SetPaused(bool paused)
{
    m_paused = paused;
    if (m_paused || !m_socket)
    {
        return;
    }
    const Ptr<SwimStream> alive(this);
    Read();
    Push();
    if (m_endedUnread)
    {
        End();
    }
}

void SwimStream::SetSlowness(Time slowness)
{
    m_slowness = slowness;
}

void SwimStream::Close()
{
    const bool answered = m_answered;
    const Ptr<Socket> socket = Detach();
    if (!socket)
    {
        return;
    }
    if (!answered || m_closeWhenSent)
    {
        // Not from within the socket's callback, which ns-3 has more to do after.
        Simulator::ScheduleNow(&Socket::Close, socket);
        return;
    }
    // Who answered closes too. Where both sides close before they hear of each other's FIN and a
    // packet is lost, ns-3's sockets repeat theirs for ever: so the other side's comes first.
    socket->SetCloseCallbacks(MakeCallback(&CloseSocket), MakeCallback(&CloseSocket));
    Simulator::Schedule(Seconds(LONGEST_WAIT_FOR_FIN_S), &CloseSocket, socket);
}

/// @return the socket, which is not ours any more; null if it was not ours before
Ptr<Socket> SwimStream::Detach()
{
    m_timeout.Cancel();
    m_late.Cancel();
    const Ptr<Socket> socket = m_socket;
    m_socket = nullptr;
    if (socket)
    {
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
        socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                  MakeNullCallback<void, Ptr<Socket>>());
        socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                   MakeNullCallback<void, Ptr<Socket>>());
    }
    return socket;
}

// The owner may let go of the stream within any of its callbacks: each entry keeps it until the
// end.

void SwimStream::OnConnected(Ptr<Socket>)
{
    const Ptr<SwimStream> alive(this);
    m_connected = true;
    Push();
}

void SwimStream::OnSocketEnded(Ptr<Socket>)
{
    if (m_paused || !m_late.IsExpired())
    {
        m_endedUnread = true;
        return;
    }
    End();
}

void SwimStream::OnTimeout()
{
    OnSocketEnded(m_socket);
}

void SwimStream::End()
{
    const Ptr<SwimStream> alive(this);
    const Callback<void> onEnded = m_onEnded;
    m_onEnded = Callback<void>();
    m_onMessage = Callback<void, const Bytes&>();
    Close();
    if (!onEnded.IsNull())
    {
        onEnded();
    }
}

void SwimStream::OnReadable(Ptr<Socket>)
{
    if (m_paused || !m_late.IsExpired())
    {
        return;
    }
    if (m_slowness.IsStrictlyPositive())
    {
        m_late = Simulator::Schedule(m_slowness, &SwimStream::OnLate, this);
        return;
    }
    const Ptr<SwimStream> alive(this);
    Read();
}

void SwimStream::OnLate()
{
    const Ptr<SwimStream> alive(this);
    if (m_paused)
    {
        return;
    }
    Read();
    if (m_endedUnread)
    {
        End();
    }
}

/// @pre somebody keeps this stream until the end
void SwimStream::Read()
{
    bool any = false;
    while (const Ptr<Packet> packet = m_socket ? m_socket->Recv() : nullptr)
    {
        if (packet->GetSize() == 0)
        {
            break; // the peer has closed its half
        }
        const std::size_t before = m_received.size();
        m_received.resize(before + packet->GetSize());
        packet->CopyData(m_received.data() + before, packet->GetSize());
        any = true;
    }
    if (!any || m_onMessage.IsNull())
    {
        return;
    }
    using Status = swim::wire::StreamScanner::Status;
    const Status status = m_scanner->scanner.Scan(m_received);
    if (status == Status::MALFORMED)
    {
        End();
    }
    else if (status == Status::COMPLETE)
    {
        m_answered = m_toSend.size() > 0;
        const Callback<void, const Bytes&> onMessage = m_onMessage;
        m_onMessage = Callback<void, const Bytes&>();
        m_onEnded = Callback<void>();
        onMessage(m_received);
    }
}

void SwimStream::OnWritable(Ptr<Socket>, uint32_t)
{
    Push();
}

void SwimStream::Push()
{
    while (m_connected && !m_paused && m_socket && m_sent < m_toSend.size())
    {
        const std::size_t room = m_socket->GetTxAvailable();
        const std::size_t chunk = std::min(room, m_toSend.size() - m_sent);
        if (chunk == 0)
        {
            return; // OnWritable goes on
        }
        const auto packet = Create<Packet>(m_toSend.data() + m_sent, static_cast<uint32_t>(chunk));
        const int sent = m_socket->Send(packet);
        if (sent <= 0)
        {
            End();
            return;
        }
        m_sent += static_cast<std::size_t>(sent);
    }
    if (m_closeWhenSent && m_sent == m_toSend.size())
    {
        End();
    }
}

} // namespace ns3
