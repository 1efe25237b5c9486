// SPDX-License-Identifier: MIT
//
// The transport over real sockets: UDP and TCP on one port, by Asio.
//
// Whoever can reach the port may send anything, so what strangers can make it hold or do is
// bounded: so many connections, so many bytes in all of them, so long for each, and so many
// datagrams a second. No single source can use up more than its share of these. What is turned away
// is counted (TransportCounters).
#pragma once

#include "agent/allow-list.h"
#include "agent/look-up.h"
#include "agent/socket-thread.h"
#include "swim/transport.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>

namespace swim
{

/// Connections of others at a time, and those of one address; further ones are closed at once.
inline constexpr std::size_t MAX_INBOUND_STREAMS = 128;
inline constexpr std::size_t MAX_INBOUND_STREAMS_OF_ONE = 64;

/// Bytes that the connections of others may hold together: one message of the greatest length, and
/// some. The connection that asks for more is closed.
inline constexpr std::size_t MAX_INBOUND_BYTES = 64 * 1024 * 1024;

/// Where to listen, and what strangers may do.
struct SocketOptions
{
    Address bind;                         ///< port 0: any that is free for both UDP and TCP
    Duration streamTimeout;               ///< how long a connection of somebody else may take
    AllowList allow = {};                 ///< from whom datagrams and connections are taken
    std::uint32_t datagramsPerSecond = 0; ///< of one source, see SourceLimiter
    LookUpHost lookUp = LookUpBySystem;
};

/**
 * Binds the sockets.
 * @param thread on which they are served; null: one of their own
 * @throws std::system_error if the address cannot be bound
 */
std::unique_ptr<Transport> MakeAsioTransport(const SocketOptions& options,
                                             std::shared_ptr<SocketThread> thread = nullptr);

} // namespace swim
