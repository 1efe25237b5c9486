// SPDX-License-Identifier: GPL-2.0-only
//
// A TCP connection on a network of paths: a message each way, and how long TCP would need for it.
//
// No segments travel. The handshake is a packet each way, tried again as Linux tries a SYN; a
// message takes one way, the further round trips of slow start, and what its lost segments cost.
// Where the network is cut, TCP goes on trying, twice as seldom each time, until its owner closes.
#pragma once

#include "swim/types.h"
#include "swim/wire.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <cstdint>

namespace ns3
{

class PathTransport;
class SwimPathNetwork;

class PathStream : public SimpleRefCount<PathStream>
{
  public:
    /// Linux's: a SYN is repeated after a second, then two, and so on, six times.
    static constexpr int SYN_RETRIES = 6;

    /// Bytes of a segment on Ethernet with timestamps; segments before the first acknowledgement.
    static constexpr std::size_t SEGMENT_BYTES = 1448;
    static constexpr std::size_t FIRST_WINDOW = 10;

    /// @param opener who connects; told of the answer or the end until Close
    /// @param traced the request's number; see SwimPacketTracer
    PathStream(Ptr<SwimPathNetwork> network,
               Ptr<PathTransport> opener,
               uint32_t to,
               uint32_t exchange,
               swim::wire::ByteView request,
               uint64_t traced);
    ~PathStream();

    /// Connects.
    /// @param lasting who is connected already, by a stream before this one; null: nobody
    void Open(Ptr<PathTransport> lasting);

    /// The opener hears nothing more; without a connection nothing is sent.
    void Close();

    /// The acceptor's answer; empty: it closes the connection.
    void Answer(swim::wire::ByteView message);

    /// Who opened it.
    uint32_t From() const
    {
        return m_from;
    }

    uint32_t To() const
    {
        return m_to;
    }

    /// Whom it is connected to, and who may have ended since. @pre it is
    const PathTransport& Acceptor() const
    {
        return *m_acceptor;
    }

    uint64_t TracedRequest() const
    {
        return m_tracedRequest;
    }

    /// One end was resumed: what waited for it goes on.
    void GoOn();

  private:
    /// What happens next, where it waits for the process of an end.
    enum class Step : uint8_t
    {
        NONE,
        SEND_REQUEST,
        READ_REQUEST,
        READ_ANSWER,
        READ_END,
    };

    void LoseRequest() const;
    void SendSyn();
    void OnSynTimeout(uint32_t timer);
    void OnSyn();
    void OnSynAck();
    void OnRefused();
    void SendRequest();
    void OnRequestArrived();
    void OnAnswerArrived();
    void OnEndArrived();

    void ReadLate(Step step, const Ptr<PathTransport>& reader);
    void Perform(Step step);

    /// How long a message takes, all of its segments' losses included.
    Time TransferTime(uint32_t from, uint32_t to, std::size_t bytes) const;

    /// Whether the way is cut as something arrives, so that it is sent again later by `arrive`.
    bool TriesAgain(uint32_t from, uint32_t to, void (PathStream::*arrive)());

    Ptr<SwimPathNetwork> m_network;
    Ptr<PathTransport> m_opener;   //!< null: closed
    Ptr<PathTransport> m_acceptor; //!< null: not connected
    uint32_t m_from;
    uint32_t m_to;
    uint32_t m_exchange;
    uint64_t m_tracedRequest;
    int m_retries = 0;
    Step m_waitsFor = Step::NONE;
    bool m_connected = false;
    swim::wire::Bytes m_request; //!< until it is read: events hold a stream for longer
    swim::wire::Bytes m_answer;  //!< likewise
    /// Of the SYN's timer that counts: an EventId here would hold its event, which holds the stream.
    uint32_t m_synTimer = 0;
};

} // namespace ns3
