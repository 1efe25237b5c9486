// SPDX-License-Identifier: GPL-2.0-only
//
// The networks of data centres: star, leaf-spine, fat-tree. All links are alike; what differs is
// how many equally quick ways there are, and how many members a router takes with it when it fails.
#include "lab/topology/generators.h"

namespace swimlab
{

namespace
{

/// Appends a router in place `index` of `count` of its layer, drawn from left to right.
RouterId AddRouter(Topology& topology,
                   std::string label,
                   std::string region,
                   std::uint32_t index,
                   std::uint32_t count,
                   double y)
{
    Router router;
    router.label = std::move(label);
    router.region = std::move(region);
    router.x = (index + 0.5) / count;
    router.y = y;
    topology.routers.push_back(std::move(router));
    return static_cast<RouterId>(topology.routers.size() - 1);
}

void AddLink(Topology& topology, const TopologySpec& spec, RouterId a, RouterId b)
{
    topology.links.push_back({a, b, spec.linkDelay, spec.linkRate});
}

std::string Numbered(const std::string& name, std::uint32_t number)
{
    return name + "-" + std::to_string(number);
}

} // namespace

Topology MakeStar()
{
    Topology topology;
    AddRouter(topology, "hub", "hub", 0, 1, 0.5);
    return topology;
}

Topology MakeLeafSpine(const TopologySpec& spec)
{
    Topology topology;
    for (std::uint32_t spine = 0; spine < spec.spines; ++spine)
    {
        const RouterId id =
            AddRouter(topology, Numbered("spine", spine), "spine", spine, spec.spines, 1);
        topology.routers[id].carriesMembers = false;
    }
    for (std::uint32_t leaf = 0; leaf < spec.leaves; ++leaf)
    {
        const RouterId id =
            AddRouter(topology, Numbered("leaf", leaf), "leaf", leaf, spec.leaves, 0);
        for (RouterId spine = 0; spine < spec.spines; ++spine)
        {
            AddLink(topology, spec, spine, id);
        }
    }
    return topology;
}

/// k pods of k/2 aggregation and k/2 edge routers under (k/2)² cores; aggregation router i of each
/// pod is linked to cores i·k/2 to (i+1)·k/2 - 1 (Al-Fares, Loukissas, Vahdat, SIGCOMM 2008,
/// section 3).
Topology MakeFatTree(const TopologySpec& spec)
{
    const std::uint32_t half = spec.arity / 2;
    const std::uint32_t cores = half * half;
    const std::uint32_t layerWidth = spec.arity * half;
    Topology topology;
    for (std::uint32_t core = 0; core < cores; ++core)
    {
        const RouterId id = AddRouter(topology, Numbered("core", core), "core", core, cores, 1);
        topology.routers[id].carriesMembers = false;
    }
    for (std::uint32_t pod = 0; pod < spec.arity; ++pod)
    {
        const std::string region = Numbered("pod", pod);
        std::vector<RouterId> aggregation;
        for (std::uint32_t i = 0; i < half; ++i)
        {
            const RouterId id = AddRouter(topology,
                                          Numbered(region + "-aggregation", i),
                                          region,
                                          pod * half + i,
                                          layerWidth,
                                          0.5);
            topology.routers[id].carriesMembers = false;
            aggregation.push_back(id);
            for (RouterId core = i * half; core < (i + 1) * half; ++core)
            {
                AddLink(topology, spec, core, id);
            }
        }
        for (std::uint32_t i = 0; i < half; ++i)
        {
            const RouterId id = AddRouter(topology,
                                          Numbered(region + "-edge", i),
                                          region,
                                          pod * half + i,
                                          layerWidth,
                                          0);
            for (const RouterId upper : aggregation)
            {
                AddLink(topology, spec, upper, id);
            }
        }
    }
    return topology;
}

} // namespace swimlab
