// SPDX-License-Identifier: MIT
//
// The control socket: commands from programs of the same user, over a Unix-domain socket.
//
// Requests and answers are lines, see control.h; each answer names its "agent". The command "monitor" turns its connection into
// one that only gets events. Who may open the socket may do all; nobody but its owner may.
#pragma once

#include "agent/program/control.h"
#include "agent/program/event-stream.h"

#include <asio/local/stream_protocol.hpp>
#include <string>

namespace swim::program
{

/// Serves the commands of control.h at a socket of the file system, to several clients at a time.
class ControlServer
{
  public:
    /// Makes the socket. One that a dead agent left behind is replaced.
    /// @throws UserError if somebody listens there, or nobody can
    ControlServer(asio::io_context& io, std::string path);

    /// Removes the socket.
    ~ControlServer();

    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    /// Takes connections from now on. To be called once; both outlive their connections.
    void Start(Control& control, EventStream& events);

  private:
    class Session;

    void Accept();

    const std::string m_path;
    Control* m_control = nullptr;
    EventStream* m_events = nullptr;
    asio::local::stream_protocol::acceptor m_acceptor;
};

} // namespace swim::program
