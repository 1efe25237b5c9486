// SPDX-License-Identifier: MIT
//
// Heartbeats on a ring, and a reliable broadcast of each verdict: Bosilca et al. (SC'16, IJHPCA 2018),
// by the rules of their code in Open MPI (ompi/communicator/ft/).
//
// - Members stand on a ring in the order of their names. Each is observed by its next `observers` live
//   successors and sends heartbeats to them alone; with one, as in the paper.
// - A clock ticks ten times an interval. A heartbeat goes out at the first tick at which the last is
//   older than 0.9 intervals; a verdict falls at the first after the time-out. Ticks with nothing to do
//   are left out.
// - A verdict is broadcast: to the neighbours 1, 2, 4, ... places away on either side, up to half of the
//   ring, who pass it on when they hear it for the first time. The observer turns to the next live
//   predecessor and asks it to send, and waits for twice the time-out this once.
// - Whoever wakes an interval late and had looked in time before gives no verdict this time, but at
//   the next tick. In Open MPI that is an interval after the last look. Ticks with nothing to do are
//   left out here, so it is counted from the first one missed at which there was something: who stood
//   still for two intervals always knows it, for less than that not always.
//
// In the paper a verdict is for ever, as MPI then ends the process. Here a member that hears of its own
// death takes its next incarnation, broadcasts that it lives, and asks its predecessors anew, who
// dropped it; a seed broadcasts who joins. Without it, one false verdict would part the cluster for
// good. Nobody calls on the dead, so the sides of a
// healed partition stay apart.
#pragma once

#include "detectors/member-base.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace swim::detectors
{

class HeartbeatRing final : public MemberBase
{
  public:
    struct Config
    {
        Duration interval = std::chrono::seconds(3);
        Duration timeout = std::chrono::seconds(10);
        std::uint32_t observers = 1;
    };

    static DetectorMaker MakerOf(const Config& config);

    HeartbeatRing(const Setup& setup,
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
    void OnLeft(Slot slot, Outbox& out) override;
    void OnAsked(Slot joiner) override;
    void OnJoined(Outbox& out) override;

  private:
    /// A member that this one observes.
    struct Observed
    {
        Slot slot;
        Instant last; ///< heartbeat, or what stands for it
    };

    Duration Tick() const;
    Instant TickFrom(Instant at) const;
    Instant SendTick() const;
    Instant Deadline() const;
    Instant LookTick() const;
    bool Overslept() const;
    void SendHeartbeats(Outbox& out);
    void Look(Outbox& out);
    void Observe(Outbox& out);
    std::vector<Slot> LiveFrom(bool forward) const;
    std::size_t WriteNews(std::uint8_t type, Slot about, Outbox& out) const;
    void BroadcastNews(std::uint8_t type, Slot about, Outbox& out);
    void Welcome(Slot slot);
    void SendWelcomes(Outbox& out);
    bool OnDead(Slot from, ByteReader& body, Outbox& out);
    bool OnAlive(Slot from, ByteReader& body, Outbox& out);
    void OnObserve(Slot from, Outbox& out);
    void Forget(Slot slot);
    std::size_t PlaceOf(Slot slot) const;
    bool Lives(Slot slot) const;

    std::shared_ptr<const Config> m_config;
    Instant m_phase{}; ///< a tick
    Instant m_lastSent{};
    Instant m_notBefore{};    ///< no verdict before, as we were late ourselves
    std::vector<Slot> m_ring; ///< by name; the dead too, not those who left
    std::vector<Observed> m_observed;
    std::vector<Slot> m_observers; ///< who asked, the nearest first: to whom this one sends
    std::vector<Slot> m_welcomes;  ///< joiners of whom the others are to be told
    bool m_started = false;
};

} // namespace swim::detectors
