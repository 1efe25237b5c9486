// SPDX-License-Identifier: MIT
//
// See outbox.h.
#include "swim/outbox.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace swim
{

std::string_view TrafficKindName(TrafficKind kind)
{
    switch (kind)
    {
    case TrafficKind::PING:
        return "ping";
    case TrafficKind::PING_REQ:
        return "ping-req";
    case TrafficKind::ACK:
        return "ack";
    case TrafficKind::NACK:
        return "nack";
    case TrafficKind::GOSSIP:
        return "gossip";
    case TrafficKind::PUSH_PULL:
        return "push-pull";
    case TrafficKind::STREAM_PING:
        return "stream-ping";
    case TrafficKind::STREAM_ACK:
        return "stream-ack";
    case TrafficKind::STREAM_USER:
        return "stream-user";
    }
    return "?";
}

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

std::string_view EventKindName(EventKind kind)
{
    switch (kind)
    {
    case EventKind::JOINED:
        return "joined";
    case EventKind::SUSPECT:
        return "suspect";
    case EventKind::REFUTED:
        return "refuted";
    case EventKind::DEAD:
        return "dead";
    case EventKind::LEFT:
        return "left";
    case EventKind::UPDATED:
        return "updated";
    case EventKind::CONFLICT:
        return "conflict";
    case EventKind::REJECTED:
        return "rejected";
    case EventKind::JOIN_SUCCEEDED:
        return "join-succeeded";
    case EventKind::JOIN_FAILED:
        return "join-failed";
    case EventKind::SEND_FAILED:
        return "send-failed";
    }
    return "?";
}

void Outbox::Clear()
{
    m_arena.clear();
    m_datagrams.clear();
    m_streams.clear();
    m_aborts.clear();
    m_events.clear();
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
