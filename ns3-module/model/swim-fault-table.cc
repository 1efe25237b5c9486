// SPDX-License-Identifier: GPL-2.0-only
//
// The faults of a network, and the draws that follow from them.
#include "swim-fault-table.h"

#include "swim-ns3-compat.h"

#include "ns3/abort.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ns3
{

namespace
{

double CheckedProbability(const char* what, double probability)
{
    NS_ABORT_MSG_UNLESS(probability >= 0 && probability <= 1,
                        what << " = " << probability << ": must be a probability from 0 to 1");
    return probability;
}

int64_t CheckedNanoSeconds(const char* what, Time time)
{
    NS_ABORT_MSG_IF(time.IsStrictlyNegative(),
                    what << " = " << time.As(Time::MS) << ": must not be negative");
    return time.GetNanoSeconds();
}

bool Stops(SwimCarrier carrier, uint8_t protocol)
{
    switch (carrier)
    {
    case SwimCarrier::DATAGRAMS:
        return protocol == SWIM_PROTOCOL_UDP;
    case SwimCarrier::STREAMS:
        return protocol == SWIM_PROTOCOL_TCP;
    default:
        return true;
    }
}

} // namespace

int64_t DrawDelayNs(int64_t meanNs, const Ptr<RandomVariableStream>& factor)
{
    return std::llround(static_cast<double>(meanNs) * std::max(0.0, factor->GetValue()));
}

SwimFaultTable::SwimFaultTable(uint32_t members)
    : m_traits(members),
      m_members(members),
      m_lossDraw(CreateObject<UniformRandomVariable>()),
      m_jitterDraw(CreateObject<UniformRandomVariable>()),
      m_disorderDraw(CreateObject<UniformRandomVariable>())
{
}

int64_t SwimFaultTable::AssignStreams(int64_t stream)
{
    m_lossDraw->SetStream(stream);
    m_jitterDraw->SetStream(stream + 1);
    m_disorderDraw->SetStream(stream + 2);
    return 3;
}

SwimFaultTable::Member& SwimFaultTable::At(uint32_t member)
{
    NS_ABORT_MSG_UNLESS(member < m_members.size(),
                        "member " << member << ": there are " << m_members.size()
                                  << " members, numbered from 0");
    return m_members[member];
}

SwimFaultTable::Member& SwimFaultTable::Impair(uint32_t member)
{
    SetTrait(member, IMPAIRED, true);
    return m_members[member];
}

void SwimFaultTable::SetTrait(uint32_t member, Trait trait, bool has)
{
    At(member);
    m_traits[member] =
        static_cast<uint8_t>(has ? m_traits[member] | trait : m_traits[member] & ~trait);
}

void SwimFaultTable::SetPathLoss(double probability)
{
    m_pathLoss = CheckedProbability("loss", probability);
}

void SwimFaultTable::SetPathDelay(Time delay)
{
    m_pathSlowness.delayNs = CheckedNanoSeconds("delay", delay);
}

void SwimFaultTable::SetPathJitter(Time jitter)
{
    m_pathSlowness.jitterNs = CheckedNanoSeconds("jitter", jitter);
}

void SwimFaultTable::SetPairLoss(std::vector<uint32_t> placeOfMember,
                                 std::vector<double> probabilities)
{
    m_places = static_cast<std::size_t>(std::sqrt(static_cast<double>(probabilities.size())) + 0.5);
    NS_ABORT_MSG_UNLESS(placeOfMember.size() == m_members.size() &&
                            m_places * m_places == probabilities.size(),
                        "losses of pairs need the place of each member, and a row for each place");
    for (const double probability : probabilities)
    {
        CheckedProbability("loss", probability);
    }
    for (const uint32_t place : placeOfMember)
    {
        NS_ABORT_MSG_UNLESS(place < m_places, "there is no place " << place);
    }
    m_placeOfMember = std::move(placeOfMember);
    m_pairLoss = std::move(probabilities);
}

void SwimFaultTable::SetPathDelayFactor(Ptr<RandomVariableStream> factor)
{
    m_pathDelayFactor = factor;
}

void SwimFaultTable::SetOutboundLoss(uint32_t member, double probability)
{
    Impair(member).outboundLoss = CheckedProbability("loss", probability);
}

void SwimFaultTable::SetInboundLoss(uint32_t member, double probability)
{
    Impair(member).inboundLoss = CheckedProbability("loss", probability);
}

void SwimFaultTable::SetOutboundDelay(uint32_t member, Time delay)
{
    Impair(member).outbound.delayNs = CheckedNanoSeconds("delay", delay);
}

void SwimFaultTable::SetInboundDelay(uint32_t member, Time delay)
{
    Impair(member).inbound.delayNs = CheckedNanoSeconds("delay", delay);
}

void SwimFaultTable::SetOutboundJitter(uint32_t member, Time jitter)
{
    Impair(member).outbound.jitterNs = CheckedNanoSeconds("jitter", jitter);
}

void SwimFaultTable::SetInboundJitter(uint32_t member, Time jitter)
{
    Impair(member).inbound.jitterNs = CheckedNanoSeconds("jitter", jitter);
}

void SwimFaultTable::SetPathDuplication(double probability)
{
    m_pathDuplication = CheckedProbability("duplication", probability);
}

void SwimFaultTable::SetOutboundDuplication(uint32_t member, double probability)
{
    Impair(member).outboundDuplication = CheckedProbability("duplication", probability);
}

void SwimFaultTable::SetInboundDuplication(uint32_t member, double probability)
{
    Impair(member).inboundDuplication = CheckedProbability("duplication", probability);
}

void SwimFaultTable::SetPathReordering(double probability, Time by)
{
    m_pathSlowness.reordering = CheckedProbability("reordering", probability);
    m_pathSlowness.reorderedByNs = CheckedNanoSeconds("reordering", by);
}

void SwimFaultTable::SetOutboundReordering(uint32_t member, double probability, Time by)
{
    Impair(member).outbound.reordering = CheckedProbability("reordering", probability);
    Impair(member).outbound.reorderedByNs = CheckedNanoSeconds("reordering", by);
}

void SwimFaultTable::SetInboundReordering(uint32_t member, double probability, Time by)
{
    Impair(member).inbound.reordering = CheckedProbability("reordering", probability);
    Impair(member).inbound.reorderedByNs = CheckedNanoSeconds("reordering", by);
}

void SwimFaultTable::SetUp(uint32_t member, bool up)
{
    SetTrait(member, DOWN, !up);
}

void SwimFaultTable::SetConnected(uint32_t member, bool connected)
{
    SetTrait(member, DISCONNECTED, !connected);
}

bool SwimFaultTable::IsUp(uint32_t member) const
{
    return (m_traits[member] & (DOWN | DISCONNECTED)) == 0;
}

void SwimFaultTable::SetSide(uint32_t member, uint32_t side)
{
    At(member).side = side;
    SetTrait(member, PARTED, side != 0);
}

void SwimFaultTable::Heal()
{
    for (uint32_t member = 0; member < m_members.size(); ++member)
    {
        SetSide(member, 0);
    }
}

void SwimFaultTable::Block(uint64_t block,
                           const std::vector<uint32_t>& from,
                           const std::vector<uint32_t>& to,
                           SwimCarrier carrier)
{
    OneWayBlock added{block,
                      carrier,
                      std::vector<bool>(m_members.size()),
                      std::vector<bool>(m_members.size())};
    for (const uint32_t member : from)
    {
        At(member);
        added.from[member] = true;
    }
    for (const uint32_t member : to)
    {
        At(member);
        added.to[member] = true;
    }
    m_blocks.push_back(std::move(added));
}

void SwimFaultTable::Unblock(uint64_t block)
{
    m_blocks.erase(std::remove_if(m_blocks.begin(),
                                  m_blocks.end(),
                                  [block](const auto& each) { return each.number == block; }),
                   m_blocks.end());
}

void SwimFaultTable::UnblockAll()
{
    m_blocks.clear();
}

SwimLoss SwimFaultTable::WhyDown(uint32_t member) const
{
    if (IsUp(member))
    {
        return SwimLoss::NONE;
    }
    return (m_traits[member] & DOWN) != 0 ? SwimLoss::DOWN : SwimLoss::LINK_DOWN;
}

SwimLoss SwimFaultTable::WhyCut(uint32_t from, uint32_t to, uint8_t protocol) const
{
    if (!IsUp(to))
    {
        return WhyDown(to);
    }
    if (((m_traits[from] | m_traits[to]) & PARTED) != 0 &&
        m_members[from].side != m_members[to].side)
    {
        return SwimLoss::PARTITION;
    }
    for (const auto& block : m_blocks)
    {
        if (block.from[from] && block.to[to] && Stops(block.carrier, protocol))
        {
            return block.carrier == SwimCarrier::DATAGRAMS ? SwimLoss::BLOCK_UDP
                   : block.carrier == SwimCarrier::STREAMS ? SwimLoss::BLOCK_TCP
                                                           : SwimLoss::BLOCK;
        }
    }
    return SwimLoss::NONE;
}

bool SwimFaultTable::Loses(uint32_t from, uint32_t to, uint8_t protocol)
{
    return IsCut(from, to, protocol) || DrawLoss(from, to);
}

bool SwimFaultTable::DrawLoss(uint32_t from, uint32_t to)
{
    double survives = 1 - m_pathLoss;
    if (!m_placeOfMember.empty())
    {
        survives *= 1 - m_pairLoss[m_placeOfMember[from] * m_places + m_placeOfMember[to]];
    }
    if (((m_traits[from] | m_traits[to]) & IMPAIRED) != 0)
    {
        survives *= (1 - m_members[from].outboundLoss) * (1 - m_members[to].inboundLoss);
    }
    return survives < 1 && m_lossDraw->GetValue() >= survives;
}

bool SwimFaultTable::Draws(double probability)
{
    return probability > 0 && m_disorderDraw->GetValue() < probability;
}

uint32_t SwimFaultTable::OutboundCopies(uint32_t member)
{
    const uint32_t ofPath = Draws(m_pathDuplication) ? 2 : 1;
    return IsImpaired(member) && Draws(m_members[member].outboundDuplication) ? 2 * ofPath : ofPath;
}

uint32_t SwimFaultTable::InboundCopies(uint32_t member)
{
    return IsImpaired(member) && Draws(m_members[member].inboundDuplication) ? 2 : 1;
}

int64_t SwimFaultTable::DrawNs(const Slowness& slowness)
{
    int64_t slowerNs = slowness.delayNs;
    if (slowness.jitterNs > 0)
    {
        slowerNs += std::llround(m_jitterDraw->GetValue() * static_cast<double>(slowness.jitterNs));
    }
    return Draws(slowness.reordering) ? slowerNs + slowness.reorderedByNs : slowerNs;
}

Time SwimFaultTable::OutboundDelay(uint32_t member)
{
    int64_t pathNs = DrawNs(m_pathSlowness);
    if (m_pathDelayFactor)
    {
        pathNs += DrawDelayNs(m_pathSlowness.delayNs, m_pathDelayFactor) - m_pathSlowness.delayNs;
    }
    return NanoSeconds(IsImpaired(member) ? pathNs + DrawNs(m_members[member].outbound) : pathNs);
}

Time SwimFaultTable::InboundDelay(uint32_t member)
{
    return NanoSeconds(IsImpaired(member) ? DrawNs(m_members[member].inbound) : 0);
}

} // namespace ns3
