// SPDX-License-Identifier: GPL-2.0-only
//
// A plan: one run of a scenario with one seed, with nothing left to choose.
//
// The runner performs a plan, whatever it runs on; the records describe it. Same scenario and same
// seed give the same plan on every platform.
#pragma once

#include "lab/scenario/scenario.h"
#include "lab/topology/topology.h"

#include <string>
#include <vector>

namespace swimlab
{

/// When and how a member's process starts.
struct Start
{
    Duration at{};
    /// Nothing to do: it is in the cluster from the start and knows everybody who is.
    bool converged = false;
    bool settled = false; ///< when converged: it has run for long (see swim::Age)
    /// Whom it contacts to join; when converged, only to meet again after a parting. Empty for the
    /// very first member of a cluster that joins.
    std::vector<MemberId> seeds{};
};

/// An address: those from 0 to the last member are theirs at the start, more are spare.
using AddressId = std::uint32_t;

/// One thing done to the cluster. All member lists are in order of index.
struct Action
{
    Duration at{};
    Verb verb = Verb::HEAL;
    /// Who is hit. Empty for PARTITION and HEAL, and for an UNBLOCK that ends all blocks; for verbs
    /// that set a value, empty means everybody.
    std::vector<MemberId> members;
    /// PARTITION: every member is in exactly one.
    std::vector<std::vector<MemberId>> sides;
    /// Of verbs that set a share. Without members it replaces the network's own; with members it is
    /// theirs, on top of the network's, until another value replaces it; 0 takes it away.
    double probability = 0;
    Duration duration{}; ///< of verbs that set a time; replaces or adds as `probability` does
    /// Of BLOCK and of values of members: what they send, what they receive, or both.
    Direction direction = Direction::BOTH;
    std::vector<MemberId> others;   ///< BLOCK: those from whom `members` are cut off
    Carrier carrier = Carrier::ALL; ///< BLOCK
    std::uint64_t block = 0;        ///< BLOCK: its number; UNBLOCK: which one ends, 0: all
    /// RESTART, JOIN: whom the starting members contact, each leaving out itself.
    std::vector<MemberId> seeds{};
    bool keepsIncarnation = true; ///< RESTART: whether the process remembers its incarnation
    /// RESTART: each member's address from now on; empty: they keep theirs.
    std::vector<AddressId> addresses;
    Injection injection;     ///< INJECT
    std::string targetsText; ///< as written: "random 10"; empty where nothing is
    std::string valueText;   ///< what is set: "10%", "10% in"; UPDATE: the metadata
};

/// Members that form a cluster of their own.
struct Group
{
    std::vector<MemberId> members;
    swim::Config protocol;
};

/// Which messages and decisions the run writes down.
struct TracePlan
{
    bool on = false;
    Duration from{};
    Duration to{};                    ///< it ends before
    std::vector<MemberId> members{};  ///< in order; empty: everybody
    std::vector<std::string> kinds{}; ///< empty: all
    bool pcap = false;
    bool netanim = false;
};

/// One run, worked out.
struct Plan
{
    std::uint64_t seed = 0;
    Duration duration{};
    Record record = Record::EVENTS;
    DetectorSpec detector;
    /// The clusters that share the network: every member is in exactly one.
    std::vector<Group> groups;

    std::uint32_t members = 0;
    std::vector<std::string> names; ///< `m000` and so on, by member
    Topology topology;
    std::vector<RouterId> routerOfMember;
    std::optional<std::uint64_t> networkSeed; ///< of the topology; none: it is not random
    std::optional<std::uint64_t> attachSeed;  ///< of routerOfMember; none: it is not random
    /// Routers of the addresses that only a RESTART gives out, from number `members` on.
    std::vector<RouterId> routerOfSpareAddress;
    NetworkSpec network;
    MeasureSpec measure;
    JoinRetry joinRetry;
    TracePlan trace;
    std::vector<AdapterSettings> adapters;

    /// By member; empty for one that only a JOIN of the timeline starts.
    std::vector<std::optional<Start>> starts;
    /// By time; of one instant in the order in which to perform them.
    std::vector<Action> timeline;

    std::string scenarioFile;
    std::vector<Setting> inputs; ///< the files that it was made of, by their copies' names: sha256
    std::string title;
    std::string question;
    std::vector<Setting> point;
    std::vector<Setting> resolved;
};

/// Name of a member in a cluster of `members`: `m` and its index, zero-padded to one width.
std::string MemberName(MemberId member, std::uint32_t members);

/**
 * Builds the topology, places the members and works out the timeline.
 * @param scenario without axes (see AtPoint)
 * @throws ScenarioError for what LoadScenario could not see: a topology that cannot be built, an
 *     unknown router or region, an event that can hit nobody
 */
Plan MakePlan(const Scenario& scenario, std::uint64_t seed);

} // namespace swimlab
