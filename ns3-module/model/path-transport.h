// SPDX-License-Identifier: GPL-2.0-only
//
// A member's transport on a network of paths: no sockets, one event a message.
#pragma once

#include "member-transport.h"
#include "path-stream.h"
#include "swim-path-network.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace ns3
{

class PathTransport : public MemberTransport
{
  public:
    /// What it uses of its member, whom it does not outlive while it is open.
    struct Host
    {
        Ptr<SwimPathNetwork> network;
        uint32_t member;
        swim::Address self; //!< that its datagrams bear
        Handler& handler;
        const void* state;   //!< what the handler touches when it is told something
        uint32_t stateBytes; //!< and its size; see SwimPathNetwork::Listener
    };

    explicit PathTransport(const Host& host);

    void Open() override;
    void Close() override;
    void Abandon() override;
    void Pause() override;
    void Resume(Time each) override;
    void SetSlowness(Time slowness) override;
    void Send(const swim::Address& to, swim::wire::ByteView datagram, uint64_t traced) override;
    void Answer(uint32_t connection, swim::wire::ByteView message) override;
    swim::Address PeerOf(uint32_t connection) const override;
    uint64_t TracedRequest(uint32_t connection) const override;
    void OpenStream(uint32_t exchange,
                    const swim::Address& to,
                    swim::wire::ByteView message,
                    uint64_t traced) override;
    void CloseStream(uint32_t exchange) override;

    /// A datagram arrives.
    void Hear(const swim::Address& from, swim::wire::ByteView datagram, uint64_t traced);

    // Of the streams:

    uint32_t Member() const
    {
        return m_host.member;
    }

    bool Listens() const
    {
        return m_open;
    }

    bool Paused() const
    {
        return m_paused;
    }

    /// A whole message came on a stream that somebody opened.
    void OnRequest(const Ptr<PathStream>& stream, const swim::wire::Bytes& message);

    /// The stream of ours with that exchange was answered, or ended without an answer.
    void OnAnswer(uint32_t exchange, const swim::wire::Bytes& message);
    void OnEnded(uint32_t exchange);

    /// While the process is paused, the stream's next step waits.
    void WaitForResume(const Ptr<PathStream>& stream);

    Time Slowness() const
    {
        return m_slowness;
    }

  private:
    struct Waiting
    {
        struct Datagram
        {
            swim::Address from;
            swim::wire::Bytes bytes;
            uint64_t traced;
        };

        std::deque<Datagram> datagrams;
        std::size_t bytes = 0;
        Time each; //!< that it takes now to handle one; zero: they are not handled one by one
        /// Which event handles the next one; an EventId here would hold it, and it the transport.
        uint32_t turn = 0;
    };

    struct Streams
    {
        std::map<uint32_t, Ptr<PathStream>> opened;   //!< by the protocol's exchange id
        std::map<uint32_t, Ptr<PathStream>> accepted; //!< by a number of ours; until answered
        std::vector<Ptr<PathStream>> stopped;         //!< which go on when the process does
        /// By member: the life of its process with which there is a connection that lasts.
        std::map<uint32_t, uint32_t> lasting;
        uint32_t nextConnection = 0;
    };

    Streams& GetStreams();
    Ptr<PathTransport> Lasting(uint32_t member);
    void ReadWaiting(std::size_t most);
    void ScheduleNext();
    void HandleNext(uint32_t turn);
    void StopHandling();
    bool HandlesOneByOne() const;
    void OnSendRefused(swim::Address to);
    void Lose(uint64_t traced, SwimLoss why) const;

    Host m_host;
    Time m_slowness;
    std::unique_ptr<Waiting> m_waiting; //!< null while nothing has ever waited
    std::unique_ptr<Streams> m_streams; //!< null while there were none
    uint32_t m_life = 0;
    bool m_open = false;
    bool m_paused = false;
};

} // namespace ns3
