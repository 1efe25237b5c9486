// SPDX-License-Identifier: GPL-2.0-only
//
// One TCP connection that carries one message each way at most, as memberlist uses them.
#ifndef SWIM_STREAM_H
#define SWIM_STREAM_H

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{

/**
 * @ingroup swim
 * Sends a message as the socket takes it, and collects bytes until they are a whole message.
 *
 * Of the two callbacks at most one fires, once; none after Close. A stream that is dropped without
 * Close leaves its socket to the network stack, without ending the connection.
 */
class SwimStream : public SimpleRefCount<SwimStream>
{
  public:
    using Bytes = std::vector<uint8_t>;

    explicit SwimStream(Ptr<Socket> socket);
    ~SwimStream();

    SwimStream(const SwimStream&) = delete;
    SwimStream& operator=(const SwimStream&) = delete;

    /// @param onMessage gets the whole message; the bytes stay until the stream goes
    /// @param onEnded the connection was refused, reset or ended early, or sent what is no message;
    /// or
    ///        SendAndClose is done
    void Expect(Callback<void, const Bytes&> onMessage, Callback<void> onEnded);

    /// Connects and then sends. @param from what to bind to, with port 0
    /// @return whether the attempt could be made
    bool ConnectAndSend(const Address& from, const Address& to, Bytes message);

    /// @return the other side, of a connection that has not ended
    Address GetPeer() const;

    /// @return this side, likewise
    Address GetLocal() const;

    /// Sends on an open connection, then closes it; nothing more is expected.
    void SendAndClose(Bytes message);

    /// Ends the connection, with onEnded, unless it has ended or been closed after so long.
    void SetTimeout(Time timeout);

    /// While set, nothing is read or written: a stopped process. The socket goes on by itself.
    void SetPaused(bool paused);

    /// What arrives waits so long before it is read, and so does the connection's end.
    void SetSlowness(Time slowness);

    /// Ends the connection; what was handed over for sending is still sent. No callback fires any
    /// more.
    void Close();

  private:
    struct Scanner;

    void OnConnected(Ptr<Socket> socket);
    void OnSocketEnded(Ptr<Socket> socket);
    void OnTimeout();
    void OnReadable(Ptr<Socket> socket);
    void OnLate();
    void Read();
    void OnWritable(Ptr<Socket> socket, uint32_t available);
    void Push();
    void End();
    Ptr<Socket> Detach();

    Ptr<Socket> m_socket;
    std::unique_ptr<Scanner> m_scanner;
    Callback<void, const Bytes&> m_onMessage;
    Callback<void> m_onEnded;
    Bytes m_received;
    Bytes m_toSend;
    EventId m_timeout;
    EventId m_late; //!< running while something waits to be read
    Time m_slowness;
    std::size_t m_sent = 0;
    bool m_connected = false;
    bool m_closeWhenSent = false;
    bool m_answered = false; //!< what we sent was, whole
    bool m_paused = false;
    bool m_endedUnread = false; //!< while what came before the end waited
};

} // namespace ns3

#endif // SWIM_STREAM_H
