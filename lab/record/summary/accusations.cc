// SPDX-License-Identifier: GPL-2.0-only
//
// See accusations.h.
#include "lab/record/summary/accusations.h"

#include <algorithm>

namespace swimlab::summary
{

Accusations::Accusations(const Health& health, std::uint32_t members, std::size_t seconds)
    : m_health(health),
      m_members(members),
      m_accusedWhileNotLive(members)
{
    m_counts.perSecond.resize(seconds);
}

bool Accusations::IsFalse(const Accusation& accusation)
{
    const std::uint64_t incarnation = accusation.incarnation;
    std::uint64_t& accused = m_accusedWhileNotLive[accusation.subject];
    if (!m_health.IsLive(accusation.subject))
    {
        accused = std::max(accused, incarnation + 1);
        return false;
    }
    // Old news: born while it was not live, or about an earlier process.
    return incarnation >= accused && incarnation >= m_health.LowestIncarnation(accusation.subject);
}

bool Accusations::Insert(std::unordered_map<MemberId, Observers>& of,
                         MemberId subject,
                         MemberId observer)
{
    Observers& observers = of[subject];
    observers.are.resize(m_members);
    if (observers.are[observer])
    {
        return false;
    }
    observers.are[observer] = true;
    ++observers.count;
    return true;
}

void Accusations::Suspected(const Accusation& accusation)
{
    if (IsFalse(accusation))
    {
        Insert(m_wronglySuspectedBy, accusation.subject, accusation.observer);
    }
}

void Accusations::Declared(const Accusation& accusation)
{
    if (!IsFalse(accusation))
    {
        return;
    }
    ++m_counts.events;
    if (Insert(m_wronglyBuriedBy, accusation.subject, accusation.observer))
    {
        ++m_counts.pairs;
    }
    m_counts.subjects = m_wronglyBuriedBy.size();
    const bool healthy =
        m_health.IsLive(accusation.observer) && !m_health.WasPaused(accusation.observer);
    m_counts.fpMinus += healthy ? 1 : 0;
    if (!m_health.WasTouched(accusation.subject))
    {
        ++m_counts.aboutBystanders;
        m_counts.amongBystanders += m_health.WasTouched(accusation.observer) ? 0 : 1;
    }
    const auto second = static_cast<std::size_t>(accusation.timeNs / SECOND_NS);
    ++m_counts.perSecond[std::min(second, m_counts.perSecond.size() - 1)];
    ++m_counts.byAccuser[accusation.accuser];
}

void Accusations::Changed(MemberId observer, MemberId subject, bool refuted)
{
    const auto found = m_wronglySuspectedBy.find(subject);
    if (found == m_wronglySuspectedBy.end() || !found->second.are[observer])
    {
        return;
    }
    m_counts.refutedSuspicions += refuted ? 1 : 0;
    found->second.are[observer] = false;
    if (--found->second.count == 0)
    {
        m_wronglySuspectedBy.erase(found);
    }
}

} // namespace swimlab::summary
