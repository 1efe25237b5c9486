// SPDX-License-Identifier: MIT
//
// The failure detector of Pekko and Akka Cluster (ClusterHeartbeat.scala, PhiAccrualFailureDetector,
// Reachability.scala, Gossip.scala), with their defaults.
//
// - Members stand on a ring by the hash of their names. Each asks the next nine whether they live, once
//   a second; the unreachable ones on the way are asked too and do not count, up to nine in all. Who
//   is unreachable to it when others take its place is asked on until it answers. What answers is a
//   heartbeat to the phi accrual detector, which takes the law of its intervals as logistic, with an
//   acceptable pause on top of the mean.
// - Once a second a reaper looks: who is later than phi 8 becomes unreachable in the member's own
//   record, and reachable again when phi has fallen.
// - Records are gossiped: a member is unreachable to all as long as anybody's record says so. A status
//   goes to one random member a second, three a second while fewer than half have seen the newest
//   state; where it differs, both exchange their whole states by stream.
//
// Unreachable is suspicion: without a downing provider, and by default there is none, nobody is ever
// removed. Left out: the leader's part in joining and leaving; a member that joins is taken in at once
// and gossiped.
#pragma once

#include "detectors/member-base.h"
#include "detectors/phi-accrual.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace swim::detectors
{

class Pekko final : public MemberBase
{
  public:
    struct Config
    {
        Duration heartbeatInterval = std::chrono::seconds(1);
        Duration expectedResponseAfter = std::chrono::seconds(1);
        Duration acceptableHeartbeatPause = std::chrono::seconds(3);
        Duration minStdDeviation = std::chrono::milliseconds(100);
        double threshold = 8;
        std::uint32_t maxSampleSize = 1000;
        std::uint32_t monitoredBy = 9;
        Duration reaperInterval = std::chrono::seconds(1);
        Duration gossipInterval = std::chrono::seconds(1);
    };

    struct Shared
    {
        explicit Shared(const Config& values)
            : config(values),
              deviations(LogisticQuantile(values.threshold))
        {
        }

        Config config;
        double deviations; ///< past mean and pause, at which phi is the threshold
    };

    /// Pekko's detector of one member by another. Its clock has whole milliseconds.
    class Watch
    {
      public:
        explicit Watch(const Config& config)
            : m_history(config.maxSampleSize)
        {
        }

        bool Begun() const
        {
            return m_begun;
        }

        void Heartbeat(Instant now, const Shared& shared);

        bool Available(Instant now) const
        {
            return !m_begun || now < m_deadline;
        }

        /// From when on phi is the threshold.
        Instant Deadline() const
        {
            return m_deadline;
        }

      private:
        ArrivalWindow m_history;
        Instant m_last{};
        Instant m_deadline{};
        bool m_begun = false;
    };

    static DetectorMaker MakerOf(const Config& config);

    Pekko(const Setup& setup,
          const Rng& rng,
          Directory& directory,
          std::shared_ptr<const Shared> shared);

  protected:
    void OnStart() override;
    Instant Next() const override;
    void Fire(Outbox& out) override;
    bool IsWhole(Way way, std::uint8_t type, ByteReader body) const override;
    bool OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out) override;
    bool OnRequest(Slot from, std::uint8_t type, ByteReader& body, Outbox& out) override;
    bool OnAnswer(const Exchange& exchange,
                  std::uint32_t id,
                  std::uint8_t type,
                  ByteReader& body,
                  Outbox& out) override;
    TrafficKind KindOf(std::uint8_t type) const override;
    void OnMet(Slot slot) override;
    void OnReturn(Slot slot, Outbox& out) override;

    void OnLeft(Slot slot, Outbox& out) override;

  private:
    /// The records of one observer.
    struct Records
    {
        Slot observer;
        std::uint32_t version = 0;
        std::vector<Slot> unreachable; ///< in order
    };

    /// A member whose first answer is awaited.
    struct Expected
    {
        Instant at;
        Slot slot;
    };

    // pekko.cc
    void SendHeartbeats(Outbox& out);
    void OnResponse(Slot from);
    void InventFirst(Outbox& out);
    void Reap(Outbox& out);
    void FindReceivers();
    void SendStatus(Outbox& out);
    std::optional<Slot> GossipTarget();

    // pekko-gossip.cc
    void WriteState(std::uint8_t type, wire::Bytes& message) const;
    static bool IsState(ByteReader body);
    bool TakeState(Slot from, ByteReader& body, Outbox& out);
    bool TakeMember(Slot from, Slot guess, ByteReader& body, std::vector<Slot>& seen, Outbox& out);
    bool TakeRecords(ByteReader& body, Outbox& out);
    void SetRecords(Slot observer, std::uint32_t version, std::vector<Slot> subjects, Outbox& out);
    void Judge(Slot subject, Slot observer, Outbox& out);
    Records& RecordsOf(Slot observer);
    std::uint64_t Digest() const;
    void NoteChange();
    void See(Slot slot);
    bool SpeedsUp() const;

    std::shared_ptr<const Shared> m_shared;
    Instant m_nextHeartbeat = NEVER;
    Instant m_nextReap = NEVER;
    Instant m_nextGossip = NEVER;
    std::uint32_t m_gossipPart = 0; ///< thirds of the interval
    std::uint32_t m_number = 0;
    std::uint32_t m_ownVersion = 0;
    bool m_ringChanged = true;
    std::vector<Slot> m_receivers;
    std::vector<Slot> m_formerReceivers;   ///< which were unreachable, and have not answered since
    std::vector<Expected> m_expected;      ///< in order of time
    std::map<Slot, Watch> m_watches;       ///< whom it watches
    std::vector<Records> m_records;        ///< of those who ever had one, by observer
    std::vector<std::uint16_t> m_accusers; ///< by slot: who holds it unreachable
    std::vector<std::uint64_t> m_hashes;   ///< by slot: of the name
    std::vector<std::uint8_t> m_seen;      ///< by slot: who has seen the state as it is now
    std::uint32_t m_seenCount = 0;
    mutable std::optional<std::uint64_t> m_digest; ///< none: the state has changed since
};

} // namespace swim::detectors
