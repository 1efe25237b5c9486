// SPDX-License-Identifier: GPL-2.0-only
//
// Plays the events through on a model of the cluster, see timeline.h.
#include "timeline.h"

#include "cluster-model.h"
#include "fields.h"
#include "topology/cut.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace swimlab
{

namespace
{

/// What undoes a verb; network verbs are undone by another value.
Verb Undoing(Verb verb)
{
    switch (verb)
    {
    case Verb::CRASH:
    case Verb::LEAVE:
        return Verb::RESTART;
    case Verb::PAUSE:
        return Verb::RESUME;
    case Verb::PARTITION:
        return Verb::HEAL;
    default:
        return verb;
    }
}

std::vector<MemberId> ResolveSeeds(const Scenario& scenario, const Plan& plan)
{
    const TargetContext context{plan.topology,
                                plan.routerOfMember,
                                [](MemberId) { return true; },
                                "there"};
    swim::Rng rng(plan.seed, TARGET_STREAM - 1);
    return ResolveTargets(scenario.seeds, context, rng);
}

class Player
{
  public:
    Player(const Scenario& scenario, Plan& plan)
        : m_scenario(scenario),
          m_plan(plan),
          m_model(plan.members, ResolveSeeds(scenario, plan))
    {
        for (std::size_t i = 0; i < scenario.events.size(); ++i)
        {
            m_rngs.emplace_back(plan.seed, TARGET_STREAM + i);
            m_queue.emplace(Moment{scenario.events[i].at, false, i}, Doing{});
        }
    }

    void Play()
    {
        ChooseJoining();
        MakeStarts();
        while (!m_queue.empty())
        {
            const auto [moment, doing] = *m_queue.begin();
            m_queue.erase(m_queue.begin());
            m_now = moment.at;
            m_model.SetNow(m_now);
            const Event& event = m_scenario.events[moment.event];
            moment.isEnd ? End(event, doing) : Begin(moment.event, event);
        }
    }

  private:
    /// The order of things: by time, ends before events, events as in the file.
    struct Moment
    {
        Duration at;
        bool isEnd;
        std::size_t event;

        bool operator<(const Moment& other) const
        {
            return std::tuple(at, !isEnd, event) < std::tuple(other.at, !other.isEnd, other.event);
        }
    };

    /// What an event did, for its end.
    struct Doing
    {
        std::vector<MemberId> members;
        Change change = 0;
    };

    [[noreturn]] static void Fail(const Event& event, const std::string& message)
    {
        throw ScenarioError(event.place, event.key, message);
    }

    std::string Now() const
    {
        return swim::FormatDuration(m_now);
    }

    /// @param taken by member, who is not to be drawn besides those that the verb cannot hit
    std::vector<MemberId> Resolve(std::size_t index,
                                  const Targets& targets,
                                  const std::vector<bool>& taken = {})
    {
        const Verb verb = m_scenario.events[index].verb;
        const TargetContext context{m_plan.topology,
                                    m_plan.routerOfMember,
                                    [&](MemberId member) {
                                        return m_model.CanDraw(verb, member) &&
                                               (taken.empty() || !taken[member]);
                                    },
                                    std::string(ClusterModel::Needed(verb))};
        return ResolveTargets(targets, context, m_rngs[index]);
    }

    /// Joins come before everything else, since everything else depends on who is there.
    void ChooseJoining()
    {
        for (const auto& [moment, doing] : m_queue)
        {
            const Event& event = m_scenario.events[moment.event];
            if (event.verb != Verb::JOIN)
            {
                continue;
            }
            auto members = Resolve(moment.event, event.targets.front());
            for (const MemberId member : members)
            {
                if (m_model.IsSeed(member))
                {
                    Fail(event,
                         m_plan.names[member] +
                             " is a seed (cluster.seeds), which is there from the start; let "
                             "others join");
                }
                if (m_model.IsAbsent(member))
                {
                    Fail(event,
                         m_plan.names[member] +
                             " joins twice; a member that crashed or left comes back by restart");
                }
                m_model.SetAbsent(member);
            }
            m_joining[moment.event] = std::move(members);
        }
    }

    /// Seeds first, so that they are there when others call; each joins through those before it.
    void MakeStarts()
    {
        const auto& seeds = m_model.Seeds();
        std::vector<MemberId> order = seeds;
        for (MemberId member = 0; member < m_plan.members; ++member)
        {
            if (!m_model.IsSeed(member) && !m_model.IsAbsent(member))
            {
                order.push_back(member);
            }
        }
        m_plan.starts.resize(m_plan.members);
        for (std::size_t place = 0; place < order.size(); ++place)
        {
            Start start;
            start.converged = m_scenario.startsConverged;
            if (!start.converged)
            {
                start.at = m_scenario.joinSpacing * static_cast<std::int64_t>(place);
                const auto before = static_cast<std::ptrdiff_t>(std::min(place, seeds.size()));
                start.seeds.assign(seeds.begin(), seeds.begin() + before);
            }
            m_model.SetStart(order[place], start.at);
            m_plan.starts[order[place]] = std::move(start);
        }
    }

    void Begin(std::size_t index, const Event& event)
    {
        Action action;
        action.at = m_now;
        action.verb = event.verb;
        action.valueText = event.valueText;
        Change change = 0;
        switch (event.verb)
        {
        case Verb::PARTITION:
            BeginPartition(index, event, action);
            change = m_model.SetCommon(Verb::PARTITION);
            break;
        case Verb::HEAL:
            if (!m_model.IsPartitioned())
            {
                Fail(event, "there is no partition at " + Now() + " that could be healed");
            }
            m_model.SetCommon(Verb::HEAL);
            break;
        default:
            change = IsNetworkVerb(event.verb) ? BeginNetworkVerb(index, event, action)
                                               : BeginHit(index, event, action);
        }
        if (event.lasts && *event.lasts < m_plan.duration - m_now)
        {
            m_queue.emplace(Moment{m_now + *event.lasts, true, index},
                            Doing{action.members, change});
        }
        m_plan.timeline.push_back(std::move(action));
    }

    Change BeginHit(std::size_t index, const Event& event, Action& action)
    {
        const Targets& targets = event.targets.front();
        action.targetsText = targets.text;
        action.members = event.verb == Verb::JOIN ? m_joining[index] : Resolve(index, targets);
        std::erase_if(action.members,
                      [&](MemberId member) { return !m_model.CanHit(event.verb, member); });
        if (action.members.empty())
        {
            Fail(event,
                 targets.text + " hits nobody: at " + Now() + " none of them is " +
                     std::string(ClusterModel::Needed(event.verb)));
        }
        return HitMembers(action);
    }

    Change HitMembers(Action& action)
    {
        if (action.verb == Verb::RESTART || action.verb == Verb::JOIN)
        {
            action.seeds = m_model.Contacts(action.members);
        }
        return m_model.Hit(action.verb, action.members);
    }

    Change BeginNetworkVerb(std::size_t index, const Event& event, Action& action)
    {
        action.probability = event.probability;
        action.duration = event.duration;
        if (event.targets.empty() || event.targets.front().kind == Targets::Kind::ALL)
        {
            return m_model.SetCommon(event.verb);
        }
        action.targetsText = event.targets.front().text;
        action.members = Resolve(index, event.targets.front());
        if (action.members.empty())
        {
            Fail(event, action.targetsText + " has no members; choose others");
        }
        const bool hasValue = event.probability > 0 || event.duration > Duration::zero();
        return m_model.SetOwnValue(event.verb, action.members, hasValue);
    }

    void BeginPartition(std::size_t index, const Event& event, Action& action)
    {
        if (m_model.IsPartitioned())
        {
            Fail(event,
                 "there is a partition already at " + Now() + "; heal it before the next one");
        }
        if (!event.minimumCut)
        {
            ResolveSides(index, event, action);
            return;
        }
        try
        {
            const Cut cut = MinimumCut(m_plan.topology, m_plan.routerOfMember);
            action.targetsText = "minimum cut";
            action.sides.assign(cut.members.begin(), cut.members.end());
        }
        catch (const TopologyError& error)
        {
            Fail(event, error.what());
        }
    }

    /// Members of no side that is named are one more side.
    void ResolveSides(std::size_t index, const Event& event, Action& action)
    {
        std::vector<bool> placed(m_plan.members);
        for (const auto& targets : event.targets)
        {
            auto members = Resolve(index, targets, placed);
            if (members.empty())
            {
                Fail(event, "side " + targets.text + " has no members; choose others");
            }
            for (const MemberId member : members)
            {
                if (placed[member])
                {
                    Fail(event,
                         m_plan.names[member] + " is in side " + targets.text +
                             " and in one before it; sides must not overlap");
                }
                placed[member] = true;
            }
            action.targetsText += (action.sides.empty() ? "" : ", ") + targets.text;
            action.sides.push_back(std::move(members));
        }
        std::vector<MemberId> rest;
        for (MemberId member = 0; member < m_plan.members; ++member)
        {
            if (!placed[member])
            {
                rest.push_back(member);
            }
        }
        if (!rest.empty())
        {
            action.sides.push_back(std::move(rest));
        }
        if (action.sides.size() < 2)
        {
            Fail(event, "everybody is on one side; name members for another, or leave some out");
        }
    }

    /// Undoes what is left of an event's doing.
    void End(const Event& event, const Doing& doing)
    {
        Action action;
        action.at = m_now;
        action.verb = Undoing(event.verb);
        bool isLeft = true;
        if (event.verb == Verb::PARTITION)
        {
            isLeft = m_model.IsPartitioned() && m_model.Common(Verb::PARTITION) == doing.change;
            if (isLeft)
            {
                m_model.SetCommon(Verb::HEAL);
            }
        }
        else if (IsNetworkVerb(event.verb))
        {
            isLeft = EndNetworkVerb(event, doing, action);
        }
        else
        {
            action.targetsText = event.targets.front().text;
            action.members = m_model.StillHit(doing.members, doing.change);
            isLeft = !action.members.empty();
            HitMembers(action);
        }
        if (isLeft)
        {
            m_plan.timeline.push_back(std::move(action));
        }
    }

    /// Back to [network]: everybody's value is the file's, and members have none of their own.
    /// @return whether there is something left to undo
    bool EndNetworkVerb(const Event& event, const Doing& doing, Action& action)
    {
        const NetworkSpec& network = m_scenario.network;
        const bool isShare = event.verb == Verb::LOSS || event.verb == Verb::DATAGRAM_LOSS;
        bool isLeft = false;
        if (doing.members.empty())
        {
            isLeft = m_model.Common(event.verb) == doing.change;
            action.probability = event.verb == Verb::LOSS ? network.loss
                                 : isShare                ? network.datagramLoss
                                                          : 0;
            action.duration = event.verb == Verb::DELAY    ? network.delay
                              : event.verb == Verb::JITTER ? network.jitter
                                                           : Duration::zero();
        }
        else
        {
            action.targetsText = event.targets.front().text;
            action.members = m_model.EndOwnValue(event.verb, doing.members, doing.change);
            isLeft = !action.members.empty();
        }
        action.valueText =
            isShare ? FormatPercentage(action.probability) : swim::FormatDuration(action.duration);
        return isLeft;
    }

    const Scenario& m_scenario;
    Plan& m_plan;
    ClusterModel m_model;
    std::vector<swim::Rng> m_rngs; ///< by event
    std::map<Moment, Doing> m_queue;
    std::map<std::size_t, std::vector<MemberId>> m_joining; ///< by event
    Duration m_now{};
};

} // namespace

void MakeTimeline(const Scenario& scenario, Plan& plan)
{
    Player(scenario, plan).Play();
}

} // namespace swimlab
