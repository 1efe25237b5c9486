// SPDX-License-Identifier: MIT
//
// ScyllaDB with its parameters; see scylla.h.
#include "detectors/kinds.h"
#include "detectors/scylla.h"

namespace swim::detectors
{

namespace
{

constexpr Parameter SCYLLA_ROWS[] = {
    TimeParameter("gossip_interval", "1s", "Time between two rounds.", "gossiper::INTERVAL"),
    TimeParameter("echo_interval",
                  "2s",
                  "The pause between an answered echo and the next.",
                  "gossiper::failure_detector_loop_for_node, echo_interval"),
    TimeParameter("failure_detector_timeout",
                  "20s",
                  "Who has answered no echo for longer than this and an echo_interval is down.",
                  "failure_detector_timeout_in_ms"),
    CountParameter(
        "seeds",
        "3",
        0,
        1000,
        "How many of the first members are seeds, whom those ask who hold nobody for live.",
        "seed_provider"),
};

std::optional<std::string> NothingWrongWithScylla(const Values& /*values*/)
{
    return std::nullopt;
}

std::uint64_t ScyllaPairBytes(const Values& /*values*/)
{
    return 500;
}

/// Loops that wait for the silent, and those after them; then news, and the echo that revives.
Duration ScyllaHealsWithin(const Values& values, std::uint32_t members)
{
    constexpr Duration REVIVAL = std::chrono::seconds(15);
    return 3 * (values.Time("failure_detector_timeout") + 2 * values.Time("echo_interval")) +
           2 * REVIVAL + (20 + 2 * members) * values.Time("gossip_interval");
}

DetectorMaker MakeScylla(const Values& values)
{
    Scylla::Config config;
    config.gossipInterval = values.Time("gossip_interval");
    config.echoInterval = values.Time("echo_interval");
    config.timeout = values.Time("failure_detector_timeout");
    config.seeds = values.Count("seeds");
    return Scylla::MakerOf(config);
}

} // namespace

const Kind SCYLLA_KIND{
    .name = "scylla",
    .meaning = "Gossip of generations and versions, and echoes by streams with a fixed time-out.",
    .source = "ScyllaDB, gms/gossiper.cc",
    .parameters = SCYLLA_ROWS,
    .suspects = false,
    .buries = true,
    .leaves = true,
    .heals = Heals::NETWORKS,
    .staysWrong = "",
    .healsWithin = ScyllaHealsWithin,
    .pairBytes = ScyllaPairBytes,
    .streamsLast = true,
    .check = NothingWrongWithScylla,
    .make = MakeScylla,
};

} // namespace swim::detectors
