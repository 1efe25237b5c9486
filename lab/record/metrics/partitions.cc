// SPDX-License-Identifier: GPL-2.0-only
//
// See partitions.h.
#include "lab/record/metrics/partitions.h"

#include <algorithm>

namespace swimlab
{

Partitions::Partitions(const RunState& run)
    : m_run(run)
{
}

void Partitions::After(const Deed& deed)
{
    if (deed.parts)
    {
        m_partitions.push_back({deed.event.timeNs});
        Begin(deed.event.timeNs, Phase::PARTED);
    }
    else if (deed.heals && !m_partitions.empty()) // or it began before the window
    {
        m_partitions.back().healedAtNs = deed.event.timeNs;
        Begin(deed.event.timeNs, Phase::HEALED);
    }
}

void Partitions::Begin(TimeNs timeNs, Phase phase)
{
    const GroundTruth& truth = m_run.truth;
    m_phase = phase;
    m_sinceNs = timeNs;
    const std::uint32_t partsNext = truth.Next(Verb::PARTITION);
    const std::uint32_t end =
        phase == Phase::PARTED ? std::min(partsNext, truth.Next(Verb::HEAL)) : partsNext;
    m_stays.resize(m_run.facts.Members());
    m_buries.resize(m_run.facts.Members());
    for (MemberId member = 0; member < m_stays.size(); ++member)
    {
        m_stays[member] = truth.IsLiveUntil(member, end);
        m_buries[member] = m_run.facts.needsMajority.empty() ||
                           !m_run.facts.needsMajority[member] || HasMajority(member);
    }
    CountPairs();
}

/// Whether more than half of its cluster is on its side, itself included.
bool Partitions::HasMajority(MemberId observer) const
{
    const RunFacts& facts = m_run.facts;
    const auto clusterOf = [&facts](MemberId member) {
        return facts.groupOf.empty() ? 0 : facts.groupOf[member];
    };
    MemberId all = 0;
    MemberId beside = 0;
    for (MemberId other = 0; other < facts.Members(); ++other)
    {
        if (clusterOf(other) == clusterOf(observer))
        {
            ++all;
            beside += other == observer || !m_run.truth.AreParted(observer, other) ? 1 : 0;
        }
    }
    return 2 * beside > all;
}

bool Partitions::TakesPart(MemberId observer, MemberId subject) const
{
    return observer != subject && m_stays[observer] && m_stays[subject] &&
           (m_phase == Phase::HEALED
                ? m_run.views.AreOfOneGroup(observer, subject)
                : m_buries[observer] && m_run.truth.AreParted(observer, subject));
}

bool Partitions::IsPending(View view) const
{
    return m_phase == Phase::PARTED ? Holds(view) : view != View::ALIVE;
}

void Partitions::CountPairs()
{
    const MemberId members = m_run.facts.Members();
    std::uint64_t pairs = 0;
    m_pending = 0;
    m_suspects.assign(m_phase == Phase::HEALED ? std::size_t{members} * members : 0, false);
    for (MemberId observer = 0; observer < members; ++observer)
    {
        for (MemberId subject = 0; m_stays[observer] && subject < members; ++subject)
        {
            if (TakesPart(observer, subject))
            {
                const View view = m_run.views.Get(observer, subject);
                ++pairs;
                m_pending += IsPending(view) ? 1 : 0;
                if (m_phase == Phase::HEALED && view == View::SUSPECT)
                {
                    m_suspects[PairOf(observer, subject)] = true;
                }
            }
        }
    }
    // Where there is nobody to bury, nothing is ever separated.
    m_isDone = m_phase == Phase::PARTED && pairs == 0;
    Check(m_sinceNs);
}

bool Partitions::WasPending(const Heard& heard)
{
    if (m_phase == Phase::HEALED && heard.before.view == View::SUSPECT)
    {
        const std::size_t pair = PairOf(heard.row.observer, heard.subject);
        const bool wasOpen = m_suspects[pair];
        m_suspects[pair] = false;
        return wasOpen;
    }
    return IsPending(heard.before.view);
}

void Partitions::Hear(const Heard& heard)
{
    if (m_isDone || m_phase == Phase::NONE || !heard.changesView ||
        !TakesPart(heard.row.observer, heard.subject))
    {
        return;
    }
    if (m_phase == Phase::HEALED && heard.after == View::SUSPECT)
    {
        if (heard.before.view != View::SUSPECT && heard.before.view != View::ALIVE)
        {
            m_suspects[PairOf(heard.row.observer, heard.subject)] = true;
        }
        return;
    }
    m_pending -= WasPending(heard) ? 1 : 0;
    m_pending += IsPending(heard.after) ? 1 : 0;
    Check(heard.row.timeNs);
}

void Partitions::Check(TimeNs timeNs)
{
    if (m_isDone || m_pending > 0)
    {
        return;
    }
    m_isDone = true;
    Partition& partition = m_partitions.back();
    (m_phase == Phase::PARTED ? partition.separated : partition.remerged) = timeNs - m_sinceNs;
}

void Partitions::Finish(Json& metrics)
{
    Json& json = metrics["partitions"] = Json::array();
    for (const Partition& partition : m_partitions)
    {
        json.push_back({{"at_s", SecondsJson(partition.atNs)},
                        {"healed_at_s", SecondsJson(partition.healedAtNs)},
                        {"separated_s", SecondsJson(partition.separated)},
                        {"remerged_s", SecondsJson(partition.remerged)}});
    }
}

} // namespace swimlab
