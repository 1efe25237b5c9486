// SPDX-License-Identifier: GPL-2.0-only
//
// See member-traffic.h.
#include "lab/record/member-traffic.h"

#include "lab/record/metrics/metrics-pass.h"

#include <algorithm>

namespace swimlab
{

MemberTraffic::MemberTraffic(const std::filesystem::path& folder,
                             const Plan& plan,
                             MetricsPass* pass)
    : m_sent(plan.members),
      m_received(plan.members),
      m_pass(pass),
      m_rows(folder / FILE_NAME, COLUMNS)
{
}

void MemberTraffic::Sent(TimeNs timeNs, MemberId member, std::uint32_t bytes)
{
    Reach(timeNs);
    m_sent[member] += bytes;
}

void MemberTraffic::Received(TimeNs timeNs, MemberId member, std::uint32_t bytes)
{
    Reach(timeNs);
    m_received[member] += bytes;
}

void MemberTraffic::Reach(TimeNs timeNs)
{
    const std::int64_t second = timeNs / SECOND_NS;
    if (second != m_second)
    {
        Write(false, m_sent);
        Write(true, m_received);
        m_second = second;
    }
}

/// A row for each number of bytes, in order; who moved nothing has none.
void MemberTraffic::Write(bool received, Moved& moved)
{
    Moved values(moved);
    std::ranges::fill(moved, 0);
    std::ranges::sort(values);
    for (auto first = std::ranges::upper_bound(values, 0U); first != values.end();)
    {
        const auto end = std::upper_bound(first, values.end(), *first);
        const auto members = static_cast<std::uint64_t>(end - first);
        Append(m_rows.Row(), m_second);
        AppendFields(m_rows.Row(), received ? "received" : "sent", *first, members);
        m_rows.EndRow();
        if (m_pass != nullptr)
        {
            m_pass->Load({m_second, received, *first, members});
        }
        first = end;
    }
}

void MemberTraffic::Finish()
{
    Write(false, m_sent);
    Write(true, m_received);
    m_rows.Finish();
}

} // namespace swimlab
