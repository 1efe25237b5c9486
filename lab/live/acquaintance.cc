// SPDX-License-Identifier: GPL-2.0-only
//
// See acquaintance.h.
#include "lab/live/acquaintance.h"

namespace swimlab
{

Acquaintance::Acquaintance(const Plan& plan)
    : m_plan(plan),
      m_groupOfMember(plan.members),
      m_knows(plan.members, std::vector<bool>(plan.members))
{
    for (std::size_t group = 0; group < plan.groups.size(); ++group)
    {
        for (const MemberId member : plan.groups[group].members)
        {
            m_groupOfMember[member] = group;
        }
    }
    for (MemberId member = 0; member < plan.members; ++member)
    {
        for (MemberId other = 0; other < plan.members; ++other)
        {
            m_missing += Matters(member, other) ? 1 : 0;
        }
    }
}

bool Acquaintance::Matters(MemberId observer, MemberId subject) const
{
    const auto converged = [this](MemberId member) {
        return m_plan.starts[member] && m_plan.starts[member]->converged;
    };
    return observer != subject && m_groupOfMember[observer] == m_groupOfMember[subject] &&
           converged(observer) && converged(subject);
}

void Acquaintance::Set(MemberId observer, MemberId subject, bool knows)
{
    if (m_knows[observer][subject] != knows)
    {
        m_knows[observer][subject] = knows;
        if (Matters(observer, subject))
        {
            m_missing = knows ? m_missing - 1 : m_missing + 1;
        }
    }
}

void Acquaintance::Conclude(const Conclusion& conclusion)
{
    if (!conclusion.subject.member)
    {
        return;
    }
    switch (conclusion.kind)
    {
    case swim::EventKind::JOINED:
        Set(conclusion.observer, *conclusion.subject.member, true);
        return;
    case swim::EventKind::DEAD:
    case swim::EventKind::LEFT:
        Set(conclusion.observer, *conclusion.subject.member, false);
        return;
    default:
        return;
    }
}

void Acquaintance::Forget(MemberId observer)
{
    for (MemberId subject = 0; subject < m_plan.members; ++subject)
    {
        Set(observer, subject, false);
    }
}

bool Acquaintance::IsMissing(MemberId observer, MemberId subject) const
{
    return Matters(observer, subject) && !m_knows[observer][subject];
}

std::vector<MemberId> Acquaintance::Ignorant() const
{
    std::vector<MemberId> ignorant;
    for (MemberId observer = 0; observer < m_plan.members; ++observer)
    {
        for (MemberId subject = 0; subject < m_plan.members; ++subject)
        {
            if (IsMissing(observer, subject))
            {
                ignorant.push_back(observer);
                break;
            }
        }
    }
    return ignorant;
}

std::string Acquaintance::Missing() const
{
    constexpr std::size_t MOST_NAMES = 8;
    std::string text;
    std::size_t named = 0;
    for (MemberId observer = 0; observer < m_plan.members && named < MOST_NAMES; ++observer)
    {
        for (MemberId subject = 0; subject < m_plan.members && named < MOST_NAMES; ++subject)
        {
            if (IsMissing(observer, subject))
            {
                text += (named == 0 ? "" : ", ") + m_plan.names[observer] + " does not know " +
                        m_plan.names[subject];
                ++named;
            }
        }
    }
    return m_missing > named ? text + ", and " + std::to_string(m_missing - named) + " more" : text;
}

} // namespace swimlab
