// SPDX-License-Identifier: GPL-2.0-only
//
// Which member sits where, and the ways to name routers and the members on them.
#include "lab/topology/topology.h"
#include "swim/rng.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace swimlab
{

namespace
{

constexpr std::uint64_t ATTACH_STREAM = 0x617474616368; // "attach"

std::vector<RouterId> Carriers(const Topology& topology)
{
    std::vector<RouterId> carriers;
    for (RouterId router = 0; router < topology.routers.size(); ++router)
    {
        if (topology.routers[router].carriesMembers)
        {
            carriers.push_back(router);
        }
    }
    return carriers;
}

/// The sum of the data rates of each router's links, in bit/s.
std::vector<double> Weights(const Topology& topology)
{
    std::vector<double> weights(topology.routers.size(), 0);
    for (const Link& link : topology.links)
    {
        weights[link.a] += static_cast<double>(link.bitsPerSecond);
        weights[link.b] += static_cast<double>(link.bitsPerSecond);
    }
    return weights;
}

/// How many of `members` each gets; together all of them. @param weights in any unit
std::vector<std::uint32_t> ShareOut(std::uint32_t members, const std::vector<double>& weights)
{
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<std::uint32_t> shares(weights.size());
    std::vector<double> remainders(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i)
    {
        const double exact = members * weights[i] / total;
        shares[i] = static_cast<std::uint32_t>(std::floor(exact));
        remainders[i] = exact - shares[i];
    }
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return remainders[i]; });
    std::uint32_t left = members - std::accumulate(shares.begin(), shares.end(), 0U);
    for (std::size_t i = 0; left > 0; i = (i + 1) % order.size(), --left)
    {
        ++shares[order[i]];
    }
    return shares;
}

std::vector<double> WeightsOf(const std::vector<RouterId>& carriers, const Topology& topology)
{
    const std::vector<double> byRate = Weights(topology);
    std::vector<double> weights;
    for (const RouterId carrier : carriers)
    {
        weights.push_back(byRate[carrier]);
    }
    return weights;
}

/// Of each region as many as its share says; within it the same number at each router.
std::vector<RouterId> AttachToRegions(std::uint32_t members, const Topology& topology)
{
    std::vector<double> weights;
    for (const MemberShare& share : topology.shares)
    {
        weights.push_back(share.weight);
    }
    const std::vector<std::uint32_t> counts = ShareOut(members, weights);
    std::vector<RouterId> routerOfMember;
    for (std::size_t i = 0; i < counts.size(); ++i)
    {
        const auto routers = RoutersOfRegion(topology, topology.shares[i].region);
        for (std::uint64_t member = 0; member < counts[i]; ++member)
        {
            routerOfMember.push_back(routers[member * routers.size() / counts[i]]);
        }
    }
    return routerOfMember;
}

/// A carrier's chance to be drawn, in proportion to those of others.
std::uint64_t ChanceOf(RouterId carrier, const Topology& topology)
{
    constexpr double FINE = 1e9;
    double total = 0;
    double own = 0;
    for (const MemberShare& share : topology.shares)
    {
        total += share.weight;
        own = share.region == topology.routers[carrier].region ? share.weight : own;
    }
    return static_cast<std::uint64_t>(std::llround(FINE * own / total));
}

/// Each member's router by a draw of its own; those of one router are neighbours in number again.
std::vector<RouterId> DrawRouters(std::uint32_t members,
                                  const Topology& topology,
                                  const std::vector<RouterId>& carriers,
                                  AttachPolicy policy,
                                  std::uint64_t seed)
{
    std::vector<std::uint64_t> upTo(carriers.size());
    const auto byRate = Weights(topology);
    for (std::uint64_t sum = 0, i = 0; i < carriers.size(); ++i)
    {
        // In kbit/s, so that no sum of rates overflows.
        sum += !topology.shares.empty() ? ChanceOf(carriers[i], topology)
               : policy == AttachPolicy::EVEN || topology.links.empty()
                   ? 1
                   : static_cast<std::uint64_t>(byRate[carriers[i]] / 1000) + 1;
        upTo[i] = sum;
    }
    swim::Rng rng(seed, ATTACH_STREAM);
    std::vector<RouterId> routerOfMember;
    for (std::uint32_t member = 0; member < members; ++member)
    {
        const auto place = std::ranges::upper_bound(upTo, rng.Below(upTo.back()));
        routerOfMember.push_back(carriers[place - upTo.begin()]);
    }
    std::ranges::sort(routerOfMember);
    return routerOfMember;
}

} // namespace

std::vector<RouterId> Attach(std::uint32_t members,
                             const Topology& topology,
                             AttachPolicy policy,
                             std::optional<std::uint64_t> seed)
{
    const std::vector<RouterId> carriers = Carriers(topology);
    if (seed)
    {
        return DrawRouters(members, topology, carriers, policy, *seed);
    }
    if (!topology.shares.empty())
    {
        return AttachToRegions(members, topology);
    }
    std::vector<RouterId> routerOfMember;
    routerOfMember.reserve(members);
    // A network of one router has no links to weigh.
    if (policy == AttachPolicy::EVEN || topology.links.empty())
    {
        for (std::uint64_t member = 0; member < members; ++member)
        {
            routerOfMember.push_back(carriers[member * carriers.size() / members]);
        }
        return routerOfMember;
    }
    const std::vector<std::uint32_t> shares = ShareOut(members, WeightsOf(carriers, topology));
    for (std::size_t i = 0; i < carriers.size(); ++i)
    {
        routerOfMember.insert(routerOfMember.end(), shares[i], carriers[i]);
    }
    return routerOfMember;
}

std::optional<RouterId> FindRouter(const Topology& topology, std::string_view labelOrId)
{
    for (RouterId router = 0; router < topology.routers.size(); ++router)
    {
        if (topology.routers[router].label == labelOrId)
        {
            return router;
        }
    }
    RouterId id = 0;
    const char* const end = labelOrId.data() + labelOrId.size();
    const auto [parsed, error] = std::from_chars(labelOrId.data(), end, id);
    if (error != std::errc() || parsed != end || id >= topology.routers.size())
    {
        return std::nullopt;
    }
    return id;
}

std::vector<RouterId> RoutersOfRegion(const Topology& topology, std::string_view region)
{
    std::vector<RouterId> routers;
    for (RouterId router = 0; router < topology.routers.size(); ++router)
    {
        if (topology.routers[router].region == region)
        {
            routers.push_back(router);
        }
    }
    return routers;
}

std::vector<MemberId> MembersOf(std::span<const RouterId> routers,
                                std::span<const RouterId> routerOfMember)
{
    std::vector<MemberId> members;
    for (MemberId member = 0; member < routerOfMember.size(); ++member)
    {
        if (std::ranges::find(routers, routerOfMember[member]) != routers.end())
        {
            members.push_back(member);
        }
    }
    return members;
}

} // namespace swimlab
