// SPDX-License-Identifier: GPL-2.0-only
//
// See performer.h.
#include "performer.h"

#include "truth.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <array>

namespace swimlab
{

namespace
{

void ForEach(const Action& action, const auto& perform)
{
    for (const MemberId member : action.members)
    {
        perform(member);
    }
}

swim::Address ToSwimAddress(ns3::Ipv4Address address)
{
    std::array<std::uint8_t, 4> bytes;
    address.Serialize(bytes.data());
    return swim::Address(bytes, MEMBER_PORT);
}

} // namespace

Performer::Performer(const Plan& plan,
                     Recorder& recorder,
                     PacketNetwork& network,
                     ns3::SwimCluster& cluster,
                     const std::vector<ns3::Ptr<ns3::SwimApplication>>& members)
    : m_plan(plan),
      m_recorder(recorder),
      m_network(network),
      m_cluster(cluster),
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
    const auto incarnationOf = [&](MemberId member) { return StartingIncarnation(action, member); };
    for (const TruthRow& row : TruthOf(m_plan, action, incarnationOf))
    {
        if (row.subject)
        {
            m_recorder.Truth(nowNs, row.event, *row.subject, row.value, row.incarnation);
        }
        else
        {
            m_recorder.Truth(nowNs, row.event, row.value);
        }
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
    case Verb::INJECT:
        application.Inject(
            m_network.MemberAddress(action.injection.from),
            EncodeInjection(m_plan,
                            action.injection,
                            ToSwimAddress(m_network.MemberAddress(action.injection.about))));
        return;
    case Verb::UPDATE:
        application.UpdateMeta(action.valueText);
        return;
    default:
        return;
    }
}

void Performer::LaunchAgain(const Action& action, MemberId member)
{
    ns3::SwimApplication& application = *m_members[member];
    application.Kill(); // a process that was still leaving
    const auto place = std::lower_bound(action.members.begin(), action.members.end(), member);
    if (!action.addresses.empty())
    {
        m_network.SetAddress(member, action.addresses[place - action.members.begin()]);
        m_cluster.SetAddress(member, m_network.MemberAddress(member));
    }
    ns3::SwimApplication::LaunchOptions options;
    options.seeds = action.seeds;
    options.incarnation = StartingIncarnation(action, member);
    application.Launch(options);
}

std::uint32_t Performer::StartingIncarnation(const Action& action, MemberId member) const
{
    return action.keepsIncarnation ? m_members[member]->GetIncarnation() + 1 : 1;
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
    case Verb::DISCONNECT:
        ForEach(action, [this](MemberId member) { m_network.Disconnect(member); });
        return;
    case Verb::RECONNECT:
        ForEach(action, [this](MemberId member) { m_network.Reconnect(member); });
        return;
    case Verb::DATAGRAM_LOSS:
        SetDatagramLoss(action);
        return;
    case Verb::SLOW:
        ForEach(action, [&](MemberId member) {
            m_members[member]->SetSlowness(ns3::NanoSeconds(action.duration.count()));
        });
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
    case Verb::DUPLICATION:
        m_network.SetNetworkDuplication(action.probability);
        return;
    case Verb::REORDER:
        m_network.SetNetworkReordering(action.probability, action.duration);
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
    case Verb::DUPLICATION:
        m_network.SetDuplication(action.members, action.direction, action.probability);
        return;
    case Verb::REORDER:
        m_network.SetReordering(action.members,
                                action.direction,
                                action.probability,
                                action.duration);
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
