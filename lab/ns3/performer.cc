// SPDX-License-Identifier: GPL-2.0-only
//
// See performer.h.
#include "lab/ns3/performer.h"

#include "lab/ns3/network-actions.h"
#include "lab/plan/truth.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <array>

namespace swimlab
{

namespace
{

swim::Address ToSwimAddress(ns3::Ipv4Address address)
{
    std::array<std::uint8_t, 4> bytes;
    address.Serialize(bytes.data());
    return swim::Address(bytes, MEMBER_PORT);
}

} // namespace

Performer::Performer(const Plan& plan,
                     Recorder& recorder,
                     SimulatedNetwork& network,
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
            m_network.Context(member),
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
    case Verb::STALL:
        application.BeginStall(ns3::NanoSeconds(action.duration.count()));
        return;
    case Verb::UNSTALL:
        application.EndStall();
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
    case Verb::DATAGRAM_LOSS:
        SetDatagramLoss(action);
        return;
    case Verb::SLOW:
        for (const MemberId member : action.members)
        {
            m_members[member]->SetSlowness(ns3::NanoSeconds(action.duration.count()));
        }
        return;
    default:
        PerformOn(m_network, action);
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
