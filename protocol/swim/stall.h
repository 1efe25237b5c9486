// SPDX-License-Identifier: MIT
//
// A stall: Lifeguard's slow member (sections II and V-C). Each task of the process blocks right
// before its next send, or right after its next receive, and what does neither runs on.
//
// memberlist is a handful of goroutines: one probes, one gossips, one pushes and pulls, one reads
// datagrams, and a suspicion's timer is a goroutine of its own. So a stalled member's probe armed
// its deadline before its ping blocks, fails when the member goes on, and there is no other probe
// meanwhile: about one false suspicion a stall, where free-running timers would give one a period.
// And the suspicions that it holds end in deaths, which it believes at once and tells when it goes
// on.
//
// A node is one value with deadlines. Which of them belong to a task that blocks is kept here.
#pragma once

#include "swim/ids.h"
#include "swim/timers.h"
#include "swim/types.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace swim
{

/// What a node keeps while it is stalled: which tasks have blocked, and what they do then.
class Stall
{
  public:
    /// A stream that was opened while stalled: its time runs from when it is sent.
    struct Stream
    {
        std::uint32_t id;
        Duration timeout;
    };

    /// Whether the timer's task has blocked, so that it does not fire.
    bool Blocks(Timer timer) const
    {
        return m_blocked.test(Task(timer));
    }

    /// The timer's task wants to send, and blocks.
    void Block(Timer timer)
    {
        m_blocked.set(Task(timer));
        m_pingBlocked |= timer == Timer::PROBE_TICK;
    }

    /// Whether the probe under way waits to send its ping.
    bool PingBlocked() const
    {
        return m_pingBlocked;
    }

    /// The timer is due but blocked: sets it aside until Release.
    void SetAside(Timer timer, Timers& timers);

    /// Gives the timers back as they were.
    void Release(Timers& timers) const;

    std::vector<Slot> gossipTo;  ///< whom the gossip under way has yet to send to
    std::vector<Stream> streams; ///< opened meanwhile, but for pings

  private:
    /// memberlist's probe is one task from its ping to its verdict; every other timer is one.
    static std::size_t Task(Timer timer);

    std::bitset<TIMERS> m_blocked;
    bool m_pingBlocked = false;
    Timers m_aside;
};

} // namespace swim
