// SPDX-License-Identifier: GPL-2.0-only
//
// Who an event hits: the targets as a scenario file writes them, and the members that they mean.
//
// Parsing needs no cluster, so that a mistake in the writing is found while the file is read;
// choosing the members needs the topology, the run's seed and who is up at that moment.
#pragma once

#include "lab/scenario/scenario-error.h"
#include "lab/scenario/value.h"
#include "lab/topology/topology.h"
#include "swim/rng.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace swimlab
{

/**
 * Targets as written:
 *
 *     7                         one member, by index
 *     "100-199"                 a range, both ends included
 *     "all"
 *     "random 10"               10 members, drawn from all
 *     "random 10 of 100-199"    10 members, drawn from a range (or "of 7", "of all")
 *     {router = "leaf-3"}       members of a router, by label or number; or a list of routers
 *     {region = "pod-1"}        members of a region; or a list of regions
 *     [7, 9, "100-199"]         all of these together; anything above but random
 *
 * Random targets are drawn without repeats from those members only whom the event can hit at that
 * moment (a running member can crash, a crashed one can restart), so nobody is hit again while the
 * first hit lasts.
 */
struct Targets
{
    enum class Kind : std::uint8_t
    {
        RANGE,  ///< first to last
        ALL,    ///< everybody
        RANDOM, ///< `count` of the one part
        ROUTER, ///< members of the router called `name`
        REGION, ///< members of the region called `name`
        LIST,   ///< the parts together
    };

    Kind kind = Kind::ALL;
    MemberId first = 0;
    MemberId last = 0; ///< included
    std::uint32_t count = 0;
    std::string name;
    std::vector<Targets> parts;
    std::string text;  ///< as written, for messages and records
    SourcePlace place; ///< where it is written
    std::string key;   ///< under which key: `event.0.crash`
};

/// One member, as its index would be parsed.
Targets OneMember(MemberId member);

/// @param members size of the cluster @throws ScenarioError
Targets ParseTargets(const Value& value, const std::string& key, std::uint32_t members);

/// The cluster that targets are looked up in.
struct TargetContext
{
    const Topology& topology;
    std::span<const RouterId> routerOfMember;
    /// Whether random targets may draw this member.
    std::function<bool(MemberId)> eligible;
    /// What an eligible member is, for the message when there are too few: "running".
    std::string eligibleWord;
};

/// The members meant, in order, each once. Only random targets look at `eligible` and draw.
/// @throws ScenarioError of an unknown router or region, or of too few members to draw from
std::vector<MemberId> ResolveTargets(const Targets& targets,
                                     const TargetContext& context,
                                     swim::Rng& rng);

} // namespace swimlab
