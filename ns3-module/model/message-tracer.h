// SPDX-License-Identifier: GPL-2.0-only
//
// Who traces a cluster: every message that its members send, whether it was heard, and what its
// members decided.
//
// Counting (SwimObserver) needs none of it, so a process without a tracer spends one comparison a
// message. One tracer serves all members. Private to this module, as it is C++20.
#pragma once

#include "swim-packet-tracer.h"
#include "swim/decision.h"
#include "swim/directory.h"
#include "swim/types.h"
#include "swim/wire.h"

#include <cstdint>

namespace ns3
{

/// Its methods run in the midst of what members do and must not act on them.
class MessageTracer : public SwimPacketTracer
{
  public:
    /// What a member's process can do.
    enum class Life : uint8_t
    {
        RUNS,
        STANDS_STILL, //!< paused or stalled
        ENDED,
    };

    /// @return the message's number; 0: it is not traced
    virtual uint64_t OnSent(uint32_t member,
                            const swim::Address& to,
                            swim::wire::ByteView datagram) = 0;

    /// A member opens a stream and sends on it. @param exchange names it among the member's
    /// @return the message's number; 0: it is not traced
    virtual uint64_t OnRequestSent(uint32_t member,
                                   uint32_t exchange,
                                   const swim::Address& to,
                                   swim::wire::ByteView message) = 0;

    /// @param request whose answer it is; may be 0 @param requestBytes its size
    virtual void OnAnswerSent(uint32_t member,
                              uint64_t request,
                              std::size_t requestBytes,
                              const swim::Address& to,
                              swim::wire::ByteView message) = 0;

    /// A message reached its process. @param message may be 0
    virtual void OnHeard(uint32_t member, uint64_t message) = 0;

    /// The answer to a stream of the member's reached it.
    virtual void OnAnswered(uint32_t member, uint32_t exchange) = 0;

    /// A stream of the member's is over, answered or not.
    virtual void OnStreamGone(uint32_t member, uint32_t exchange) = 0;

    /// A member was handed a datagram that nobody sent.
    virtual void OnInjected(uint32_t member,
                            const swim::Address& from,
                            swim::wire::ByteView datagram) = 0;

    virtual void OnDecision(uint32_t member,
                            const swim::Decision& decision,
                            const swim::Directory& names) = 0;

    virtual void OnLife(uint32_t member, Life life) = 0;

    // Where a message travels in packets of ns-3, which know nothing of its number:

    virtual void Bind(const Packet& datagram, uint64_t message) = 0;

    /// @return 0: it carries none that is traced
    virtual uint64_t Find(const Packet& datagram) const = 0;

    /// @param opener the address and port from which the stream was opened
    virtual void BindStream(const swim::Address& opener, uint64_t request) = 0;
    virtual uint64_t FindStream(const swim::Address& opener) const = 0;

  protected:
    ~MessageTracer() = default;
};

} // namespace ns3
