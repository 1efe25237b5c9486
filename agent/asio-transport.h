// SPDX-License-Identifier: MIT
//
// The transport over real sockets: UDP and TCP on one port, by Asio, in one thread.
//
// Whoever can reach the port may send anything, so what strangers can make it hold is bounded: so
// many connections, so many bytes in all of them, and so long for each.
#pragma once

#include "agent/transport.h"

#include <memory>

namespace swim
{

/// Connections of others at a time; further ones are closed at once.
inline constexpr std::size_t MAX_INBOUND_STREAMS = 128;

/// Bytes that the connections of others may hold together: one message of the greatest length, and
/// some. The connection that asks for more is closed.
inline constexpr std::size_t MAX_INBOUND_BYTES = 64 * 1024 * 1024;

/**
 * Binds the sockets.
 * @param bind port 0: any that is free for both UDP and TCP
 * @param streamTimeout how long a connection of somebody else may take
 * @throws std::system_error if the address cannot be bound
 */
std::unique_ptr<Transport> MakeAsioTransport(const Address& bind, Duration streamTimeout);

} // namespace swim
