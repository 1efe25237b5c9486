// SPDX-License-Identifier: GPL-2.0-only
//
// See judge.h.
#include "lab/record/metrics/judge.h"

#include <algorithm>

namespace swimlab
{

namespace
{

void Raise(std::vector<std::uint64_t>& highest,
           MemberId subject,
           std::optional<std::uint32_t> incarnation)
{
    if (incarnation)
    {
        highest.resize(std::max<std::size_t>(highest.size(), subject + 1));
        highest[subject] = std::max(highest[subject], std::uint64_t{*incarnation} + 1);
    }
}

bool Reaches(const std::vector<std::uint64_t>& highest,
             MemberId subject,
             std::optional<std::uint32_t> incarnation)
{
    return incarnation && subject < highest.size() && *incarnation < highest[subject];
}

} // namespace

Judge::Judge(const RunFacts& facts, const GroundTruth& truth, const Views& views)
    : m_truth(truth),
      m_views(views),
      m_longestProbeNs(facts.LongestProbeNs())
{
}

Judgement Judge::Decide(const Conclusion& row, MemberId subject, MemberId accuser)
{
    if (m_truth.IsHealthy(subject))
    {
        const Judgement judgement = DecideOfHealthy(row, subject, accuser);
        m_cutOff = judgement == Judgement::PARTITION;
        return judgement;
    }
    Raise(m_whileNotHealthy, subject, row.incarnation);
    m_cutOff = m_truth.AreParted(row.observer, subject) || m_truth.IsUnplugged(row.observer) ||
               WasProbedAcross(row, subject, accuser) ||
               IsInheritedSuspicion(row, subject, accuser);
    return Judgement::RIGHT;
}

Judgement Judge::DecideOfHealthy(const Conclusion& row, MemberId subject, MemberId accuser)
{
    const bool parted = m_truth.AreParted(row.observer, subject);
    const bool unplugged = m_truth.IsUnplugged(row.observer);
    const bool late = WasProbedAcross(row, subject, accuser);
    if (parted)
    {
        Raise(m_acrossNow, subject, row.incarnation);
    }
    if (unplugged || late)
    {
        Raise(m_fromAfar, subject, row.incarnation);
    }
    if (parted || unplugged)
    {
        return Judgement::PARTITION;
    }
    if (Reaches(m_whileNotHealthy, subject, row.incarnation) ||
        m_truth.IsOfEarlierProcess(subject, row.incarnation))
    {
        return Judgement::RIGHT;
    }
    return late || Reaches(m_fromAfar, subject, row.incarnation) ? Judgement::PARTITION
                                                                 : Judgement::WRONG;
}

/// Whether it is the accuser's own word, and comes so soon after a heal or its plugging in that its
/// probe may have been sent before.
bool Judge::WasProbedAcross(const Conclusion& row, MemberId subject, MemberId accuser)
{
    std::erase_if(m_healed, [&row](const Healed& healed) { return healed.untilNs < row.timeNs; });
    const auto parted = [&](const Healed& healed) {
        return GroundTruth::Differ(healed.sides, row.observer, subject);
    };
    return m_truth.WasPluggedInSince(accuser, row.timeNs - m_longestProbeNs) ||
           (accuser == row.observer && std::ranges::any_of(m_healed, parted));
}

/// Whether the accusation goes on what a cut network began: the end of such a suspicion of its own, or
/// the word of somebody who has one.
bool Judge::IsInheritedSuspicion(const Conclusion& row, MemberId subject, MemberId accuser) const
{
    const bool own = accuser == row.observer;
    return (!own || row.kind == swim::EventKind::DEAD) && m_views.IsCutOff(accuser, subject);
}

void Judge::EndEpoch(TimeNs timeNs, const Sides& sides, bool heals)
{
    m_fromAfar.resize(std::max(m_fromAfar.size(), m_acrossNow.size()));
    for (MemberId member = 0; member < m_acrossNow.size(); ++member)
    {
        m_fromAfar[member] = std::max(m_fromAfar[member], m_acrossNow[member]);
    }
    m_acrossNow.clear();
    if (heals)
    {
        m_healed.push_back({timeNs + m_longestProbeNs, sides});
    }
}

} // namespace swimlab
