// SPDX-License-Identifier: MIT
//
// See control-server.h.
#include "agent/program/control-server.h"

#include "agent/program/control-path.h"
#include "agent/program/line-input.h"
#include "agent/program/log.h"
#include "agent/program/settings.h"

#include <asio/io_context.hpp>
#include <asio/write.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace swim::program
{

namespace
{

using Protocol = asio::local::stream_protocol;

/// What may wait for a client that does not read.
constexpr std::size_t MOST_WAITING = 16 * 1024 * 1024;

void RemoveIfStale(asio::io_context& io, const std::string& path)
{
    Protocol::socket probe(io);
    asio::error_code error;
    const SocketAddress address(path);
    probe.connect(Protocol::endpoint(address.Path()), error);
    if (!error)
    {
        throw UserError("an agent runs already and listens at " + path +
                        "; end it, or give another --name or --control");
    }
    if (error == asio::error::connection_refused)
    {
        unlink(path.c_str());
    }
}

} // namespace

/// One connection. Kept alive by what it waits for.
class ControlServer::Session : public std::enable_shared_from_this<Session>
{
  public:
    Session(Protocol::socket socket, Control& control, EventStream& events)
        : m_socket(std::move(socket)),
          m_control(control),
          m_events(events)
    {
    }

    /// Not to be called from a watcher, which holds the lock that Unwatch takes.
    ~Session()
    {
        if (m_watch)
        {
            m_events.Unwatch(*m_watch);
        }
    }

    void Start()
    {
        m_lines.Start(shared_from_this());
    }

  private:
    void OnLine(const std::string& line)
    {
        const std::weak_ptr<Session> session = weak_from_this();
        const auto send = [session](const std::string& text) {
            if (auto self = session.lock())
            {
                // The last reference must end on the other thread: see ~Session.
                const auto executor = self->m_socket.get_executor();
                asio::post(executor, [self = std::move(self), text] { self->Send(text); });
            }
        };
        m_control.Handle(
            line,
            [send, name = BytesToJson(m_control.Target().agent.Name())](Json answer) {
                answer["agent"] = name; // whoever asked sees whether it is the one that was meant
                send(Line(answer));
            },
            [this, send] {
                if (!m_watch)
                {
                    m_watch = m_events.Watch(send);
                }
            });
    }

    void Send(const std::string& text)
    {
        m_waiting += text.size();
        if (m_waiting > MOST_WAITING)
        {
            Close();
            return;
        }
        m_queue.push_back(text);
        if (m_queue.size() == 1)
        {
            SendNext();
        }
    }

    void SendNext()
    {
        asio::async_write(m_socket,
                          asio::buffer(m_queue.front()),
                          [self = shared_from_this()](const asio::error_code& error, std::size_t) {
                              if (error)
                              {
                                  self->Close();
                                  return;
                              }
                              self->m_waiting -= self->m_queue.front().size();
                              self->m_queue.pop_front();
                              if (!self->m_queue.empty())
                              {
                                  self->SendNext();
                              }
                          });
    }

    void Close()
    {
        asio::error_code ignored;
        m_socket.close(ignored);
    }

    Protocol::socket m_socket;
    Control& m_control;
    EventStream& m_events;
    std::optional<std::uint64_t> m_watch;
    std::deque<std::string> m_queue;
    std::size_t m_waiting = 0;
    LineInput<Protocol::socket> m_lines{m_socket,
                                        [this](const std::string& line) { OnLine(line); },
                                        [] {}};
};

ControlServer::ControlServer(asio::io_context& io, std::string path)
    : m_path(std::move(path)),
      m_acceptor(io)
{
    RemoveIfStale(io, m_path);
    m_acceptor.open();
    const mode_t mask = umask(0177); // made with its permissions, not given them later
    asio::error_code error;
    const SocketAddress address(m_path);
    m_acceptor.bind(Protocol::endpoint(address.Path()), error);
    umask(mask);
    if (error)
    {
        throw UserError("--control " + m_path + ": " + error.message());
    }
    m_acceptor.listen();
}

ControlServer::~ControlServer()
{
    unlink(m_path.c_str());
}

void ControlServer::Start(Control& control, EventStream& events)
{
    m_control = &control;
    m_events = &events;
    Accept();
}

void ControlServer::Accept()
{
    m_acceptor.async_accept([this](const asio::error_code& error, Protocol::socket socket) {
        if (error == asio::error::operation_aborted)
        {
            return;
        }
        if (error)
        {
            spdlog::warn("control socket: {}", error.message());
        }
        else
        {
            std::make_shared<Session>(std::move(socket), *m_control, *m_events)->Start();
        }
        Accept();
    });
}

} // namespace swim::program
