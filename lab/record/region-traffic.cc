// SPDX-License-Identifier: GPL-2.0-only
//
// See region-traffic.h.
#include "lab/record/region-traffic.h"

#include "lab/record/metrics/metrics-pass.h"

#include <algorithm>
#include <limits>

namespace swimlab
{

namespace
{

/// Of routers that carry members, in order and once each.
std::vector<std::string> RegionsOf(const Plan& plan)
{
    std::vector<std::string> names;
    for (const RouterId router : plan.routerOfMember)
    {
        if (names.empty() || names.back() != plan.topology.routers[router].region)
        {
            names.push_back(plan.topology.routers[router].region);
        }
    }
    std::ranges::sort(names);
    const auto rest = std::unique(names.begin(), names.end());
    names.erase(rest, names.end());
    return names;
}

} // namespace

bool RegionTraffic::IsAbout(const Plan& plan)
{
    return RegionsOf(plan).size() > 1;
}

RegionTraffic::RegionTraffic(const std::filesystem::path& folder, const Plan& plan)
    : m_names(RegionsOf(plan)),
      m_now(m_names.size() * m_names.size()),
      m_inWindow(m_now.size()),
      m_fromSecond(plan.measure.from.count() / SECOND_NS),
      m_toSecond(plan.measure.to ? plan.measure.to->count() / SECOND_NS
                                 : std::numeric_limits<std::int64_t>::max()),
      m_rows(folder / "regions.csv", "second,from,to,sent,sent_bytes")
{
    for (const RouterId router : plan.routerOfMember)
    {
        const auto place = std::ranges::lower_bound(m_names, plan.topology.routers[router].region);
        m_regionOf.push_back(static_cast<std::uint32_t>(place - m_names.begin()));
    }
}

void RegionTraffic::Sent(TimeNs timeNs, MemberId from, MemberId to, std::uint32_t bytes)
{
    const std::int64_t second = timeNs / SECOND_NS;
    if (second != m_second)
    {
        WriteSecond();
        m_second = second;
    }
    Sums& sums = m_now[std::size_t{m_regionOf[from]} * m_names.size() + m_regionOf[to]];
    ++sums.sent;
    sums.bytes += bytes;
}

void RegionTraffic::WriteSecond()
{
    const bool counts = m_second >= m_fromSecond && m_second < m_toSecond;
    for (std::size_t pair = 0; pair < m_now.size(); ++pair)
    {
        Sums& sums = m_now[pair];
        if (sums.sent > 0)
        {
            std::string& row = m_rows.Row();
            Append(row, m_second);
            AppendFields(row,
                         Cell(m_names[pair / m_names.size()]),
                         Cell(m_names[pair % m_names.size()]),
                         sums.sent,
                         sums.bytes);
            m_rows.EndRow();
            m_inWindow[pair].sent += counts ? sums.sent : 0;
            m_inWindow[pair].bytes += counts ? sums.bytes : 0;
        }
        sums = {};
    }
}

void RegionTraffic::Finish(MetricsPass* pass)
{
    WriteSecond();
    m_rows.Finish();
    for (std::size_t pair = 0; pass != nullptr && pair < m_inWindow.size(); ++pair)
    {
        const Sums& sums = m_inWindow[pair];
        if (sums.sent > 0)
        {
            const std::string& from = m_names[pair / m_names.size()];
            const std::string& to = m_names[pair % m_names.size()];
            pass->Cross({m_fromSecond, from, to, sums.sent, sums.bytes});
        }
    }
}

std::string Cell(std::string_view name)
{
    if (name.find_first_of(",\"\r\n") == std::string_view::npos)
    {
        return std::string(name);
    }
    std::string cell = "\"";
    for (const char character : name)
    {
        cell += character;
        cell += character == '"' ? "\"" : "";
    }
    return cell + '"';
}

} // namespace swimlab
