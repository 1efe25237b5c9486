// SPDX-License-Identifier: GPL-2.0-only
//
// See live-records.h.
#include "lab/live/live-records.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace swimlab
{

namespace
{

constexpr std::array FIELDS = {&TrafficSums::sent,
                               &TrafficSums::sentBytes,
                               &TrafficSums::received,
                               &TrafficSums::receivedBytes};

/// The sum as it was at a moment between two lines, if it grew steadily.
std::uint64_t Between(std::uint64_t before, std::uint64_t after, double share)
{
    const std::uint64_t grown = after > before ? after - before : 0;
    return before + static_cast<std::uint64_t>(std::llround(share * static_cast<double>(grown)));
}

} // namespace

LiveRecords::LiveRecords(const Plan& plan)
    : m_plan(plan),
      m_processes(plan.members),
      m_seconds(static_cast<std::size_t>((plan.duration.count() + SECOND_NS - 1) / SECOND_NS))
{
}

void LiveRecords::Begin(std::int64_t zeroNs)
{
    m_begun = true;
    m_zeroNs = zeroNs;
}

bool LiveRecords::IsWithin(std::int64_t atNs) const
{
    return m_begun && atNs >= m_zeroNs && atNs <= m_zeroNs + m_plan.duration.count();
}

void LiveRecords::Conclude(Conclusion conclusion)
{
    if (IsWithin(conclusion.timeNs))
    {
        conclusion.timeNs -= m_zeroNs;
        m_rows.push_back({conclusion.timeNs, std::move(conclusion)});
    }
}

void LiveRecords::Truth(std::int64_t atNs, const TruthRow& row)
{
    m_rows.push_back({std::max<std::int64_t>(atNs - m_zeroNs, 0), row});
}

void LiveRecords::ProcessStarted(std::int64_t atNs, MemberId member)
{
    m_processes[member] = {};
    m_processes[member].atNs = atNs;
}

void LiveRecords::Traffic(std::int64_t atNs, MemberId member, const TrafficTable& sums)
{
    Process& process = m_processes[member];
    const std::int64_t from = process.atNs - m_zeroNs;
    const std::int64_t to = atNs - m_zeroNs;
    TrafficTable before = process.sums;
    const auto last = static_cast<std::int64_t>(m_seconds.size());
    for (std::int64_t second = from >= 0 ? from / SECOND_NS : -1;
         m_begun && second < last && second * SECOND_NS < to;
         ++second)
    {
        const std::int64_t end = std::min((second + 1) * SECOND_NS, to);
        const double share = static_cast<double>(end - from) / static_cast<double>(to - from);
        for (std::size_t kind = 0; kind < sums.size(); ++kind)
        {
            for (const auto field : FIELDS)
            {
                const std::uint64_t then =
                    Between(process.sums[kind].*field, sums[kind].*field, share);
                if (second >= 0)
                {
                    m_seconds[second][kind].*field += then - before[kind].*field;
                }
                before[kind].*field = then;
            }
        }
    }
    process.sums = sums;
    process.atNs = atNs;
}

void LiveRecords::Count(std::int64_t atNs, MemberId member, const Counts& counts)
{
    auto& known = m_processes[member].counts;
    for (const auto& [name, value] : counts)
    {
        std::uint64_t& before = known[name];
        std::uint64_t& total = m_total[name];
        if (m_begun && atNs >= m_zeroNs && value > before)
        {
            total += value - before;
        }
        before = value;
    }
}

Counts LiveRecords::Total() const
{
    return {m_total.begin(), m_total.end()};
}

void LiveRecords::Write(Recorder& recorder)
{
    std::ranges::stable_sort(m_rows, {}, &Row::timeNs);
    for (const Row& row : m_rows)
    {
        if (const auto* conclusion = std::get_if<Conclusion>(&row.what))
        {
            recorder.Conclude(*conclusion);
            continue;
        }
        const auto& truth = std::get<TruthRow>(row.what);
        if (truth.subject)
        {
            recorder.Truth(row.timeNs, truth.event, *truth.subject, truth.value, truth.incarnation);
        }
        else
        {
            recorder.Truth(row.timeNs, truth.event, truth.value);
        }
    }
    for (std::size_t second = 0; second < m_seconds.size(); ++second)
    {
        recorder.Moved(static_cast<std::int64_t>(second), m_seconds[second]);
    }
}

} // namespace swimlab
