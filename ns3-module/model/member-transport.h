// SPDX-License-Identifier: GPL-2.0-only
//
// What a member's process needs of a simulated network: datagrams, and streams that carry one
// message each way.
//
// Two networks exist: ns-3's own sockets (socket-transport.h), and paths on which every message is
// one event (path-transport.h). Private to this module, as it is C++20.
#pragma once

#include "swim/types.h"
#include "swim/wire.h"

#include "ns3/nstime.h"
#include "ns3/simple-ref-count.h"

#include <cstddef>
#include <cstdint>

namespace ns3
{

/**
 * Between Open and Close it tells its handler what arrives, each time in an event of its own and
 * never from inside a call of the transport; after Close it tells nothing any more.
 *
 * It is counted by references because what is still under way in the network keeps the way to it.
 */
class MemberTransport : public SimpleRefCount<MemberTransport>
{
  public:
    /// Whom it tells; outlives the time between Open and Close.
    class Handler
    {
      public:
        /// @param traced its number; see MessageTracer
        virtual void OnDatagram(const swim::Address& from,
                                swim::wire::ByteView datagram,
                                uint64_t traced) = 0;

        /// The machine has no way there, as ENETUNREACH of sendto().
        virtual void OnSendRefused(const swim::Address& to) = 0;

        /// A whole message came on a stream that somebody opened; wants one call of Answer.
        virtual void OnRequest(uint32_t connection, swim::wire::ByteView message) = 0;

        /// A stream of ours was answered.
        virtual void OnAnswer(uint32_t exchange, swim::wire::ByteView message) = 0;

        /// A stream of ours ended otherwise.
        virtual void OnExchangeFailed(uint32_t exchange) = 0;

      protected:
        ~Handler() = default;
    };

    /// What waits in a member's socket, in bytes of datagrams at most: as memberlist sets it.
    static constexpr std::size_t RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024;

    MemberTransport() = default;
    virtual ~MemberTransport() = default;

    /// @return datagrams for which there was no room, since Open
    uint64_t Overflows() const
    {
        return m_overflows;
    }

    MemberTransport(const MemberTransport&) = delete;
    MemberTransport& operator=(const MemberTransport&) = delete;

    /// Begins to listen.
    virtual void Open() = 0;

    /// Closes everything, as a kernel does for a process that is gone.
    virtual void Close() = 0;

    /// Like Close, but sends nothing: for when the network itself is being taken apart.
    virtual void Abandon() = 0;

    /// The process stops: what arrives waits.
    virtual void Pause() = 0;

    /// It goes on, and hears what has waited, and what comes until that is done.
    /// @param each how long it takes for each datagram; zero: for all together nothing
    virtual void Resume(Time each) = 0;

    /// How long what arrives from now on waits before the process hears it; of streams, those that
    /// are opened from now on.
    virtual void SetSlowness(Time slowness) = 0;

    /// @param traced its number; see MessageTracer
    virtual void Send(const swim::Address& to, swim::wire::ByteView datagram, uint64_t traced) = 0;

    /// Answers a stream that somebody opened, and closes it. @param message empty: no answer
    virtual void Answer(uint32_t connection, swim::wire::ByteView message) = 0;

    /// @return who opened the stream whose request the handler is being told of
    virtual swim::Address PeerOf(uint32_t connection) const = 0;

    /// @return the number of that request; 0 where it is not traced
    virtual uint64_t TracedRequest(uint32_t connection) const = 0;

    /// Connects, sends the message and waits for an answer.
    /// @param exchange names the stream in what the handler is told
    /// @param traced its number; see MessageTracer
    virtual void OpenStream(uint32_t exchange,
                            const swim::Address& to,
                            swim::wire::ByteView message,
                            uint64_t traced) = 0;

    /// Closes a stream of ours, of which the handler then hears nothing more. One that has ended is
    /// closed already.
    virtual void CloseStream(uint32_t exchange) = 0;

  protected:
    uint64_t m_overflows = 0;
};

} // namespace ns3
