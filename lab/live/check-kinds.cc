// SPDX-License-Identifier: GPL-2.0-only
//
// What the members of a plan cannot do, found before anything starts.
#include "lab/live/live-run.h"
#include "lab/scenario/fields.h"
#include "lab/topology/paths.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace swimlab
{

namespace
{

/// The verbs that would set what [network] sets.
std::vector<Verb> FaultsOf(const NetworkSpec& network)
{
    std::vector<Verb> verbs;
    const auto add = [&verbs](Verb verb, bool isSet) {
        if (isSet)
        {
            verbs.push_back(verb);
        }
    };
    add(Verb::LOSS, network.loss > 0);
    add(Verb::DATAGRAM_LOSS, network.datagramLoss > 0);
    add(Verb::DELAY, network.delay > Duration::zero());
    add(Verb::JITTER, network.jitter > Duration::zero());
    add(Verb::DUPLICATION, network.duplication > 0);
    add(Verb::REORDER, network.reorder > 0);
    return verbs;
}

/// Delays of paths up to this make no difference to failure detection.
constexpr Duration NEGLIGIBLE_DELAY = std::chrono::milliseconds(1);

bool HasLongPaths(const Plan& plan)
{
    const Paths paths(plan.topology);
    const auto isLong = [&](RouterId from, RouterId to) {
        return paths.Delay(from, to) + 2 * plan.topology.accessDelay > NEGLIGIBLE_DELAY;
    };
    const std::set<RouterId> routers(plan.routerOfMember.begin(), plan.routerOfMember.end());
    return std::ranges::any_of(routers, [&](RouterId from) {
        return std::ranges::any_of(routers, [&](RouterId to) { return isLong(from, to); });
    });
}

bool CanPerform(const Action& action, const MemberKind& kind, bool impairsMembers)
{
    const bool isSuffered =
        IsSuffered(action.verb) || (impairsMembers && ImpairsNetwork(action.verb));
    return isSuffered ? kind.CanSuffer(action.verb) : kind.CanPerform(action.verb);
}

bool IsHit(const Action& action, MemberId member)
{
    return !HitsMembers(action.verb) ||
           std::ranges::find(action.members, member) != action.members.end();
}

[[noreturn]] void Refuse(const MemberKind& kind, const std::string& what)
{
    throw UserError("members of kind " + std::string(kind.Name()) + " cannot do " + what +
                    ", which the scenario asks for; leave it out, or choose --members swimlab");
}

/// A fault of the network that members would have to suffer by themselves.
[[noreturn]] void RefuseFault(const MemberKind& kind, const std::string& what)
{
    throw UserError("members of kind " + std::string(kind.Name()) + " cannot do " + what +
                    " on loopback, which the scenario asks for; leave it out, choose --members "
                    "swimlab, or --backend emulation, where faults hit any program");
}

/// Clusters that are too small to be made.
void CheckNumbers(const Plan& plan, std::span<const MemberKind* const> kinds)
{
    for (const Group& group : plan.groups)
    {
        std::map<const MemberKind*, std::uint32_t> counts;
        for (const MemberId member : group.members)
        {
            const auto& start = plan.starts[member];
            counts[kinds[member]] += start && start->converged ? 1 : 0;
        }
        for (const auto& [kind, count] : counts)
        {
            const auto refusal = kind->TooFew(count);
            if (count > 0 && refusal)
            {
                throw UserError(*refusal);
            }
        }
    }
}

/// @return whether the laboratory knows the kind by itself, and needs no adapter for it
bool IsBuiltIn(const MemberKind& kind)
{
    return std::ranges::any_of(MemberKinds(), [&](const MemberKind* const known) {
        return known->Name() == kind.Name();
    });
}

/// A scenario for a simulated detector may run by the program that it stands for, and by no other.
void CheckDetector(const Plan& plan, std::span<const MemberKind* const> kinds)
{
    const auto ours =
        std::ranges::find_if(kinds, [](const MemberKind* const kind) { return IsBuiltIn(*kind); });
    if (plan.detector.kind != nullptr && ours != kinds.end())
    {
        throw UserError("members of kind " + std::string((*ours)->Name()) +
                        " detect failures in their own way: cluster.detector = \"" +
                        std::string(plan.detector.kind->name) +
                        "\" is for simulations, and for programs by their adapters; leave it out, "
                        "or take --backend ns3 or --members FILE.toml");
    }
}

/// Adapters' parameters that are for no adapter of the run.
void CheckAdapters(const Plan& plan, std::span<const MemberKind* const> kinds)
{
    std::set<std::string> adapters;
    for (const MemberKind* const kind : kinds)
    {
        if (!IsBuiltIn(*kind))
        {
            adapters.emplace(kind->Name());
        }
    }
    for (const AdapterSettings& settings : plan.adapters)
    {
        if (adapters.empty() || adapters.contains(settings.kind))
        {
            continue;
        }
        const std::vector<std::string> known(adapters.begin(), adapters.end());
        const auto nearest = Nearest(settings.kind, known);
        throw ScenarioError(settings.place,
                            "adapter." + settings.kind,
                            "no member is of this kind; " +
                                (nearest ? "did you mean adapter." + *nearest + "?"
                                         : "the adapter among the members is " + known.front()));
    }
}

/// Members delay what they send to another by as long each time, and as what they receive.
void RefuseVaryingDelays(const Plan& plan)
{
    if (plan.network.delayShape.Varies())
    {
        throw UserError("members on sockets cannot vary a delay by network.delay_distribution; "
                        "take network.jitter, or simulate or emulate it");
    }
    const Topology& topology = plan.topology;
    const auto count = static_cast<RouterId>(topology.pairs.empty() ? 0 : topology.routers.size());
    for (RouterId from = 0; from < count; ++from)
    {
        for (RouterId to = 0; to < count; ++to)
        {
            const PairPath& pair = topology.Pair(from, to);
            if (topology.shapes[pair.shape].Varies() || pair.loss > 0 ||
                pair.delay != topology.Pair(to, from).delay)
            {
                throw UserError("members on sockets know one delay between two regions, the same "
                                "both ways and without loss, and from " +
                                topology.routers[from].label + " to " + topology.routers[to].label +
                                " there is more; simulate or emulate it");
            }
        }
    }
}

void CheckNetwork(const Plan& plan, const MemberKind& kind)
{
    for (const Verb verb : FaultsOf(plan.network))
    {
        if (!kind.CanSuffer(verb))
        {
            RefuseFault(kind, "'network." + std::string(ToString(verb)) + "'");
        }
    }
    if (!kind.CanSuffer(Verb::DELAY) && HasLongPaths(plan))
    {
        RefuseFault(kind, "paths of more than 1 ms");
    }
}

void CheckAction(const Action& action, MemberId member, const MemberKind& kind, bool impairsMembers)
{
    if (!CanPerform(action, kind, impairsMembers))
    {
        if (impairsMembers && ImpairsNetwork(action.verb))
        {
            RefuseFault(kind, "'" + std::string(ToString(action.verb)) + "'");
        }
        Refuse(kind, "'" + std::string(ToString(action.verb)) + "'");
    }
    if (action.verb == Verb::RESTART && action.keepsIncarnation && !kind.CanRememberIncarnation())
    {
        throw UserError("members of kind " + std::string(kind.Name()) +
                        " cannot restart with their next incarnation (member " +
                        std::to_string(member) + "); set cluster.restart_incarnation to \"one\"");
    }
}

} // namespace

void CheckKinds(const Plan& plan, std::span<const MemberKind* const> kinds, bool impairsMembers)
{
    CheckDetector(plan, kinds);
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
    CheckAdapters(plan, kinds);
    CheckNumbers(plan, kinds);
    for (const MemberKind* const kind : std::set(kinds.begin(), kinds.end()))
    {
        kind->Check(plan);
        if (impairsMembers)
        {
            RefuseVaryingDelays(plan);
            CheckNetwork(plan, *kind);
        }
        if (plan.joinRetry.times < UINT32_MAX && !kind->CanGiveUpJoining())
        {
            throw UserError("members of kind " + std::string(kind->Name()) +
                            " cannot run on when they have given up joining; set "
                            "cluster.join_retry to how long they wait each time, such as \"1s\"");
        }
    }
    for (const Action& action : plan.timeline)
    {
        for (MemberId member = 0; member < plan.members; ++member)
        {
            if (IsHit(action, member))
            {
                CheckAction(action, member, *kinds[member], impairsMembers);
            }
        }
    }
}

bool NeedsFirewall(const Plan& plan, std::span<const MemberKind* const> kinds)
{
    const bool hasFaults = !FaultsOf(plan.network).empty() ||
                           std::ranges::any_of(plan.timeline, [](const Action& action) {
                               return ImpairsNetwork(action.verb);
                           });
    return hasFaults && std::ranges::any_of(kinds, [](const MemberKind* kind) {
               return kind->SuffersByFirewall();
           });
}

} // namespace swimlab
