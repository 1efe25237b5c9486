// SPDX-License-Identifier: MIT
//
// Rapid: Suresh, Malkhi, Gopalan, Porto Carreiro, Lokhandwala: Stable and Consistent Membership at
// Scale (ATC'18), by the paper and by its code (lalithsuresh/rapid).
//
// - A configuration is an id and a list of members; each change is a new one, agreed on by all.
// - Everybody observes its predecessors on K rings (rapid-view.h) with a probe a second. An edge is
//   faulty after ten failures in the life of a configuration, as in the code, or when four of the last
//   ten failed, as in the paper: see `rule`. That is an alert, and cannot be taken back.
// - Alerts are collected for 100 ms and told to everybody. Cut detection (cut-detector.h) turns them
//   into one proposal, consensus (fast-paxos.h) into one view change at all members.
// - Who joins asks a seed for the observers that it will have, asks each of them, and gets the new
//   configuration from them once it is in. Who leaves asks its observers to alert.
//
// All but joins goes by datagrams, one to each member, where the code has connections of TCP that last.
// So what stays without an answer is sent again, as TCP would: after resend_after, Linux's least, then
// after twice as long, and so on. Without it the loss of the network counts against everybody, which the
// code's rule remembers for as long as a configuration lasts. The ticks of a converged start have random
// phases; after a view change all tick at once, as in the code. A probe that fails is counted before the
// tick of the same instant. Reinforcement, which the code lacks, is left out. A member that
// hears of its own removal joins again by whoever was in its last configuration, which applications of
// Rapid do themselves; a member that missed a decision stays in its old configuration.
#pragma once

