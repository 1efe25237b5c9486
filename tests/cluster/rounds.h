// SPDX-License-Identifier: MIT
//
// What must hold of every member's probe rounds: one at a time, each ends in exactly one verdict,
// answered or failed, for a reason; everybody has his turn.
//
// A model of the round is replayed from the ping that was sent and the acks that came in, and is
// compared with what the node counts.
#pragma once

#include "dissect.h"

namespace swim
{

class RoundInvariants
{
  public:
    RoundInvariants(const Config& config, std::uint32_t members);

    /// From now on nothing goes wrong with the network or the processes: no probe of a process that
    /// runs fails any more.
    void Calm(Instant now)
    {
        m_calmSince = now;
    }

    /// @throw Violation
    void Check(const Step& step);

  private:
    struct Round
    {
        bool running = false;
        std::uint32_t seqNo = 0;
        Member target = NOBODY;
        std::uint32_t incarnation = 0; ///< the target's, before the round began
        Address address{};             ///< that was pinged
        Instant start{};
        bool streamAnswered = false;
    };

    struct Prober
    {
        std::uint32_t life = 0;
        Counters count;
        std::uint32_t health = 0;
        Round round;
        std::vector<std::uint32_t> incarnations; ///< of all members, after the last input
        std::vector<std::uint64_t> waited; ///< rounds since this member was probed, while it lived
    };

    void CheckVerdict(const Step& step, Prober& prober);
    void CheckFailure(const Step& step, const Round& round) const;
    void CheckStart(const Step& step, Prober& prober);
    void CheckTurns(const Step& step, Prober& prober) const;
    void Listen(const Step& step, Prober& prober);
    void CheckHealth(const Step& step, const Prober& prober, bool answered) const;

    const Config& m_config;
    std::vector<Prober> m_probers;
    Instant m_calmSince = NEVER;
};

} // namespace swim
