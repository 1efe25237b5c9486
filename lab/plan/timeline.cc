// SPDX-License-Identifier: GPL-2.0-only
//
// Plays the events through on a model of the cluster, see timeline.h.
#include "lab/plan/timeline.h"

#include "lab/plan/timeline-context.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace swimlab
{

namespace
{

class Player
{
  public:
    Player(const Scenario& scenario, Plan& plan)
        : m_context(scenario, plan)
    {
        for (std::size_t i = 0; i < scenario.events.size(); ++i)
        {
            m_queue.emplace(Moment{scenario.events[i].at, Phase::BEGIN, i, 0}, Doing{});
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
            switch (moment.phase)
            {
            case Phase::BEGIN:
                Begin(moment.event, doing);
                break;
            case Phase::STEP:
                Step(moment.event, doing.members);
                break;
            case Phase::END:
                End(EventAt(moment.event), doing);
                break;
            }
        }
    }

  private:
    enum class Phase : std::uint8_t
    {
        BEGIN, ///< the event's time has come
        STEP,  ///< it hits some of its members: of OVER, of CHURN
        END,   ///< what it did is undone
    };

    /// The order of things: by time, ends before the rest, events as in the file.
    struct Moment
    {
        Duration at;
        Phase phase;
        std::size_t event;
        std::uint64_t number; ///< of steps and ends, as they were thought of

        bool operator<(const Moment& other) const
        {
            const auto key = [](const Moment& moment) {
                return std::tuple(moment.at,
                                  moment.phase != Phase::END,
                                  moment.event,
                                  moment.number);
            };
            return key(*this) < key(other);
        }
    };

    /// What a step is to hit; what an event did, for its end; whom alone a beginning is about.
    struct Doing
    {
        std::vector<MemberId> members{};
        Change change = 0;
        std::uint32_t before = 0; ///< of beginnings: how often it happened already
    };

    const Event& EventAt(std::size_t index) const
    {
        return m_context.scenario.events[index];
    }

    void Queue(Duration at, Phase phase, std::size_t index, Doing doing)
    {
        if (at < m_context.plan.duration)
        {
            m_queue.emplace(Moment{at, phase, index, ++m_lastNumber}, std::move(doing));
        }
    }

    /// Undoes it after a while, unless it is for good.
    void QueueEnd(std::size_t index, std::optional<Duration> lasts, Doing doing)
    {
        if (lasts && *lasts < m_context.plan.duration - m_context.now)
        {
            Queue(m_context.now + *lasts, Phase::END, index, std::move(doing));
        }
    }

    void Push(Action action)
    {
        m_context.plan.timeline.push_back(std::move(action));
    }

    Action NewAction(Verb verb) const
    {
        Action action;
        action.at = m_context.now;
        action.verb = verb;
        return action;
    }

    /// A moment uniform over a time from now on.
    Duration Within(std::size_t index, Duration time)
    {
        const auto bound = static_cast<std::uint64_t>(time.count());
        return m_context.now + Duration(m_context.rngs[index].Below(bound));
    }

    /// Plans the next time of an event that recurs, if there is one.
    void BeginAgainLater(std::size_t index, const Recurrence& recurs, const Doing& doing)
    {
        const bool isLast = recurs.times && doing.before + 1 >= *recurs.times;
        if (!isLast && recurs.period < m_context.plan.duration - m_context.now)
        {
            Queue(m_context.now + recurs.period,
                  Phase::BEGIN,
                  index,
                  {doing.members, 0, doing.before + 1});
        }
    }

    /// Each member of the event begins at a moment of its own within a period.
    void BeginApart(std::size_t index, const Event& event)
    {
        const auto members = m_context.ResolveSome(index, event.targets.front());
        FailUnlessAnyCanBeHit(event, members);
        for (const MemberId member : members)
        {
            Queue(Within(index, event.recurs->period), Phase::BEGIN, index, {{member}, 0, 0});
        }
    }

    void Begin(std::size_t index, const Doing& doing)
    {
        const Event& event = EventAt(index);
        const bool isOfOne = !doing.members.empty();
        m_context.MeanOnly(isOfOne ? std::optional(doing.members.front()) : std::nullopt);
        if (event.recurs && !event.recurs->inStep && !isOfOne)
        {
            BeginApart(index, event);
            return;
        }
        if (event.recurs)
        {
            BeginAgainLater(index, *event.recurs, doing);
        }
        if (event.verb == Verb::CHURN)
        {
            BeginChurn(index, event);
            return;
        }
        if (HitsMembers(event.verb))
        {
            BeginHit(index, event, isOfOne || doing.before > 0);
            return;
        }
        Action action = NewAction(event.verb);
        action.direction = event.direction;
        const Change change = Perform(index, event, action);
        QueueEnd(index, event.lasts, {action.members, change});
        Push(std::move(action));
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
            return BeginValue(m_context, index, action);
        }
    }

    Change BeginBlock(std::size_t index, const Event& event, Action& action)
    {
        action.targetsText = event.targets.front().text;
        action.members = m_context.ResolveSome(index, event.targets.front());
        action.carrier = event.carrier;
        action.valueText =
            std::string(ToString(event.carrier)) + " " + std::string(ToString(event.direction));
        action.others.resize(m_context.plan.members);
        std::iota(action.others.begin(), action.others.end(), MemberId{0});
        if (event.others)
        {
            action.others = m_context.ResolveSome(index, *event.others);
        }
        action.block = m_context.model.AddBlock(action.members);
        return action.block;
    }

    /// Those of members whom the verb can hit now.
    std::vector<MemberId> Hittable(Verb verb, std::vector<MemberId> members) const
    {
        std::erase_if(members,
                      [&](MemberId member) { return !m_context.model.CanHit(verb, member); });
        return members;
    }

    /// It means nobody from the start: who wrote it meant something else.
    void FailUnlessAnyCanBeHit(const Event& event, const std::vector<MemberId>& members) const
    {
        if (HitsMembers(event.verb) && Hittable(event.verb, members).empty())
        {
            FailEvent(event,
                      event.targets.front().text + " hits nobody: at " + m_context.Now() +
                          " none of them is " + std::string(ClusterModel::Needed(event.verb)));
        }
    }

    /// @param mayMiss whether it may hit nobody: who recurs may be down by then
    void BeginHit(std::size_t index, const Event& event, bool mayMiss)
    {
        const Targets& targets = event.targets.front();
        const auto members = Hittable(event.verb,
                                      event.verb == Verb::JOIN ? m_joining[index]
                                                               : m_context.Resolve(index, targets));
        if (!mayMiss)
        {
            FailUnlessAnyCanBeHit(event, members);
        }
        if (!event.over)
        {
            Step(index, members);
            return;
        }
        for (const MemberId member : members)
        {
            Queue(Within(index, *event.over), Phase::STEP, index, {{member}, 0});
        }
    }

    /// As many crashes as the mean time between two lets expect, each at a time of its own: a
    /// Poisson process of which the number is known.
    void BeginChurn(std::size_t index, const Event& event)
    {
        const auto members = m_context.ResolveSome(index, event.targets.front());
        const Duration left = m_context.plan.duration - m_context.now;
        const Duration lasts = std::min(event.lasts.value_or(left), left);
        for (std::int64_t crashes = lasts / event.every; crashes > 0; --crashes)
        {
            Queue(Within(index, lasts), Phase::STEP, index, {members, 0});
        }
    }

    /// Hits members of the event now: all, or of churn one who can crash, if there is one.
    void Step(std::size_t index, const std::vector<MemberId>& members)
    {
        const Event& event = EventAt(index);
        const bool isChurn = event.verb == Verb::CHURN;
        Action action = NewAction(isChurn ? Verb::CRASH : event.verb);
        action.targetsText = event.targets.front().text;
        action.members = isChurn ? DrawToCrash(index, members) : Hittable(event.verb, members);
        if (action.members.empty())
        {
            return;
        }
        if (event.verb == Verb::INJECT || event.verb == Verb::UPDATE)
        {
            action.injection = event.injection;
            action.valueText = event.verb == Verb::UPDATE ? event.meta : InjectionText(event);
            Push(std::move(action));
            return;
        }
        if (event.verb == Verb::STALL && event.duration > Duration::zero())
        {
            action.duration = event.duration;
            action.valueText = swim::FormatDuration(event.duration);
        }
        Doing doing{action.members, m_context.model.Hit(action.verb, action.members)};
        QueueEnd(index, isChurn ? event.down : event.lasts, std::move(doing));
        PushHit(event, std::move(action));
    }

    std::vector<MemberId> DrawToCrash(std::size_t index, std::vector<MemberId> members)
    {
        std::erase_if(members, [&](MemberId member) {
            return !m_context.model.CanDraw(Verb::CRASH, Direction::BOTH, member);
        });
        if (!members.empty())
        {
            members = {members[m_context.rngs[index].Below(members.size())]};
        }
        return members;
    }

    std::string InjectionText(const Event& event) const
    {
        const Injection& injection = event.injection;
        return std::string(ToString(injection.message)) + " " +
               m_context.plan.names[injection.about] + " incarnation " +
               std::to_string(injection.incarnation) + " from " +
               m_context.plan.names[injection.from];
    }

    /// Members that start know what to start with; those of different groups contact others.
    void PushHit(const Event& event, Action action)
    {
        if (!StartsProcess(action.verb))
        {
            Push(std::move(action));
            return;
        }
        action.keepsIncarnation =
            event.comesBack.keepsIncarnation.value_or(m_context.scenario.restartKeepsIncarnation);
        std::map<std::uint32_t, std::vector<MemberId>> byGroup;
        for (const MemberId member : action.members)
        {
            byGroup[m_context.model.GroupOf(member)].push_back(member);
        }
        for (auto& [group, members] : byGroup)
        {
            Action start = action;
            start.members = std::move(members);
            start.seeds = m_context.model.Contacts(start.members);
            if (start.verb == Verb::RESTART)
            {
                AssignAddresses(m_context, event, start);
            }
            Push(std::move(start));
        }
    }

    /// Undoes what is left of an event's doing.
    void End(const Event& event, const Doing& doing)
    {
        ClusterModel& model = m_context.model;
        if (SetsValue(event.verb))
        {
            for (auto& action : EndValue(m_context, event, doing.members, doing.change))
            {
                Push(std::move(action));
            }
            return;
        }
        Action action = NewAction(Undoing(event.verb));
        switch (event.verb)
        {
        case Verb::PARTITION:
            if (model.IsPartitioned() && model.Common(Verb::PARTITION) == doing.change)
            {
                model.SetCommon(Verb::HEAL);
                Push(std::move(action));
            }
            return;
        case Verb::BLOCK:
            if (model.EndBlock(doing.change))
            {
                action.targetsText = event.targets.front().text;
                action.members = doing.members;
                action.block = doing.change;
                Push(std::move(action));
            }
            return;
        default:
            action.targetsText = event.targets.front().text;
            action.members = model.StillHit(event.verb, doing.members, doing.change);
            if (!action.members.empty())
            {
                model.Hit(action.verb, action.members);
                PushHit(event, std::move(action));
            }
        }
    }

    TimelineContext m_context;
    std::map<Moment, Doing> m_queue;
    std::vector<std::vector<MemberId>> m_joining; ///< by event
    std::uint64_t m_lastNumber = 0;
};

} // namespace

void MakeTimeline(const Scenario& scenario, Plan& plan)
{
    Player(scenario, plan).Play();
}

} // namespace swimlab
