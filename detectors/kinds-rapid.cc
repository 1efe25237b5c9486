// SPDX-License-Identifier: MIT
//
// Rapid with its parameters; see rapid.h.
#include "detectors/kinds.h"
#include "detectors/rapid.h"

namespace swim::detectors
{

namespace
{

constexpr std::string_view RAPID_PAPER = "Suresh et al., ATC'18";

constexpr Parameter RAPID_ROWS[] = {
    CountParameter("k",
                   "10",
                   1,
                   16,
                   "How many rings there are: observers of each member.",
                   RAPID_PAPER),
    CountParameter("h", "9", 1, 16, "Reports from which on a member is stable.", RAPID_PAPER),
    CountParameter("l",
                   "4",
                   1,
                   16,
                   "Reports from which on a member is unstable: 4 in the code, 3 in the paper.",
                   "Cluster.java"),
    WordParameter(
        "rule",
        "count",
        "count|share",
        "When an edge is faulty: after ten failures in the life of a configuration, as in "
        "the code, or when four of the last ten probes failed, as in the paper.",
        "PingPongFailureDetector.java; Suresh et al., section 6"),
    TimeParameter("probe_interval", "1s", "Time between two probes.", "Cluster.java"),
    TimeParameter("probe_timeout", "1s", "How long a probe may take.", "GrpcClient.java"),
    TimeParameter("batching_window",
                  "100ms",
                  "How long alerts are collected.",
                  "MembershipService.java"),
    TimeParameter("resend_after",
                  "200ms",
                  "After how long a message without an answer is sent again, as TCP would; then "
                  "after twice as long, and so on. 0s: nothing is sent again.",
                  "Linux, TCP_RTO_MIN",
                  Duration{}),
    TimeParameter(
        "fallback_delay",
        "1s",
        "How long consensus waits for a fast round, before an exponential time with a mean "
        "of one second a member.",
        "FastPaxos.java"),
    TimeParameter("join_timeout",
                  "5s",
                  "How long a joiner waits until it asks again.",
                  "GrpcClient.java"),
};

std::optional<std::string> WrongRapid(const Values& values)
{
    const std::uint32_t k = values.Count("k");
    const std::uint32_t h = values.Count("h");
    const std::uint32_t l = values.Count("l");
    if (l > h || h > k)
    {
        return "l = " + std::to_string(l) + ", h = " + std::to_string(h) +
               ", k = " + std::to_string(k) + ": must be l <= h <= k";
    }
    return std::nullopt;
}

std::uint64_t RapidPairBytes(const Values& /*values*/)
{
    return 40;
}

/// Ten failed probes, a batch, and some turns of consensus.
Duration RapidHealsWithin(const Values& values, std::uint32_t members)
{
    constexpr int TURNS = 10;
    return 20 * values.Time("probe_interval") + 2 * values.Time("join_timeout") +
           TURNS * (values.Time("fallback_delay") + std::chrono::seconds(members));
}

DetectorMaker MakeRapid(const Values& values)
{
    Rapid::Config config;
    config.rings = values.Count("k");
    config.high = values.Count("h");
    config.low = values.Count("l");
    config.rule = static_cast<Rapid::Rule>(values.Word("rule"));
    config.probeInterval = values.Time("probe_interval");
    config.probeTimeout = values.Time("probe_timeout");
    config.batchingWindow = values.Time("batching_window");
    config.resendAfter = values.Time("resend_after");
    config.fallbackDelay = values.Time("fallback_delay");
    config.joinTimeout = values.Time("join_timeout");
    return Rapid::MakerOf(config);
}

} // namespace

const Kind RAPID_KIND{
    .name = "rapid",
    .meaning = "Ten observers each, cuts of several members, and consensus on each view.",
    .source = "Suresh et al.: Stable and Consistent Membership at Scale, ATC'18, and its code",
    .parameters = RAPID_ROWS,
    .suspects = true,
    .buries = true,
    .leaves = true,
    .heals = Heals::NOTHING,
    .staysWrong = "a configuration that lost so many at once that its majority is gone, and "
                  "who missed a decision",
    .healsWithin = RapidHealsWithin,
    .pairBytes = RapidPairBytes,
    .check = WrongRapid,
    .make = MakeRapid,
};

} // namespace swim::detectors
