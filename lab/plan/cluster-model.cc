// SPDX-License-Identifier: GPL-2.0-only
//
// See cluster-model.h.
#include "lab/plan/cluster-model.h"

#include <algorithm>

namespace swimlab
{

ClusterModel::ClusterModel(std::vector<MemberId> seeds, std::vector<std::uint32_t> groupOfMember)
    : m_members(groupOfMember.size()),
      m_seeds(std::move(seeds)),
      m_groupOfMember(std::move(groupOfMember))
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
    case Verb::UNSTALL:
        return IsIn(member, Condition::STALLED);
    case Verb::JOIN:
        return IsIn(member, Condition::ABSENT);
    case Verb::CRASH:
        return IsIn(member, Condition::RUNNING) || IsIn(member, Condition::PAUSED) ||
               IsIn(member, Condition::STALLED);
    case Verb::PAUSE:
    case Verb::STALL:
    case Verb::LEAVE:
    case Verb::INJECT:
    case Verb::UPDATE:
        return IsIn(member, Condition::RUNNING);
    case Verb::DISCONNECT:
        return !IsDisconnected(member);
    case Verb::RECONNECT:
        return IsDisconnected(member);
    default:
        return true;
    }
}

bool ClusterModel::HasOwnValue(Verb verb, Direction direction, MemberId member) const
{
    const OwnValues& own = m_own[Index(verb)];
    return (direction != Direction::OUT && own.in.contains(member)) ||
           (direction != Direction::IN && own.out.contains(member));
}

bool ClusterModel::IsBlocked(MemberId member) const
{
    return std::any_of(m_blocks.begin(), m_blocks.end(), [member](const auto& block) {
        return std::binary_search(block.second.begin(), block.second.end(), member);
    });
}

bool ClusterModel::CanDraw(Verb verb, Direction direction, MemberId member) const
{
    switch (verb)
    {
    case Verb::RESTART:
    case Verb::RESUME:
    case Verb::UNSTALL:
    case Verb::RECONNECT:
        return CanHit(verb, member);
    case Verb::JOIN:
        return !IsAbsent(member) && !IsSeed(member);
    case Verb::BLOCK:
        return IsIn(member, Condition::RUNNING) && !IsBlocked(member);
    default:
        return IsIn(member, Condition::RUNNING) && !HasOwnValue(verb, direction, member);
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
    case Verb::UNSTALL:
        return "stalled";
    case Verb::JOIN:
        return "neither a seed nor joining already";
    case Verb::BLOCK:
        return "running and not blocked";
    case Verb::DISCONNECT:
        return "running and connected";
    case Verb::RECONNECT:
        return "disconnected";
    default:
        return SetsValue(verb) ? "running and without a value of their own" : "running";
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
    case Verb::STALL:
        return Condition::STALLED;
    default:
        return Condition::RUNNING;
    }
}

Change ClusterModel::Hit(Verb verb, std::span<const MemberId> members)
{
    if (verb == Verb::DISCONNECT || verb == Verb::RECONNECT)
    {
        const bool isDisconnected = verb == Verb::DISCONNECT;
        return SetOwnValue(Verb::DISCONNECT, Direction::BOTH, members, isDisconnected);
    }
    ++m_lastChange;
    for (const MemberId member : members)
    {
        m_members[member] = {After(verb), m_members[member].start, m_lastChange};
    }
    return m_lastChange;
}

std::vector<MemberId> ClusterModel::StillHit(Verb verb,
                                             std::span<const MemberId> members,
                                             Change change) const
{
    const auto isStill = [&](MemberId member) {
        if (verb != Verb::DISCONNECT)
        {
            return m_members[member].change == change;
        }
        const ChangeOfMember& own = m_own[Index(verb)].in;
        const auto found = own.find(member);
        return found != own.end() && found->second == change;
    };
    std::vector<MemberId> still;
    std::copy_if(members.begin(), members.end(), std::back_inserter(still), isStill);
    return still;
}

std::vector<MemberId> ClusterModel::Contacts(std::span<const MemberId> starting) const
{
    const std::uint32_t group = GroupOf(starting.front());
    const auto runs = [&](MemberId member) {
        return IsIn(member, Condition::RUNNING) && GroupOf(member) == group &&
               !std::binary_search(starting.begin(), starting.end(), member);
    };
    std::vector<MemberId> contacts;
    std::copy_if(m_seeds.begin(), m_seeds.end(), std::back_inserter(contacts), [&](MemberId seed) {
        return GroupOf(seed) == group;
    });
    if (std::none_of(contacts.begin(), contacts.end(), runs))
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

AddressId ClusterModel::AddressOf(MemberId member) const
{
    const auto found = m_addresses.find(member);
    return found == m_addresses.end() ? member : found->second;
}

std::optional<MemberId> ClusterModel::HolderOf(AddressId address) const
{
    const auto found = m_holders.find(address);
    if (found != m_holders.end())
    {
        return found->second;
    }
    return address < Members() ? std::optional(address) : std::nullopt;
}

void ClusterModel::SetAddress(MemberId member, AddressId address)
{
    m_addresses[member] = address;
    m_holders[address] = member;
}

Change ClusterModel::SetOwnValue(Verb verb,
                                 Direction direction,
                                 std::span<const MemberId> members,
                                 bool hasValue)
{
    ++m_lastChange;
    OwnValues& own = m_own[Index(verb)];
    const auto set = [&](ChangeOfMember& changes, MemberId member) {
        if (hasValue)
        {
            changes[member] = m_lastChange;
        }
        else
        {
            changes.erase(member);
        }
    };
    for (const MemberId member : members)
    {
        if (direction != Direction::OUT)
        {
            set(own.in, member);
        }
        if (direction != Direction::IN)
        {
            set(own.out, member);
        }
    }
    return m_lastChange;
}

std::array<std::vector<MemberId>, 3> ClusterModel::EndOwnValue(Verb verb,
                                                               std::span<const MemberId> members,
                                                               Change change)
{
    OwnValues& own = m_own[Index(verb)];
    const auto end = [change](ChangeOfMember& changes, MemberId member) {
        const auto entry = changes.find(member);
        const bool isLeft = entry != changes.end() && entry->second == change;
        if (isLeft)
        {
            changes.erase(entry);
        }
        return isLeft;
    };
    std::array<std::vector<MemberId>, 3> ended;
    for (const MemberId member : members)
    {
        const bool in = end(own.in, member);
        const bool out = end(own.out, member);
        if (in || out)
        {
            const Direction direction = in && out ? Direction::BOTH
                                        : in      ? Direction::IN
                                                  : Direction::OUT;
            ended[static_cast<std::size_t>(direction)].push_back(member);
        }
    }
    return ended;
}

Change ClusterModel::AddBlock(std::span<const MemberId> members)
{
    m_blocks.emplace(++m_lastChange, std::vector<MemberId>(members.begin(), members.end()));
    return m_lastChange;
}

bool ClusterModel::EndAllBlocks()
{
    const bool any = !m_blocks.empty();
    m_blocks.clear();
    return any;
}

} // namespace swimlab
