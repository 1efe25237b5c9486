// SPDX-License-Identifier: GPL-2.0-only
//
// See agreement.h.
#include "lab/record/metrics/agreement.h"

#include <algorithm>

namespace swimlab
{

Agreement::Agreement(const RunState& run)
    : m_run(run),
      m_lastChangeNs(run.facts.Members(), -1)
{
}

void Agreement::Hear(const Heard& heard)
{
    if (!heard.changesView)
    {
        return;
    }
    m_lastChangeNs[heard.row.observer] = heard.row.timeNs;
    // Only by observers that held it for gone: a process that starts anew may be told of a crash
    // before it is known, and has every right to believe.
    if (heard.row.kind == swim::EventKind::JOINED && IsGone(heard.before.view) &&
        m_run.truth.IsGone(heard.subject))
    {
        ++m_resurrections;
    }
}

Agreement::Counts Agreement::Count(const std::vector<bool>& live) const
{
    const auto& groups = m_run.views.Groups();
    std::vector<std::uint64_t> liveOf(*std::ranges::max_element(groups) + 1);
    for (MemberId member = 0; member < live.size(); ++member)
    {
        liveOf[groups[member]] += live[member] ? 1 : 0;
    }
    const Views::Holders holders = m_run.views.CountHolders(live);
    Counts counts{.foreignPairs = holders.foreign};
    for (MemberId member = 0; member < live.size(); ++member)
    {
        if (live[member])
        {
            const std::uint64_t peers = liveOf[groups[member]] - 1;
            counts.livePairs += peers;
            counts.missingPairs += peers - holders.own[member];
            counts.missingMembers += peers > holders.own[member] ? 1 : 0;
        }
        counts.stalePairs += m_run.truth.IsGone(member) ? holders.own[member] : 0;
    }
    return counts;
}

void Agreement::Finish(Json& metrics)
{
    std::vector<bool> live(m_lastChangeNs.size());
    std::optional<TimeNs> settledNs;
    for (MemberId member = 0; member < live.size(); ++member)
    {
        live[member] = m_run.truth.IsLive(member);
        if (live[member] && m_lastChangeNs[member] >= 0)
        {
            settledNs = std::max(settledNs.value_or(0), m_lastChangeNs[member]);
        }
    }
    const Counts counts = Count(live);
    metrics["agreement"] = {{"live_pairs", counts.livePairs},
                            {"missing_pairs", counts.missingPairs},
                            {"missing_members", counts.missingMembers},
                            {"foreign_pairs", counts.foreignPairs},
                            {"stale_pairs", counts.stalePairs},
                            {"resurrections", m_resurrections},
                            {"settled_at_s", SecondsJson(settledNs)}};
}

} // namespace swimlab
