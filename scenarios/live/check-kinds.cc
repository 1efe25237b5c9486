// SPDX-License-Identifier: GPL-2.0-only
//
// What the members of a plan cannot do, found before anything starts.
#include "live-run.h"

#include <algorithm>

namespace swimlab
{

namespace
{

/// Whether the verb changes what the network does to packets.
bool ImpairsNetwork(Verb verb)
{
    switch (verb)
    {
    case Verb::PARTITION:
    case Verb::HEAL:
    case Verb::BLOCK:
    case Verb::UNBLOCK:
    case Verb::DISCONNECT:
    case Verb::RECONNECT:
        return true;
    default:
        return SetsValue(verb) && verb != Verb::SLOW;
    }
}

bool IsImpaired(const NetworkSpec& network)
{
    return network.loss > 0 || network.datagramLoss > 0 || network.delay > Duration::zero() ||
           network.jitter > Duration::zero() || network.duplication > 0 || network.reorder > 0;
}

bool CanPerform(const Action& action, const MemberKind& kind, bool impairsMembers)
{
    const bool needsImpairment =
        action.verb == Verb::SLOW || (impairsMembers && ImpairsNetwork(action.verb));
    return kind.CanPerform(action.verb) && (kind.CanBeImpaired() || !needsImpairment);
}

[[noreturn]] void Refuse(const MemberKind& kind, const std::string& what)
{
    throw UserError("members of kind " + std::string(kind.Name()) + " cannot do '" + what +
                    "', which the scenario asks for; leave it out, or choose --members swimlab");
}

} // namespace

void CheckKinds(const Plan& plan, std::span<const MemberKind* const> kinds, bool impairsMembers)
{
    for (const Group& group : plan.groups)
    {
        for (const MemberId member : group.members)
        {
            if (const auto refusal = kinds[member]->Refusal(group.protocol))
            {
                throw UserError(*refusal);
            }
        }
    }
    for (const MemberKind* const kind : kinds)
    {
        if (impairsMembers && IsImpaired(plan.network) && !kind->CanBeImpaired())
        {
            Refuse(*kind, "[network] loss, delay and the like");
        }
    }
    for (const Action& action : plan.timeline)
    {
        for (MemberId member = 0; member < plan.members; ++member)
        {
            const bool hit = !HitsMembers(action.verb) ||
                             std::ranges::find(action.members, member) != action.members.end();
            if (hit && !CanPerform(action, *kinds[member], impairsMembers))
            {
                Refuse(*kinds[member], std::string(ToString(action.verb)));
            }
        }
    }
}

} // namespace swimlab
