// SPDX-License-Identifier: GPL-2.0-only
//
// See performer.h.
#include "performer.h"

#include "ns3/simulator.h"

namespace swimlab
{

Performer::Performer(const Plan& plan,
                     Recorder& recorder,
                     PacketNetwork& network,
                     const std::vector<ns3::Ptr<ns3::SwimApplication>>& members)
    : m_plan(plan),
      m_recorder(recorder),
      m_network(network),
      m_members(members),
      m_outboundDatagramLoss(plan.members, 0.0),
      m_networkDatagramLoss(plan.network.datagramLoss)
{
}

void Performer::Perform(const Action& action)
{
    RecordTruth(action);
    for (const MemberId member : action.members)
    {
        // In the member's context, where its sockets and timers belong.
        ns3::Simulator::ScheduleWithContext(
            m_network.MemberNode(member)->GetId(),
            ns3::Time(0),
            [this, &action, member]() { PerformOnMember(action, member); });
    }
    PerformOnNetwork(action);
}

void Performer::RecordTruth(const Action& action)
{
    const std::int64_t nowNs = ns3::Simulator::Now().GetNanoSeconds();
    const std::string_view verb = ToString(action.verb);
    if (action.verb == Verb::PARTITION)
    {
        RecordSides(action);
        return;
    }
    if (action.members.empty())
    {
        m_recorder.Truth(nowNs, verb, action.valueText);
    }
    for (const MemberId member : action.members)
    {
        m_recorder.Truth(nowNs,
                         verb,
                         member,
                         action.valueText,
                         StartingIncarnation(action, member));
    }
}

void Performer::RecordSides(const Action& action)
{
    std::vector<std::uint32_t> sideOf(m_plan.members, 0);
    for (std::uint32_t side = 0; side < action.sides.size(); ++side)
    {
        for (const MemberId member : action.sides[side])
        {
            sideOf[member] = side;
        }
    }
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        m_recorder.Truth(ns3::Simulator::Now().GetNanoSeconds(),
                         ToString(action.verb),
                         member,
                         std::to_string(sideOf[member]));
    }
}

void Performer::PerformOnMember(const Action& action, MemberId member)
{
    ns3::SwimApplication& application = *m_members[member];
    switch (action.verb)
    {
    case Verb::CRASH:
        m_network.SetDown(member);
        application.Kill();
        return;
    case Verb::RESTART:
    case Verb::JOIN:
        m_network.SetUp(member);
        LaunchAgain(action, member);
        return;
    case Verb::PAUSE:
        application.Pause();
        return;
    case Verb::RESUME:
        application.Resume();
        return;
    case Verb::LEAVE:
        application.Leave();
        return;
    default:
        return;
    }
}

void Performer::LaunchAgain(const Action& action, MemberId member)
{
    ns3::SwimApplication& application = *m_members[member];
    application.Kill(); // a process that was still leaving
    ns3::SwimApplication::LaunchOptions options;
    options.seeds = action.seeds;
    options.incarnation = StartingIncarnation(action, member);
    application.Launch(options);
}

std::uint32_t Performer::StartingIncarnation(const Action& action, MemberId member) const
{
    if (action.verb != Verb::RESTART && action.verb != Verb::JOIN)
    {
        return 0;
    }
    return m_plan.restartKeepsIncarnation ? m_members[member]->GetIncarnation() + 1 : 1;
}

void Performer::PerformOnNetwork(const Action& action)
{
    switch (action.verb)
    {
    case Verb::PARTITION:
        m_network.Partition(action.sides);
        return;
    case Verb::HEAL:
        m_network.Heal();
        return;
    case Verb::BLOCK:
        m_network.Block(action.block,
                        action.members,
                        action.others,
                        action.direction,
                        action.carrier);
        return;
    case Verb::UNBLOCK:
        action.block == 0 ? m_network.UnblockAll() : m_network.Unblock(action.block);
        return;
    case Verb::DATAGRAM_LOSS:
        SetDatagramLoss(action);
        return;
    default:
        action.members.empty() ? SetNetworkValue(action) : SetMembersValue(action);
    }
}

void Performer::SetNetworkValue(const Action& action)
{
    switch (action.verb)
    {
    case Verb::LOSS:
        m_network.SetNetworkLoss(action.probability);
        return;
    case Verb::DELAY:
        m_network.SetNetworkDelay(action.duration);
        return;
    case Verb::JITTER:
        m_network.SetNetworkJitter(action.duration);
        return;
    default:
        return;
    }
}

void Performer::SetMembersValue(const Action& action)
{
    switch (action.verb)
    {
    case Verb::LOSS:
        m_network.SetLoss(action.members, action.direction, action.probability);
        return;
    case Verb::DELAY:
        m_network.SetDelay(action.members, action.direction, action.duration);
        return;
    case Verb::JITTER:
        m_network.SetJitter(action.members, action.direction, action.duration);
        return;
    default:
        return;
    }
}

/// Sockets lose datagrams and not the network, which would lose big ones more often.
void Performer::SetDatagramLoss(const Action& action)
{
    if (action.members.empty())
    {
        m_networkDatagramLoss = action.probability;
    }
    for (const MemberId member : action.members)
    {
        if (action.direction != Direction::IN)
        {
            m_outboundDatagramLoss[member] = action.probability;
        }
        if (action.direction != Direction::OUT)
        {
            m_members[member]->SetInboundDatagramLoss(action.probability);
        }
    }
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        m_members[member]->SetDatagramLoss(1 - (1 - m_networkDatagramLoss) *
                                                   (1 - m_outboundDatagramLoss[member]));
    }
}

} // namespace swimlab
