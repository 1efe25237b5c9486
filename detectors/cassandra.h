// SPDX-License-Identifier: MIT
//
// The gossip and the failure detector of Apache Cassandra (gms/Gossiper.java, FailureDetector.java).
//
// - Once a second a member gossips, as in endpoint-gossip.h, to one random live member, perhaps to an
//   unreachable one, perhaps to a seed.
// - Of the reports about a member the detector keeps the times between them, the first taken as 2 s and
//   those above 2 s dropped, and after each round convicts whoever has been silent for longer than
//   threshold ln(10) of their mean: phi by an exponential law. Who has not looked for 5 s convicts
//   nobody, and not for 5 s more.
// - A conviction is a member's own and is told to nobody; any newer version ends it. Of who was dead and
//   starts again the times are forgotten, and the first one is 2 s again.
//
// Left out: application states, so that the mean is Cassandra's of a quiet cluster; the echo before
// somebody is alive again.
#pragma once

#include "detectors/endpoint-gossip.h"
#include "detectors/report-intervals.h"

#include <cstdint>
#include <memory>

namespace swim::detectors
{

class Cassandra final : public EndpointGossip
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
    void OnMet(Slot slot) override;
    void OnReturn(Slot slot, Outbox& out) override;
    void OnLife(Slot slot) override;
    void OnReport(Slot slot, Duration since, Slot from, Outbox& out) override;
    void ExpectReport(Slot slot) const override;

  private:
    void Convict(Outbox& out);
    Instant SilentUntil(Slot slot) const;

    std::shared_ptr<const Config> m_config;
    Instant m_nextRound = NEVER;
    Instant m_lastLook{};
    Instant m_lastPause = Instant::min();
    Instant m_nextConviction = NEVER; ///< nobody's silence is too long before
    ReportIntervals m_intervals;      ///< by slot, in microseconds
};

} // namespace swim::detectors
