// SPDX-License-Identifier: GPL-2.0-only
//
// The faults of a network, and the draws that follow from them.
#include "swim-fault-table.h"

#include "ns3/abort.h"

#include <cmath>

namespace ns3
{

namespace
{

double CheckedProbability(double probability)
{
    NS_ABORT_MSG_UNLESS(probability >= 0 && probability <= 1,
                        "loss = " << probability << ": must be a probability from 0 to 1");
    return probability;
}

int64_t CheckedNanoSeconds(const char* what, Time time)
{
    NS_ABORT_MSG_IF(time.IsStrictlyNegative(),
                    what << " = " << time.As(Time::MS) << ": must not be negative");
    return time.GetNanoSeconds();
}

} // namespace

SwimFaultTable::SwimFaultTable(uint32_t members)
    : m_members(members),
      m_lossDraw(CreateObject<UniformRandomVariable>()),
      m_jitterDraw(CreateObject<UniformRandomVariable>())
{
}

int64_t SwimFaultTable::AssignStreams(int64_t stream)
{
    m_lossDraw->SetStream(stream);
    m_jitterDraw->SetStream(stream + 1);
    return 2;
}

SwimFaultTable::Member& SwimFaultTable::At(uint32_t member)
{
    NS_ABORT_MSG_UNLESS(member < m_members.size(),
                        "member " << member << ": there are " << m_members.size()
                                  << " members, numbered from 0");
    return m_members[member];
}

void SwimFaultTable::SetPathLoss(double probability)
{
    m_pathLoss = CheckedProbability(probability);
}

void SwimFaultTable::SetPathDelay(Time delay)
{
    m_pathSlowness.delayNs = CheckedNanoSeconds("delay", delay);
}

void SwimFaultTable::SetPathJitter(Time jitter)
{
    m_pathSlowness.jitterNs = CheckedNanoSeconds("jitter", jitter);
}

void SwimFaultTable::SetOutboundLoss(uint32_t member, double probability)
{
    At(member).outboundLoss = CheckedProbability(probability);
}

void SwimFaultTable::SetInboundLoss(uint32_t member, double probability)
{
    At(member).inboundLoss = CheckedProbability(probability);
}

void SwimFaultTable::SetDelay(uint32_t member, Time delay)
{
    At(member).slowness.delayNs = CheckedNanoSeconds("delay", delay);
}

void SwimFaultTable::SetJitter(uint32_t member, Time jitter)
{
    At(member).slowness.jitterNs = CheckedNanoSeconds("jitter", jitter);
}

void SwimFaultTable::SetUp(uint32_t member, bool up)
{
    At(member).up = up;
}

bool SwimFaultTable::IsUp(uint32_t member) const
{
    return m_members[member].up;
}

void SwimFaultTable::SetSide(uint32_t member, uint32_t side)
{
    At(member).side = side;
}

void SwimFaultTable::Block(const std::vector<uint32_t>& from, const std::vector<uint32_t>& to)
{
    OneWayBlock block;
    block.from.resize(m_members.size());
    block.to.resize(m_members.size());
    for (const uint32_t member : from)
    {
        At(member);
        block.from[member] = true;
    }
    for (const uint32_t member : to)
    {
        At(member);
        block.to[member] = true;
    }
    m_blocks.push_back(std::move(block));
}

void SwimFaultTable::Heal()
{
    for (auto& member : m_members)
    {
        member.side = 0;
    }
    m_blocks.clear();
}

bool SwimFaultTable::IsCut(uint32_t from, uint32_t to) const
{
    if (!m_members[to].up || m_members[from].side != m_members[to].side)
    {
        return true;
    }
    for (const auto& block : m_blocks)
    {
        if (block.from[from] && block.to[to])
        {
            return true;
        }
    }
    return false;
}

bool SwimFaultTable::Loses(uint32_t from, uint32_t to)
{
    if (IsCut(from, to))
    {
        return true;
    }
    const double survives =
        (1 - m_pathLoss) * (1 - m_members[from].outboundLoss) * (1 - m_members[to].inboundLoss);
    return survives < 1 && m_lossDraw->GetValue() >= survives;
}

int64_t SwimFaultTable::DrawNs(const Slowness& slowness)
{
    if (slowness.jitterNs == 0)
    {
        return slowness.delayNs;
    }
    const double drawn = m_jitterDraw->GetValue() * static_cast<double>(slowness.jitterNs);
    return slowness.delayNs + std::llround(drawn);
}

Time SwimFaultTable::OutboundDelay(uint32_t member)
{
    return NanoSeconds(DrawNs(m_pathSlowness) + DrawNs(m_members[member].slowness));
}

Time SwimFaultTable::InboundDelay(uint32_t member)
{
    return NanoSeconds(DrawNs(m_members[member].slowness));
}

} // namespace ns3
