// SPDX-License-Identifier: MIT
//
// What an agent needs of the world: datagrams, streams, a clock, and one thread that is told of
// them.
//
// The protocol is a value that is told things; a transport is who tells. All calls of a Handler and
// all posted tasks run one after the other, on the one thread of the transport, so that what they
// share needs no lock. Two transports exist: sockets (OpenSockets in agent.h), and a network in
// memory with a clock that tests turn (memory-network.h); an application may bring its own.
#pragma once

#include "swim/bytes.h"
#include "swim/types.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace swim
{

/// What a transport turned away or could not do. Zeros where it has no such bounds.
struct TransportCounters
{
    std::uint64_t connectionsForbidden = 0; ///< from an address that is not allowed
    std::uint64_t connectionsRefused = 0;   ///< too many at once, of all or of one address
    std::uint64_t streamsTimedOut = 0;      ///< of others: not through in time
    std::uint64_t streamsMalformed = 0;     ///< of others: no message of memberlist's, or too long
    std::uint64_t streamsOverMemory = 0;    ///< of others: no room for their bytes
    std::uint64_t streamsBroken = 0;        ///< of others: closed before they were through
    std::uint64_t datagramsForbidden = 0;   ///< from an address that is not allowed
    std::uint64_t datagramsLimited = 0;     ///< beyond what one source may send
    std::uint64_t sendFailures = 0;         ///< datagrams that the system did not take
    std::uint64_t socketOverflows = 0;      ///< datagrams for which the socket had no room
};

/**
 * Carries an agent's messages, keeps its clock, and has the one thread on which it works.
 *
 * Methods are called on that thread unless they say that any will do.
 */
class Transport
{
  public:
    /// Whom the transport tells what happens. Never called from inside a call of the transport.
    class Handler
    {
      public:
        virtual ~Handler() = default;

        /// Comes before anything else.
        virtual void OnStart() = 0;

        /// A datagram came.
        /// @param from its source, which may be forged
        /// @param datagram of any size and content; valid during the call only
        virtual void OnDatagram(const Address& from, ByteView datagram) = 0;

        /// The system refused to send a datagram.
        virtual void OnSendRefused(const Address& to) = 0;

        /// A whole message came on a stream that somebody opened.
        /// @param from where the stream comes from; its port is not the one that its owner listens
        ///        at
        /// @param message valid during the call only
        /// @return what to answer before the stream is closed in order, empty: nothing; or nothing
        ///         at all, for a message that was refused: its sender is to see the stream fail
        virtual std::optional<Bytes> OnRequest(const Address& from, ByteView message) = 0;

        /// A stream of ours was answered; or, if it awaits no answer, closed by the other side
        /// after all was sent.
        virtual void OnAnswer(std::uint32_t id, ByteView message) = 0;

        /// A stream of ours ended otherwise.
        /// @param id what OpenStream called it
        /// @param reason for people: "Connection refused"
        virtual void OnStreamFailed(std::uint32_t id, const std::string& reason) = 0;

        /// The moment that WakeAt named has come.
        virtual void OnWakeUp() = 0;

        /// A datagram or a connection was turned away unread, as its source is not allowed.
        virtual void OnForbidden(const Address& /*from*/)
        {
        }

        /// The process is made to stall, or to go on: what is sent meanwhile waits, and nothing
        /// arrives, while the timer runs on. Sockets never do that; an experiment may.
        virtual void OnStall(bool /*stalled*/)
        {
        }
    };

    /// Something to run on the transport's thread.
    using Task = std::function<void()>;

    /// What a name stands for, or why that cannot be told.
    struct Resolution
    {
        std::vector<Address> addresses; ///< the best first
        std::string error;              ///< where there are no addresses
    };

    /// Told once what Resolve found.
    using OnResolved = std::function<void(const Resolution&)>;

    virtual ~Transport() = default;

    /// Where it listens, with the port that it was given.
    virtual Address LocalAddress() const = 0;

    /// Never runs backwards. On sockets it is CLOCK_MONOTONIC, which all processes of a machine
    /// share. From any thread.
    virtual Instant Now() const = 0;

    /// Begins to listen. To be called once. @param handler outlives Stop()
    virtual void Start(Handler& handler) = 0;

    /// Closes everything. When it returns, the handler is told nothing any more and no task runs.
    /// From any thread but the transport's own; again: without effect.
    virtual void Stop() = 0;

    /// Runs a task on the transport's thread. From any thread. After Stop() it is dropped.
    virtual void Post(Task task) = 0;

    /// What was turned away so far. From any thread.
    virtual TransportCounters Count() const
    {
        return {};
    }

    /// @return whether the caller runs on the transport's thread
    virtual bool OnThread() const = 0;

    /// @return whether it goes on by itself. Otherwise somebody turns it, so nothing happens while he
    ///         waits, and listeners are called on its thread: as tasks of Post
    virtual bool GoesOn() const
    {
        return true;
    }

    // On the transport's thread only:

    /// Sends a datagram, without a promise that it arrives. If the system refuses it, the handler
    /// is told.
    /// @param to where to
    /// @param datagram valid during the call only
    virtual void SendDatagram(const Address& to, ByteView datagram) = 0;

    /// Opens a stream, sends the bytes, and tells the handler of the answer or the failure.
    /// @param id names the stream in what the handler is told
    /// @param to where to
    /// @param bytes one whole message
    /// @param awaitsAnswer whether the other side sends a message before it closes
    virtual void OpenStream(std::uint32_t id,
                            const Address& to,
                            Bytes bytes,
                            bool awaitsAnswer) = 0;

    /// Closes a stream of ours, of which the handler then hears nothing more.
    virtual void AbortStream(std::uint32_t id) = 0;

    /// To be asked while the handler is told of an answer to a stream of ours.
    /// @return whether this transport itself gave the answer, as the stream led back to it
    virtual bool AnsweredItself(std::uint32_t /*id*/) const
    {
        return false;
    }

    /// Calls OnWakeUp then, or at once if that is past. Replaces the former wake-up.
    virtual void WakeAt(Instant when) = 0;

    /// While held, whole messages on streams of others wait, until their senders give up.
    virtual void HoldRequests(bool /*hold*/)
    {
    }

    /// Finds the addresses of "host:port" that this transport can reach.
    /// @param text as people write it; see endpoint.h
    /// @param done told later, or during the call
    virtual void Resolve(const std::string& text, OnResolved done) = 0;
};

/// What is wrong with an address as people write it, and what would be right.
inline constexpr const char* NOT_AN_ADDRESS =
    "not an address; right are 10.0.0.1:7946, [fe80::1]:7946 or name:7946";

} // namespace swim
