// SPDX-License-Identifier: MIT
//
// The sockets of one member, on the thread that serves them. Private to the transport.
//
// Whatever is under way holds a reference, so the thread may find the sockets closed, but never
// gone.
#pragma once

#include "agent/asio-loop.h"
#include "agent/asio-streams.h"
#include "agent/asio-transport.h"
#include "agent/source-limiter.h"

#include <asio/ip/udp.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace swim
{

/// The clock that all processes of the machine share.
Instant MonotonicNow();

/// A datagram socket and a listening one at an address, and the connections of both kinds.
/// On the thread of its loop; Post from any.
class Sockets : public std::enable_shared_from_this<Sockets>
{
  public:
    /// Binds them. @throws std::system_error
    Sockets(SocketThread::Loop& loop, const SocketOptions& options);

    const Address& LocalAddress() const
    {
        return m_local;
    }

    /// From any thread.
    TransportCounters Count() const;

    /// Runs a task on the thread, unless closed by then. From any thread.
    void Post(Transport::Task task);

    // On the thread only:

    void Start(Transport::Handler& handler);
    void Close();
    void SendDatagram(const Address& to, ByteView datagram);
    void OpenStream(std::uint32_t id, const Address& to, Bytes bytes, bool awaitsAnswer);
    void AbortStream(std::uint32_t id);

    bool AnsweredItself(std::uint32_t id) const
    {
        return m_toItself.contains(id);
    }

    void WakeAt(Instant when);
    void HoldRequests(bool hold);
    void Resolve(const std::string& text, Transport::OnResolved done);

  private:
    /// A connection of somebody else.
    struct Guest
    {
        asio::ip::address from;
        std::shared_ptr<InboundStream> stream;
    };

    void Bind(const Address& bind);
    void ReceiveNext();
    void ReceiveSome();
    void AcceptNext();
    void OnAccepted(asio::ip::tcp::socket socket);
    void NoteOwn(const asio::ip::tcp::endpoint& peer);
    void OnStreamEnded(std::uint64_t id, InboundStream::End how);
    void Increment(std::uint64_t TransportCounters::*counter);

    SocketThread::Loop& m_loop;
    SocketOptions m_options;
    Address m_local;
    asio::ip::tcp::acceptor m_acceptor;
    mutable asio::ip::udp::socket m_udp; ///< which does not tell Count() otherwise
    asio::steady_timer m_timer;
    asio::steady_timer m_acceptPause;
    std::unique_ptr<LookUps> m_lookUps; ///< from the start to the end
    SourceLimiter m_limiter;
    Transport::Handler* m_handler = nullptr;
    std::map<std::uint32_t, std::shared_ptr<OutboundStream>> m_opened;
    std::set<std::uint32_t> m_toItself; ///< those that lead back to us, until they end
    std::map<std::uint64_t, Guest> m_accepted;
    std::uint64_t m_connections = 0;
    std::size_t m_bytesHeld = 0;
    bool m_holdsRequests = false;
    bool m_closed = false; ///< nobody is told anything any more
    mutable std::mutex m_counting;
    TransportCounters m_counters;  ///< guarded by m_counting
    bool m_countsOverflows = true; ///< likewise: the kernel has the datagrams' socket
};

} // namespace swim
