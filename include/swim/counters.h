// SPDX-License-Identifier: MIT
//
// What a member did and met since it was made, for metrics.
#pragma once

#include <cstdint>

namespace swim
{

/// What a member has done and met since it was made. Numbers only grow.
struct Counters
{
    std::uint64_t probes = 0;              ///< rounds that sent a ping
    std::uint64_t probesFailed = 0;        ///< rounds that ended without any ack
    std::uint64_t probesIndirect = 0;      ///< rounds that needed ping-reqs
    std::uint64_t probesGivenUp = 0;       ///< rounds without a verdict (send_error = ignore)
    std::uint64_t nacksExpected = 0;       ///< asked of relays
    std::uint64_t nacksReceived = 0;       ///< that came in time
    std::uint64_t streamPingsAnswered = 0; ///< rounds saved by the stream fallback
    std::uint64_t refutations = 0;         ///< accusations that it answered
    std::uint64_t rejected = 0;            ///< malformed or foreign packets and parts
    std::uint64_t strayAcks = 0;    ///< acks and nacks that nothing waited for: late, or forged
    std::uint64_t sendErrors = 0;   ///< datagrams that the system refused
    std::uint64_t userMessages = 0; ///< received in datagrams and streams
    std::uint64_t userBroadcastsDropped = 0; ///< pushed out of a full queue
};

} // namespace swim
