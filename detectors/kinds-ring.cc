// SPDX-License-Identifier: MIT
//
// Heartbeats on a ring with their parameters; see heartbeat-ring.h.
#include "detectors/heartbeat-ring.h"
#include "detectors/kinds.h"

namespace swim::detectors
{

namespace
{

constexpr std::string_view BOSILCA = "Bosilca et al., ompi/communicator/ft/";

constexpr Parameter RING_ROWS[] = {
    TimeParameter("interval", "3s", "Time between two heartbeats, eta.", BOSILCA),
    TimeParameter("timeout",
                  "10s",
                  "How long an observer waits for a heartbeat, delta; more than three intervals.",
                  BOSILCA),
    CountParameter("observers", "1", 1, 100, "How many successors observe each member.", BOSILCA),
};

std::optional<std::string> WrongRing(const Values& values)
{
    if (values.Time("timeout") <= values.Time("interval"))
    {
        return "timeout must be longer than interval, and by its rule longer than three of them";
    }
    return std::nullopt;
}

std::uint64_t RingPairBytes(const Values& /*values*/)
{
    return 60;
}

/// Neighbours are found one after the other, each after twice the time-out.
Duration RingHealsWithin(const Values& values, std::uint32_t members)
{
    return 2 * members * values.Time("timeout") + 10 * values.Time("interval");
}

DetectorMaker MakeRing(const Values& values)
{
    HeartbeatRing::Config config;
    config.interval = values.Time("interval");
    config.timeout = values.Time("timeout");
    config.observers = values.Count("observers");
    return HeartbeatRing::MakerOf(config);
}

} // namespace

const Kind HEARTBEAT_RING_KIND{
    .name = "heartbeat-ring",
    .meaning = "Each is observed by its successors on a ring; verdicts are broadcast.",
    .source =
        "Bosilca et al.: Failure Detection and Propagation in HPC Systems, SC'16, and Open MPI",
    .parameters = RING_ROWS,
    .suspects = false,
    .buries = true,
    .leaves = true,
    .heals = Heals::CRASHES,
    .staysWrong = "who missed a verdict, which is told once, and who is held for dead, since "
                  "nobody calls on the dead",
    .healsWithin = RingHealsWithin,
    .pairBytes = RingPairBytes,
    .check = WrongRing,
    .make = MakeRing,
};

} // namespace swim::detectors
