// SPDX-License-Identifier: GPL-2.0-only
//
// One life of a member: the protocol core, its sockets and its timer, from launch to death.
//
// The protocol decides; this class performs its outbox on sockets, tells it what arrived, and keeps
// one timer for its next deadline. A restarted member is another MemberProcess, so that nothing of
// a former life (a half-open connection, a retry under way) can reach the new one. Private to this
// module, as it is C++20.
#pragma once

#include "swim-cluster.h"
#include "swim-stream.h"
#include "swim/node.h"

#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

#include <map>
#include <string_view>
#include <vector>

namespace ns3
{

/**
 * Between Start and End it answers to its sockets and its timer; after End it does nothing any
 * more.
 *
 * It is counted by references because a connection that the kernel is still setting up when the
 * process ends keeps the way to it.
 */
class MemberProcess : public SimpleRefCount<MemberProcess>
{
  public:
    using EventTrace =
        TracedCallback<uint32_t, std::string_view, std::string_view, uint32_t, std::string_view>;
    using MessageTrace = TracedCallback<uint32_t, std::string_view, uint32_t>;

    /// What a process uses of its application, which outlives it.
    struct Host
    {
        Ptr<Node> node;
        Ptr<SwimCluster> cluster;
        uint32_t member;
        Time joinRetryInterval;
        const double& datagramLoss;        //!< at sending
        const double& inboundDatagramLoss; //!< at reading
        const Time& slowness;              //!< how long what arrives waits before it is read
        const EventTrace& event;
        const MessageTrace& tx;
        const MessageTrace& rx;
    };

    /// @param lossRng decides which datagrams the socket drops
    MemberProcess(const Host& host,
                  const swim::Node::Setup& setup,
                  const swim::Rng& rng,
                  const swim::Rng& lossRng);

    MemberProcess(const MemberProcess&) = delete;
    MemberProcess& operator=(const MemberProcess&) = delete;

    /// @param seeds whom to join through; asked again until one answers. None: nobody is asked
    void Start(std::vector<swim::Address> seeds);

    /// Dies; its sockets close as a kernel closes those of a process that is gone.
    void End();

    /// Like End, but sends nothing: for when the network itself is being taken apart.
    void Abandon();

    void Pause();
    void Resume();

    /// Handles a datagram that nobody sent, unless it is paused or over.
    void Inject(Ipv4Address from, const std::vector<uint8_t>& datagram);

    /// Changes the member's metadata, unless it is paused or over.
    void UpdateMeta(const std::string& meta);

    /// Leaves, and ends when the news has been passed on. A paused process does so once resumed.
    void Leave();

    bool HasEnded() const
    {
        return m_ended;
    }

    const swim::Node& Protocol() const
    {
        return m_protocol;
    }

  private:
    using Streams = std::map<uint32_t, Ptr<SwimStream>>;

    static swim::Instant SwimNow();
    static SwimStream::Bytes Copy(swim::wire::ByteView bytes);

    /// Takes a stream out of its map and keeps it alive for the caller.
    static Ptr<SwimStream> Take(Streams& streams, uint32_t id);

    void OpenSockets();
    void Detach();

    void OnDatagram(Ptr<Socket> socket);
    void ReadDatagrams(std::size_t most);
    void CountReceived(swim::TrafficKind unreadable, std::size_t bytes);
    void OnAccepted(Ptr<Socket> socket, const Address& from);
    void OnRequest(uint32_t connection, const SwimStream::Bytes& message);
    void OnRequestEnded(uint32_t connection);
    void OnAnswer(uint32_t exchange, const SwimStream::Bytes& message);
    void OnExchangeFailed(uint32_t exchange);
    void OnConnectRefused(uint32_t exchange);
    void OnSendRefused(swim::Address to);
    void OnDeadline();
    void OnJoinRetry();
    void JoinSeeds();

    /// Performs what the protocol put into the cluster's outbox, and sets the timer.
    void PerformOutbox();
    void SendDatagrams();
    void OpenStreams();
    void ReportEvents();
    void OnJoinResult(bool joined);
    void SetTimer();

    Ptr<SwimStream> NewStream(Ptr<Socket> socket) const;

    swim::Outbox& Out() const;
    std::vector<Ptr<SwimStream>> AllStreams() const;

    Host m_host;
    swim::Node m_protocol;
    swim::Rng m_lossRng;
    Time m_requestTimeout; //!< how long whoever connects may take; memberlist's TCPTimeout
    std::vector<swim::Address> m_seeds;
    Ptr<Socket> m_udp;
    Ptr<Socket> m_listener;
    Streams m_accepted; //!< by a number of ours
    Streams m_opened;   //!< by the protocol's exchange id
    uint32_t m_nextConnection = 0;
    EventId m_timer;
    EventId m_joinRetry;
    Time m_timerAt;
    std::size_t m_joinsPending = 0;
    bool m_joined = false;
    bool m_paused = false;
    bool m_leaveWhenResumed = false;
    bool m_ended = false;
};

} // namespace ns3
