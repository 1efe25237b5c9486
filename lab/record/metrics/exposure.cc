// SPDX-License-Identifier: GPL-2.0-only
//
// See exposure.h.
#include "lab/record/metrics/exposure.h"

#include <algorithm>

namespace swimlab
{

Exposure::Exposure(const RunFacts& facts, const GroundTruth& truth, const Window& window)
    : m_groupOf(facts.groupOf),
      m_window(window),
      m_healthy(facts.Members()),
      m_ever(facts.Members()),
      m_since(facts.Members())
{
    for (MemberId member = 0; member < facts.Members(); ++member)
    {
        m_healthy[member] = truth.IsHealthy(member);
        m_clusters.resize(std::max<std::size_t>(m_clusters.size(), m_groupOf[member] + 1));
    }
    CountAnew();
}

std::uint64_t Exposure::Cluster::ExposedPairs() const
{
    std::uint64_t parted = 0;
    std::uint64_t onSides = 0;
    for (const auto& [side, members] : onSide)
    {
        parted += 2 * onSides * members;
        onSides += members;
    }
    return healthy * healthy - healthy - parted;
}

void Exposure::CountAnew()
{
    for (Cluster& cluster : m_clusters)
    {
        cluster.healthy = 0;
        cluster.onSide.clear();
    }
    for (MemberId member = 0; member < m_healthy.size(); ++member)
    {
        if (m_healthy[member])
        {
            Cluster& cluster = m_clusters[m_groupOf[member]];
            ++cluster.healthy;
            if (m_parted && m_sides[member] != NO_SIDE)
            {
                ++cluster.onSide[m_sides[member]];
            }
        }
    }
    m_pairsNow = 0;
    m_membersNow = 0;
    for (const Cluster& cluster : m_clusters)
    {
        m_pairsNow += cluster.ExposedPairs();
        m_membersNow += cluster.healthy;
    }
}

/// Whoever is healthy in the window takes part in its pairs.
void Exposure::Mark(TimeNs timeNs, MemberId member)
{
    if (m_window.Part(m_since[member], timeNs) > 0)
    {
        m_ever[member] = true;
    }
}

void Exposure::Reach(TimeNs timeNs)
{
    const auto part = static_cast<PairTime>(m_window.Part(m_nowNs, timeNs));
    m_pairNs += part * m_pairsNow;
    m_memberNs += part * m_membersNow;
    m_nowNs = std::max(m_nowNs, timeNs);
}

void Exposure::SetHealthy(TimeNs timeNs, MemberId member, bool healthy)
{
    if (m_healthy[member] == healthy)
    {
        return;
    }
    if (!healthy)
    {
        Mark(timeNs, member);
        m_before[member].push_back({m_since[member], timeNs});
    }
    m_since[member] = timeNs;
    m_healthy[member] = healthy;
    Cluster& cluster = m_clusters[m_groupOf[member]];
    m_pairsNow -= cluster.ExposedPairs();
    const std::uint64_t change = healthy ? 1 : -1;
    cluster.healthy += change;
    m_membersNow += change;
    if (m_parted && m_sides[member] != NO_SIDE)
    {
        cluster.onSide[m_sides[member]] += change;
    }
    m_pairsNow += cluster.ExposedPairs();
}

void Exposure::SetSides(TimeNs timeNs, bool parted, const Sides& sides)
{
    if (m_parted)
    {
        m_partings.push_back({{m_partedSince, timeNs}, std::move(m_sides)});
    }
    m_parted = parted;
    m_partedSince = timeNs;
    m_sides = parted ? sides : Sides{};
    CountAnew();
}

TimeNs Exposure::Since(MemberId a, MemberId b) const
{
    TimeNs since = std::max(m_since[a], m_since[b]);
    for (const Parting& parting : m_partings)
    {
        if (GroundTruth::Differ(parting.sides, a, b))
        {
            since = std::max(since, parting.span.endNs);
        }
    }
    return since;
}

TimeNs Exposure::OfPair(MemberId a, MemberId b) const
{
    const auto spansOf = [this](MemberId member) {
        const auto found = m_before.find(member);
        std::vector<Span> spans = found == m_before.end() ? std::vector<Span>{} : found->second;
        if (m_healthy[member])
        {
            spans.push_back({m_since[member], m_nowNs});
        }
        return spans;
    };
    TimeNs sum = 0;
    const auto spansOfB = spansOf(b);
    for (const Span& x : spansOf(a))
    {
        for (const Span& y : spansOfB)
        {
            const TimeNs begin = std::max(x.beginNs, y.beginNs);
            const TimeNs end = std::min(x.endNs, y.endNs);
            const auto takeOut = [&](const Span& span, const Sides& sides) {
                const bool apart = GroundTruth::Differ(sides, a, b);
                const TimeNs from = std::max(begin, span.beginNs);
                sum -= apart ? m_window.Part(from, std::max(from, std::min(end, span.endNs))) : 0;
            };
            sum += m_window.Part(begin, std::max(begin, end));
            for (const Parting& parting : m_partings)
            {
                takeOut(parting.span, parting.sides);
            }
            if (m_parted)
            {
                takeOut({m_partedSince, m_nowNs}, m_sides);
            }
        }
    }
    return sum;
}

std::uint64_t Exposure::Pairs() const
{
    std::vector<std::uint64_t> ever(m_clusters.size());
    for (MemberId member = 0; member < m_healthy.size(); ++member)
    {
        const bool is =
            m_ever[member] || (m_healthy[member] && m_window.Part(m_since[member], m_nowNs) > 0);
        ever[m_groupOf[member]] += is ? 1 : 0;
    }
    std::uint64_t pairs = 0;
    for (const std::uint64_t members : ever)
    {
        pairs += members > 0 ? members * (members - 1) : 0;
    }
    return pairs;
}

} // namespace swimlab
