// SPDX-License-Identifier: GPL-2.0-only
//
// See identities.h.
#include "lab/live/identities.h"

namespace swimlab
{

void Identities::Know(std::string_view kind, MemberId member, const std::string& id)
{
    const Key key(kind, id);
    m_members[key] = member;
    m_gone.erase(key);
    if (auto waiting = m_waiting.extract(key))
    {
        for (const Resolved& resolved : waiting.mapped())
        {
            resolved(Party(member));
        }
    }
}

void Identities::Forget(std::string_view kind, MemberId member)
{
    std::erase_if(m_members, [&](const auto& entry) {
        const bool isGone = entry.first.first == kind && entry.second == member;
        if (isGone)
        {
            m_gone.insert(entry.first);
        }
        return isGone;
    });
}

Party Identities::Find(std::string_view kind, const std::string& id) const
{
    const auto found = m_members.find(Key(kind, id));
    if (found != m_members.end())
    {
        return {found->second};
    }
    const Party named(m_plan, id); // members of other kinds go by their names
    return named.member ? named : Party();
}

void Identities::Resolve(std::string_view kind, const std::string& id, Resolved resolved)
{
    const Party party = Find(kind, id);
    if (party.member)
    {
        resolved(party);
        return;
    }
    m_waiting[Key(kind, id)].push_back(std::move(resolved));
}

void Identities::Finish()
{
    const auto waiting = std::exchange(m_waiting, {});
    for (const auto& [key, all] : waiting)
    {
        if (m_gone.contains(key))
        {
            continue;
        }
        for (const Resolved& resolved : all)
        {
            resolved(Party(m_plan, key.second));
        }
    }
}

} // namespace swimlab
