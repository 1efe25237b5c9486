// SPDX-License-Identifier: MIT
//
// A member of a SWIM cluster as a value that is told things and answers with an outbox.
//
// Contract
// - Pure: new state and outbox depend on the old state and the arguments only. Same inputs, same
//   bytes.
// - Time is an argument and never runs backwards. Each input first fires every deadline due by
//   `now`, in the order of (deadline, kind, subject), so a driver's tie-breaking cannot show in a
//   result. Periods re-arm from the deadline and do not drift. After a long pause one Advance does
//   what many would have done, except that missed probe, gossip, push/pull and reconnect rounds
//   collapse into one.
// - Input from the network never fails: a malformed or foreign packet becomes an event with its
//   reason and changes nothing.
// - The outbox is appended to; the caller performs it and clears it.
//
// The rules are spread over files by idea: membership.cc (alive, suspect, dead, refute), own-news.cc
// (what we say of ourselves, and the end of it), probe.cc (direct, indirect, verdict), ping.cc (the
// application's own pings), gossip.cc (piggyback, gossip tick), user-messages.cc, sync.cc (join,
// push/pull), healing.cc (who looks for the dead again), stall.cc (what a process does that blocks),
// tracing.cc (what is told of decisions, where somebody asks).
#pragma once

#include "swim/application.h"
#include "swim/broadcast-options.h"
#include "swim/broadcast.h"
#include "swim/config.h"
#include "swim/coordinates.h"
#include "swim/counters.h"
#include "swim/deadline-list.h"
#include "swim/detector.h"
#include "swim/directory.h"
#include "swim/envelope.h"
#include "swim/ids.h"
#include "swim/members.h"
#include "swim/order.h"
#include "swim/outbox.h"
#include "swim/pending.h"
#include "swim/precedence.h"
#include "swim/rejection.h"
#include "swim/rng.h"
#include "swim/stall.h"
#include "swim/suspicion.h"
#include "swim/timers.h"
#include "swim/types.h"
#include "swim/user-broadcasts.h"
#include "swim/wire.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace swim
{

class TableReader;

/// One life of a member: from Start to the last input that it is told.
class Node final : public Detector
{
  public:
    /// Who it is, and what it starts with.
    struct Setup
    {
        std::shared_ptr<const Config> config; ///< valid (see Validate); shared by many nodes
        IdentityId self;
        std::uint32_t incarnation = 1; ///< a restarted process that remembers starts higher
        /// Who is known from the start, self too; null: nobody but self.
        std::shared_ptr<const Baseline> baseline = nullptr;
        /// Whom seed_interval contacts again; empty: those of the last Join.
        std::vector<Address> seeds = {};
        Application* application = nullptr;       ///< outlives the node; null: no application
        std::shared_ptr<Cipher> cipher = nullptr; ///< null: no encryption
        Age age = Age::FRESH;
    };

    Node(const Setup& setup, const Rng& rng, Directory& directory);

    /// What it draws from now on, for a copy of a simulation that is to take a course of its own.
    void Reseed(const Rng& rng) override
    {
        m_rng = rng;
    }

    /// Starts the periods, each at a random phase (see Age). To be called once, before any other
    /// input.
    void Start(Instant now) override;

    /// Asks each of these for a push/pull; answers come as JOIN_SUCCEEDED or JOIN_FAILED events.
    void Join(Instant now, std::span<const Address> seeds, Outbox& out) override;

    /// Fires what is due.
    void Advance(Instant now, Outbox& out) override;

    /// A datagram arrived. @param from the address it came from
    void Receive(Instant now, const Address& from, wire::ByteView datagram, Outbox& out) override;

    /// A whole message arrived on a stream that somebody opened; wire::StreamScanner says when it
    /// is whole.
    void ReceiveStream(Instant now, wire::ByteView bytes, Outbox& out) override;

    /// The answer to one of our own streams arrived, whole; or, where none is expected
    /// (STREAM_USER), the other side closed it.
    void ReceiveStreamAnswer(Instant now,
                             std::uint32_t id,
                             wire::ByteView bytes,
                             Outbox& out) override;

    /// One of our own streams could not be opened or ended early.
    void StreamFailed(Instant now, std::uint32_t id, Outbox& out) override;

    /// The operating system refused to send a datagram of ours (its network is down, unreachable).
    void SendFailed(Instant now, const Address& to, Outbox& out) override;

    /// The process stalls: its tasks block before they send (see stall.h). Until EndStall the driver
    /// keeps what the node sends, tells it of nothing that arrives, and calls Advance as ever.
    void BeginStall(Instant now, Outbox& out) override;

    /// It goes on. To be called when what was kept has been sent, but for streams that were aborted
    /// meanwhile, and before the node is told of what has arrived.
    void EndStall(Instant now, Outbox& out) override;

    /// Changes our metadata and tells everybody.
    /// @return false, and nothing happens, if news of it fits into no datagram (see MaxMeta) or the
    ///         directory is full
    bool UpdateMeta(Instant now, std::string_view meta, Outbox& out);

    /// @return the most bytes of our metadata, at most wire::MAX_META_SIZE
    std::size_t MaxMeta() const;

    /// Queues a message to be gossiped to everybody, in room of its own (user_broadcast_share);
    /// Application::OnBroadcastDone tells when it has been. Nothing happens if it is refused.
    BroadcastReceipt Broadcast(Instant now,
                               wire::ByteView payload,
                               const BroadcastOptions& options,
                               Outbox& out);

    /// Passes on a user message that came by gossip, as if Application::OnUserMessage had said so at
    /// once. A full queue drops what was sent most often.
    /// @return false if it fits into no datagram of ours
    bool PassOn(Instant now, wire::ByteView payload, Outbox& out);

    /// Sends a message to one member. @return false if it fits into no datagram or stream
    bool Send(Instant now,
              const Address& to,
              wire::ByteView payload,
              Delivery delivery,
              Outbox& out);

    /**
     * Measures a round trip, apart from the failure detector; Application::OnPinged tells the
     * result.
     * @param member who is to answer; empty: whoever lives there
     * @return what OnPinged calls this ping
     */
    std::uint32_t Ping(Instant now,
                       std::string_view member,
                       const Address& to,
                       Duration timeout,
                       Outbox& out);

    /// @return the most bytes of a user message in a datagram
    std::size_t MaxUserMessage() const;

    /// @return the most bytes of such a broadcast
    std::size_t MaxBroadcast(const BroadcastOptions& options) const;

    /// Tells everybody that we leave. The node goes on passing the news until LeaveDone().
    void Leave(Instant now, Outbox& out) override;

    /// Takes back that we leave, with an incarnation that outdoes it; to be followed by a Join.
    /// Without effect unless we left.
    void Return(Instant now, Outbox& out);

    /// @return whether we left, and the news has been passed on as often as the retransmit limit
    ///         asks or there is nobody to tell
    bool LeaveDone() const override
    {
        return m_left && OwnNewsPassedOn();
    }

    /// @return whether the last news of ourselves has been passed on as often, or there is nobody to
    ///         tell
    bool OwnNewsPassedOn() const;

    /// @return the address at which the last table that named us has our name, where that is not
    ///         ours and they have not seen it leave, so that we are not taken in; else unknown
    const Address& NameHeldAt() const
    {
        return m_nameHeldAt;
    }

    /// @return when Advance has something to do, or NEVER
    Instant NextDeadline() const override;

    const MemberTable& Members() const override
    {
        return m_members;
    }

    const Counters& Count() const override
    {
        return m_counters;
    }

    /// Lifeguard's local health: 0 is healthy, up to awareness_max_multiplier - 1.
    std::uint32_t HealthScore() const
    {
        return m_health;
    }

    /// @return what probes told of the network, or null where `coordinates` is off
    const Coordinates* NetworkCoordinates() const
    {
        return m_coordinates.get();
    }

    std::uint32_t Incarnation() const override
    {
        return m_incarnation;
    }

    NameId Name() const
    {
        return m_name;
    }

    std::size_t QueuedUpdates() const
    {
        return m_queue.Size();
    }

    std::size_t QueuedBroadcasts() const
    {
        return m_broadcasts.Size();
    }

  private:
    /// The one probe round under way.
    struct Probe
    {
        bool running = false;
        std::uint32_t seqNo = 0;
        IdentityId target = NONE;
        std::uint32_t incarnation = 0; ///< the target's, when the round began
        Instant sent{};
        std::uint32_t stream = 0; ///< the fallback ping's exchange; 0: none
        bool streamAnswered = false;
        std::uint32_t nacksExpected = 0;
        std::uint32_t nacksReceived = 0;
    };

    /// How deep in a datagram, and how many bytes its compressed messages may still become.
    struct Nesting
    {
        std::size_t depth;
        std::size_t& budget;
    };

    // node.cc
    void FireDue(Instant now, Outbox& out);
    bool FireNext(Instant now, Outbox& out);
    void FireTimer(Timer timer, Instant now, Outbox& out);
    void HandlePart(Instant now,
                    const Address& from,
                    wire::ByteView part,
                    Nesting nesting,
                    Outbox& out);
    void SendDatagram(const Address& to,
                      TrafficKind kind,
                      std::size_t start,
                      bool crc,
                      Outbox& out);
    void HandleMessage(Instant now,
                       const Address& from,
                       wire::MessageType type,
                       wire::ByteView body,
                       Outbox& out);
    void Reject(Rejection reason, Outbox& out);
    Instant RandomPhase(Instant now, Duration interval);
    const Versions& VersionsOf(IdentityId member) const;
    Slot FindSlot(std::string_view name) const;
    wire::Ping PingTo(std::string_view name, std::uint32_t seqNo) const;

    // tracing.cc
    void TraceProbe(DecisionKind kind, std::uint32_t count, Outbox& out) const;
    void TraceSuspicion(Decision decision, Slot slot, Outbox& out) const;

    // stall.cc
    void FireStalled(Timer timer, Instant now, Outbox& out);

    // membership.cc
    void ApplyAlive(Instant now, const wire::Alive& alive, Outbox& out);
    void ApplyAccusation(Instant now,
                         wire::MessageType type,
                         const wire::Accusation& accusation,
                         Outbox& out);
    void ApplySuspect(Instant now, Slot slot, std::uint32_t incarnation, NameId from, Outbox& out);
    void ApplyDead(Instant now, Slot slot, std::uint32_t incarnation, NameId from, Outbox& out);
    void AcceptAlive(Instant now,
                     Slot slot,
                     IdentityId identity,
                     std::uint32_t incarnation,
                     Outbox& out);
    void BelieveAlive(Instant now,
                      Slot slot,
                      IdentityId identity,
                      std::uint32_t incarnation,
                      Outbox& out);
    bool Confirms(const PeerRecord& held, std::uint32_t incarnation) const;
    bool IsNews(const PeerRecord& held, const News& accusation) const;
    bool OutdoesRecord(Instant now, Slot slot, const wire::Alive& alive, Outbox& out);
    bool AddressAllowed(Instant now, const PeerRecord& known) const;
    void ApplyAliveAboutMe(Instant now, const wire::Alive& alive, Outbox& out);
    void RefuteUnlessLeft(Instant now, std::uint32_t accused, NameId accuser, Outbox& out);
    void Refute(Instant now, std::uint32_t accused, NameId accuser, Outbox& out);
    void Reap(Instant now);
    void ChangeHealth(std::int64_t by, Outbox& out);

    // own-news.cc
    void Stop(std::uint32_t incarnation, NameId accuser, Outbox& out);
    bool IsAlone() const;

    // probe.cc
    void StartProbe(Instant now, Instant due, Outbox& out);
    Slot NextProbeTarget(Instant now);
    void SendPing(const wire::Ping& ping, const Address& to, const PeerRecord* target, Outbox& out);
    void OnProbeTimeout(Outbox& out);
    void OnProbeVerdict(Instant now, Outbox& out);
    void EndProbe(bool answered, Outbox& out);
    std::size_t AskRelays(Outbox& out);
    void OpenFallbackPing(Outbox& out);
    void OnPing(const Address& from, const wire::Ping& ping, Outbox& out);
    void OnPingReq(Instant now, const Address& from, const wire::PingReq& request, Outbox& out);
    wire::ByteView AckPayload();
    void OnRoundTrip(NameId member, Duration roundTrip, wire::ByteView payload, Outbox& out);
    void OnAck(Instant now, const wire::Ack& ack, Outbox& out);
    void OnNack(std::uint32_t seqNo);
    void OnRelayDeadline(Outbox& out);

    // ping.cc
    bool EndPing(Instant now, std::uint32_t seqNo);
    void OnPingTimeout();
    void TellPinged(std::uint32_t seqNo, std::optional<Duration> roundTrip);

    // gossip.cc
    void Queue(Instant now, const Update& update, Outbox& out);
    void Multicast(const Update& update, Outbox& out);
    void ArmGossip(Instant now);
    void EncodeUpdate(const Update& update, wire::Bytes& bytes) const;
    bool Piggybacks(TrafficKind kind) const;
    std::size_t TakeNews(std::size_t used, std::size_t partsUsed, Outbox& out);
    std::size_t Room() const;
    void AppendParts(wire::ByteView message, Outbox& out);
    void SendPair(const Address& to,
                  TrafficKind kind,
                  wire::ByteView messages,
                  std::size_t firstSize,
                  bool crc,
                  Outbox& out);
    void SendWithPiggyback(const Address& to,
                           TrafficKind kind,
                           wire::ByteView message,
                           Outbox& out);
    void OnGossipTick(Instant now, Outbox& out);
    bool SendGossip(const Identity& target, Outbox& out);

    // user-messages.cc
    std::size_t BroadcastRoom() const;
    std::size_t SizeOf(const BroadcastOptions& options, std::size_t payload) const;
    void SettleBroadcastsIfAlone();
    void OnUserDatagram(Instant now, wire::ByteView message);
    void OnUserMessage(Instant now, wire::ByteView payload);
    bool QueueUserMessage(Instant now, wire::ByteView payload);

    // sync.cc
    void ArmPushPull(Instant now);
    void OnPushPullTick(Instant now, Outbox& out);
    void SyncWithOne(Instant now, ExchangeKind kind, Outbox& out);
    Duration PushPullPeriod() const;
    std::uint32_t NextExchange(ExchangeKind kind, Instant deadline);
    void OpenPushPull(Instant now, ExchangeKind kind, const Address& to, Outbox& out);
    void EncodeState(bool join, wire::Bytes& bytes) const;
    void AnswerStream(Instant now, wire::ByteView message, Outbox& out);
    void OnAnswer(Instant now, const Exchange& exchange, wire::ByteView message, Outbox& out);
    std::optional<Rejection> RefusalOf(TableReader& table) const;
    bool Merge(Instant now, wire::ByteView message, Outbox& out);
    void OnExchangeFailed(const Exchange& exchange, Outbox& out);
    void OnExchangeTimeout(Outbox& out);

    // healing.cc
    void ArmHealing(Instant now);
    void ArmSeeds(Instant now);
    void OnReconnectTick(Instant now, Outbox& out);
    void OnAnnounceTick(Outbox& out);
    void ArmRejoin(Instant now, bool refused);
    void HearOfMyName(Instant now, const wire::PushNodeState& told);
    void OnSeedTick(Instant now, Outbox& out);
    bool IsLive(const Address& address) const;

    std::shared_ptr<const Config> m_config;
    Directory& m_directory;
    Rng m_rng;
    MemberTable m_members;
    Envelope m_envelope;
    UpdateQueue m_queue;
    UserBroadcasts m_broadcasts;
    Suspicions m_suspicions;
    RoundOrder m_order;
    Probe m_probe;
    DeadlineList<RelayedPing> m_relays;
    DeadlineList<Exchange> m_exchanges;
    DeadlineList<AskedPing> m_pings;
    Timers m_timers;
    std::vector<Address> m_seeds;
    std::unique_ptr<Coordinates> m_coordinates; ///< null: switched off
    std::unique_ptr<Stall> m_stall;             ///< null: not stalled
    Application* m_application;
    wire::Bytes m_payload; ///< of the ack being written
    Instant m_now{};
    Instant m_gossipPhase{};
    Counters m_counters;
    IdentityId m_identity;
    NameId m_name;
    Slot m_slot;
    std::uint32_t m_incarnation;
    std::uint32_t m_seqNo = 0;
    std::uint32_t m_exchangeId = 0;
    std::uint32_t m_health = 0;
    std::uint32_t m_userTurn = 0;     ///< percent: at 100 a user broadcast goes first
    std::uint32_t m_tablesWithMe = 0; ///< in a row, see ArmRejoin
    Address m_nameHeldAt;             ///< see NameHeldAt
    bool m_left = false;
    bool m_stopped = false; ///< see own_death
    bool m_told = false;    ///< what is being taken in is another member's word
    bool m_fresh; ///< has not yet waited out the random part before its first push/pull period
};

} // namespace swim
