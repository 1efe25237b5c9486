// SPDX-License-Identifier: MIT
//
// See asio-transport.h.
#include "agent/asio-transport.h"

#include "agent/asio-streams.h"
#include "agent/endpoint.h"

#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <asio/post.hpp>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace swim
{

namespace
{

using asio::ip::tcp;
using asio::ip::udp;

/// How often another port is tried where port 0 gave one whose UDP half is taken.
constexpr int PORT_ATTEMPTS = 20;

/// What the kernel keeps of datagrams while the thread is busy: some hundreds of full ones.
constexpr int UDP_BUFFER_BYTES = 1024 * 1024;

/// How long not to accept after accepting failed, as it does where descriptors run out.
constexpr auto ACCEPT_PAUSE = std::chrono::milliseconds(100);

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

class AsioTransport : public Transport
{
  public:
    AsioTransport(const Address& bind, Duration streamTimeout)
        : m_streamTimeout(streamTimeout)
    {
        Bind(bind);
    }

    ~AsioTransport() override
    {
        Stop();
    }

    Address LocalAddress() const override
    {
        return m_local;
    }

    Instant Now() const override
    {
        return Instant(std::chrono::steady_clock::now().time_since_epoch());
    }

    void Start(Handler& handler) override
    {
        m_handler = &handler;
        asio::post(m_io, [this] {
            m_handler->OnStart();
            ReceiveNext();
            AcceptNext();
        });
        m_thread = std::thread([this] {
            m_threadId = std::this_thread::get_id();
            m_io.run();
        });
    }

    void Stop() override
    {
        const std::lock_guard stopping(m_stopping);
        if (!m_thread.joinable())
        {
            return;
        }
        // What was posted before runs; then everything is closed and the thread runs out of work.
        Post([this] { CloseAll(); });
        {
            const std::lock_guard posting(m_posting);
            m_stopped = true;
        }
        m_work.reset();
        m_thread.join();
    }

    void Post(Task task) override
    {
        const std::lock_guard posting(m_posting);
        if (m_stopped)
        {
            return;
        }
        asio::post(m_io, [this, task = std::move(task)] {
            if (!m_closed)
            {
                task();
            }
        });
    }

    bool OnThread() const override
    {
        return m_threadId.load() == std::this_thread::get_id();
    }

    void SendDatagram(const Address& to, wire::ByteView datagram) override
    {
        udp::endpoint endpoint = ToEndpoint<udp::endpoint>(to);
        if (m_local.length == 16 && endpoint.address().is_v4()) // IPv6 sockets know this form only
        {
            endpoint.address(
                asio::ip::make_address_v6(asio::ip::v4_mapped, endpoint.address().to_v4()));
        }
        std::error_code error;
        m_udp.send_to(asio::buffer(datagram.data(), datagram.size()), endpoint, 0, error);
        if (IsRefusal(error))
        {
            Post([this, to] { m_handler->OnSendRefused(to); });
        }
    }

    void OpenStream(std::uint32_t id,
                    const Address& to,
                    wire::Bytes bytes,
                    bool awaitsAnswer) override
    {
        const auto onEnd = [this, id](wire::ByteView answer, const std::string& failure) {
            m_opened.erase(id);
            failure.empty() ? m_handler->OnAnswer(id, answer)
                            : m_handler->OnStreamFailed(id, failure);
        };
        const auto stream =
            std::make_shared<OutboundStream>(m_io, std::move(bytes), awaitsAnswer, onEnd);
        m_opened.emplace(id, stream);
        stream->Start(ToEndpoint<tcp::endpoint>(to));
    }

    void AbortStream(std::uint32_t id) override
    {
        if (const auto found = m_opened.extract(id))
        {
            found.mapped()->Close();
        }
    }

    void WakeAt(Instant when) override
    {
        m_timer.expires_at(std::chrono::steady_clock::time_point(when.time_since_epoch()));
        m_timer.async_wait([this](const std::error_code& error) {
            if (!error && !m_closed)
            {
                m_handler->OnWakeUp();
            }
        });
    }

    void Resolve(const std::string& text, OnResolved done) override;

  private:
    void Bind(const Address& bind);
    void ReceiveNext();
    void AcceptNext();
    void OnAccepted(tcp::socket socket);
    void CloseAll();

    asio::io_context m_io{1};
    asio::executor_work_guard<asio::io_context::executor_type> m_work{m_io.get_executor()};
    Duration m_streamTimeout;
    Address m_local;
    tcp::acceptor m_acceptor{m_io};
    udp::socket m_udp{m_io};
    tcp::resolver m_resolver{m_io};
    asio::steady_timer m_timer{m_io};
    asio::steady_timer m_acceptPause{m_io};
    Handler* m_handler = nullptr;
    std::array<std::uint8_t, UINT16_MAX> m_datagram; ///< being received; no UDP payload is longer
    udp::endpoint m_from;
    std::map<std::uint32_t, std::shared_ptr<OutboundStream>> m_opened;
    std::map<std::uint64_t, std::shared_ptr<InboundStream>> m_accepted;
    std::uint64_t m_connections = 0;
    std::size_t m_bytesHeld = 0;
    bool m_closed = false;  ///< on the thread: nobody is told anything any more
    std::mutex m_stopping;  ///< one Stop() at a time
    std::mutex m_posting;   ///< nothing is posted behind the last task
    bool m_stopped = false; ///< guarded by m_posting
    std::thread m_thread;
    std::atomic<std::thread::id> m_threadId;
};

void AsioTransport::Bind(const Address& bind)
{
    const auto wanted = ToEndpoint<tcp::endpoint>(bind);
    for (int attempt = 1;; ++attempt)
    {
        m_acceptor.open(wanted.protocol());
        m_acceptor.set_option(tcp::acceptor::reuse_address(true)); // past connections linger
        m_acceptor.bind(wanted);
        m_acceptor.listen();
        const tcp::endpoint got = m_acceptor.local_endpoint();
        const udp::endpoint both(got.address(), got.port());
        m_udp.open(both.protocol());
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

void AsioTransport::ReceiveNext()
{
    m_udp.async_receive_from(
        asio::buffer(m_datagram),
        m_from,
        [this](const std::error_code& error, std::size_t size) {
            if (m_closed)
            {
                return;
            }
            if (!error) // an error is a former datagram's, and says nothing about the next
            {
                m_handler->OnDatagram(FromEndpoint(m_from), {m_datagram.data(), size});
            }
            ReceiveNext();
        });
}

void AsioTransport::AcceptNext()
{
    m_acceptor.async_accept([this](const std::error_code& error, tcp::socket socket) {
        if (m_closed)
        {
            return;
        }
        if (!error)
        {
            OnAccepted(std::move(socket));
            AcceptNext();
            return;
        }
        m_acceptPause.expires_after(ACCEPT_PAUSE);
        m_acceptPause.async_wait([this](const std::error_code&) {
            if (!m_closed)
            {
                AcceptNext();
            }
        });
    });
}

void AsioTransport::OnAccepted(tcp::socket socket)
{
    if (m_accepted.size() == MAX_INBOUND_STREAMS)
    {
        return; // which closes it
    }
    const std::uint64_t id = m_connections++;
    const auto stream = std::make_shared<InboundStream>(
        std::move(socket),
        InboundStream::Host{
            .answer = [this](wire::ByteView message) { return m_handler->OnRequest(message); },
            .ended = [this, id] { m_accepted.erase(id); },
            .bytesHeld = m_bytesHeld,
            .mostBytes = MAX_INBOUND_BYTES});
    m_accepted.emplace(id, stream);
    stream->Start(m_streamTimeout);
}

void AsioTransport::Resolve(const std::string& text, OnResolved done)
{
    const std::optional<HostPort> endpoint = ParseHostPort(text);
    const std::optional<Address> address = endpoint ? NumericAddress(*endpoint) : std::nullopt;
    if (!endpoint || address)
    {
        const Resolution resolution =
            address ? Resolution{{*address}, {}} : Resolution{{}, NOT_AN_ADDRESS};
        Post([done = std::move(done), resolution] { done(resolution); });
        return;
    }
    m_resolver.async_resolve(
        m_local.length == 4 ? tcp::v4() : tcp::v6(),
        endpoint->host,
        std::to_string(endpoint->port),
        [this, done = std::move(done)](const std::error_code& error, const auto& results) {
            Resolution resolution;
            for (const auto& result : results)
            {
                resolution.addresses.push_back(FromEndpoint(result.endpoint()));
            }
            resolution.error = error.message();
            if (!m_closed)
            {
                done(resolution);
            }
        });
}

void AsioTransport::CloseAll()
{
    m_closed = true;
    for (const auto& [id, stream] : m_opened)
    {
        stream->Close();
    }
    for (const auto& [id, stream] : m_accepted)
    {
        stream->Close();
    }
    m_opened.clear();
    m_accepted.clear();
    m_timer.cancel();
    m_acceptPause.cancel();
    m_resolver.cancel();
    std::error_code ignored;
    m_acceptor.close(ignored);
    m_udp.close(ignored);
}

} // namespace

std::unique_ptr<Transport> MakeAsioTransport(const Address& bind, Duration streamTimeout)
{
    return std::make_unique<AsioTransport>(bind, streamTimeout);
}

} // namespace swim
