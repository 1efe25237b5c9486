// SPDX-License-Identifier: GPL-2.0-only
//
// See period-traffic.h.
#include "lab/record/period-traffic.h"

#include "lab/record/metrics/metrics-pass.h"

#include <algorithm>

namespace swimlab
{

std::optional<TimeNs> PeriodTraffic::PeriodOf(const Plan& plan)
{
    const auto period = plan.groups.front().protocol.probeInterval;
    const bool shared = std::ranges::all_of(plan.groups, [period](const Group& group) {
        return group.protocol.probeInterval == period;
    });
    return shared ? std::optional<TimeNs>(period.count()) : std::nullopt;
}

PeriodTraffic::PeriodTraffic(const std::filesystem::path& folder,
                             std::uint32_t members,
                             TimeNs periodNs,
                             MetricsPass* pass)
    : m_periodNs(periodNs),
      m_now(members),
      m_pass(pass),
      m_rows(folder / "periods.csv", "from_ns,to_ns,messages,senders,receivers")
{
}

void PeriodTraffic::WritePeriod()
{
    m_members.clear();
    for (Moved& moved : m_now)
    {
        const std::size_t most = std::max(moved.sent, moved.received);
        if (m_members.size() <= most)
        {
            m_members.resize(most + 1);
        }
        ++m_members[moved.sent].senders;
        ++m_members[moved.received].receivers;
        moved = {};
    }
    const TimeNs toNs = m_fromNs + m_periodNs;
    for (std::size_t messages = 0; messages < m_members.size(); ++messages)
    {
        const Members& members = m_members[messages];
        if (members.senders + members.receivers == 0)
        {
            continue;
        }
        Append(m_rows.Row(), m_fromNs);
        AppendFields(m_rows.Row(), toNs, messages, members.senders, members.receivers);
        m_rows.EndRow();
        if (m_pass != nullptr)
        {
            m_pass->Scatter({m_fromNs, toNs, messages, members.senders, members.receivers});
        }
    }
    m_fromNs = toNs;
}

void PeriodTraffic::Finish(TimeNs endNs)
{
    Reach(endNs);
    m_rows.Finish();
}

} // namespace swimlab
