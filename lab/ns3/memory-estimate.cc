// SPDX-License-Identifier: GPL-2.0-only
//
// See memory-estimate.h. The costs are of the peaks of runs from 100 to 1,000,000 members, rounded
// up.
#include "lab/ns3/memory-estimate.h"

#include "lab/record/recorder.h"

#include <algorithm>

namespace swimlab
{

namespace
{

/// The program with a cluster of no size.
constexpr std::uint64_t PROGRAM = 30'000'000;

/// A member that knows only what all know.
constexpr std::uint64_t MEMBER_ON_PATHS = 3'000;
constexpr std::uint64_t MEMBER_ON_PACKETS = 80'000; // with its stack, its sockets and its link

/// What one member remembers of another whom it met, or heard of: see Members.
constexpr std::uint64_t ACQUAINTANCE = 45;

/// Of a member that is accused or comes back, and of one that is told of it: the suspicion, its
/// timer, what is gossiped of it.
constexpr std::uint64_t NEWS = 270;

/// Two routers of a mesh: their link, how its delay varies, and what they send each other on record.
constexpr std::uint64_t PAIR = 1'800;

/// Members of whom others think worse while the partition lasts, as ordered pairs.
std::uint64_t PartedPairs(const Action& partition)
{
    std::uint64_t all = 0;
    std::uint64_t within = 0;
    for (const auto& side : partition.sides)
    {
        all += side.size();
        within += side.size() * side.size();
    }
    return all * all - within;
}

} // namespace

std::uint64_t EstimateMemoryBytes(const Plan& plan)
{
    const std::uint64_t members = plan.members;
    std::uint64_t starters = 0; // each meets all
    std::uint64_t newsmakers = 0;
    std::uint64_t parted = 0;
    for (const auto& start : plan.starts)
    {
        starters += start && !start->converged ? 1 : 0;
    }
    for (const Action& action : plan.timeline)
    {
        starters += StartsProcess(action.verb) ? action.members.size() : 0;
        newsmakers += HitsMembers(action.verb) ? action.members.size() : 0;
        if (action.verb == Verb::PARTITION)
        {
            parted = std::max(parted, PartedPairs(action)); // one at a time
        }
    }
    // A member hit twice is remembered once.
    starters = std::min(starters, members);
    newsmakers = std::min(newsmakers, members);
    const std::uint64_t member =
        plan.network.model == NetworkModel::PATH ? MEMBER_ON_PATHS : MEMBER_ON_PACKETS;
    const std::uint64_t pair =
        plan.detector.kind != nullptr ? plan.detector.kind->pairBytes(plan.detector.values) : 0;
    return PROGRAM + members * (member + members * pair) + starters * members * ACQUAINTANCE +
           (newsmakers * members + parted) * NEWS + plan.topology.pairs.size() * PAIR +
           EstimateRecorderBytes(plan);
}

} // namespace swimlab
