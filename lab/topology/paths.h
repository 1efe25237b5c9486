// SPDX-License-Identifier: GPL-2.0-only
//
// Quickest paths between all routers, as routing tables: the next hop at each router for each
// destination.
//
// The packet network installs these next hops and the path network adds up these delays, which is
// why both live here: they describe one and the same route. Where several next hops are equally
// quick, a hash of (router, destination) picks one, so that a leaf-spine's or a fat-tree's traffic
// uses all its spines, as routers with equal-cost multipath do. The choice is a function of the
// topology only. The way back may take another spine than the way there.
//
// In a mesh the way is the link, even where a detour is quicker, and its two directions may differ.
#pragma once

#include "lab/topology/topology.h"

namespace swimlab
{

/// One route from each router to each other.
class Paths
{
  public:
    /// @throws TopologyError if the topology is not connected
    explicit Paths(const Topology& topology);

    std::uint32_t Routers() const
    {
        return m_routers;
    }

    /**
     * The neighbour to which `from` sends what is for `to`. Following next hops always arrives:
     * each is closer to the destination by the delay of its link, which is above 0, or is it.
     * @param from not `to`
     */
    RouterId NextHop(RouterId from, RouterId to) const
    {
        return m_nextHop[Index(from, to)];
    }

    /// Links on the way; 0 from a router to itself.
    std::uint32_t Hops(RouterId from, RouterId to) const
    {
        return m_hops[Index(from, to)];
    }

    /// Sum of the links' delays, without access links; the same in both directions but in a mesh,
    /// where a router is some way from itself too.
    std::chrono::nanoseconds Delay(RouterId from, RouterId to) const
    {
        return std::chrono::nanoseconds(m_delayNs[Index(from, to)]);
    }

    /// The routers on the way, both ends included.
    std::vector<RouterId> Route(RouterId from, RouterId to) const;

  private:
    struct Neighbour
    {
        RouterId router = 0;
        std::int64_t delayNs = 0;
    };

    void TakeLinks(const Topology& mesh);

    /// Row `to` of the tables, once its delays are known.
    void ChooseNextHops(RouterId to, const std::vector<std::vector<Neighbour>>& neighbours);

    std::size_t Index(RouterId from, RouterId to) const
    {
        return static_cast<std::size_t>(to) * m_routers + from;
    }

    std::uint32_t m_routers;
    std::vector<std::uint16_t> m_nextHop; ///< row by destination
    std::vector<std::uint16_t> m_hops;
    std::vector<std::int64_t> m_delayNs;
};

/// What a report says about a network.
struct TopologyStatistics
{
    std::uint32_t diameterHops = 0;     ///< of the graph: links on the longest fewest-hops path
    std::uint32_t longestRouteHops = 0; ///< links on the longest quickest path; may be more

    /// One way from member to member: access link, quickest path, access link; without queues and
    /// the time to put bits on the wire. Over all pairs of different members, so routers count by
    /// members.
    std::chrono::nanoseconds meanPathDelay{};
    std::chrono::nanoseconds maxPathDelay{};

    /// Routers whose loss alone splits the network, in order; a router on which all members are is one.
    std::vector<RouterId> articulationPoints;
};

/// @param routerOfMember from Attach; with fewer than two members the delays are 0
TopologyStatistics ComputeStatistics(const Topology& topology,
                                     const Paths& paths,
                                     std::span<const RouterId> routerOfMember);

} // namespace swimlab
