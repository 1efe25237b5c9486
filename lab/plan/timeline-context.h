// SPDX-License-Identifier: GPL-2.0-only
//
// What the parts of working out a timeline share: the cluster at this moment, and the draws.
//
// Internal to MakeTimeline.
#pragma once

#include "lab/plan/cluster-model.h"
#include "lab/plan/plan.h"
#include "lab/scenario/targets.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace swimlab
{

/// What the makers of a timeline share: the scenario, the plan, and the cluster by now.
class TimelineContext
{
  public:
    /// @param plan with cluster and network; gets starts and timeline
    TimelineContext(const Scenario& scenario, Plan& plan);

    /**
     * The members that targets mean now; of an event that recurs, those that they meant at first.
     * @param event index of the event whose targets these are, which draws from its own generator
     * @param taken by member, who is not to be drawn besides those that the verb cannot hit
     */
    std::vector<MemberId> Resolve(std::size_t event,
                                  const Targets& targets,
                                  const std::vector<bool>& taken = {});

    /// Until the next call, the first targets of events mean this member alone; none: all as ever.
    void MeanOnly(std::optional<MemberId> member)
    {
        m_only = member;
    }

    /// As Resolve, of an event that needs somebody. @throws ScenarioError if nobody is meant
    std::vector<MemberId> ResolveSome(std::size_t event, const Targets& targets);

    /// "10s", for messages.
    std::string Now() const
    {
        return swim::FormatDuration(now);
    }

    void SetNow(Duration at)
    {
        now = at;
        model.SetNow(at);
    }

    const Scenario& scenario;
    Plan& plan;
    ClusterModel model;
    std::vector<swim::Rng> rngs; ///< by event
    Duration now{};

  private:
    std::optional<MemberId> m_only;
    /// Whom targets of recurring events meant the first time.
    std::map<const Targets*, std::vector<MemberId>> m_meant;
};

/// The event cannot happen. @throws ScenarioError
[[noreturn]] void FailEvent(const Event& event, const std::string& message);

/// Works out sides and targetsText of a PARTITION. @throws ScenarioError
void ResolvePartition(TimelineContext& context, std::size_t event, Action& action);

/// Who joins in which event, by event; they are absent from now on. Joins come before everything
/// else, since everything else depends on who is there. @throws ScenarioError
std::vector<std::vector<MemberId>> ChooseJoining(TimelineContext& context);

/// Fills in the starts of those who do not join later.
void MakeStarts(TimelineContext& context);

/// Gives restarting members their addresses. @throws ScenarioError if another has it
void AssignAddresses(TimelineContext& context, const Event& event, Action& action);

/// A verb that sets a value, of everybody or of members. @return the change, for EndValue
Change BeginValue(TimelineContext& context, std::size_t event, Action& action);

/// Takes back what is left of that change. @param members whom it hit @return what to perform
std::vector<Action> EndValue(TimelineContext& context,
                             const Event& event,
                             std::span<const MemberId> members,
                             Change change);

} // namespace swimlab
