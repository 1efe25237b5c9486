// SPDX-License-Identifier: GPL-2.0-only
//
// Verbs that set a value, and what it goes back to.
#include "lab/plan/timeline-context.h"
#include "lab/scenario/fields.h"

namespace swimlab
{

namespace
{

/// "10%", "5% by 20ms", "200ms", and where it is one-sided the direction: "10% in".
std::string ValueText(const Action& action)
{
    std::string text;
    switch (action.verb)
    {
    case Verb::DELAY:
    case Verb::JITTER:
    case Verb::SLOW:
        text = swim::FormatDuration(action.duration);
        break;
    case Verb::REORDER:
        text =
            FormatPercentage(action.probability) + " by " + swim::FormatDuration(action.duration);
        break;
    default:
        text = FormatPercentage(action.probability);
    }
    return text + (action.direction == Direction::BOTH
                       ? ""
                       : " " + std::string(ToString(action.direction)));
}

/// The value of everybody that the scenario's file gives.
void SetFileValue(const NetworkSpec& network, Action& action)
{
    switch (action.verb)
    {
    case Verb::LOSS:
        action.probability = network.loss;
        return;
    case Verb::DATAGRAM_LOSS:
        action.probability = network.datagramLoss;
        return;
    case Verb::DELAY:
        action.duration = network.delay;
        return;
    case Verb::JITTER:
        action.duration = network.jitter;
        return;
    case Verb::DUPLICATION:
        action.probability = network.duplication;
        return;
    case Verb::REORDER:
        action.probability = network.reorder;
        action.duration = network.reorderBy;
        return;
    default:
        return;
    }
}

/// Whether the value is the whole network's and not that of members.
bool IsEverybodys(const Event& event)
{
    return event.targets.empty() ||
           (event.targets.front().kind == Targets::Kind::ALL &&
            event.direction == Direction::BOTH && event.verb != Verb::SLOW);
}

} // namespace

Change BeginValue(TimelineContext& context, std::size_t index, Action& action)
{
    const Event& event = context.scenario.events[index];
    action.probability = event.probability;
    action.duration = event.duration;
    action.valueText = ValueText(action);
    if (IsEverybodys(event))
    {
        return context.model.SetCommon(event.verb);
    }
    action.targetsText = event.targets.front().text;
    action.members = context.ResolveSome(index, event.targets.front());
    const bool hasValue = event.verb == Verb::REORDER
                              ? event.probability > 0
                              : event.probability > 0 || event.duration > Duration::zero();
    return context.model.SetOwnValue(event.verb, event.direction, action.members, hasValue);
}

std::vector<Action> EndValue(TimelineContext& context,
                             const Event& event,
                             std::span<const MemberId> members,
                             Change change)
{
    Action action;
    action.at = context.now;
    action.verb = event.verb;
    if (members.empty())
    {
        SetFileValue(context.scenario.network, action);
        action.valueText = ValueText(action);
        const bool isLeft = context.model.Common(event.verb) == change;
        return isLeft ? std::vector{action} : std::vector<Action>{};
    }
    std::vector<Action> ends;
    action.targetsText = event.targets.front().text;
    const auto ended = context.model.EndOwnValue(event.verb, members, change);
    for (const Direction direction : {Direction::BOTH, Direction::IN, Direction::OUT})
    {
        action.members = ended[static_cast<std::size_t>(direction)];
        action.direction = direction;
        action.valueText = ValueText(action);
        if (!action.members.empty())
        {
            ends.push_back(action);
        }
    }
    return ends;
}

} // namespace swimlab
