// SPDX-License-Identifier: MIT
//
// Runs one node on a transport: tells it what happens, performs its outbox, keeps its timer.
//
// Everything that changes the node happens on the transport's thread. Its state is also read from
// other threads, so each input holds a lock; it is released before anything is sent. What the
// application hears of it is the audience's affair.
#pragma once

#include "agent/allow-list.h"
#include "agent/audience.h"
#include "agent/serf-companion.h"
#include "agent/shared-state.h"
#include "swim/agent.h"
#include "swim/node.h"
#include "swim/serf-peers.h"
#include "swim/tracer.h"
#include "swim/traffic.h"
#include "swim/transport.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swim
{

/// Nothing if it worked, else what went wrong.
using Failure = std::optional<std::string>;

/// One node, told what a transport brings and performed on it.
class Driver : public Transport::Handler
{
  public:
    using OnDone = std::function<void(const Failure&)>;

    /// Told the round trip, or nothing if no answer came in time.
    using OnPinged = std::function<void(const std::optional<Duration>&)>;

    /// Why it is of no use to join an address that is our own.
    static constexpr const char* OURSELVES = "this is the joining member itself";

    /// Who the member is.
    struct Self
    {
        std::string name;
        Address address; ///< where others reach it
        std::string meta;
        std::shared_ptr<Cipher> cipher;   ///< null: no encryption
        std::uint64_t seed;               ///< of its choices at random
        std::uint32_t incarnation = 1;    ///< which it starts with
        SerfPeers serf = SerfPeers::AUTO; ///< whether it is a neighbour of Serf's agents
        AllowList allow = {};             ///< whose addresses are believed
        Tracer* tracer = nullptr;         ///< null: nobody traces; else outlives the driver
    };

    /// @param transport outlives the driver @param audience likewise
    /// @param shared with drivers whose transports run on the same thread
    Driver(const Config& config,
           const Self& self,
           Transport& transport,
           Audience& audience,
           std::shared_ptr<SharedState> shared);
    ~Driver() override;

    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    // On the transport's thread only:

    /// Asks each of these for its members, and comes back if we left.
    /// @param done told once for each, with its place in seeds
    void Join(const std::vector<Address>& seeds,
              const std::function<void(std::size_t, const Failure&)>& done);

    /// @param done when the news was passed on, or with a failure after the timeout
    void Leave(Duration timeout, OnDone done);

    /// @param done at once, or when the news was passed on
    void UpdateMeta(const std::string& meta, Until until, OnDone done);

    /// Likewise, with what the application answers.
    void RefreshMeta(Until until, const OnDone& done);

    /// How often it was asked to leave.
    std::uint32_t Leaves() const
    {
        return m_leaves;
    }

    /// @return where others hold our name to be, so that they do not take us in
    std::optional<Address> NameHeldAt() const;

    /// Tells once when nobody does any more, or after that time.
    void AwaitAcceptance(Duration atMost, Transport::Task then);

    /// Whether it is what we tell others to reach us at.
    bool IsOwn(const Address& address) const;

    /// @param done at once, or when it was passed on
    void Broadcast(ByteView payload, const BroadcastOptions& options, OnDone done);

    /// @return the most bytes of a broadcast, and of a message
    std::size_t MaxBroadcast(const BroadcastOptions& options) const;
    std::size_t MaxMessage(Delivery delivery) const;
    std::size_t MaxMeta() const;

    /// Broadcasts a user event of Serf's. @return why that is not possible
    Failure SendSerfEvent(std::string_view name, ByteView payload);

    /// @param done when the datagram is sent, or the stream was taken by the other side
    void Send(const Address& to, ByteView payload, Delivery delivery, OnDone done);

    /// @param member who is to answer; empty: whoever lives there
    void Ping(const std::string& member, const Address& to, Duration timeout, OnPinged done);

    /// Runs a task later.
    void After(Duration delay, Transport::Task task);

    /// Forgets all that is under way; what is told afterwards changes nothing.
    void Close();

    // From any thread:

    /// Those in one of these states, by name.
    std::vector<Member> Members(std::initializer_list<MemberState> states) const;

    /// How many are alive or suspect, this one among them.
    std::size_t MemberCount() const;

    std::optional<Member> Find(std::string_view name) const;
    std::optional<Coordinate> CoordinateOf(std::string_view name) const;
    Counters Count() const;
    std::uint32_t HealthScore() const;
    std::uint32_t Incarnation() const;
    TrafficCounts Traffic() const;

    /// Whether it does what Serf's agents expect of each other.
    bool AmongSerf() const
    {
        return m_amongSerf;
    }

    /// How many updates wait to be gossiped, or to be gossiped more often.
    std::size_t QueuedUpdates() const;

  private:
    class Hooks;

    /// Those of the last direct probes, by NameId; zero: none yet.
    using RoundTrips = std::vector<Duration>;

    /// A stream of ours whose end somebody waits for.
    struct Exchange
    {
        bool join;
        OnDone done;
    };

    /// What was turned away, and whose it was.
    struct Rejected
    {
        Rejection reason;
        Address from;
    };

    void OnStart() override;
    void OnDatagram(const Address& from, ByteView datagram) override;
    void OnSendRefused(const Address& to) override;
    std::optional<Bytes> OnRequest(const Address& from, ByteView message) override;
    void OnAnswer(std::uint32_t id, ByteView message) override;
    void OnStreamFailed(std::uint32_t id, const std::string& reason) override;
    void OnWakeUp() override;
    void OnForbidden(const Address& from) override;
    void OnStall(bool stalled) override;

    template <typename Call>
    void Tell(Call call);
    void Perform(Instant now);
    void CollectEvents(Instant now);
    void Trace(Instant when,
               bool sent,
               PacketChannel channel,
               const Address& peer,
               ByteView bytes) const;
    void TraceDecisions(Instant now) const;
    void CountSent();
    void CountReceived(TrafficKind unreadable, std::size_t bytes);
    void TellAudience(Instant now);
    void HearUserMessage(const Bytes& message);
    Failure PassOn(ByteView message);
    bool HearSerfState(ByteView state);
    void MeetSerf();
    bool KnowsSpeakersOfSerf() const;
    void RunErrands();
    void LeaveOnceAnnounced(Instant deadline);
    void SetTimer();
    void Settle(std::uint32_t id, const Failure& failure);
    void SettlePings();
    void CheckWaiters();
    Failure RefusalOnceLeft() const;
    Failure JoinFailure() const;
    std::optional<Address> LiveAddress(std::string_view name) const;
    Member MemberAt(Slot slot) const;
    Member MemberNamed(NameId name) const;

    /// Says whose input is being handled, for as long as it lives.
    class Source
    {
      public:
        Source(Driver& driver, const Address& from)
            : m_driver(driver)
        {
            m_driver.m_from = from;
        }

        ~Source()
        {
            m_driver.m_from = {};
        }

        Source(const Source&) = delete;
        Source& operator=(const Source&) = delete;

      private:
        Driver& m_driver;
    };

    Transport& m_transport;
    Audience& m_audience;
    Tracer* const m_tracer;  ///< null: nobody traces
    const Address m_address; ///< where others reach us
    Duration m_streamTimeout;
    std::uint32_t m_queueDepth;              ///< broadcasts that may wait
    std::unique_ptr<serf::Companion> m_serf; ///< null: there is never a Serf around
    std::atomic<bool> m_amongSerf;           ///< that there is one, and m_serf is at work
    std::unique_ptr<Hooks> m_hooks;
    std::shared_ptr<SharedState> m_shared;
    std::mutex& m_mutex; ///< guards the five below
    Directory& m_directory;
    std::unique_ptr<Node> m_node;
    RoundTrips m_roundTrips;
    std::map<NameId, Coordinate> m_coordinates; ///< of others, where we keep our own
    TrafficCounts m_traffic;
    Outbox& m_out;
    std::vector<MembershipEvent> m_events; ///< of the input being handled
    std::vector<Rejected> m_rejections;    ///< likewise
    Address m_from;                        ///< whose input is being handled; unknown: nobody's
    std::map<std::uint32_t, Exchange> m_exchanges;
    std::map<std::uint32_t, Address> m_streams; ///< to whom those of ours lead that are not over
    std::map<std::uint32_t, OnPinged> m_pings;
    std::multimap<Instant, Transport::Task> m_alarms;
    Instant m_wakeUp = NEVER;
    OnDone m_left;                                ///< whoever waits for the end of leaving
    std::uint32_t m_leaves = 0;                   ///< how often it was asked to leave
    bool m_hasLeft = false;                       ///< and has not come back
    std::map<std::uint32_t, OnDone> m_broadcasts; ///< who wait until theirs was passed on
    std::vector<OnDone> m_toldOfUs;               ///< who wait until news of us was passed on
    std::vector<Transport::Task> m_acceptances;   ///< who wait until our name is ours
    bool m_closed = false;
};

template <typename Call>
void Driver::Tell(Call call)
{
    if (m_closed)
    {
        return;
    }
    m_out.Clear();
    m_out.TraceDecisions(m_tracer != nullptr); // another driver may have used it
    const Instant now = m_transport.Now();
    {
        const std::lock_guard lock(m_mutex);
        call(now);
        CountSent();
        CollectEvents(now);
        TraceDecisions(now);
    }
    Perform(now);
}

} // namespace swim
