// SPDX-License-Identifier: GPL-2.0-only
//
// A member's transport on ns-3's UDP and TCP sockets.
#pragma once

#include "member-transport.h"
#include "message-tracer.h"
#include "swim-stream.h"

#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-base.h"

#include <map>
#include <vector>

namespace ns3
{

class SocketTransport : public MemberTransport
{
  public:
    /// What it uses of its member, whom it does not outlive while it is open.
    struct Host
    {
        Ptr<Node> node;
        swim::Address self;
        bool bindToAddress;    //!< its sockets are bound to that address, and not to the port alone
        std::string_view name; //!< for messages
        Time requestTimeout;   //!< how long whoever connects may take; memberlist's TCPTimeout
        Handler& handler;
        MessageTracer* tracer = nullptr; //!< null: nobody is told
    };

    explicit SocketTransport(const Host& host);

    void Open() override;
    void Close() override;
    void Abandon() override;
    void Pause() override;
    void Resume(Time each) override;
    void SetSlowness(Time slowness) override;
    void Send(const swim::Address& to, swim::wire::ByteView datagram, uint64_t traced) override;
    void Answer(uint32_t connection, swim::wire::ByteView message) override;
    swim::Address PeerOf(uint32_t connection) const override;
    uint64_t TracedRequest(uint32_t connection) const override;
    void OpenStream(uint32_t exchange,
                    const swim::Address& to,
                    swim::wire::ByteView message,
                    uint64_t traced) override;
    void CloseStream(uint32_t exchange) override;

  private:
    using Streams = std::map<uint32_t, Ptr<SwimStream>>;

    /// Takes a stream out of its map and keeps it alive for the caller.
    static Ptr<SwimStream> Take(Streams& streams, uint32_t id);

    void OnOverflow(Ptr<const Packet> datagram);
    void OnReadable(Ptr<Socket> socket);
    void ReadDatagrams(std::size_t most);
    void LoseUnread();
    void HandleNext();
    void OnAccepted(Ptr<Socket> socket, const Address& from);
    void OnRequest(uint32_t connection, const SwimStream::Bytes& message);
    void OnRequestEnded(uint32_t connection);
    void OnAnswer(uint32_t exchange, const SwimStream::Bytes& message);
    void OnExchangeFailed(uint32_t exchange);
    void OnConnectRefused(uint32_t exchange);
    void OnSendRefused(swim::Address to);

    Ptr<Socket> NewTcpSocket() const;
    void Listen();
    void StopListening();
    void OnSegment(Ptr<const Packet> segment,
                   const TcpHeader& header,
                   Ptr<const TcpSocketBase> socket);
    void ListenAnew(Ptr<Socket> listener);
    Ptr<SwimStream> NewStream(Ptr<Socket> socket) const;
    std::vector<Ptr<SwimStream>> AllStreams() const;

    Host m_host;
    Time m_slowness;
    Time m_each;    //!< that it takes now to handle a datagram; zero: see SetSlowness
    EventId m_next; //!< when the next one is handled
    Ptr<Socket> m_udp;
    Ptr<Socket> m_listener;
    Streams m_accepted; //!< by a number of ours
    Streams m_opened;   //!< by the protocol's exchange id
    uint32_t m_nextConnection = 0;
    bool m_paused = false;
    bool m_closed = false;
};

} // namespace ns3
