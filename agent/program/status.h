// SPDX-License-Identifier: MIT
//
// What an agent knows of itself, as JSON: counters, traffic and how a join went.
#pragma once

#include "agent/program/json.h"
#include "swim/agent.h"

#include <chrono>
#include <cstdint>
#include <span>

namespace swim::program
{

/// How long the news of leaving may take to be passed on, where nobody says otherwise.
inline constexpr Duration LEAVE_TIMEOUT = std::chrono::seconds(5);

/// A counter as JSON and as metrics show it.
template <typename Counts>
struct NamedCounter
{
    const char* name; ///< in snake case: "probes_failed"
    std::uint64_t Counts::*field;
    const char* meaning;
};

/// All counters of the protocol.
std::span<const NamedCounter<Counters>> ProtocolCounters();

/// All counters of the transport.
std::span<const NamedCounter<TransportCounters>> AllTransportCounters();

/// @return {"probes": 17, ...}
Json CountersToJson(const Counters& counters);

/// @return {"send_failures": 0, ...}
Json CountersToJson(const TransportCounters& counters);

/// @return {"ping": [sent, sent_bytes, received, received_bytes], ...}
Json TrafficToJson(const TrafficCounts& traffic);

/// @return {"contacted": 1, "errors": [...]}
Json JoinToJson(const JoinResult& result);

} // namespace swim::program
