// SPDX-License-Identifier: MIT
//
// See random-faults.h.
#include "random-faults.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// The generator of the faults; members use streams from 0, the network the last one.
constexpr std::uint64_t FAULTS_STREAM = UINT64_MAX - 1;

constexpr std::size_t FEWEST_UP = 3;

} // namespace

RandomFaults::RandomFaults(VirtualNetwork& network, std::uint64_t seed)
    : m_network(network),
      m_rng(seed, FAULTS_STREAM)
{
}

void RandomFaults::RunFor(Duration time)
{
    const Instant end = m_network.Now() + time;
    while (m_network.Now() < end)
    {
        InflictOne();
        m_network.RunFor(Duration(static_cast<std::int64_t>(m_rng.Below(4'000'000'000))));
    }
}

void RandomFaults::InflictOne()
{
    switch (m_rng.Below(8))
    {
    case 0:
    case 1:
        StopOne();
        return;
    case 2:
    case 3:
        BootOne();
        return;
    case 4:
        m_network.Cut(static_cast<Member>(m_rng.Below(m_network.Members())),
                      static_cast<Member>(m_rng.Below(m_network.Members())));
        return;
    case 5:
        m_network.Partition(static_cast<Member>(m_rng.Below(m_network.Members())));
        return;
    case 6:
        Worsen();
        return;
    default:
        m_network.Heal();
        m_network.SetConditions({});
        return;
    }
}

/// Crashes a member, makes it leave, or pauses or resumes it.
void RandomFaults::StopOne()
{
    const Member member = OneOf(Up());
    if (m_network.Paused(member))
    {
        m_network.Resume(member);
        return;
    }
    const std::uint64_t how = m_rng.Below(3);
    if (how == 0)
    {
        m_network.Pause(member);
    }
    else if (Up().size() > FEWEST_UP)
    {
        how == 1 ? m_network.Crash(member) : m_network.Leave(member);
    }
}

void RandomFaults::BootOne()
{
    const std::vector<Member> down = Down();
    if (!down.empty())
    {
        Boot(OneOf(down));
    }
}

/// A process that forgot its incarnation starts at 1; one that remembers, far above its old one.
void RandomFaults::Boot(Member member)
{
    const Member seeds[] = {OneOf(Up()), OneOf(Up())};
    const std::uint32_t remembered = 1000 * m_network.Life(member);
    m_network.Boot(member, m_rng.Below(2) == 0 ? 1 : remembered, seeds);
}

void RandomFaults::Worsen()
{
    m_network.SetConditions({.delayMin = 1ms,
                             .delayMax = 1ms * (1 + m_rng.Below(700)),
                             .loss = 0.4 * m_rng.Unit(),
                             .duplication = 0.2 * m_rng.Unit()});
}

void RandomFaults::End()
{
    m_network.Heal();
    m_network.SetConditions({});
    for (const Member member : Up())
    {
        if (m_network.Paused(member))
        {
            m_network.Resume(member);
        }
    }
    for (const Member member : Down())
    {
        if (m_rng.Below(2) == 0)
        {
            Boot(member);
        }
    }
    const std::vector<Member> up = Up();
    for (const Member member : up)
    {
        if (m_network.Life(member) > 1)
        {
            m_network.Join(member, up);
        }
    }
}

std::vector<Member> RandomFaults::Up() const
{
    std::vector<Member> up;
    for (Member member = 0; member < m_network.Members(); ++member)
    {
        if (m_network.At(member))
        {
            up.push_back(member);
        }
    }
    return up;
}

std::vector<Member> RandomFaults::Down() const
{
    std::vector<Member> down;
    for (Member member = 0; member < m_network.Members(); ++member)
    {
        if (!m_network.At(member))
        {
            down.push_back(member);
        }
    }
    return down;
}

Member RandomFaults::OneOf(const std::vector<Member>& members)
{
    return members[m_rng.Below(members.size())];
}

} // namespace swim
