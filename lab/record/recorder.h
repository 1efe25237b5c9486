// SPDX-License-Identifier: GPL-2.0-only
//
// Writes what a run concluded and moved: events.csv and traffic.csv, in the same columns whoever
// ran it, and what only a simulation can tell (regions.csv, periods.csv); with record = "summary" metrics.json and truth.csv instead of events.csv.
//
// docs/records.md describes the files. Rows are written as they come, so a run of any length needs
// no memory for its records, and events.csv is summed on the way, whether it is kept or not. A run
// that keeps its events has its metrics computed of them (recorded-run.h).
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/conclusion.h"
#include "lab/record/member-traffic.h"
#include "lab/record/metrics/metrics-pass.h"
#include "lab/record/period-traffic.h"
#include "lab/record/record-error.h"
#include "lab/record/region-traffic.h"
#include "lab/record/row-file.h"
#include "lab/record/time-ns.h"
#include "lab/record/trace/trace.h"
#include "lab/record/traffic-sums.h"
#include "lab/scenario/sha256.h"
#include "swim/traffic-kind.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// By kind of traffic.
using TrafficTable = std::array<TrafficSums, swim::TRAFFIC_KINDS>;

/// One recorder serves one run.
class Recorder
{
  public:
    /// @param folder exists
    /// @param plan says what to keep; outlives the recorder
    Recorder(const std::filesystem::path& folder, const Plan& plan);

    /// Of a run of which no file is kept, only its metrics: see Metrics. @param plan outlives it
    explicit Recorder(const Plan& plan);

    void Conclude(const Conclusion& conclusion);

    /// What the scenario did. @param value what was set; may be empty
    /// @param incarnation of the process that starts; 0: the event is no start
    void Truth(std::int64_t timeNs, std::string_view event, std::string_view value);
    void Truth(std::int64_t timeNs,
               std::string_view event,
               std::uint32_t subject,
               std::string_view value,
               std::uint32_t incarnation = 0);

    void Sent(std::int64_t timeNs, swim::TrafficKind kind, std::uint32_t bytes);
    void Received(std::int64_t timeNs, swim::TrafficKind kind, std::uint32_t bytes);

    /// What was sent from one member to another, where the record tells of regions.
    /// @return nullptr where it does not
    RegionTraffic* Regions()
    {
        return m_regions ? &*m_regions : nullptr;
    }

    /// What each member moves. @return nullptr where the record does not tell
    MemberTraffic* Members()
    {
        return m_members ? &*m_members : nullptr;
    }

    /// Of a run that keeps no events. @return nullptr of another
    MetricsPass* Metrics()
    {
        return m_metrics ? &*m_metrics : nullptr;
    }

    /// From now on each message is told of the member that moved it, too; see period-traffic.h.
    void CountPeriods(const Plan& plan);

    /// @return nullptr where nobody tells who moved what
    PeriodTraffic* Periods()
    {
        return m_periods ? &*m_periods : nullptr;
    }

    /// Messages and decisions. @return nullptr where the run writes none down
    Trace* Traces()
    {
        return m_trace ? &*m_trace : nullptr;
    }

    const Trace* Traces() const
    {
        return m_trace ? &*m_trace : nullptr;
    }

    /// All that moved in a second. @param second not before that of an earlier call
    void Moved(std::int64_t second, const TrafficTable& sums);

    /// Writes everything that is left. @throws RecordError
    void Finish();

    std::uint64_t Events() const
    {
        return m_events;
    }

    /// After Finish: of all events in the form of events.csv.
    const std::string& EventsSha256() const
    {
        return m_eventsSha256;
    }

    /// After Finish: of the metrics.json of a summary; empty of another run.
    const std::string& MetricsSha256() const
    {
        return m_metricsSha256;
    }

  private:
    std::string_view NameOf(const Party& party) const;
    TrafficSums& At(std::int64_t timeNs, swim::TrafficKind kind);
    void SetSecond(std::int64_t second);
    void WriteTraffic();
    void TruthRow(std::int64_t timeNs,
                  std::string_view event,
                  std::optional<MemberId> subject,
                  std::uint32_t incarnation,
                  std::string_view value);

    const std::vector<std::string>& m_names;
    std::filesystem::path m_folder;
    TimeNs m_endNs;
    RowFile m_eventRows;
    RowFile m_trafficRows;
    std::optional<RowFile> m_truthRows;   ///< of a summary: the rows of events.csv that are kept
    std::optional<MetricsPass> m_metrics; ///< of a summary
    std::optional<RegionTraffic> m_regions;
    std::optional<MemberTraffic> m_members;
    std::optional<PeriodTraffic> m_periods;
    std::optional<Trace> m_trace;
    TrafficTable m_sums{};
    std::int64_t m_second = 0;
    std::uint64_t m_events = 0;
    std::string m_eventsSha256;
    std::string m_metricsSha256;
};

/// Memory that the recorder of a run will need; see EstimateMetricsBytes for what it leaves out.
std::uint64_t EstimateRecorderBytes(const Plan& plan);

} // namespace swimlab
