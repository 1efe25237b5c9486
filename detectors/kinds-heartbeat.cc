// SPDX-License-Identifier: MIT
//
// Heartbeats and phi as the paper has it, with their parameters; see heartbeat.h.
#include "detectors/heartbeat.h"
#include "detectors/kinds.h"

namespace swim::detectors
{

namespace
{

constexpr std::string_view CHEN = "Chen, Toueg, Aguilera 2002";
constexpr std::string_view HAYASHIBARA = "Hayashibara et al. 2004, section 4";

constexpr Parameter HEARTBEAT_ROWS[] = {
    WordParameter(
        "rule",
        "nfd-e",
        "restart|nfd-s|nfd-e",
        "How long after a heartbeat its sender is trusted: `timeout` after it arrived; "
        "`delta` after the next is due to be sent, by clocks that agree; or `alpha` after "
        "the next is expected to arrive.",
        CHEN),
    TimeParameter("interval", "1s", "Time between two heartbeats, eta.", CHEN),
    TimeParameter("timeout", "3s", "With `restart`: the time-out since the last arrival.", ""),
    TimeParameter("delta", "2s", "With `nfd-s`: from sending to the freshness point.", CHEN),
    TimeParameter("alpha",
                  "2s",
                  "With `nfd-e`: from the expected arrival to the freshness point.",
                  CHEN),
    CountParameter("window",
                   "32",
                   1,
                   10'000,
                   "With `nfd-e`: of how many arrivals the next is estimated.",
                   CHEN),
};

/// Five quarters of it, with which a window starts, can be counted in microseconds.
constexpr Duration LONGEST_PHI_INTERVAL = std::chrono::seconds(100);
static_assert(LONGEST_PHI_INTERVAL * 5 / 4 <=
              std::chrono::microseconds(ArrivalWindow::LONGEST_INTERVAL));

constexpr Parameter PHI_ROWS[] = {
    TimeParameter("interval",
                  "100ms",
                  "Time between two heartbeats. Longer ones than 134 s, as after losses, count as "
                  "134 s.",
                  HAYASHIBARA,
                  std::chrono::milliseconds(1),
                  LONGEST_PHI_INTERVAL),
    NumberParameter("threshold",
                    "8",
                    MILLION / 2,
                    100 * MILLION,
                    "The phi from which on a member is believed dead.",
                    HAYASHIBARA),
    TimeParameter(
        "min_std_deviation",
        "1ms",
        "The least deviation that is reckoned with; the paper has none, and its network's "
        "jitter was 10 ms.",
        "this laboratory",
        std::chrono::microseconds(1)),
    CountParameter("window",
                   "1000",
                   2,
                   1000,
                   "Of how many times between heartbeats mean and deviation are taken.",
                   HAYASHIBARA),
};

std::optional<std::string> NothingWrong(const Values& /*values*/)
{
    return std::nullopt;
}

/// Of each other: when to suspect it, the newest number, and a window of four bytes an arrival.
std::uint64_t HeartbeatPairBytes(const Values& values)
{
    constexpr std::uint64_t WITHOUT_WINDOW = 110;
    return WITHOUT_WINDOW + 4ULL * values.Count("window");
}

/// Until the window is of the time after the fault, and then the longest time-out.
Duration HeartbeatHealsWithin(const Values& values, std::uint32_t /*members*/)
{
    const Duration interval = values.Time("interval");
    return interval * (values.Count("window") + 1) +
           2 * (values.Time("timeout") + values.Time("delta") + values.Time("alpha"));
}

/// The same, where times between heartbeats may have been as long as the fault.
Duration PhiHealsWithin(const Values& values, std::uint32_t /*members*/)
{
    constexpr Duration LONGEST_GAP = std::chrono::minutes(2);
    return values.Time("interval") * (2 * values.Count("window")) + LONGEST_GAP;
}

DetectorMaker MakeHeartbeat(const Values& values)
{
    Heartbeat::Config config;
    config.rule = static_cast<Heartbeat::Rule>(values.Word("rule"));
    config.interval = values.Time("interval");
    config.timeout = values.Time("timeout");
    config.delta = values.Time("delta");
    config.alpha = values.Time("alpha");
    config.window = values.Count("window");
    return Heartbeat::MakerOf(config);
}

DetectorMaker MakePhi(const Values& values)
{
    Heartbeat::Config config;
    config.rule = Heartbeat::Rule::PHI;
    config.interval = values.Time("interval");
    config.threshold = values.Number("threshold");
    config.minDeviation = values.Time("min_std_deviation");
    config.window = values.Count("window");
    return Heartbeat::MakerOf(config);
}

} // namespace

const Kind HEARTBEAT_KIND{
    .name = "heartbeat",
    .meaning = "Everybody sends heartbeats to everybody, and decides by itself.",
    .source =
        "Chen, Toueg, Aguilera: On the Quality of Service of Failure Detectors, IEEE TC 51(5)",
    .parameters = HEARTBEAT_ROWS,
    .suspects = false,
    .buries = true,
    .leaves = true,
    .heals = Heals::NETWORKS,
    .staysWrong = "",
    .healsWithin = HeartbeatHealsWithin,
    .pairBytes = HeartbeatPairBytes,
    .check = NothingWrong,
    .make = MakeHeartbeat,
};

const Kind PHI_KIND{
    .name = "phi",
    .meaning = "Heartbeats from everybody to everybody, with a time-out by the normal law of their "
               "arrivals.",
    .source =
        "Hayashibara, Defago, Yared, Katayama: The phi Accrual Failure Detector, IS-RR-2004-010",
    .parameters = PHI_ROWS,
    .suspects = false,
    .buries = true,
    .leaves = true,
    .heals = Heals::NETWORKS,
    .staysWrong = "",
    .healsWithin = PhiHealsWithin,
    .pairBytes = HeartbeatPairBytes,
    .check = NothingWrong,
    .make = MakePhi,
};

} // namespace swim::detectors
