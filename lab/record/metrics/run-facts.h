// SPDX-License-Identifier: GPL-2.0-only
//
// What is known of a run before its first row: who takes part, how it starts, what will be done.
//
// Metrics are computed in one pass over the rows, and some ask what will be: "the members that stay
// live until the heal". What the scenario does is known ahead, from the plan of a simulation or from
// the ground truth of a finished record, so it stands here, and only what members conclude is news.
#pragma once

#include "lab/record/time-ns.h"
#include "lab/scenario/verbs.h"
#include "lab/topology/member-id.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace swimlab
{

struct Plan;

/// One thing that will be done and changes who is live, or who is parted from whom, or that the next of
/// its kind takes the place of: a row of ground truth about one member (an update is one), all rows of
/// one partition together, or a heal.
struct Step
{
    Verb verb;
    MemberId member = 0;         ///< 0 of PARTITION and HEAL
    bool changesAddress = false; ///< RESTART: at another address than before
    std::uint32_t rows = 1;      ///< how many rows it is: of PARTITION one a member
    TimeNs timeNs = 0;

    friend bool operator==(const Step&, const Step&) = default;
};

/// Whether a row of ground truth is a step.
bool IsStep(Verb verb);

struct RunFacts
{
    std::vector<std::string> names; ///< by member
    TimeNs endNs = 0;
    bool converged = true; ///< everybody present knows everybody present of its cluster
    std::vector<std::uint32_t> groupOf{};          ///< by member: which of several clusters, from 0
    std::vector<Step> steps{};                     ///< in their order
    std::vector<MemberId> disturbed{};             ///< who ever will be, see disturbances.h
    std::map<std::string, std::string> settings{}; ///< the resolved scenario: key to value
    /// By member: whether it buries nobody without most of its cluster. Empty: nobody is so.
    std::vector<bool> needsMajority{};
    std::uint32_t trafficMembers = 0; ///< whose traffic is told; programs of others may keep silent

    MemberId Members() const
    {
        return static_cast<MemberId>(names.size());
    }

    /// How long a probe can be under way: the protocol period of a member of the worst health.
    /// 0 where the record has no protocol settings, as of agents of another make.
    /// @throws RecordError of a setting that is no duration
    TimeNs LongestProbeNs() const;
};

/// @param plan what a run will do; the rows of its record must be these steps
RunFacts FactsOf(const Plan& plan);

} // namespace swimlab