#include "detectors/bytes.h"
#include "detectors/cut-detector.h"
#include "detectors/fast-paxos.h"
#include "detectors/rapid-view.h"
#include "swim/detector.h"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace swim::detectors
{

class Rapid final : public Detector
{
  public:
    enum class Rule : std::uint8_t
    {
        COUNT, ///< the code's
        SHARE, ///< the paper's
    };

    struct Config
    {
        std::uint32_t rings = 10; ///< K
        std::uint32_t high = 9;   ///< H
        std::uint32_t low = 4;    ///< L
        Rule rule = Rule::COUNT;
        Duration probeInterval = std::chrono::seconds(1);
        Duration probeTimeout = std::chrono::seconds(1);
        Duration batchingWindow = std::chrono::milliseconds(100);
        Duration resendAfter = std::chrono::milliseconds(200); ///< 0: nothing is sent again
        Duration fallbackDelay = std::chrono::seconds(1);      ///< before the exponential part
        Duration fallbackPerMember = std::chrono::seconds(1);  ///< n of them are its mean
        Duration joinTimeout = std::chrono::seconds(5);
    };

    /// What all members of a simulation have in common: configurations that several of them are in
    /// are worked out once.
    struct Shared
    {
        explicit Shared(const Config& values)
            : config(values)
        {
        }

        Config config;
        mutable std::map<std::uint64_t, std::weak_ptr<const RapidView>> views; ///< by id
    };

    static DetectorMaker MakerOf(const Config& config);

    Rapid(const Setup& setup,
          const Rng& rng,
          Directory& directory,
          std::shared_ptr<const Shared> shared);

    void Reseed(const Rng& rng) override
    {
        m_rng = rng;
    }

    void Start(Instant now) override;
    void Join(Instant now, std::span<const Address> seeds, Outbox& out) override;
    void Advance(Instant now, Outbox& out) override;
    void Receive(Instant now, const Address& from, wire::ByteView datagram, Outbox& out) override;
    void ReceiveStream(Instant now, wire::ByteView bytes, Outbox& out) override;
    void ReceiveStreamAnswer(Instant now,
                             std::uint32_t id,
                             wire::ByteView bytes,
                             Outbox& out) override;
    void StreamFailed(Instant now, std::uint32_t id, Outbox& out) override;
    void SendFailed(Instant now, const Address& to, Outbox& out) override;
    void BeginStall(Instant now, Outbox& out) override;
    void EndStall(Instant now, Outbox& out) override;
    void Leave(Instant now, Outbox& out) override;
    bool LeaveDone() const override;
    Instant NextDeadline() const override;

    const MemberTable& Members() const override
    {
        return m_members;
    }

    const Counters& Count() const override
    {
        return m_counters;
    }

    std::uint32_t Incarnation() const override
    {
        return m_incarnation;
    }

    /// @return of its configuration
    std::uint64_t ConfigurationId() const
    {
        return m_configuration;
    }

    std::uint32_t ConfigurationSize() const
    {
        return m_view ? m_view->Size() : 0;
    }

  private:
    /// Of this member to one that it observes on a ring.
    struct Edge
    {
        Slot subject;
        std::uint32_t failures = 0;
        std::uint32_t last = 0; ///< a bit for each of the newest ten probes: 1 failed
        bool alerted = false;
    };

    /// Probes of one tick that are under way.
    struct Round
    {
        std::uint32_t number;
        Instant deadline;
        std::uint32_t waiting; ///< a bit for each edge
        Instant resendAt = NEVER;
        Duration pause{}; ///< before it is sent again once more
    };

    /// A message that some have not acknowledged.
    struct Unacknowledged
    {
        std::uint32_t number;
        TrafficKind kind;
        wire::Bytes message;
        std::vector<bool> waiting; ///< by slot
        std::uint32_t left;        ///< of those
        Instant resendAt;
        Duration pause;
        std::uint32_t resent;
    };

    struct Alert
    {
        bool down;
        bool leaves;
        NameId about;
        std::uint32_t incarnation;
        Address address;
        std::uint16_t rings;
        Instant at;
    };

    struct Identified
    {
        std::uint32_t incarnation = 0;
        Address address;
    };

    struct Joining
    {
        std::vector<Address> seeds; ///< of whom the next is asked
        std::uint32_t attempts = 0;
        Instant retryAt = NEVER;
        bool told = true; ///< whether the driver has been told how it went
        std::uint32_t exchange = 0;
    };

    // rapid.cc: inputs, timers, probes
    void FireDue(Instant now, Outbox& out);
    void Fire(Outbox& out);
    void Tick(Outbox& out);
    void ExpireRound();
    bool Faulty(const Edge& edge) const;
    void OnProbe(Slot from, ByteReader& body, Outbox& out);
    void OnProbeAnswer(Slot from, ByteReader& body);
    static bool IsWhole(std::uint8_t type, ByteReader body);
    bool Handle(Slot from, std::uint8_t type, ByteReader& body, Outbox& out);
    std::size_t Begin(std::uint8_t type, wire::Bytes& bytes) const;
    void SendTo(Slot to, TrafficKind kind, std::size_t start, Outbox& out) const;
    std::uint32_t Open(const Address& to, wire::ByteView message, Outbox& out);
    void Reject(Rejection reason, Outbox& out);

    // rapid-resend.cc: what TCP would do
    std::size_t BeginNumbered(std::uint8_t type, wire::Bytes& bytes);
    void SendNumbered(Slot to, TrafficKind kind, std::size_t start, Outbox& out);
    void Acknowledge(const Address& to, std::uint32_t number, Outbox& out) const;
    void OnAcknowledged(Slot from, std::uint32_t number);
    Instant ResendAt() const;
    void Resend(Outbox& out);
    void ResendProbes(Round& round, Outbox& out);

    // rapid-agreement.cc: alerts, proposals, votes, view changes
    void AddAlert(const Alert& alert);
    Instant FlushAt() const;
    void Flush(Outbox& out);
    bool OnAlerts(Slot from, ByteReader& body, Outbox& out);
    void TakeBatch(const std::vector<Alert>& alerts, Slot from, Outbox& out);
    void Take(const Alert& alert, Slot from, std::vector<CutDetector::Subject>& cut, Outbox& out);
    void ReportImplicitly(std::vector<CutDetector::Subject>& cut);
    void Propose(std::vector<CutDetector::Subject> subjects, Outbox& out);
    void Broadcast(TrafficKind kind, std::size_t start, Outbox& out);
    void WriteValue(const FastPaxos::Value& value, ByteWriter& writer) const;
    std::optional<FastPaxos::Value> ReadValue(ByteReader& body);
    bool OnConsensus(Slot from, std::uint8_t type, ByteReader& body, Outbox& out);
    void SendConsensus(std::uint8_t type,
                       const FastPaxos::Rank& rank,
                       const FastPaxos::Value& value,
                       Outbox& out);
    void OnDecision(const FastPaxos::Value& value, Outbox& out);
    void Install(std::uint64_t id, bool atOnce);
    void Calm(Outbox& out);
    void BeRemoved(Outbox& out);
    std::vector<NameId> CurrentMembers() const;
    std::uint64_t NextId(const std::vector<NameId>& members) const;

    // rapid-join.cc
    void AskSeed(Outbox& out);
    void EndJoin(bool joined, Outbox& out);
    void OnJoinTime(Outbox& out);
    void OnPreJoin(std::string_view name, const Address& from, Outbox& out);
    void OnPreJoinAnswer(ByteReader& body, Outbox& out);
    bool OnJoinRequest(NameId name,
                       std::uint32_t incarnation,
                       const Address& from,
                       ByteReader& body,
                       Outbox& out);
    void WriteConfiguration(ByteWriter& writer) const;
    bool TakeConfiguration(ByteReader& body, Outbox& out);
    void Welcome(const FastPaxos::Value& value, Outbox& out);

    std::uint64_t HashOf(NameId name) const
    {
        return RapidHash(m_directory.Name(name));
    }

    bool InConfiguration(NameId name) const
    {
        return m_view && m_view->Has(HashOf(name));
    }

    Directory& m_directory;
    Rng m_rng;
    std::shared_ptr<const Shared> m_shared;
    MemberTable m_members;
    Counters m_counters;
    IdentityId m_identity;
    NameId m_name;
    Slot m_slot = NONE;
    std::uint32_t m_incarnation;
    Instant m_now{};
    bool m_converged;

    std::uint64_t m_configuration = 0;
    std::shared_ptr<const RapidView> m_view; ///< null: in none yet
    std::vector<Edge> m_edges;
    std::deque<Round> m_rounds;
    std::uint32_t m_number = 0;
    std::deque<Unacknowledged> m_unacknowledged; ///< by number
    std::uint32_t m_messageNumber = 0;
    Instant m_nextTick = NEVER;

    Instant m_batchPhase{};
    std::vector<Alert> m_alerts; ///< to be sent
    CutDetector m_cut;
    bool m_sawDown = false;
    bool m_proposed = false;
    std::set<NameId> m_leaving;
    std::map<NameId, Identified> m_known; ///< who is to join
    std::set<NameId> m_waiting;           ///< joiners to whom we owe the configuration
    FastPaxos m_paxos{1, 1};
    Instant m_fallbackAt = NEVER;

    Joining m_joining;
    std::uint32_t m_exchangeId = 0;
    std::unordered_map<std::uint32_t, std::uint8_t> m_exchanges; ///< type by id; only looked up
    Instant m_leaveUntil = NEVER;
    bool m_left = false;
};

} // namespace swim::detectors
