// SPDX-License-Identifier: MIT
//
// A network in memory, with a clock that the test turns: the same calls give the same results.
//
// There are no threads: what agents on it were asked to do happens inside of RunFor. Everything
// takes LATENCY, nothing is lost, and streams to an address where nobody listens are refused.
#pragma once

#include "swim/transport.h"
#include "swim/types.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace swim
{

/// Joins transports in one process, for tests of an application. From one thread only, agents on it
/// included; outlives them.
class MemoryNetwork
{
  public:
    /// From sending to arriving, of every datagram, and of each way of a stream.
    static constexpr Duration LATENCY = std::chrono::milliseconds(1);

    /// At time 0, without members.
    MemoryNetwork();

    ~MemoryNetwork();

    MemoryNetwork(const MemoryNetwork&) = delete;
    MemoryNetwork& operator=(const MemoryNetwork&) = delete;

    /// @param address where it listens once an agent has it; that agent's constructor throws
    ///        AgentError if another one is there
    /// @return a transport that the network outlives
    std::unique_ptr<Transport> Attach(const Address& address);

    /// Lets time pass, and whatever happens in it. @throws AgentError in what happens in it
    void RunFor(Duration time);

  private:
    class Place;

    /// Something to happen.
    struct Pending
    {
        const Place* place; ///< with which it goes; null: it happens in any case
        Transport::Task task;
    };

    /// Runs a task later, in the order of time and then of scheduling.
    void Schedule(Duration delay, Transport::Task task);

    /// Likewise, unless the place is gone by then.
    void ScheduleAt(Place& place, Duration delay, Transport::Task task);

    /// @return who listens there, or null
    Place* At(const Address& address) const;

    Instant m_now{};
    std::uint64_t m_scheduled = 0;
    std::map<std::pair<Instant, std::uint64_t>, Pending> m_pending;
    std::vector<Place*> m_started; ///< that have an agent
    std::vector<Place*> m_places;  ///< of these: that are told what arrives
    bool m_running = false;
};

} // namespace swim
