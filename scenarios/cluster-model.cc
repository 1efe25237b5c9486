// SPDX-License-Identifier: GPL-2.0-only
//
// See cluster-model.h.
#include "cluster-model.h"

#include <algorithm>

namespace swimlab
{

ClusterModel::ClusterModel(std::uint32_t members, std::vector<MemberId> seeds)
    : m_members(members),
      m_seeds(std::move(seeds))
{
}

bool ClusterModel::IsSeed(MemberId member) const
{
    return std::binary_search(m_seeds.begin(), m_seeds.end(), member);
}

bool ClusterModel::CanHit(Verb verb, MemberId member) const
{
    switch (verb)
    {
    case Verb::RESTART:
        return IsIn(member, Condition::DOWN);
    case Verb::RESUME:
        return IsIn(member, Condition::PAUSED);
    case Verb::JOIN:
        return IsIn(member, Condition::ABSENT);
    case Verb::CRASH:
        return IsIn(member, Condition::RUNNING) || IsIn(member, Condition::PAUSED);
    case Verb::PAUSE:
    case Verb::LEAVE:
        return IsIn(member, Condition::RUNNING);
    default:
        return true;
    }
}

bool ClusterModel::CanDraw(Verb verb, MemberId member) const
{
    switch (verb)
    {
    case Verb::RESTART:
    case Verb::RESUME:
        return CanHit(verb, member);
    case Verb::JOIN:
        return !IsAbsent(member) && !IsSeed(member);
    default:
        return IsIn(member, Condition::RUNNING) && !m_own[Index(verb)].contains(member);
    }
}

std::string_view ClusterModel::Needed(Verb verb)
{
    switch (verb)
    {
    case Verb::RESTART:
        return "down (crashed or left)";
    case Verb::RESUME:
        return "paused";
    case Verb::JOIN:
        return "neither a seed nor joining already";
    default:
        return IsNetworkVerb(verb) ? "running and without a value of their own" : "running";
    }
}

ClusterModel::Condition ClusterModel::After(Verb verb)
{
    switch (verb)
    {
    case Verb::CRASH:
    case Verb::LEAVE:
        return Condition::DOWN;
    case Verb::PAUSE:
        return Condition::PAUSED;
    default:
        return Condition::RUNNING;
    }
}

Change ClusterModel::Hit(Verb verb, std::span<const MemberId> members)
{
    ++m_lastChange;
    for (const MemberId member : members)
    {
        m_members[member] = {After(verb), m_members[member].start, m_lastChange};
    }
    return m_lastChange;
}

std::vector<MemberId> ClusterModel::StillHit(std::span<const MemberId> members, Change change) const
{
    std::vector<MemberId> still;
    std::copy_if(members.begin(), members.end(), std::back_inserter(still), [&](MemberId member) {
        return m_members[member].change == change;
    });
    return still;
}

std::vector<MemberId> ClusterModel::Contacts(std::span<const MemberId> starting) const
{
    const auto runs = [&](MemberId member) {
        return IsIn(member, Condition::RUNNING) &&
               !std::binary_search(starting.begin(), starting.end(), member);
    };
    std::vector<MemberId> contacts = m_seeds;
    if (std::none_of(m_seeds.begin(), m_seeds.end(), runs))
    {
        MemberId member = 0;
        while (member < Members() && !runs(member))
        {
            ++member;
        }
        if (member < Members())
        {
            contacts.push_back(member);
            std::sort(contacts.begin(), contacts.end());
        }
    }
    return contacts;
}

Change ClusterModel::SetOwnValue(Verb verb, std::span<const MemberId> members, bool hasValue)
{
    ++m_lastChange;
    auto& own = m_own[Index(verb)];
    for (const MemberId member : members)
    {
        if (hasValue)
        {
            own[member] = m_lastChange;
        }
        else
        {
            own.erase(member);
        }
    }
    return m_lastChange;
}

std::vector<MemberId> ClusterModel::EndOwnValue(Verb verb,
                                                std::span<const MemberId> members,
                                                Change change)
{
    auto& own = m_own[Index(verb)];
    std::vector<MemberId> ended;
    for (const MemberId member : members)
    {
        const auto entry = own.find(member);
        if (entry != own.end() && entry->second == change)
        {
            own.erase(entry);
            ended.push_back(member);
        }
    }
    return ended;
}

} // namespace swimlab
