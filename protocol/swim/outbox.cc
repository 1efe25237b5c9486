// SPDX-License-Identifier: MIT
//
// See outbox.h.
#include "swim/outbox.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace swim
{

TrafficKind ClassifyMessage(wire::ByteView message)
{
    if (message.size() > wire::COMPOUND_HEAD_SIZE &&
        message[0] == static_cast<std::uint8_t>(wire::MessageType::COMPOUND))
    {
        const std::size_t first = wire::COMPOUND_HEAD_SIZE + wire::COMPOUND_PART_SIZE * message[1];
        message = message.subspan(std::min(first, message.size()));
    }
    switch (message.empty() ? wire::MessageType::ERROR : static_cast<wire::MessageType>(message[0]))
    {
    case wire::MessageType::PING:
        return TrafficKind::PING;
    case wire::MessageType::PING_REQ:
        return TrafficKind::PING_REQ;
    case wire::MessageType::ACK:
        return TrafficKind::ACK;
    case wire::MessageType::NACK:
        return TrafficKind::NACK;
    default:
        return TrafficKind::GOSSIP;
    }
}

void Outbox::Clear()
{
    m_arena.clear();
    m_datagrams.clear();
    m_streams.clear();
    m_aborts.clear();
    m_events.clear();
    m_decisions.clear();
    m_answerOffset = 0;
    m_answerSize = 0;
    m_received.reset();
}

void Outbox::Trim()
{
    Clear();
    const auto trim = [](wire::Bytes& bytes) {
        if (bytes.capacity() > MOST_KEPT)
        {
            bytes = {};
        }
    };
    for (wire::Bytes* const bytes :
         {&m_arena, &m_scratch, &m_sealScratch, &m_opening.outer.plain, &m_opening.outer.inflated})
    {
        trim(*bytes);
    }
    std::ranges::for_each(m_opening.inflated, trim);
}

} // namespace swim
