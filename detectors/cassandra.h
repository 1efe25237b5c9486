// SPDX-License-Identifier: MIT
//
// The gossip and the failure detector of Apache Cassandra (gms/Gossiper.java, FailureDetector.java).
//
// - Once a second a member raises the version of its heartbeat and sends what it knows (of each
//   endpoint its generation and its version) to one random live member, perhaps to an unreachable one,
//   perhaps to a seed. Who gets this SYN answers by ACK with what he wants and what he has newer, and
//   gets by ACK2 what he wants: both directions are merged.
// - A newer version is a report to the detector. It keeps the times between reports, the first taken as
//   2 s and those above 2 s dropped, and after each round convicts whoever has been silent for longer
//   than threshold ln(10) of their mean: phi by an exponential law. Who has not looked for 5 s convicts
//   nobody, and not for 5 s more.
// - A conviction is a member's own and is told to nobody; any newer version ends it.
//
// Left out: application states, whose versions share the counter, so that the mean is Cassandra's of a
// quiet cluster; the echo before somebody is alive again; the shuffle of digests, which matters only
// where they are cut off. The generation is the incarnation.
#pragma once

#include "detectors/member-base.h"
#include "detectors/report-intervals.h"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace swim::detectors
{

class Cassandra final : public MemberBase
{
  public:
    struct Config
    {
        Duration gossipInterval = std::chrono::seconds(1);
        double threshold = 8;                             ///< phi_convict_threshold
        Duration maxInterval = std::chrono::seconds(2);   ///< fd_max_interval; the first one too
        Duration maxLocalPause = std::chrono::seconds(5); ///< max_local_pause
        std::uint32_t window = 1000;
        std::uint32_t seeds = 3; ///< the first members of a converged start
    };

    static DetectorMaker MakerOf(const Config& config);

    Cassandra(const Setup& setup,
              const Rng& rng,
              Directory& directory,
              std::shared_ptr<const Config> config);

  protected:
    void OnStart() override;
    Instant Next() const override;
    void Fire(Outbox& out) override;
    bool IsWhole(Way way, std::uint8_t type, ByteReader body) const override;
    bool OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out) override;
    TrafficKind KindOf(std::uint8_t type) const override;
    void OnMet(Slot slot) override;
    void OnReturn(Slot slot, Outbox& out) override;
    void OnJoined(Outbox& out) override;

    void OnFailure(const Exchange& /*exchange*/, std::uint32_t /*id*/, Outbox& /*out*/) override
    {
        m_asking = false;
    }

  private:
    /// What stands in a message of an endpoint.
    struct Digest
    {
        std::uint64_t key;   ///< address and port, see AddressKey
        std::uint64_t clock; ///< generation, and below it the version: the larger one is newer
    };

    static Digest Read(wire::ByteView digests);
    static void Write(const Digest& digest, std::uint8_t* at);
    void OnLife(Slot slot);
    void SetOwnGeneration();
    std::vector<Slot> Seeds() const;
    void WriteSyn(wire::Bytes& bytes) const;
    void Convict(Outbox& out);
    void OnSyn(Slot from, wire::ByteView digests, Outbox& out);
    void OnAck(Slot from, wire::ByteView body, Outbox& out);
    void OnNews(Slot from, wire::ByteView digests, Outbox& out);
    Slot Find(std::uint64_t key, std::size_t place) const;
    void Ask(Slot whom, Outbox& out);
    void Apply(Slot slot, const Digest& news, Slot from, Outbox& out);
    Instant SilentUntil(Slot slot) const;

    bool IsSeed(Slot slot) const
    {
        return slot.Value() < m_config->seeds;
    }

    std::shared_ptr<const Config> m_config;
    Instant m_nextRound = NEVER;
    Instant m_lastLook{};
    Instant m_lastPause = Instant::min();
    Instant m_nextConviction = NEVER; ///< nobody's silence is too long before
    std::vector<Digest> m_digests;    ///< by slot
    std::vector<Instant> m_reported;  ///< by slot: when it last was, or what stands for it
    ReportIntervals m_intervals;      ///< by slot, in microseconds
    std::unordered_map<std::uint64_t, Slot> m_slotOf; ///< by key; looked up, never gone through
    bool m_asking = false;                            ///< for somebody's table
};

} // namespace swim::detectors
