// SPDX-License-Identifier: MIT
//
// Heartbeats, all to all: everybody tells everybody that it lives, and each decides by itself whom it
// believes dead.
//
// Rules of the time-out:
// - restart: a time-out that starts anew with every heartbeat that arrives.
// - nfd-s, nfd-e: Chen, Toueg, Aguilera (IEEE TC 51(5), 2002). Heartbeat i is sent at sigma_i; from
//   the freshness point tau_i on, until the next, its sender is trusted if heartbeat i or a later one
//   has arrived. NFD-S knows the sender's clock: tau_i = sigma_i + delta; heartbeats carry their time,
//   and the clocks of a simulation agree. NFD-E estimates arrivals from the last `window` ones:
//   tau_(l+1) = EA_(l+1) + alpha.
// - phi: the phi accrual detector's paper; the time-out is mean + y(threshold) deviations of the times
//   between heartbeats, see phi-accrual.h. The paper leaves out all results before the window is
//   full; here it begins as Akka's does, with the interval less and plus a quarter. Nor does it bound
//   the deviation from below: without a bound every heartbeat of a network without jitter is late.
//
// A heartbeat goes to the dead too: so two sides of a healed partition meet again. Heartbeats that a
// paused process missed are not sent later.
#pragma once

#include "detectors/member-base.h"
#include "detectors/phi-accrual.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace swim::detectors
{

class Heartbeat final : public MemberBase
{
  public:
    enum class Rule : std::uint8_t
    {
        RESTART,
        NFD_S,
        NFD_E,
        PHI,
    };

    struct Config
    {
        Rule rule = Rule::NFD_E;
        Duration interval = std::chrono::seconds(1); ///< eta
        Duration timeout = std::chrono::seconds(3);  ///< RESTART: since the last arrival
        Duration delta = std::chrono::seconds(2);    ///< NFD_S: from sending to the freshness point
        Duration alpha = std::chrono::seconds(2);    ///< NFD_E: from the expected arrival
        std::uint32_t window = 32;                   ///< NFD_E, PHI: arrivals that are remembered
        double threshold = 8;                        ///< PHI
        Duration minDeviation = std::chrono::milliseconds(1); ///< PHI: the least that counts
    };

    /// The time-outs that follow from a configuration, worked out once for all members.
    struct Shared
    {
        explicit Shared(const Config& values)
            : config(values),
              deviations(values.rule == Rule::PHI ? NormalQuantile(values.threshold) : 0)
        {
        }

        Config config;
        double deviations; ///< PHI: y(threshold)
    };

    static DetectorMaker MakerOf(const Config& config);

    Heartbeat(const Setup& setup,
              const Rng& rng,
              Directory& directory,
              std::shared_ptr<const Shared> shared);

  protected:
    void OnStart() override;
    Instant Next() const override;
    void Fire(Outbox& out) override;
    bool IsWhole(Way way, std::uint8_t type, ByteReader body) const override;
    bool OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out) override;
    TrafficKind KindOf(std::uint8_t type) const override;
    void OnMet(Slot slot) override;
    void OnReturn(Slot slot, Outbox& out) override;

  private:
    /// What NFD-E remembers: A_i - eta i of the newest arrivals, in microseconds from the first.
    struct Arrivals
    {
        std::int64_t baseNs = 0;
        std::int64_t sum = 0;
        std::size_t next = 0;
        std::vector<std::int32_t> offsets;
    };

    /// What PHI remembers: times between arrivals in microseconds.
    struct Times
    {
        explicit Times(std::size_t window)
            : intervals(window)
        {
        }

        ArrivalWindow intervals;
        Instant last{};
    };

    void Send(Outbox& out);
    void Look(Outbox& out);
    void Expect(Slot slot);
    Instant Timeout(Slot slot, std::uint64_t number, Instant sent);
    Instant ExpectedArrival(Slot slot, std::uint64_t number);
    Instant PhiTimeout(Slot slot);
    Duration Grace() const;

    std::shared_ptr<const Shared> m_shared;
    Instant m_nextSend = NEVER;
    Instant m_nextLook = NEVER;                  ///< not later than the first of m_suspectAt
    std::uint64_t m_number = 0;                  ///< of our last heartbeat
    std::vector<Instant> m_suspectAt;            ///< by slot; NEVER: suspected, gone, or ourselves
    std::vector<std::uint64_t> m_newest;         ///< by slot: the highest number that came; 0: none
    std::vector<Arrivals> m_arrivals;            ///< NFD_E: by slot
    std::vector<std::unique_ptr<Times>> m_times; ///< PHI: by slot; null: no arrival yet
};

} // namespace swim::detectors
