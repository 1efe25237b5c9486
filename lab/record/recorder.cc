// SPDX-License-Identifier: GPL-2.0-only
//
// See recorder.h.
#include "lab/record/recorder.h"

#include "lab/record/metrics/metrics-json.h"

#include <cstddef>

namespace swimlab
{

namespace
{

constexpr std::string_view EVENT_COLUMNS = "time_ns,observer,event,subject,incarnation,source";

} // namespace

Recorder::Recorder(const std::filesystem::path& folder, const Plan& plan)
    : m_names(plan.names),
      m_folder(folder),
      m_endNs(plan.duration.count()),
      m_eventRows(plan.record == Record::EVENTS ? folder / "events.csv" : "", EVENT_COLUMNS),
      m_trafficRows(folder / "traffic.csv", "second,kind,sent,sent_bytes,received,received_bytes")
{
    if (RegionTraffic::IsAbout(plan))
    {
        m_regions.emplace(folder, plan);
    }
    if (plan.record == Record::SUMMARY)
    {
        m_truthRows.emplace(folder / "truth.csv", EVENT_COLUMNS);
        m_metrics.emplace(FactsOf(plan));
    }
    if (plan.measure.memberLoads)
    {
        m_members.emplace(folder, plan, m_metrics ? &*m_metrics : nullptr);
    }
    if (plan.trace.on)
    {
        m_trace.emplace(folder, plan);
    }
}

Recorder::Recorder(const Plan& plan)
    : m_names(plan.names),
      m_endNs(plan.duration.count()),
      m_eventRows("", EVENT_COLUMNS),
      m_trafficRows("", EVENT_COLUMNS)
{
    m_metrics.emplace(FactsOf(plan));
}

void Recorder::CountPeriods(const Plan& plan)
{
    if (m_folder.empty())
    {
        return;
    }
    if (const auto period = PeriodTraffic::PeriodOf(plan))
    {
        m_periods.emplace(m_folder, plan.members, *period, m_metrics ? &*m_metrics : nullptr);
    }
}

std::string_view Recorder::NameOf(const Party& party) const
{
    return party.member ? m_names[*party.member] : party.stranger;
}

void Recorder::Conclude(const Conclusion& conclusion)
{
    std::string& row = m_eventRows.Row();
    Append(row, conclusion.timeNs);
    AppendFields(row,
                 m_names[conclusion.observer],
                 swim::EventKindName(conclusion.kind),
                 NameOf(conclusion.subject));
    row += ',';
    if (!conclusion.subject.IsNobody() && conclusion.incarnation)
    {
        Append(row, *conclusion.incarnation);
    }
    AppendFields(row,
                 conclusion.rejection ? swim::RejectionName(*conclusion.rejection)
                                      : NameOf(conclusion.source));
    m_eventRows.EndRow();
    ++m_events;
    if (m_metrics)
    {
        m_metrics->Conclude(conclusion);
    }
}

void Recorder::Truth(std::int64_t timeNs, std::string_view event, std::string_view value)
{
    TruthRow(timeNs, event, {}, 0, value);
}

void Recorder::Truth(std::int64_t timeNs,
                     std::string_view event,
                     std::uint32_t subject,
                     std::string_view value,
                     std::uint32_t incarnation)
{
    TruthRow(timeNs, event, subject, incarnation, value);
}

void Recorder::TruthRow(std::int64_t timeNs,
                        std::string_view event,
                        std::optional<MemberId> subject,
                        std::uint32_t incarnation,
                        std::string_view value)
{
    const std::string_view name = subject ? std::string_view(m_names[*subject]) : "";
    const std::string text = incarnation == 0 ? "" : std::to_string(incarnation);
    for (RowFile* rows : {&m_eventRows, m_truthRows ? &*m_truthRows : nullptr})
    {
        if (rows != nullptr)
        {
            Append(rows->Row(), timeNs);
            AppendFields(rows->Row(), std::string_view{}, event, name, text, value);
            rows->EndRow();
        }
    }
    ++m_events;
    if (m_metrics)
    {
        const auto told = incarnation == 0 ? std::nullopt : std::optional(incarnation);
        m_metrics->Truth({timeNs, FindVerb(event).value(), subject, told, value});
    }
}

void Recorder::SetSecond(std::int64_t second)
{
    if (second != m_second)
    {
        WriteTraffic();
        m_second = second;
    }
}

TrafficSums& Recorder::At(std::int64_t timeNs, swim::TrafficKind kind)
{
    SetSecond(timeNs / SECOND_NS);
    return m_sums[static_cast<std::size_t>(kind)];
}

void Recorder::Sent(std::int64_t timeNs, swim::TrafficKind kind, std::uint32_t bytes)
{
    TrafficSums& sums = At(timeNs, kind);
    ++sums.sent;
    sums.sentBytes += bytes;
}

void Recorder::Received(std::int64_t timeNs, swim::TrafficKind kind, std::uint32_t bytes)
{
    TrafficSums& sums = At(timeNs, kind);
    ++sums.received;
    sums.receivedBytes += bytes;
}

void Recorder::Moved(std::int64_t second, const TrafficTable& sums)
{
    SetSecond(second);
    for (std::size_t i = 0; i < sums.size(); ++i)
    {
        m_sums[i].sent += sums[i].sent;
        m_sums[i].sentBytes += sums[i].sentBytes;
        m_sums[i].received += sums[i].received;
        m_sums[i].receivedBytes += sums[i].receivedBytes;
    }
}

void Recorder::WriteTraffic()
{
    for (std::size_t i = 0; i < m_sums.size(); ++i)
    {
        const TrafficSums& sums = m_sums[i];
        if (sums.sent + sums.received > 0)
        {
            const auto kind = swim::TrafficKindName(static_cast<swim::TrafficKind>(i));
            std::string& row = m_trafficRows.Row();
            Append(row, m_second);
            AppendFields(row, kind, sums.sent, sums.sentBytes, sums.received, sums.receivedBytes);
            m_trafficRows.EndRow();
            if (m_metrics)
            {
                m_metrics->Move({m_second, kind, sums});
            }
        }
    }
    m_sums = {};
}

void Recorder::Finish()
{
    WriteTraffic();
    m_trafficRows.Finish();
    if (m_regions)
    {
        m_regions->Finish(m_metrics ? &*m_metrics : nullptr);
    }
    if (m_periods)
    {
        m_periods->Finish(m_endNs);
    }
    if (m_members)
    {
        m_members->Finish();
    }
    if (m_trace)
    {
        m_trace->Finish();
    }
    m_eventsSha256 = m_eventRows.Finish();
    if (m_metrics)
    {
        m_truthRows->Finish();
        const Json metrics = WithHeader(m_metrics->Facts(), m_eventsSha256, m_metrics->Finish());
        m_metricsSha256 = RowFile(m_folder / METRICS_FILE, TextOf(metrics)).Finish();
    }
}

std::uint64_t EstimateRecorderBytes(const Plan& plan)
{
    const std::uint64_t files = plan.record == Record::SUMMARY ? 4 : 3;
    const std::uint64_t ofMembers =
        plan.measure.memberLoads ? RowFile::BUFFER_SIZE + plan.members * 3 * sizeof(std::uint64_t)
                                 : 0;
    return files * RowFile::BUFFER_SIZE + PeriodTraffic::BYTES_A_MEMBER * plan.members + ofMembers +
           EstimateMetricsBytes(plan);
}

} // namespace swimlab
