// SPDX-License-Identifier: MIT
//
// Pekko's failure detector with its parameters; see pekko.h.
#include "detectors/kinds.h"
#include "detectors/pekko.h"

namespace swim::detectors
{

namespace
{

constexpr Parameter PEKKO_ROWS[] = {
    TimeParameter("heartbeat_interval",
                  "1s",
                  "Time between two heartbeats.",
                  "failure-detector.heartbeat-interval"),
    TimeParameter("expected_response_after",
                  "1s",
                  "How long after the first heartbeat that was asked for a first one is invented.",
                  "failure-detector.expected-response-after"),
    TimeParameter("acceptable_heartbeat_pause",
                  "3s",
                  "Comes on top of the mean before phi rises.",
                  "failure-detector.acceptable-heartbeat-pause",
                  Duration::zero()),
    TimeParameter("min_std_deviation",
                  "100ms",
                  "The least deviation that is reckoned with.",
                  "failure-detector.min-std-deviation"),
    NumberParameter("threshold",
                    "8",
                    MILLION,
                    100 * MILLION,
                    "From which phi on a member is unreachable.",
                    "failure-detector.threshold"),
    CountParameter("max_sample_size",
                   "1000",
                   2,
                   1000,
                   "Of how many times between heartbeats mean and deviation are taken.",
                   "failure-detector.max-sample-size"),
    CountParameter("monitored_by_nr_of_members",
                   "9",
                   1,
                   1000,
                   "How many members watch each.",
                   "failure-detector.monitored-by-nr-of-members"),
    TimeParameter("unreachable_nodes_reaper_interval",
                  "1s",
                  "Time between two looks at phi.",
                  "cluster.unreachable-nodes-reaper-interval"),
    TimeParameter("gossip_interval",
                  "1s",
                  "Time between two gossips of a member.",
                  "cluster.gossip-interval",
                  std::chrono::milliseconds(3)),
};

std::optional<std::string> WrongPekko(const Values& /*values*/)
{
    return std::nullopt;
}

std::uint64_t PekkoPairBytes(const Values& /*values*/)
{
    return 80;
}

/// Until phi forgets the fault, which stretched the intervals that it knows, and the news goes round.
Duration PekkoHealsWithin(const Values& values, std::uint32_t members)
{
    constexpr Duration LONGEST_GAP = std::chrono::minutes(4);
    return LONGEST_GAP + values.Time("acceptable_heartbeat_pause") +
           (20 + 2 * members) * values.Time("gossip_interval");
}

DetectorMaker MakePekko(const Values& values)
{
    Pekko::Config config;
    config.heartbeatInterval = values.Time("heartbeat_interval");
    config.expectedResponseAfter = values.Time("expected_response_after");
    config.acceptableHeartbeatPause = values.Time("acceptable_heartbeat_pause");
    config.minStdDeviation = values.Time("min_std_deviation");
    config.threshold = values.Number("threshold");
    config.maxSampleSize = values.Count("max_sample_size");
    config.monitoredBy = values.Count("monitored_by_nr_of_members");
    config.reaperInterval = values.Time("unreachable_nodes_reaper_interval");
    config.gossipInterval = values.Time("gossip_interval");
    return Pekko::MakerOf(config);
}

} // namespace

const Kind PHI_PEKKO_KIND{
    .name = "phi-pekko",
    .meaning = "Nine members on a ring watch each by phi, and gossip whom they cannot reach.",
    .source =
        "Apache Pekko and Akka Cluster, ClusterHeartbeat.scala, PhiAccrualFailureDetector.scala",
    .parameters = PEKKO_ROWS,
    .suspects = true,
    .buries = false,
    .leaves = true,
    .heals = Heals::NOTHING,
    .staysWrong = "who is unreachable in the record of a member that has crashed since: without "
                  "downing nobody takes that back",
    .healsWithin = PekkoHealsWithin,
    .pairBytes = PekkoPairBytes,
    .check = WrongPekko,
    .make = MakePekko,
};

} // namespace swim::detectors
