// SPDX-License-Identifier: GPL-2.0-only
//
// See network-actions.h.
#include "lab/ns3/network-actions.h"

namespace swimlab
{

namespace
{

void SetNetworkValue(SimulatedNetwork& network, const Action& action)
{
    switch (action.verb)
    {
    case Verb::LOSS:
        network.SetNetworkLoss(action.probability);
        return;
    case Verb::DELAY:
        network.SetNetworkDelay(action.duration);
        return;
    case Verb::JITTER:
        network.SetNetworkJitter(action.duration);
        return;
    case Verb::DUPLICATION:
        network.SetNetworkDuplication(action.probability);
        return;
    case Verb::REORDER:
        network.SetNetworkReordering(action.probability, action.duration);
        return;
    default:
        return;
    }
}

void SetMembersValue(SimulatedNetwork& network, const Action& action)
{
    const std::span<const MemberId> members = action.members;
    const Direction direction = action.direction;
    switch (action.verb)
    {
    case Verb::LOSS:
        network.SetLoss(members, direction, action.probability);
        return;
    case Verb::DELAY:
        network.SetDelay(members, direction, action.duration);
        return;
    case Verb::JITTER:
        network.SetJitter(members, direction, action.duration);
        return;
    case Verb::DUPLICATION:
        network.SetDuplication(members, direction, action.probability);
        return;
    case Verb::REORDER:
        network.SetReordering(members, direction, action.probability, action.duration);
        return;
    default:
        return;
    }
}

} // namespace

void PerformOn(SimulatedNetwork& network, const Action& action)
{
    switch (action.verb)
    {
    case Verb::PARTITION:
        network.Partition(action.sides);
        return;
    case Verb::HEAL:
        network.Heal();
        return;
    case Verb::BLOCK:
        network.Block(action.block,
                      action.members,
                      action.others,
                      action.direction,
                      action.carrier);
        return;
    case Verb::UNBLOCK:
        action.block == 0 ? network.UnblockAll() : network.Unblock(action.block);
        return;
    case Verb::DISCONNECT:
        for (const MemberId member : action.members)
        {
            network.Disconnect(member);
        }
        return;
    case Verb::RECONNECT:
        for (const MemberId member : action.members)
        {
            network.Reconnect(member);
        }
        return;
    default:
        action.members.empty() ? SetNetworkValue(network, action)
                               : SetMembersValue(network, action);
    }
}

} // namespace swimlab
