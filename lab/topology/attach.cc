// SPDX-License-Identifier: GPL-2.0-only
//
// Which member sits where, and the ways to name routers and the members on them.
#include "lab/topology/topology.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace swimlab
{

namespace
{

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

/// How many of `members` each carrier gets; together all of them.
std::vector<std::uint32_t> SharesByWeight(std::uint32_t members,
                                          const Topology& topology,
                                          const std::vector<RouterId>& carriers)
{
    std::vector<double> weights(topology.routers.size(), 0);
    for (const Link& link : topology.links)
    {
        weights[link.a] += static_cast<double>(link.bitsPerSecond);
        weights[link.b] += static_cast<double>(link.bitsPerSecond);
    }
    double total = 0;
    for (const RouterId carrier : carriers)
    {
        total += weights[carrier];
    }
    std::vector<std::uint32_t> shares(carriers.size());
    std::vector<double> remainders(carriers.size());
    for (std::size_t i = 0; i < carriers.size(); ++i)
    {
        const double exact = members * weights[carriers[i]] / total;
        shares[i] = static_cast<std::uint32_t>(std::floor(exact));
        remainders[i] = exact - shares[i];
    }
    std::vector<std::size_t> order(carriers.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return remainders[i]; });
    std::uint32_t left = members - std::accumulate(shares.begin(), shares.end(), 0U);
    for (std::size_t i = 0; left > 0; i = (i + 1) % order.size(), --left)
    {
        ++shares[order[i]];
    }
    return shares;
}

} // namespace

std::vector<RouterId> Attach(std::uint32_t members, const Topology& topology, AttachPolicy policy)
{
    const std::vector<RouterId> carriers = Carriers(topology);
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
    const std::vector<std::uint32_t> shares = SharesByWeight(members, topology, carriers);
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
