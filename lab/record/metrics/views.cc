// SPDX-License-Identifier: GPL-2.0-only
//
// See views.h.
#include "lab/record/metrics/views.h"

#include <algorithm>

namespace swimlab
{

Views::Views(std::vector<bool> present, std::vector<std::uint32_t> group, bool converged)
    : m_present(std::move(present)),
      m_group(std::move(group)),
      m_converged(converged),
      m_ofObserver(m_group.size()),
      m_ofSubject(m_group.size()),
      m_sizes(m_group.size(), 1)
{
    std::vector<std::uint32_t> sizes(m_group.size());
    for (MemberId member = 0; member < m_group.size(); ++member)
    {
        sizes[m_group[member]] += m_present[member] ? 1 : 0;
    }
    for (MemberId member = 0; converged && member < m_group.size(); ++member)
    {
        m_sizes[member] = m_present[member] ? sizes[m_group[member]] : 1;
    }
}

Views::Cell Views::CellOf(MemberId observer, MemberId subject) const
{
    if (observer == subject)
    {
        return static_cast<Cell>(View::ALIVE);
    }
    if (m_ofObserver[observer])
    {
        return m_ofObserver[observer][subject];
    }
    return m_ofSubject[subject] ? m_ofSubject[subject][observer] : Initial(observer, subject);
}

Views::Cell& Views::At(MemberId observer, MemberId subject)
{
    if (m_ofObserver[observer])
    {
        return m_ofObserver[observer][subject];
    }
    Strip& strip = m_ofSubject[subject];
    if (!strip)
    {
        strip = std::make_unique_for_overwrite<Cell[]>(m_group.size());
        for (MemberId other = 0; other < m_group.size(); ++other)
        {
            strip[other] = Initial(other, subject);
        }
    }
    return strip[observer];
}

Views::Entry Views::Set(MemberId observer, MemberId subject, View view, Marks marks)
{
    if (observer == subject)
    {
        return {View::ALIVE, {}};
    }
    Cell& cell = At(observer, subject);
    const Cell before = cell;
    cell = static_cast<Cell>(static_cast<Cell>(view) | (before & WRONGLY_BURIED) |
                             (marks.wronglySuspected ? WRONGLY_SUSPECTED : 0) |
                             (marks.wronglyBuried ? WRONGLY_BURIED : 0) |
                             (marks.cutOff ? CUT_OFF : 0));
    m_sizes[observer] += Holds(view) ? 1 : 0;
    m_sizes[observer] -= Holds(ViewOf(before)) ? 1 : 0;
    return {ViewOf(before),
            {(before & WRONGLY_SUSPECTED) != 0,
             (before & WRONGLY_BURIED) != 0,
             (before & CUT_OFF) != 0}};
}

void Views::StartAnew(MemberId observer)
{
    // What was said wrongly before stays so.
    constexpr Cell KEPT = WRONGLY_SUSPECTED | WRONGLY_BURIED;
    Strip strip = std::make_unique_for_overwrite<Cell[]>(m_group.size());
    for (MemberId subject = 0; subject < m_group.size(); ++subject)
    {
        strip[subject] = CellOf(observer, subject) & KEPT;
    }
    m_ofObserver[observer] = std::move(strip);
    m_sizes[observer] = 1;
}

Views::Holders Views::CountHolders(const std::vector<bool>& counts) const
{
    const auto members = static_cast<MemberId>(m_group.size());
    // Those whose views are strips of subjects, or as at the start.
    std::vector<std::uint32_t> unchanged(members);
    std::vector<MemberId> first;
    for (MemberId observer = 0; observer < members; ++observer)
    {
        if (counts[observer] && !m_ofObserver[observer])
        {
            first.push_back(observer);
            unchanged[m_group[observer]] += m_converged && m_present[observer] ? 1 : 0;
        }
    }
    Holders holders{std::vector<std::uint32_t>(members), 0};
    const auto count = [&](MemberId observer, MemberId subject, View view) {
        if (observer != subject && Holds(view))
        {
            const bool own = m_group[observer] == m_group[subject];
            holders.own[subject] += own ? 1 : 0;
            holders.foreign += own ? 0 : 1;
        }
    };
    for (MemberId subject = 0; subject < members; ++subject)
    {
        if (!m_ofSubject[subject] && m_present[subject])
        {
            const bool itself = counts[subject] && !m_ofObserver[subject] && m_converged;
            holders.own[subject] += unchanged[m_group[subject]] - (itself ? 1 : 0);
        }
        for (const MemberId observer : m_ofSubject[subject] ? first : std::vector<MemberId>{})
        {
            count(observer, subject, ViewOf(m_ofSubject[subject][observer]));
        }
    }
    for (MemberId observer = 0; observer < members; ++observer)
    {
        for (MemberId subject = 0; counts[observer] && m_ofObserver[observer] && subject < members;
             ++subject)
        {
            count(observer, subject, ViewOf(m_ofObserver[observer][subject]));
        }
    }
    return holders;
}

} // namespace swimlab
