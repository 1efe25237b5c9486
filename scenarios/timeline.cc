// SPDX-License-Identifier: GPL-2.0-only
//
// Plays the events through on a model of the cluster, see timeline.h.
#include "timeline.h"

#include "fields.h"
#include "timeline-context.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace swimlab
{

namespace
{

/// What undoes a verb; one that sets a value is undone by another value.
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
    case Verb::BLOCK:
        return Verb::UNBLOCK;
    default:
        return verb;
    }
}

class Player
{
  public:
    Player(const Scenario& scenario, Plan& plan)
        : m_context(scenario, plan)
    {
        for (std::size_t i = 0; i < scenario.events.size(); ++i)
        {
            m_queue.emplace(Moment{scenario.events[i].at, false, i}, Doing{});
        }
    }

    void Play()
    {
        m_joining = ChooseJoining(m_context);
        MakeStarts(m_context);
        while (!m_queue.empty())
        {
            const auto [moment, doing] = *m_queue.begin();
            m_queue.erase(m_queue.begin());
            m_context.SetNow(moment.at);
            const Event& event = m_context.scenario.events[moment.event];
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

    void Begin(std::size_t index, const Event& event)
    {
        Action action;
        action.at = m_context.now;
        action.verb = event.verb;
        action.direction = event.direction;
        action.valueText = event.valueText;
        const Change change = Perform(index, event, action);
        if (event.lasts && *event.lasts < m_context.plan.duration - m_context.now)
        {
            m_queue.emplace(Moment{m_context.now + *event.lasts, true, index},
                            Doing{action.members, change});
        }
        m_context.plan.timeline.push_back(std::move(action));
    }

    Change Perform(std::size_t index, const Event& event, Action& action)
    {
        ClusterModel& model = m_context.model;
        switch (event.verb)
        {
        case Verb::PARTITION:
            ResolvePartition(m_context, index, action);
            return model.SetCommon(Verb::PARTITION);
        case Verb::HEAL:
            if (!model.IsPartitioned())
            {
                FailEvent(event,
                          "there is no partition at " + m_context.Now() + " that could be healed");
            }
            return model.SetCommon(Verb::HEAL);
        case Verb::BLOCK:
            return BeginBlock(index, event, action);
        case Verb::UNBLOCK:
            if (!model.EndAllBlocks())
            {
                FailEvent(event,
                          "nothing is blocked at " + m_context.Now() + " that could be unblocked");
            }
            return 0;
        default:
            return SetsValue(event.verb) ? BeginValue(index, event, action)
                                         : BeginHit(index, event, action);
        }
    }

    Change BeginHit(std::size_t index, const Event& event, Action& action)
    {
        const Targets& targets = event.targets.front();
        action.targetsText = targets.text;
        action.members =
            event.verb == Verb::JOIN ? m_joining[index] : m_context.Resolve(index, targets);
        std::erase_if(action.members,
                      [&](MemberId member) { return !m_context.model.CanHit(event.verb, member); });
        if (action.members.empty())
        {
            FailEvent(event,
                      targets.text + " hits nobody: at " + m_context.Now() + " none of them is " +
                          std::string(ClusterModel::Needed(event.verb)));
        }
        return HitMembers(action);
    }

    Change HitMembers(Action& action)
    {
        if (action.verb == Verb::RESTART || action.verb == Verb::JOIN)
        {
            action.seeds = m_context.model.Contacts(action.members);
        }
        return m_context.model.Hit(action.verb, action.members);
    }

    /// The members that the first targets name, of whom there must be some.
    std::vector<MemberId> Named(std::size_t index, const Event& event, const Targets& targets)
    {
        auto members = m_context.Resolve(index, targets);
        if (members.empty())
        {
            FailEvent(event, targets.text + " has no members; choose others");
        }
        return members;
    }

    Change BeginBlock(std::size_t index, const Event& event, Action& action)
    {
        action.targetsText = event.targets.front().text;
        action.members = Named(index, event, event.targets.front());
        action.carrier = event.carrier;
        action.others.resize(m_context.plan.members);
        std::iota(action.others.begin(), action.others.end(), MemberId{0});
        if (event.others)
        {
            action.others = Named(index, event, *event.others);
        }
        action.block = m_context.model.AddBlock(action.members);
        return action.block;
    }

    Change BeginValue(std::size_t index, const Event& event, Action& action)
    {
        action.probability = event.probability;
        action.duration = event.duration;
        if (event.targets.empty() || (event.targets.front().kind == Targets::Kind::ALL &&
                                      event.direction == Direction::BOTH))
        {
            return m_context.model.SetCommon(event.verb);
        }
        action.targetsText = event.targets.front().text;
        action.members = Named(index, event, event.targets.front());
        const bool hasValue = event.probability > 0 || event.duration > Duration::zero();
        return m_context.model.SetOwnValue(event.verb, event.direction, action.members, hasValue);
    }

    /// Undoes what is left of an event's doing.
    void End(const Event& event, const Doing& doing)
    {
        ClusterModel& model = m_context.model;
        Action action;
        action.at = m_context.now;
        action.verb = Undoing(event.verb);
        bool isLeft = true;
        if (event.verb == Verb::PARTITION)
        {
            isLeft = model.IsPartitioned() && model.Common(Verb::PARTITION) == doing.change;
            if (isLeft)
            {
                model.SetCommon(Verb::HEAL);
            }
        }
        else if (event.verb == Verb::BLOCK)
        {
            isLeft = model.EndBlock(doing.change);
            action.targetsText = event.targets.front().text;
            action.members = doing.members;
            action.block = doing.change;
        }
        else if (SetsValue(event.verb))
        {
            EndValue(event, doing, action);
            return;
        }
        else
        {
            action.targetsText = event.targets.front().text;
            action.members = model.StillHit(doing.members, doing.change);
            isLeft = !action.members.empty();
            HitMembers(action);
        }
        if (isLeft)
        {
            m_context.plan.timeline.push_back(std::move(action));
        }
    }

    /// Back to [network]: everybody's value is the file's, and members have none of their own.
    void EndValue(const Event& event, const Doing& doing, Action& action)
    {
        if (doing.members.empty())
        {
            if (m_context.model.Common(event.verb) == doing.change)
            {
                SetFileValue(event.verb, action);
                m_context.plan.timeline.push_back(std::move(action));
            }
            return;
        }
        action.targetsText = event.targets.front().text;
        const auto ended = m_context.model.EndOwnValue(event.verb, doing.members, doing.change);
        for (const Direction direction : {Direction::BOTH, Direction::IN, Direction::OUT})
        {
            const auto& members = ended[static_cast<std::size_t>(direction)];
            if (!members.empty())
            {
                Action end = action;
                end.members = members;
                end.direction = direction;
                end.valueText = ValueText(end);
                m_context.plan.timeline.push_back(std::move(end));
            }
        }
    }

    void SetFileValue(Verb verb, Action& action) const
    {
        const NetworkSpec& network = m_context.scenario.network;
        action.probability = verb == Verb::LOSS            ? network.loss
                             : verb == Verb::DATAGRAM_LOSS ? network.datagramLoss
                                                           : 0;
        action.duration = verb == Verb::DELAY    ? network.delay
                          : verb == Verb::JITTER ? network.jitter
                                                 : Duration::zero();
        action.valueText = ValueText(action);
    }

    static std::string ValueText(const Action& action)
    {
        const bool isShare = action.verb == Verb::LOSS || action.verb == Verb::DATAGRAM_LOSS;
        return (isShare ? FormatPercentage(action.probability)
                        : swim::FormatDuration(action.duration)) +
               (action.direction == Direction::BOTH
                    ? ""
                    : " " + std::string(ToString(action.direction)));
    }

    TimelineContext m_context;
    std::map<Moment, Doing> m_queue;
    std::vector<std::vector<MemberId>> m_joining; ///< by event
};

} // namespace

void MakeTimeline(const Scenario& scenario, Plan& plan)
{
    Player(scenario, plan).Play();
}

} // namespace swimlab
