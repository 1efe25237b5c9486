// SPDX-License-Identifier: MIT
//
// What a node does when its process stalls and when it goes on; see stall.h.
#include "swim/stall.h"

#include "swim/node.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace swim
{

std::size_t Stall::Task(Timer timer)
{
    const bool probes = timer == Timer::PROBE_TIMEOUT || timer == Timer::PROBE_VERDICT;
    return static_cast<std::size_t>(probes ? Timer::PROBE_TICK : timer);
}

void Stall::SetAside(Timer timer, Timers& timers)
{
    m_aside[timer] = std::min(m_aside[timer], timers[timer]);
    timers[timer] = NEVER;
}

void Stall::Release(Timers& timers) const
{
    for (std::size_t i = 0; i < TIMERS; ++i)
    {
        const auto timer = static_cast<Timer>(i);
        timers[timer] = std::min(timers[timer], m_aside.DeadlineOf(timer));
    }
}

void Node::BeginStall(Instant now, Outbox& out)
{
    FireDue(now, out);
    m_stall = std::make_unique<Stall>();
}

/// What is due fires before anything that has waited is handled, as a probe's time is up in
/// memberlist whatever lies in its socket.
void Node::EndStall(Instant now, Outbox& out)
{
    FireDue(now, out);
    const std::unique_ptr<Stall> stall = std::exchange(m_stall, nullptr);
    for (const Stall::Stream& stream : stall->streams)
    {
        if (auto exchange = m_exchanges.Take(stream.id))
        {
            exchange->deadline = now + stream.timeout;
            m_exchanges.Add(*exchange);
        }
    }
    stall->Release(m_timers);
    if (stall->PingBlocked() && m_probe.running)
    {
        // The wait for a direct ack begins with the ping, the probe's whole time with the probe.
        Instant& timeout = m_timers[Timer::PROBE_TIMEOUT];
        timeout = std::min(now + (timeout - m_probe.sent), m_timers[Timer::PROBE_VERDICT]);
    }
    for (const Slot slot : stall->gossipTo)
    {
        if (!SendGossip(m_directory.Get(m_members.At(slot).identity), out))
        {
            break;
        }
    }
    FireDue(now, out);
}

/// Fires a timer unless its task has blocked, and blocks the task if it sent.
void Node::FireStalled(Timer timer, Instant now, Outbox& out)
{
    if (m_stall->Blocks(timer))
    {
        m_stall->SetAside(timer, m_timers);
        return;
    }
    const std::size_t sent = out.Datagrams().size() + out.Streams().size();
    FireTimer(timer, now, out);
    if (out.Datagrams().size() + out.Streams().size() > sent)
    {
        m_stall->Block(timer);
    }
}

} // namespace swim
