// SPDX-License-Identifier: MIT
//
// The gossip and the failure detector of ScyllaDB (gms/gossiper.cc, since 4.5).
//
// - Once a second a member gossips, as in endpoint-gossip.h, to a tenth of the live members, from a
//   shuffled list that is gone through before it is made anew, so that each has his turn within ten
//   rounds; perhaps to an unreachable one; and to the seeds only where nobody is live.
// - Whom a member holds for live he sends an echo, waits for its answer for as long as the time-out and
//   one echo interval, pauses for an echo interval, and again: a loop for each. At the end of an echo,
//   whose last success (or the loop's start) is longer ago than the time-out and an interval is down,
//   even if he has just answered.
// - All loops start together. When the live members have changed, each ends at the end of its echo, and
//   when all have, they start again for those who are live then, as if all had just answered. So while a
//   silent one is waited for nobody else is asked, and who fails meanwhile is found by the next loops.
// - That somebody is down is a member's own conclusion and is told to nobody. A newer version of him is
//   answered by an echo, and its answer makes him live again.
//
// Who is silent is down 22 to 24 s after he fell silent; whose process is gone, so that connections are
// refused, after 20 to 22 s. Each change of the live members begins the time of those who refuse anew.
//
// An echo and its answer are a stream; where streams last, as on paths, there is one handshake for all of
// two members, as Scylla has it. Left out: application states, shards, and the echo before a joiner is live.
#pragma once

#include "detectors/endpoint-gossip.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace swim::detectors
{

class Scylla final : public EndpointGossip
{
  public:
    struct Config
    {
        Duration gossipInterval = std::chrono::seconds(1);
        Duration echoInterval = std::chrono::seconds(2);
        Duration timeout = std::chrono::seconds(20); ///< failure_detector_timeout_in_ms
        std::uint32_t seeds = 3;                     ///< the first members of a converged start
    };

    static DetectorMaker MakerOf(const Config& config);

    Scylla(const Setup& setup,
           const Rng& rng,
           Directory& directory,
           std::shared_ptr<const Config> config);

  protected:
    void OnStart() override;
    Instant Next() const override;
    void Fire(Outbox& out) override;
    bool IsWhole(Way way, std::uint8_t type, ByteReader body) const override;
    bool OnRequest(Slot from, std::uint8_t type, ByteReader& body, Outbox& out) override;
    bool OnAnswer(const Exchange& exchange,
                  std::uint32_t id,
                  std::uint8_t type,
                  ByteReader& body,
                  Outbox& out) override;
    void OnFailure(const Exchange& exchange, std::uint32_t id, Outbox& out) override;
    TrafficKind KindOf(std::uint8_t type) const override;
    void OnMet(Slot slot) override;
    void OnReturn(Slot slot, Outbox& out) override;
    void OnLeft(Slot slot, Outbox& out) override;
    void OnReport(Slot slot, Duration since, Slot from, Outbox& out) override;

  private:
    /// What a member knows of another beside his gossip.
    struct Peer
    {
        Instant lastSuccess{};     ///< of an echo of the loop
        std::uint32_t echo = 0;    ///< the loop's that is under way; 0: none
        std::uint32_t revival = 0; ///< that which may make him live again; 0: none
    };

    struct Timer
    {
        Instant at;
        Slot slot;
        std::uint32_t echo; ///< which is given up then; 0: a pause ends
    };

    /// In order of time, since all of one are as long.
    using Timers = std::deque<Timer>;

    Duration EchoTimeout() const
    {
        return m_config->timeout + m_config->echoInterval;
    }

    Peer& At(Slot slot)
    {
        return m_peers[slot.Value()];
    }

    void SendGossip(Outbox& out);
    void FillGossipLists();
    void StartLoops(Outbox& out);
    std::uint32_t SendEcho(Slot slot, Outbox& out);
    void SendLoopsEcho(Slot slot, Outbox& out);
    void Revive(Slot slot, Outbox& out);
    void EndEcho(Slot slot, bool answered, Outbox& out);
    void DropEnded();

    std::shared_ptr<const Config> m_config;
    Instant m_nextGossip = NEVER;
    Instant m_nextStart = NEVER;                 ///< of the loops
    std::vector<Peer> m_peers;                   ///< by slot
    std::deque<std::vector<Slot>> m_gossipLists; ///< whom the next rounds gossip to
    std::size_t m_loops = 0;                     ///< that have not ended
    bool m_liveChanged = false;                  ///< since they started
    Timers m_pauses;
    Timers m_echoes;
    Timers m_revivals;
};

} // namespace swim::detectors
