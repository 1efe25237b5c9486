// SPDX-License-Identifier: MIT
//
// Gossip of heartbeats, by van Renesse and by Cassandra, with their parameters; see gossip-heartbeat.h
// and cassandra.h.
#include "detectors/cassandra.h"
#include "detectors/gossip-heartbeat.h"
#include "detectors/kinds.h"

#include <algorithm>

namespace swim::detectors
{

namespace
{

constexpr std::string_view RENESSE = "van Renesse, Minsky, Hayden 1998, section 2";

constexpr Parameter GOSSIP_ROWS[] = {
    TimeParameter("gossip_interval",
                  "1s",
                  "Time between two gossips of a member, T_gossip.",
                  RENESSE),
    TimeParameter("fail_timeout",
                  "32s",
                  "How long a counter may stand still until its member has failed, T_fail. 31.52 "
                  "gossip intervals are right for 128 members and one mistake in a million.",
                  "van Renesse, Minsky, Hayden 1998, section 3"),
    TimeParameter(
        "cleanup_timeout",
        "64s",
        "How long it may stand still until the member is forgotten, T_cleanup; not shorter "
        "than fail_timeout.",
        RENESSE),
    WordParameter("clock",
                  "periodic",
                  "periodic|exponential",
                  "Whether a member gossips at a fixed pace, or after random times as the paper's "
                  "analysis has it.",
                  "van Renesse, Minsky, Hayden 1998, appendix A"),
};

constexpr Parameter CASSANDRA_ROWS[] = {
    TimeParameter("gossip_interval",
                  "1s",
                  "Time between two rounds; shorter than max_local_pause.",
                  "Gossiper.intervalInMillis"),
    NumberParameter("phi_convict_threshold",
                    "8",
                    5 * MILLION,
                    16 * MILLION,
                    "From which phi on an endpoint is convicted.",
                    "phi_convict_threshold"),
    TimeParameter(
        "fd_max_interval",
        "2s",
        "Times between reports above it are dropped; the first is taken to be it. Not "
        "shorter than gossip_interval; the original's value is 2 gossip_interval, to which "
        "it has to be set where that is another.",
        "cassandra.fd_max_interval_ms"),
    TimeParameter(
        "max_local_pause",
        "5s",
        "Who has not looked for longer convicts nobody for as long; a look comes with each "
        "round, so it is longer than gossip_interval.",
        "cassandra.max_local_pause_in_ms"),
    CountParameter("window",
                   "1000",
                   1,
                   1000,
                   "Of how many times between reports the mean is taken.",
                   "FailureDetector.SAMPLE_SIZE"),
    CountParameter("seeds",
                   "3",
                   0,
                   1000,
                   "How many of the first members are seeds, to whom the others gossip more often.",
                   "seed_provider"),
};

std::optional<std::string> WrongGossip(const Values& values)
{
    if (values.Time("cleanup_timeout") < values.Time("fail_timeout"))
    {
        return "cleanup_timeout must not be shorter than fail_timeout";
    }
    return std::nullopt;
}

std::optional<std::string> WrongCassandra(const Values& values)
{
    const Duration interval = values.Time("gossip_interval");
    if (interval >= values.Time("max_local_pause"))
    {
        return "gossip_interval must be shorter than max_local_pause: else every look is after a "
               "pause "
               "and nobody is ever convicted";
    }
    if (values.Time("fd_max_interval") < interval)
    {
        return "fd_max_interval must not be shorter than gossip_interval, and had better be 2 of "
               "it: "
               "else all times between reports are dropped";
    }
    return std::nullopt;
}

std::uint64_t GossipPairBytes(const Values& /*values*/)
{
    return 120;
}

std::uint64_t CassandraPairBytes(const Values& values)
{
    constexpr std::uint64_t WITHOUT_WINDOW = 200;
    return WITHOUT_WINDOW + 4ULL * values.Count("window");
}

/// The last counter that was under way takes some rounds, and then stands still.
Duration GossipHealsWithin(const Values& values, std::uint32_t members)
{
    return values.Time("fail_timeout") + (20 + 2 * members) * values.Time("gossip_interval");
}

/// Silence counts from the last report by the longest mean, after a pause of one's own.
Duration CassandraHealsWithin(const Values& values, std::uint32_t members)
{
    constexpr double LN_10 = 2.302585;
    const double means = values.Number("phi_convict_threshold") * LN_10;
    const Duration mean = std::max(values.Time("fd_max_interval"), values.Time("gossip_interval"));
    return static_cast<std::int64_t>(means + 1) * mean + 2 * values.Time("max_local_pause") +
           (20 + 2 * members) * values.Time("gossip_interval");
}

DetectorMaker MakeGossip(const Values& values)
{
    GossipHeartbeat::Config config;
    config.gossipInterval = values.Time("gossip_interval");
    config.failTimeout = values.Time("fail_timeout");
    config.cleanupTimeout = values.Time("cleanup_timeout");
    config.clock = static_cast<GossipHeartbeat::Clock>(values.Word("clock"));
    return GossipHeartbeat::MakerOf(config);
}

DetectorMaker MakeCassandra(const Values& values)
{
    Cassandra::Config config;
    config.gossipInterval = values.Time("gossip_interval");
    config.threshold = values.Number("phi_convict_threshold");
    config.maxInterval = values.Time("fd_max_interval");
    config.maxLocalPause = values.Time("max_local_pause");
    config.window = values.Count("window");
    config.seeds = values.Count("seeds");
    return Cassandra::MakerOf(config);
}

} // namespace

const Kind GOSSIP_HEARTBEAT_KIND{
    .name = "gossip-heartbeat",
    .meaning = "Lists of heartbeat counters go to random members.",
    .source = "van Renesse, Minsky, Hayden: A Gossip-Style Failure Detection Service, 1998",
    .parameters = GOSSIP_ROWS,
    .suspects = false,
    .buries = true,
    .leaves = true,
    .heals = Heals::CRASHES,
    .staysWrong = "two who hold each other for failed, since nobody gossips to the failed",
    .healsWithin = GossipHealsWithin,
    .pairBytes = GossipPairBytes,
    .check = WrongGossip,
    .make = MakeGossip,
};

const Kind PHI_CASSANDRA_KIND{
    .name = "phi-cassandra",
    .meaning = "Gossip of generations and versions, and phi by an exponential law.",
    .source = "Apache Cassandra, gms/Gossiper.java and gms/FailureDetector.java",
    .parameters = CASSANDRA_ROWS,
    .suspects = false,
    .buries = true,
    .leaves = true,
    .heals = Heals::NOTHING,
    .staysWrong = "a dead member of whom only its name was heard: without a report there is no phi",
    .healsWithin = CassandraHealsWithin,
    .pairBytes = CassandraPairBytes,
    .check = WrongCassandra,
    .make = MakeCassandra,
};

} // namespace swim::detectors
