// SPDX-License-Identifier: MIT
//
// See cluster.h.
#include "virtual/cluster.h"

#include "swim/assert.h"

#include <algorithm>

namespace swim
{

Cluster::Cluster(const Setup& setup, ClusterListener& listener)
    : m_setup(setup),
      m_listener(listener),
      m_network(setup.protocol, setup.members, setup.seed),
      m_members(setup.members)
{
    ApplyConditions();
    m_network.Observe(
        [this](Member member, const Node& node, const Outbox& out) { OnStep(member, node, out); });
    m_network.Watch([this](const Passage& passage) { m_listener.OnSent(passage); });
}

void Cluster::Start()
{
    m_network.StartConverged(m_setup.age);
}

void Cluster::ApplyConditions()
{
    const Duration least = m_setup.path + m_setup.delay;
    m_network.SetConditions({.delayMin = least,
                             .delayMax = least + m_setup.jitter,
                             .loss = m_setup.datagramLoss,
                             .duplication = m_setup.duplication});
}

void Cluster::Do(const Fault& fault)
{
    switch (fault.kind)
    {
    case Fault::Kind::PARTITION:
        m_network.PartitionInto(fault.sideOf);
        return;
    case Fault::Kind::HEAL:
        m_network.Heal();
        return;
    case Fault::Kind::DATAGRAM_LOSS:
        m_setup.datagramLoss = fault.share;
        ApplyConditions();
        return;
    case Fault::Kind::DUPLICATION:
        m_setup.duplication = fault.share;
        ApplyConditions();
        return;
    case Fault::Kind::DELAY:
        m_setup.delay = fault.time;
        ApplyConditions();
        return;
    case Fault::Kind::JITTER:
        m_setup.jitter = fault.time;
        ApplyConditions();
        return;
    default:
        for (const Member member : fault.members)
        {
            DoTo(member, fault);
        }
    }
}

void Cluster::DoTo(Member member, const Fault& fault)
{
    SWIM_ASSERT(CanHit(fault.kind, member), "what is done to a member can be done to it");
    using Condition = Fault::Condition;
    Contact& contact = m_members[member];
    switch (fault.kind)
    {
    case Fault::Kind::CRASH:
        contact.condition = Condition::DOWN;
        StopJoining(member);
        m_network.Crash(member);
        return;
    case Fault::Kind::RESTART:
        contact.condition = Condition::RUNNING;
        Boot(member, fault);
        return;
    case Fault::Kind::PAUSE:
        contact.condition = Condition::PAUSED;
        m_network.Pause(member);
        return;
    case Fault::Kind::RESUME:
        contact.condition = Condition::RUNNING;
        m_network.Resume(member);
        return;
    case Fault::Kind::STALL:
        contact.condition = Condition::STALLED;
        m_network.BeginStall(member);
        return;
    case Fault::Kind::UNSTALL:
        contact.condition = Condition::RUNNING;
        m_network.EndStall(member);
        return;
    default:
        contact.condition = Condition::DOWN;
        StopJoining(member);
        m_network.Leave(member);
        return;
    }
}

/// A process that was still leaving ends at once.
void Cluster::Boot(Member member, const Fault& fault)
{
    m_network.Crash(member);
    Contact& contact = m_members[member];
    const std::uint32_t incarnation = StartingIncarnation(member, fault.keepsIncarnation);
    contact.incarnation = incarnation;
    contact.seeds = fault.seeds;
    std::erase(contact.seeds, member);
    contact.retries = m_setup.joinRetry.times;
    contact.joining = !contact.seeds.empty();
    m_joining += contact.joining ? 1 : 0;
    contact.pending = contact.seeds.size();
    m_network.Boot(member, incarnation, contact.seeds);
}

void Cluster::OnStep(Member member, const Node& node, const Outbox& out)
{
    Contact& contact = m_members[member];
    contact.incarnation = std::max(contact.incarnation, node.Incarnation());
    const Input& input = m_network.Handling();
    if (input.kind == Input::Kind::DATAGRAM || input.kind == Input::Kind::STREAM ||
        input.kind == Input::Kind::ANSWER)
    {
        const bool isDatagram = input.kind == Input::Kind::DATAGRAM;
        m_listener.OnReceived(
            member,
            out.Received().value_or(isDatagram ? TrafficKind::GOSSIP : TrafficKind::PUSH_PULL),
            input.bytes.size());
    }
    for (const Event& event : out.Events())
    {
        if (event.kind <= EventKind::REJECTED)
        {
            m_listener.OnConclusion(member, event);
        }
        else if (event.kind != EventKind::SEND_FAILED)
        {
            OnJoinResult(member, event.kind == EventKind::JOIN_SUCCEEDED);
        }
    }
}

void Cluster::OnJoinResult(Member member, bool joined)
{
    Contact& contact = m_members[member];
    if (!contact.joining)
    {
        return;
    }
    contact.pending -= contact.pending > 0 ? 1 : 0;
    if (joined)
    {
        StopJoining(member);
    }
    else if (contact.pending == 0)
    {
        if (contact.retries == 0)
        {
            StopJoining(member);
            return;
        }
        contact.retries -= contact.retries < UINT32_MAX ? 1 : 0;
        m_again.emplace(Now() + m_setup.joinRetry.interval, member);
    }
}

void Cluster::StopJoining(Member member)
{
    Contact& contact = m_members[member];
    m_joining -= contact.joining ? 1 : 0;
    contact.joining = false;
    std::erase_if(m_again, [member](const auto& again) { return again.second == member; });
}

void Cluster::RunTo(Instant time)
{
    SWIM_ASSERT(time >= Now(), "time does not run backwards");
    do
    {
        Instant next = time;
        if (m_joining > 0) // and only then can somebody ask again within an interval
        {
            next = std::min(next, Now() + m_setup.joinRetry.interval);
        }
        if (!m_again.empty())
        {
            next = std::min(next, m_again.begin()->first);
        }
        m_network.RunFor(next - Now());
        AskAgain();
    } while (Now() < time);
}

void Cluster::AskAgain()
{
    while (!m_again.empty() && m_again.begin()->first <= Now())
    {
        const Member member = m_again.begin()->second;
        m_again.erase(m_again.begin());
        if (m_network.Paused(member))
        {
            m_again.emplace(Now() + m_setup.joinRetry.interval, member);
            continue;
        }
        m_members[member].pending = m_members[member].seeds.size();
        m_network.Join(member, m_members[member].seeds);
    }
}

} // namespace swim
