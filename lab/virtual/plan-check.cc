// SPDX-License-Identifier: GPL-2.0-only
//
// See plan-check.h.
#include "lab/virtual/plan-check.h"

#include "lab/virtual/fault-verbs.h"

#include <algorithm>

namespace swimlab
{

namespace
{

std::optional<std::string> WhyNot(const Action& action)
{
    const std::string verb(ToString(action.verb));
    if (!FaultOf(action.verb))
    {
        return verb + " cannot be done to it; --backend ns3 can";
    }
    if (SetsValue(action.verb) && !action.members.empty())
    {
        return verb + " of single members cannot be had in it; leave out `members`, or take "
                      "--backend ns3";
    }
    if (!action.addresses.empty())
    {
        return "its members keep their addresses; leave out `address`, or take --backend ns3";
    }
    if (action.verb == Verb::STALL && action.duration != Duration::zero())
    {
        return "its members handle what came during a stall at once; leave out what they take for "
               "each, or take --backend ns3";
    }
    return {};
}

std::optional<std::string> WhyNot(const NetworkSpec& network)
{
    if (network.loss > 0)
    {
        return "it loses datagrams only; set network.datagram_loss in place of network.loss";
    }
    if (network.reorder > 0)
    {
        return "it holds no packets back; set network.jitter in place of network.reorder";
    }
    if (network.delayShape != DelayShape{})
    {
        return "its delays are uniform; set network.jitter in place of network.delay_distribution";
    }
    if (network.queueDiscs || network.accessQueue)
    {
        return "it has no queues; leave out network.queue_discs and network.access_queue";
    }
    return {};
}

} // namespace

std::optional<std::string> WhyNotVirtual(const Plan& plan)
{
    const auto settled = [](const auto& start) { return start->settled; };
    if (plan.groups.size() != 1)
    {
        return "it has one cluster; leave out [[cluster.group]]";
    }
    if (plan.detector.kind != nullptr)
    {
        return "its members are SWIM's; leave out cluster.detector, or take --backend ns3";
    }
    if (plan.members > 65536)
    {
        return "it has room for 65536 members";
    }
    if (plan.topology.routers.size() != 1)
    {
        return "it has no routers: everybody is as far from everybody; set topology.kind = "
               "\"star\"";
    }
    if (!std::ranges::all_of(plan.starts,
                             [](const auto& start) { return start && start->converged; }))
    {
        return "all of its members are there from the start; set cluster.start = \"converged\" and "
               "leave out join";
    }
    if (!std::ranges::all_of(plan.starts, settled) && !std::ranges::none_of(plan.starts, settled))
    {
        return "its members are of one age";
    }
    if (plan.measure.memberLoads)
    {
        return "it does not tell what each member moves; leave out measure.member_loads";
    }
    if (plan.trace.on)
    {
        return "it writes no trace; leave out [trace] and --trace, or take --backend ns3";
    }
    if (auto why = WhyNot(plan.network))
    {
        return why;
    }
    for (const Action& action : plan.timeline)
    {
        if (auto why = WhyNot(action))
        {
            return why;
        }
    }
    return {};
}

} // namespace swimlab
