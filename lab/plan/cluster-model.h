// SPDX-License-Identifier: GPL-2.0-only
//
// What a timeline knows of the cluster while it is worked out: who is there, and who is hit by
// what.
//
// Of each member it knows only whether it is absent, running, paused, stalled or down, and whether
// its network has values of its own. That is what random targets are drawn from, what tells a crash
// of the living from a crash of the dead, and what decides whether the end of an event still has
// something to undo.
#pragma once

#include "lab/plan/plan.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace swimlab
{

/// Changes of the model count up from 1; whoever makes one keeps its number to undo it later.
using Change = std::uint64_t;

/// The cluster as the timeline knows it at one moment.
class ClusterModel
{
  public:
    /// Everybody runs from the start. @param seeds in order
    /// @param groupOfMember clusters that share the network
    ClusterModel(std::vector<MemberId> seeds, std::vector<std::uint32_t> groupOfMember);

    std::uint32_t Members() const
    {
        return static_cast<std::uint32_t>(m_members.size());
    }

    const std::vector<MemberId>& Seeds() const
    {
        return m_seeds;
    }

    bool IsSeed(MemberId member) const;

    std::uint32_t GroupOf(MemberId member) const
    {
        return m_groupOfMember[member];
    }

    /// The moment that all questions are about; does not run backwards.
    void SetNow(Duration now)
    {
        m_now = now;
    }

    void SetStart(MemberId member, Duration at)
    {
        m_members[member].start = at;
    }

    void SetAbsent(MemberId member)
    {
        m_members[member].condition = Condition::ABSENT;
    }

    bool IsAbsent(MemberId member) const
    {
        return m_members[member].condition == Condition::ABSENT;
    }

    /// Whether a verb means something to a member that is named.
    bool CanHit(Verb verb, MemberId member) const;

    /// Whether a random target may be this member: narrower, nobody who is under an earlier hit.
    /// @param direction of the value, where the verb sets one
    bool CanDraw(Verb verb, Direction direction, MemberId member) const;

    /// Those that a verb can hit, in a word: "running".
    static std::string_view Needed(Verb verb);

    /// CRASH to JOIN, DISCONNECT, RECONNECT: brings members into the condition that the verb leaves
    /// them in.
    Change Hit(Verb verb, std::span<const MemberId> members);

    /// Of these members those whose last Hit was this one.
    /// @param verb of that Hit
    std::vector<MemberId> StillHit(Verb verb,
                                   std::span<const MemberId> members,
                                   Change change) const;

    /**
     * Whom starting members of one group contact: its seeds. Where none of the seeds runs, but
     * perhaps the starting members themselves, also the first member of the group that does, or the
     * newcomers would be a cluster of their own.
     */
    std::vector<MemberId> Contacts(std::span<const MemberId> starting) const;

    /// Verbs that set values: members get one of their own, or lose it.
    Change SetOwnValue(Verb verb,
                       Direction direction,
                       std::span<const MemberId> members,
                       bool hasValue);

    /// Takes the value away from those of these members whose last SetOwnValue was this one.
    /// @return by direction: those who lost the value of both, of IN alone, of OUT alone
    std::array<std::vector<MemberId>, 3> EndOwnValue(Verb verb,
                                                     std::span<const MemberId> members,
                                                     Change change);

    Change AddBlock(std::span<const MemberId> members);

    /// @return whether the block was still there
    bool EndBlock(Change change)
    {
        return m_blocks.erase(change) > 0;
    }

    /// @return whether there was one
    bool EndAllBlocks();

    /// The address that a member has, or had when it went down.
    AddressId AddressOf(MemberId member) const;

    /// Who was given the address last; none: nobody ever was.
    std::optional<MemberId> HolderOf(AddressId address) const;

    void SetAddress(MemberId member, AddressId address);

    bool IsDown(MemberId member) const
    {
        return m_members[member].condition == Condition::DOWN;
    }

    /// Values of everybody, PARTITION, HEAL.
    Change SetCommon(Verb verb)
    {
        return m_common[Index(verb)] = ++m_lastChange;
    }

    /// The last SetCommon of this verb; 0: none.
    Change Common(Verb verb) const
    {
        return m_common[Index(verb)];
    }

    bool IsPartitioned() const
    {
        return Common(Verb::PARTITION) > Common(Verb::HEAL);
    }

  private:
    enum class Condition : std::uint8_t
    {
        ABSENT, ///< until it joins
        RUNNING,
        PAUSED,
        STALLED,
        DOWN, ///< crashed or left
    };

    struct Member
    {
        Condition condition = Condition::RUNNING;
        Duration start{};
        Change change = 0; ///< of its condition
    };

    using ChangeOfMember = std::map<MemberId, Change>;

    /// What a member sends and what it receives have values apart.
    struct OwnValues
    {
        ChangeOfMember in;
        ChangeOfMember out;
    };

    static std::size_t Index(Verb verb)
    {
        return static_cast<std::size_t>(verb);
    }

    static Condition After(Verb verb);

    bool HasOwnValue(Verb verb, Direction direction, MemberId member) const;
    bool IsBlocked(MemberId member) const;

    bool IsDisconnected(MemberId member) const
    {
        return HasOwnValue(Verb::DISCONNECT, Direction::BOTH, member);
    }

    bool IsIn(MemberId member, Condition condition) const
    {
        return m_members[member].condition == condition && m_members[member].start <= m_now;
    }

    std::vector<Member> m_members;
    std::vector<MemberId> m_seeds;
    std::vector<std::uint32_t> m_groupOfMember;
    Duration m_now{};
    Change m_lastChange = 0;
    std::vector<Change> m_common = std::vector<Change>(VerbTable().size()); ///< by verb
    /// By verb: members with a value of their own, and the change that made it.
    std::vector<OwnValues> m_own = std::vector<OwnValues>(VerbTable().size());
    std::map<Change, std::vector<MemberId>> m_blocks;
    /// Of members that have, and of addresses that are had by, others than at the start.
    std::map<MemberId, AddressId> m_addresses;
    std::map<AddressId, MemberId> m_holders;
};

} // namespace swimlab
