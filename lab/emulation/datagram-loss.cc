// SPDX-License-Identifier: GPL-2.0-only
//
// See datagram-loss.h.
#include "lab/emulation/datagram-loss.h"

#include <netinet/in.h>

namespace swimlab
{

namespace
{

/// Any fixed number that no member's random choices have.
constexpr std::uint64_t LOSS_STREAM = UINT64_MAX;

/// RFC 791: the protocol is at byte 9, and the low 13 bits of bytes 6 and 7 say where in its
/// datagram a fragment belongs.
bool BeginsDatagram(std::span<const std::uint8_t> packet)
{
    constexpr std::size_t HEADER_SIZE = 20;
    return packet.size() >= HEADER_SIZE && packet[9] == IPPROTO_UDP && (packet[6] & 0x1f) == 0 &&
           packet[7] == 0;
}

} // namespace

DatagramLoss::DatagramLoss(std::uint32_t members, std::uint64_t seed)
    : m_outbound(members, 0.0),
      m_inbound(members, 0.0),
      m_rng(seed, LOSS_STREAM)
{
}

void DatagramLoss::SetNetwork(double probability)
{
    m_network = probability;
}

void DatagramLoss::Perform(const Action& action)
{
    if (action.members.empty())
    {
        m_network = action.probability;
    }
    for (const MemberId member : action.members)
    {
        if (action.direction != Direction::IN)
        {
            m_outbound[member] = action.probability;
        }
        if (action.direction != Direction::OUT)
        {
            m_inbound[member] = action.probability;
        }
    }
}

bool DatagramLoss::LosesSent(MemberId from, std::span<const std::uint8_t> packet)
{
    return Draws(1 - (1 - m_network) * (1 - m_outbound[from]), packet);
}

bool DatagramLoss::LosesReceived(MemberId to, std::span<const std::uint8_t> packet)
{
    return Draws(m_inbound[to], packet);
}

bool DatagramLoss::Draws(double probability, std::span<const std::uint8_t> packet)
{
    return probability > 0 && BeginsDatagram(packet) && m_rng.Unit() < probability;
}

} // namespace swimlab
