// SPDX-License-Identifier: GPL-2.0-only
//
// Which address a member has when it comes back.
//
// An address belongs to the router that its holder is attached to, so it can only be handed on to
// a neighbour, as in reality within a subnet.
#include "lab/plan/timeline-context.h"

namespace swimlab
{

namespace
{

AddressId TakenAddress(const TimelineContext& context,
                       const Event& event,
                       const Action& action,
                       MemberId member)
{
    const Plan& plan = context.plan;
    const MemberId from = event.comesBack.from;
    if (action.members.size() > 1)
    {
        FailEvent(event,
                  "gives the address of " + plan.names[from] + " to " +
                      std::to_string(action.members.size()) +
                      " members; one can have it, so name one");
    }
    if (plan.routerOfMember[member] != plan.routerOfMember[from])
    {
        FailEvent(event,
                  plan.names[member] + " and " + plan.names[from] +
                      " are on different routers, between which addresses do not move; choose "
                      "members of one router, or topology.kind = \"star\"");
    }
    return context.model.AddressOf(from);
}

AddressId NextAddress(TimelineContext& context,
                      const Event& event,
                      const Action& action,
                      MemberId member)
{
    switch (event.comesBack.address)
    {
    case Return::Address::FRESH:
        context.plan.routerOfSpareAddress.push_back(context.plan.routerOfMember[member]);
        return static_cast<AddressId>(context.plan.members +
                                      context.plan.routerOfSpareAddress.size() - 1);
    case Return::Address::TAKEN:
        return TakenAddress(context, event, action, member);
    default:
        return context.model.AddressOf(member);
    }
}

} // namespace

void AssignAddresses(TimelineContext& context, const Event& event, Action& action)
{
    bool moves = false;
    std::vector<AddressId> addresses;
    for (const MemberId member : action.members)
    {
        const AddressId address = NextAddress(context, event, action, member);
        const auto holder = context.model.HolderOf(address);
        if (holder != member)
        {
            if (holder && !context.model.IsDown(*holder))
            {
                FailEvent(event,
                          context.plan.names[member] + " would come back at " + context.Now() +
                              " with the address of " + context.plan.names[*holder] +
                              ", which is not down; give it address = \"new\"");
            }
            moves = true;
            context.model.SetAddress(member, address);
        }
        addresses.push_back(address);
    }
    if (moves)
    {
        action.addresses = std::move(addresses);
    }
}

} // namespace swimlab
