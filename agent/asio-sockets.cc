// SPDX-License-Identifier: MIT
//
// See asio-sockets.h.
#include "agent/asio-sockets.h"

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <linux/sock_diag.h>
#include <memory>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <system_error>

namespace swim
{

namespace
{

using asio::ip::tcp;
using asio::ip::udp;

/// How often another port is tried where port 0 gave one whose UDP half is taken.
constexpr int PORT_ATTEMPTS = 20;

/// What the kernel is asked to keep of datagrams while the thread is busy: as much as memberlist.
constexpr int UDP_BUFFER_BYTES = 2 * 1024 * 1024;

/// Datagrams that are taken from the socket before others of the thread have their turn.
constexpr int DATAGRAMS_AT_ONCE = 64;

/// How long not to accept after accepting failed, as it does where descriptors run out.
constexpr auto ACCEPT_PAUSE = std::chrono::milliseconds(100);

/// Datagrams that the kernel dropped since this socket had no room for them.
std::uint64_t OverflowsOf(int socket)
{
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t size = sizeof(memory);
    getsockopt(socket, SOL_SOCKET, SO_MEMINFO, memory.data(), &size);
    return memory[SK_MEMINFO_DROPS];
}

template <typename Endpoint>
Endpoint ToEndpoint(const Address& address)
{
    const Address plain = WithoutMapping(address);
    if (plain.length == 4)
    {
        asio::ip::address_v4::bytes_type bytes;
        std::ranges::copy(plain.Bytes(), bytes.begin());
        return Endpoint(asio::ip::address_v4(bytes), plain.port);
    }
    asio::ip::address_v6::bytes_type bytes;
    std::ranges::copy(plain.bytes, bytes.begin());
    return Endpoint(asio::ip::address_v6(bytes), plain.port);
}

template <typename Endpoint>
Address FromEndpoint(const Endpoint& endpoint)
{
    if (endpoint.address().is_v4())
    {
        return {endpoint.address().to_v4().to_bytes(), endpoint.port()};
    }
    return {endpoint.address().to_v6().to_bytes(), endpoint.port()};
}

/// Whether the network refused, which the protocol wants to know; a full buffer is mere loss.
bool IsRefusal(const std::error_code& error)
{
    return error && error != asio::error::would_block && error != asio::error::no_buffer_space &&
           error != asio::error::connection_refused;
}

} // namespace

Instant MonotonicNow()
{
    return Instant(std::chrono::steady_clock::now().time_since_epoch());
}

Sockets::Sockets(SocketThread::Loop& loop, const SocketOptions& options)
    : m_loop(loop),
      m_options(options),
      m_acceptor(loop.io),
      m_udp(loop.io),
      m_timer(loop.io),
      m_acceptPause(loop.io),
      m_limiter(options.datagramsPerSecond)
{
    Bind(options.bind);
}

void Sockets::Bind(const Address& bind)
{
    const auto wanted = ToEndpoint<tcp::endpoint>(bind);
    for (int attempt = 1;; ++attempt)
    {
        m_acceptor.open(wanted.protocol());
        KeepFromChildren(m_acceptor.native_handle());
        m_acceptor.set_option(tcp::acceptor::reuse_address(true)); // past connections linger
        m_acceptor.bind(wanted);
        m_acceptor.listen();
        const tcp::endpoint got = m_acceptor.local_endpoint();
        const udp::endpoint both(got.address(), got.port());
        m_udp.open(both.protocol());
        KeepFromChildren(m_udp.native_handle());
        std::error_code error;
        m_udp.bind(both, error);
        if (!error)
        {
            m_local = FromEndpoint(got);
            break;
        }
        m_acceptor.close();
        m_udp.close();
        if (bind.port != 0 || attempt == PORT_ATTEMPTS)
        {
            throw std::system_error(error);
        }
    }
    m_udp.non_blocking(true);
    std::error_code less; // the system may allow less, which is no reason not to run
    m_udp.set_option(udp::socket::receive_buffer_size(UDP_BUFFER_BYTES), less);
}

TransportCounters Sockets::Count() const
{
    const std::lock_guard lock(m_counting);
    TransportCounters counters = m_counters;
    if (m_countsOverflows)
    {
        counters.socketOverflows = OverflowsOf(m_udp.native_handle());
    }
    return counters;
}

void Sockets::Increment(std::uint64_t TransportCounters::*counter)
{
    const std::lock_guard lock(m_counting);
    ++(m_counters.*counter);
}

void Sockets::Post(Transport::Task task)
{
    asio::post(m_loop.io, [self = shared_from_this(), task = std::move(task)] {
        if (!self->m_closed)
        {
            task();
        }
    });
}

void Sockets::Start(Transport::Handler& handler)
{
    m_handler = &handler;
    m_lookUps = std::make_unique<LookUps>(m_options.lookUp,
                                          [this](Transport::Task task) { Post(std::move(task)); });
    m_handler->OnStart();
    ReceiveNext();
    AcceptNext();
}

void Sockets::Close()
{
    m_closed = true;
    m_lookUps.reset();
    for (const auto& [id, stream] : m_opened)
    {
        stream->Close();
    }
    for (const auto& [id, guest] : m_accepted)
    {
        guest.stream->Close();
    }
    m_opened.clear();
    m_accepted.clear();
    m_timer.cancel();
    m_acceptPause.cancel();
    std::error_code ignored;
    m_acceptor.close(ignored);
    const std::lock_guard lock(m_counting);
    m_counters.socketOverflows = OverflowsOf(m_udp.native_handle());
    m_countsOverflows = false;
    m_udp.close(ignored);
}

void Sockets::ReceiveNext()
{
    m_udp.async_wait(udp::socket::wait_read, [self = shared_from_this()](const std::error_code&) {
        if (!self->m_closed)
        {
            self->ReceiveSome();
            self->ReceiveNext();
        }
    });
}

void Sockets::ReceiveSome()
{
    for (int taken = 0; taken < DATAGRAMS_AT_ONCE; ++taken)
    {
        udp::endpoint endpoint;
        std::error_code error;
        const std::size_t size =
            m_udp.receive_from(asio::buffer(m_loop.datagram), endpoint, 0, error);
        if (error == asio::error::would_block)
        {
            return;
        }
        if (error) // a former datagram's, which says nothing about the next
        {
            continue;
        }
        const Address from = FromEndpoint(endpoint);
        if (!m_options.allow.Allows(from))
        {
            Increment(&TransportCounters::datagramsForbidden);
            m_handler->OnForbidden(from);
        }
        else if (!m_limiter.Admit(from, MonotonicNow()))
        {
            Increment(&TransportCounters::datagramsLimited);
        }
        else
        {
            m_handler->OnDatagram(from, {m_loop.datagram.data(), size});
        }
    }
}

void Sockets::AcceptNext()
{
    m_acceptor.async_accept(
        [self = shared_from_this()](const std::error_code& error, tcp::socket socket) {
            if (self->m_closed)
            {
                return;
            }
            if (!error)
            {
                self->OnAccepted(std::move(socket));
                self->AcceptNext();
                return;
            }
            self->m_acceptPause.expires_after(ACCEPT_PAUSE);
            self->m_acceptPause.async_wait([self](const std::error_code&) {
                if (!self->m_closed)
                {
                    self->AcceptNext();
                }
            });
        });
}

void Sockets::OnAccepted(tcp::socket socket)
{
    KeepFromChildren(socket.native_handle());
    std::error_code gone;
    const tcp::endpoint peer = socket.remote_endpoint(gone);
    if (gone)
    {
        return;
    }
    if (!m_options.allow.Allows(FromEndpoint(peer)))
    {
        Increment(&TransportCounters::connectionsForbidden);
        Reset(socket);
        m_handler->OnForbidden(FromEndpoint(peer));
        return;
    }
    const auto ofOne = std::ranges::count_if(m_accepted, [&peer](const auto& entry) {
        return entry.second.from == peer.address();
    });
    if (m_accepted.size() == MAX_INBOUND_STREAMS ||
        ofOne == static_cast<std::ptrdiff_t>(MAX_INBOUND_STREAMS_OF_ONE))
    {
        Increment(&TransportCounters::connectionsRefused);
        Reset(socket);
        return;
    }
    NoteOwn(peer);
    const std::uint64_t id = m_connections++;
    const auto self = shared_from_this(); // m_bytesHeld is used until the stream is gone
    const auto stream = std::make_shared<InboundStream>(
        std::move(socket),
        InboundStream::Host{
            .answer = [self, from = FromEndpoint(peer)](
                          ByteView message) { return self->m_handler->OnRequest(from, message); },
            .holds = [self] { return self->m_holdsRequests; },
            .ended = [self, id](InboundStream::End how) { self->OnStreamEnded(id, how); },
            .bytesHeld = m_bytesHeld,
            .mostBytes = MAX_INBOUND_BYTES});
    m_accepted.emplace(id, Guest{peer.address(), stream});
    stream->Start(m_options.streamTimeout);
}

/// No other process has the end of a connection that we opened: whose other end is that, is us.
void Sockets::NoteOwn(const tcp::endpoint& peer)
{
    const Address from = WithoutMapping(FromEndpoint(peer));
    for (const auto& [id, stream] : m_opened)
    {
        if (WithoutMapping(FromEndpoint(stream->LocalEndpoint())) == from)
        {
            m_toItself.insert(id);
        }
    }
}

void Sockets::HoldRequests(bool hold)
{
    m_holdsRequests = hold;
    if (!hold)
    {
        for (const auto& [id, guest] : std::map(m_accepted))
        {
            guest.stream->GoOn();
        }
    }
}

void Sockets::OnStreamEnded(std::uint64_t id, InboundStream::End how)
{
    m_accepted.erase(id);
    switch (how)
    {
    case InboundStream::End::ANSWERED:
    case InboundStream::End::REFUSED: // which the protocol has counted
        return;
    case InboundStream::End::TIMED_OUT:
        return Increment(&TransportCounters::streamsTimedOut);
    case InboundStream::End::MALFORMED:
        return Increment(&TransportCounters::streamsMalformed);
    case InboundStream::End::OVER_MEMORY:
        return Increment(&TransportCounters::streamsOverMemory);
    case InboundStream::End::BROKEN:
        return Increment(&TransportCounters::streamsBroken);
    }
}

void Sockets::SendDatagram(const Address& to, ByteView datagram)
{
    udp::endpoint endpoint = ToEndpoint<udp::endpoint>(to);
    if (m_local.length == 16 && endpoint.address().is_v4()) // IPv6 sockets know this form only
    {
        endpoint.address(
            asio::ip::make_address_v6(asio::ip::v4_mapped, endpoint.address().to_v4()));
    }
    std::error_code error;
    m_udp.send_to(asio::buffer(datagram.data(), datagram.size()), endpoint, 0, error);
    if (error)
    {
        Increment(&TransportCounters::sendFailures);
    }
    if (IsRefusal(error))
    {
        Post([this, to] { m_handler->OnSendRefused(to); });
    }
}

void Sockets::OpenStream(std::uint32_t id, const Address& to, Bytes bytes, bool awaitsAnswer)
{
    const auto onEnd = [self = shared_from_this(), id](ByteView answer,
                                                       const std::string& failure) {
        self->m_opened.erase(id);
        if (failure.empty())
        {
            self->m_handler->OnAnswer(id, answer);
        }
        else
        {
            self->m_handler->OnStreamFailed(id, failure);
        }
        self->m_toItself.erase(id);
    };
    const auto stream =
        std::make_shared<OutboundStream>(m_loop.io, std::move(bytes), awaitsAnswer, onEnd);
    m_opened.emplace(id, stream);
    const auto target = ToEndpoint<tcp::endpoint>(to);
    // Others know us by the address that we listen on, so connections come from there too.
    const auto source = ToEndpoint<tcp::endpoint>(Address(m_local.Bytes(), 0));
    stream->Start(source.protocol() == target.protocol() ? source
                                                         : tcp::endpoint(target.protocol(), 0),
                  target);
}

void Sockets::AbortStream(std::uint32_t id)
{
    if (const auto found = m_opened.extract(id))
    {
        found.mapped()->Close();
        m_toItself.erase(id);
    }
}

void Sockets::WakeAt(Instant when)
{
    m_timer.expires_at(std::chrono::steady_clock::time_point(when.time_since_epoch()));
    m_timer.async_wait([self = shared_from_this()](const std::error_code& error) {
        if (!error && !self->m_closed)
        {
            self->m_handler->OnWakeUp();
        }
    });
}

void Sockets::Resolve(const std::string& text, Transport::OnResolved done)
{
    const std::optional<HostPort> endpoint = ParseHostPort(text);
    const std::optional<Address> address = endpoint ? NumericAddress(*endpoint) : std::nullopt;
    if (endpoint && !address)
    {
        m_lookUps->Start(*endpoint, m_local.length == 16, std::move(done));
        return;
    }
    const Transport::Resolution resolution =
        address ? Transport::Resolution{{*address}, {}} : Transport::Resolution{{}, NOT_AN_ADDRESS};
    Post([done = std::move(done), resolution] { done(resolution); });
}

} // namespace swim
