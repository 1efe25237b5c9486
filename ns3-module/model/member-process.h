// SPDX-License-Identifier: GPL-2.0-only
//
// One life of a member: the protocol core, its transport and its alarm, from launch to death.
//
// The protocol decides; this class performs its outbox on a transport, tells it what arrived, and
// keeps one alarm for its next deadline. A restarted member is another MemberProcess, so that
// nothing of a former life (a half-open connection, a retry under way) can reach the new one.
// Private to this module, as it is C++20.
#pragma once

#include "alarms.h"
#include "member-transport.h"
#include "message-tap.h"
#include "message-tracer.h"
#include "swim-cluster.h"
#include "swim-observer.h"
#include "swim/detector.h"
#include "swim/node.h"

#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ns3
{

/**
 * Between Start and End it answers to its transport and its timer; after End it does nothing any
 * more.
 */
class MemberProcess final : public SimpleRefCount<MemberProcess>,
                            private MemberTransport::Handler,
                            private Alarms::Sleeper
{
  public:
    /// What a process uses of its application, which outlives it.
    struct Host
    {
        Ptr<SwimCluster> cluster;
        SwimObserver* observer;
        uint32_t member;
        uint32_t joinRetries;
        Time joinRetryInterval;
        Time joinRetryJitter;  //!< a random share of it comes on top
        MessageTap* tap;       //!< null: nobody is shown messages
        MessageTracer* tracer; //!< null: nobody traces them
    };

    /// Makes the transport that tells this handler what arrives.
    using MakeTransport = std::function<Ptr<MemberTransport>(MemberTransport::Handler&)>;

    /// @param host its observer and its cluster outlive it
    /// @param maker of a member of another kind than SWIM's; null: SWIM
    /// @param lossRng decides which datagrams the socket drops, and how long joins wait
    MemberProcess(const Host& host,
                  const swim::Node::Setup& setup,
                  const swim::DetectorMaker* maker,
                  const swim::Rng& rng,
                  const swim::Rng& lossRng,
                  const MakeTransport& makeTransport);

    MemberProcess(const MemberProcess&) = delete;
    MemberProcess& operator=(const MemberProcess&) = delete;

    /// @param seeds whom to join through; asked again until one answers or the host's retries are
    ///        spent. None: nobody is asked
    void Start(std::vector<swim::Address> seeds);

    /// Dies; what it has open is closed as a kernel does for a process that is gone.
    void End();

    /// Like End, but sends nothing: for when the network itself is being taken apart.
    void Abandon();

    void Pause();
    void Resume();

    /// Blocks before it sends and after it receives, see swim/stall.h; what arrives waits.
    /// @param each how long it takes afterwards to handle each datagram that has waited
    void BeginStall(Time each);

    /// Sends what it has blocked on, and handles what has waited, in order.
    void EndStall();

    /// @return datagrams for which its socket had no room
    uint64_t Overflows() const
    {
        return m_transport->Overflows();
    }

    /// Share of datagrams that the socket drops before sending, and of those that reach it.
    void SetDatagramLoss(double outbound, double inbound);

    /// See SwimApplication::Reseed.
    void Reseed(const swim::Rng& rng, const swim::Rng& lossRng);

    /// How long what arrives waits before it is read.
    void SetSlowness(Time slowness);

    /// Handles a datagram that nobody sent, unless it is paused, stalled or over.
    void Inject(Ipv4Address from, const std::vector<uint8_t>& datagram);

    /// Changes the member's metadata, unless it is paused or over.
    /// @return false, and nothing happens, if news of it fits into no datagram
    bool UpdateMeta(const std::string& meta);

    /// @return the most bytes of its metadata
    std::size_t GetMaxMeta() const
    {
        return Swim() ? Swim()->MaxMeta() : 0;
    }

    /// Gossips a payload to everybody, who pass it on.
    /// @return whether it was queued: not where it is too long, too many wait, or the process is
    ///         paused or over
    bool Broadcast(swim::wire::ByteView payload);

    /// Leaves, and ends when the news has been passed on. A process that is paused or stalled does
    /// so once it goes on.
    void Leave();

    bool HasEnded() const
    {
        return m_ended;
    }

    const swim::Detector& Protocol() const;

    /// @return the same where it is SWIM's; null: it is of another kind
    const swim::Node* Swim() const
    {
        return std::get_if<swim::Node>(&m_protocol);
    }

  private:
    /// What waits for the end of a stall.
    struct Stalled
    {
        struct Send
        {
            swim::Address to;
            swim::TrafficKind kind;
            uint32_t stream; //!< the exchange that it opens; 0: a datagram
            swim::wire::Bytes bytes;
        };

        Time each; //!< see BeginStall
        std::vector<Send> sends;
    };

    /// SWIM's in place, which is called without a virtual call and lies where the network looks for
    /// it; others anywhere.
    using Protocols = std::variant<swim::Node, std::unique_ptr<swim::Detector>>;

    static Protocols MakeProtocol(const swim::Node::Setup& setup,
                                  const swim::DetectorMaker* maker,
                                  const swim::Rng& rng,
                                  swim::Directory& directory);

    /// Calls with the member, as what it is.
    template <typename Call>
    decltype(auto) With(Call call)
    {
        if (swim::Node* const node = std::get_if<swim::Node>(&m_protocol)) [[likely]]
        {
            return call(*node);
        }
        return call(**std::get_if<std::unique_ptr<swim::Detector>>(&m_protocol));
    }

    template <typename Call>
    decltype(auto) With(Call call) const
    {
        if (const swim::Node* const node = std::get_if<swim::Node>(&m_protocol)) [[likely]]
        {
            return call(*node);
        }
        return call(std::as_const(**std::get_if<std::unique_ptr<swim::Detector>>(&m_protocol)));
    }

    static swim::Instant SwimNow();

    void OnDatagram(const swim::Address& from,
                    swim::wire::ByteView datagram,
                    uint64_t traced) override;
    void OnSendRefused(const swim::Address& to) override;
    void OnRequest(uint32_t connection, swim::wire::ByteView message) override;
    void OnAnswer(uint32_t exchange, swim::wire::ByteView message) override;
    void OnExchangeFailed(uint32_t exchange) override;

    void Detach();
    void LeaveIfAsked();
    void CountSent(const swim::Address& to, swim::TrafficKind kind, std::size_t bytes);
    void CountReceived(swim::TrafficKind unreadable, std::size_t bytes);
    void ShowRequest(const swim::Address& from,
                     swim::wire::ByteView request,
                     swim::wire::ByteView answer);
    void OnAlarm() override;
    void OnJoinRetry();
    void RetryJoinLater();
    void JoinSeeds();

    /// Performs what the protocol put into the cluster's outbox, and sets the timer.
    void PerformOutbox();
    void SendDatagrams();
    void OpenStreams();
    void Send(const swim::Address& to, swim::TrafficKind kind, swim::wire::ByteView datagram);
    void OpenStream(uint32_t exchange,
                    const swim::Address& to,
                    swim::TrafficKind kind,
                    swim::wire::ByteView message);

    /// Keeps what is to be sent until the stall ends, and forgets what is aborted.
    void KeepOutbox();
    void ReportEvents();
    void ReportDecisions();
    void TellLife(MessageTracer::Life life);
    void OnJoinResult(bool joined);
    void SetAlarm();

    swim::Outbox& Out() const;

    Host m_host;
    bool m_joined = false;
    bool m_paused = false;
    bool m_leaveLater = false; //!< when it goes on
    bool m_ended = false;
    std::unique_ptr<Stalled> m_stalled; //!< null: it is not stalled
    double m_datagramLoss = 0;
    double m_inboundDatagramLoss = 0;
    Ptr<MemberTransport> m_transport;
    swim::Rng m_lossRng;
    Protocols m_protocol;
    std::vector<swim::Address> m_seeds;
    EventId m_joinRetry;
    std::size_t m_joinsPending = 0;
};

} // namespace ns3
