// SPDX-License-Identifier: MIT
//
// The two ends of a TCP connection that carries one message each way. Private to the transport.
#pragma once

#include "swim/stream-scanner.h"
#include "swim/transport.h"

#include <array>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>

namespace swim
{

/// Closes so that the other side sees a failure, and not an end in order.
void Reset(asio::ip::tcp::socket& socket);

/// Programs that the application starts do not hold this socket open, nor its port.
void KeepFromChildren(int socket);

/// Room for one read.
inline constexpr std::size_t READ_SIZE = 16 * 1024;

/// Reads a message that says itself where it ends.
class MessageReader
{
  public:
    using Status = wire::StreamScanner::Status;

    /// Where the next bytes go; told by Take() how many came.
    std::span<std::uint8_t, READ_SIZE> Space()
    {
        return m_chunk;
    }

    Status Take(std::size_t size)
    {
        m_bytes.insert(m_bytes.end(), m_chunk.begin(), m_chunk.begin() + size);
        return m_scanner.Scan(m_bytes);
    }

    const Bytes& Message() const
    {
        return m_bytes;
    }

  private:
    std::array<std::uint8_t, READ_SIZE> m_chunk;
    Bytes m_bytes;
    wire::StreamScanner m_scanner;
};

/// A connection that we open: sends a message and waits for the answer.
class OutboundStream : public std::enable_shared_from_this<OutboundStream>
{
  public:
    /// @param failure empty: this is the answer. Not called after Close()
    using OnEnd = std::function<void(ByteView answer, const std::string& failure)>;

    OutboundStream(asio::io_context& io, Bytes message, bool awaitsAnswer, OnEnd onEnd);

    /// @param from where the connection comes from, port 0; the unspecified address: as the system
    ///        routes it
    void Start(const asio::ip::tcp::endpoint& from, const asio::ip::tcp::endpoint& to);
    void Close();

    /// @return its own end, once it is connected
    asio::ip::tcp::endpoint LocalEndpoint() const;

  private:
    std::error_code Bind(const asio::ip::tcp::endpoint& from);
    void Write();
    void Read();
    void OnRead(const std::error_code& error, std::size_t size);
    void End(ByteView answer, const std::string& failure);

    asio::ip::tcp::socket m_socket;
    Bytes m_message;
    bool m_awaitsAnswer;
    OnEnd m_onEnd;
    MessageReader m_reader;
};

/// A connection of somebody else: reads a message and answers it.
class InboundStream : public std::enable_shared_from_this<InboundStream>
{
  public:
    /// How it ended.
    enum class End
    {
        ANSWERED,
        REFUSED,
        TIMED_OUT,
        MALFORMED,
        OVER_MEMORY,
        BROKEN,
    };

    /// What a connection asks of whoever listens.
    struct Host
    {
        /// To a whole message; nothing: it is refused.
        std::function<std::optional<Bytes>(ByteView)> answer;
        std::function<bool()> holds;    ///< whether whole messages wait for GoOn
        std::function<void(End)> ended; ///< called once, unless closed
        std::size_t& bytesHeld;         ///< by all connections together
        std::size_t mostBytes;
    };

    InboundStream(asio::ip::tcp::socket socket, Host host);
    ~InboundStream();

    void Start(Duration timeout);
    void Close();

    /// Answers a whole message that had to wait.
    void GoOn();

  private:
    void Read();
    void OnRead(const std::error_code& error, std::size_t size);
    void Answer();
    void Finish(End how);

    asio::ip::tcp::socket m_socket;
    asio::steady_timer m_timer;
    Host m_host;
    MessageReader m_reader;
    Bytes m_answer;
    std::size_t m_held = 0;
    bool m_waits = false;
    bool m_answered = false;
    bool m_closed = false;
};

} // namespace swim
