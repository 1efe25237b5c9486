// SPDX-License-Identifier: MIT
//
// See asio-streams.h.
#include "agent/asio-streams.h"

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>
#include <cstddef>
#include <fcntl.h>
#include <netinet/in.h>
#include <string>
#include <system_error>
#include <utility>

namespace swim
{

namespace
{

constexpr const char* CLOSED_EARLY =
    "the other side closed the connection without an answer, as it does where its keys, its label "
    "or its allow list do not fit; its OnRejected or OnForbidden tells";

/// How a connection ends that the other side does not want, before or after it read something.
bool IsClosing(const std::error_code& error)
{
    return error == asio::error::eof || error == asio::error::connection_reset ||
           error == asio::error::broken_pipe;
}

} // namespace

void Reset(asio::ip::tcp::socket& socket)
{
    std::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored); // explicitly: Asio's destructor takes the option back
}

void KeepFromChildren(int socket)
{
    fcntl(socket, F_SETFD, FD_CLOEXEC);
}

OutboundStream::OutboundStream(asio::io_context& io, Bytes message, bool awaitsAnswer, OnEnd onEnd)
    : m_socket(io),
      m_message(std::move(message)),
      m_awaitsAnswer(awaitsAnswer),
      m_onEnd(std::move(onEnd))
{
}

void OutboundStream::Start(const asio::ip::tcp::endpoint& from, const asio::ip::tcp::endpoint& to)
{
    if (const std::error_code error = Bind(from))
    {
        asio::post(m_socket.get_executor(),
                   [self = shared_from_this(), error] { self->End({}, error.message()); });
        return;
    }
    m_socket.async_connect(to, [self = shared_from_this()](const std::error_code& error) {
        if (error)
        {
            self->End({}, IsClosing(error) ? CLOSED_EARLY : error.message());
            return;
        }
        self->Write();
    });
}

std::error_code OutboundStream::Bind(const asio::ip::tcp::endpoint& from)
{
    std::error_code error;
    m_socket.open(from.protocol(), error);
    if (!error)
    {
        KeepFromChildren(m_socket.native_handle());
    }
    if (!error && !from.address().is_unspecified())
    {
        // The port is chosen when it connects, and is taken for that destination only.
        using BindWithoutPort =
            asio::detail::socket_option::boolean<IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT>;
        std::error_code older; // kernels than 4.2, which run out of ports earlier
        m_socket.set_option(BindWithoutPort(true), older);
        m_socket.bind(from, error);
    }
    return error;
}

void OutboundStream::Write()
{
    asio::async_write(m_socket,
                      asio::buffer(m_message),
                      [self = shared_from_this()](const std::error_code& error, std::size_t) {
                          if (error)
                          {
                              self->End({}, IsClosing(error) ? CLOSED_EARLY : error.message());
                              return;
                          }
                          self->Read();
                      });
}

void OutboundStream::Read()
{
    m_socket.async_read_some(
        asio::buffer(m_reader.Space().data(), m_reader.Space().size()),
        [self = shared_from_this()](const std::error_code& error, std::size_t size) {
            self->OnRead(error, size);
        });
}

void OutboundStream::OnRead(const std::error_code& error, std::size_t size)
{
    if (error == asio::error::eof && !m_awaitsAnswer && m_reader.Message().empty())
    {
        End({}, {});
        return;
    }
    if (error)
    {
        End({}, IsClosing(error) ? CLOSED_EARLY : error.message());
        return;
    }
    switch (m_reader.Take(size))
    {
    case MessageReader::Status::INCOMPLETE:
        Read();
        return;
    case MessageReader::Status::MALFORMED:
        End({}, "the other side answered with no message of memberlist's");
        return;
    case MessageReader::Status::COMPLETE:
        m_awaitsAnswer ? End(m_reader.Message(), {})
                       : End({}, "the other side refused the message");
        return;
    }
}

void OutboundStream::End(ByteView answer, const std::string& failure)
{
    if (const OnEnd onEnd = std::exchange(m_onEnd, nullptr))
    {
        Close();
        onEnd(answer, failure);
    }
}

void OutboundStream::Close()
{
    m_onEnd = nullptr;
    std::error_code ignored;
    m_socket.close(ignored);
}

asio::ip::tcp::endpoint OutboundStream::LocalEndpoint() const
{
    std::error_code unconnected;
    return m_socket.local_endpoint(unconnected);
}

InboundStream::InboundStream(asio::ip::tcp::socket socket, Host host)
    : m_socket(std::move(socket)),
      m_timer(m_socket.get_executor()),
      m_host(std::move(host))
{
}

InboundStream::~InboundStream()
{
    m_host.bytesHeld -= m_held;
}

void InboundStream::Start(Duration timeout)
{
    m_timer.expires_after(timeout);
    m_timer.async_wait([self = shared_from_this()](const std::error_code& error) {
        if (!error)
        {
            self->Finish(End::TIMED_OUT);
        }
    });
    Read();
}

void InboundStream::Read()
{
    m_socket.async_read_some(
        asio::buffer(m_reader.Space().data(), m_reader.Space().size()),
        [self = shared_from_this()](const std::error_code& error, std::size_t size) {
            self->OnRead(error, size);
        });
}

void InboundStream::OnRead(const std::error_code& error, std::size_t size)
{
    if (m_closed)
    {
        return;
    }
    if (error)
    {
        Finish(End::BROKEN);
        return;
    }
    if (m_host.bytesHeld + size > m_host.mostBytes)
    {
        Finish(End::OVER_MEMORY);
        return;
    }
    m_held += size;
    m_host.bytesHeld += size;
    switch (m_reader.Take(size))
    {
    case MessageReader::Status::INCOMPLETE:
        Read();
        return;
    case MessageReader::Status::MALFORMED:
        Finish(End::MALFORMED);
        return;
    case MessageReader::Status::COMPLETE:
        m_waits = true;
        if (!m_host.holds())
        {
            GoOn();
        }
        return;
    }
}

void InboundStream::GoOn()
{
    if (std::exchange(m_waits, false) && !m_closed)
    {
        Answer();
    }
}

void InboundStream::Answer()
{
    std::optional<Bytes> answer = m_host.answer(m_reader.Message());
    if (!answer)
    {
        Finish(End::REFUSED);
        return;
    }
    m_answer = std::move(*answer);
    asio::async_write(m_socket,
                      asio::buffer(m_answer),
                      [self = shared_from_this()](const std::error_code& error, std::size_t) {
                          self->m_answered = !error;
                          self->Finish(error ? End::BROKEN : End::ANSWERED);
                      });
}

void InboundStream::Finish(End how)
{
    if (!m_closed)
    {
        Close();
        m_host.ended(how);
    }
}

void InboundStream::Close()
{
    m_closed = true;
    m_timer.cancel();
    if (!m_answered)
    {
        Reset(m_socket);
        return;
    }
    std::error_code ignored;
    m_socket.close(ignored);
}

} // namespace swim
