// SPDX-License-Identifier: MIT
//
// Who is shown every packet of an agent, and what it decided on the way to its conclusions.
//
// For who looks into one member: a laboratory, or an operator with a riddle. A listener is told what
// became of it all; most applications want that and not this.
#pragma once

#include "swim/bytes.h"
#include "swim/types.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace swim
{

/// How a packet travels.
enum class PacketChannel : std::uint8_t
{
    DATAGRAM,
    REQUEST, ///< on a stream, from who opened it
    ANSWER,  ///< on a stream, to who opened it
};

/// A datagram or a stream's message, as it was sent or received.
struct TracedPacket
{
    Instant when;                                    ///< of the agent's transport
    bool sent = false;                               ///< else received
    PacketChannel channel = PacketChannel::DATAGRAM; ///< how it travels
    Address peer; ///< the other side; of a stream that it opened, the port that it opened it from
    ByteView bytes{}; ///< sealed as on the wire; valid during the call only
};

/// A decision of a timer or of a piece of news.
struct TracedDecision
{
    Instant when;                ///< of the agent's transport
    std::string_view decision{}; ///< such as "probe-failed"; docs/trace.md lists them
    std::string_view about{};    ///< the member that it is about; empty: the agent itself
    std::string_view accuser{};  ///< whose word it was; empty: nobody's
    std::optional<std::uint32_t> sequence{};    ///< the probe's number
    std::optional<std::uint32_t> incarnation{}; ///< of whom it is about
    std::string_view detail{};                  ///< the rest, as `key=value;...`
};

/// Its methods are called on the agent's thread, in the midst of what it does: they must be quick and
/// must not call the agent.
class Tracer
{
  public:
    virtual ~Tracer() = default;

    /// A packet was handed to the transport, or came from it.
    virtual void OnPacket(const TracedPacket& packet) = 0;

    /// The agent decided something.
    virtual void OnDecision(const TracedDecision& decision) = 0;
};

} // namespace swim
