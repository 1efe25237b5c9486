// SPDX-License-Identifier: MIT
//
// A node's periods and the two steps of a probe: one deadline each, or none.
#pragma once

#include "swim/types.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace swim
{

/// The order is that of firing at one instant.
enum class Timer : std::uint8_t
{
    PROBE_TIMEOUT,
    PROBE_VERDICT,
    PROBE_TICK,
    GOSSIP_TICK,
    PUSH_PULL_TICK,
    RECONNECT_TICK,
    ANNOUNCE_TICK,
    SEED_TICK,
    REJOIN_TICK,
};

/// How many there are.
inline constexpr std::size_t TIMERS = static_cast<std::size_t>(Timer::REJOIN_TICK) + 1;

/// When each timer of a node fires; NEVER: it is not armed.
class Timers
{
  public:
    Timers()
    {
        m_deadlines.fill(NEVER);
    }

    Instant& operator[](Timer timer)
    {
        return m_deadlines[static_cast<std::size_t>(timer)];
    }

    /// When it fires, or NEVER.
    Instant DeadlineOf(Timer timer) const
    {
        return m_deadlines[static_cast<std::size_t>(timer)];
    }

    bool IsArmed(Timer timer) const
    {
        return DeadlineOf(timer) != NEVER;
    }

    /// Puts off an armed timer to the next round that is still to come; rounds that were missed
    /// collapse into one.
    void ArmNextRound(Timer timer, Instant now, Duration interval)
    {
        Instant& deadline = (*this)[timer];
        deadline += ((now - deadline) / interval + 1) * interval;
    }

    /// Asked three times a message, when mostly nothing else runs: choosing is quicker than
    /// branching.
    Instant Earliest() const
    {
        Instant earliest = NEVER;
        for (const Instant deadline : m_deadlines)
        {
            earliest = std::min(earliest, deadline);
        }
        return earliest;
    }

    /// The first timer with this deadline, which one has.
    Timer At(Instant deadline) const
    {
        return static_cast<Timer>(std::ranges::find(m_deadlines, deadline) - m_deadlines.begin());
    }

  private:
    std::array<Instant, TIMERS> m_deadlines;
};

} // namespace swim
