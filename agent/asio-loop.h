// SPDX-License-Identifier: MIT
//
// What is behind a SocketThread. Private to the transport.
#pragma once

#include "agent/socket-thread.h"

#include <array>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <cstdint>

namespace swim
{

/// What runs on the thread.
struct SocketThread::Loop
{
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    /// The datagram being handled, of whichever socket; no UDP payload is longer.
    std::array<std::uint8_t, UINT16_MAX> datagram;
};

} // namespace swim
