// SPDX-License-Identifier: MIT
//
// What an application says through a node and hears by it: broadcasts, and messages for one member.
#include "swim/node.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace swim
{

namespace
{

constexpr std::size_t TYPE_BYTE = 1;

} // namespace

std::size_t Node::MaxUserMessage() const
{
    return Room() - wire::COMPOUND_HEAD_SIZE - wire::COMPOUND_PART_SIZE - TYPE_BYTE;
}

/// The most bytes of a broadcast's message, its type byte too. Without a gossip tick it has to ride
/// on pings, and leaves room for the longest that we send.
std::size_t Node::BroadcastRoom() const
{
    const std::size_t room = MaxUserMessage() + TYPE_BYTE;
    if (m_config->gossipInterval > Duration::zero())
    {
        return room;
    }
    std::size_t longest = 0;
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        longest =
            std::max(longest, record.Present() ? m_directory.NameOf(record.identity).size() : 0);
    }
    wire::Bytes ping;
    wire::Encode(PingTo(std::string(longest, ' '), UINT32_MAX), ping);
    return room - std::min(room, wire::COMPOUND_PART_SIZE + ping.size());
}

/// How many bytes a broadcast has, its type byte too.
std::size_t Node::SizeOf(const BroadcastOptions& options, std::size_t payload) const
{
    return options.relay == Relay::RECEIVERS
               ? TYPE_BYTE + payload
               : wire::BroadcastSize(m_directory.Name(m_name), options.name, payload);
}

std::size_t Node::MaxBroadcast(const BroadcastOptions& options) const
{
    const std::size_t room = BroadcastRoom();
    std::size_t payload = room - std::min(room, SizeOf(options, 0));
    while (payload > 0 && SizeOf(options, payload) > room)
    {
        --payload; // a longer payload has a longer length
    }
    return payload;
}

/// Where nobody else lives, ours have nobody to reach.
void Node::SettleBroadcastsIfAlone()
{
    if (IsAlone() && !m_broadcasts.Empty())
    {
        m_broadcasts.SettleOwn();
    }
}

BroadcastReceipt Node::Broadcast(Instant now,
                                 wire::ByteView payload,
                                 const BroadcastOptions& options,
                                 Outbox& out)
{
    FireDue(now, out);
    if (options.relay == Relay::EVERYBODY && options.name.size() > wire::MAX_NAME_SIZE)
    {
        return {.refusal = BroadcastRefusal::NAME_TOO_LONG};
    }
    if (SizeOf(options, payload.size()) > BroadcastRoom())
    {
        return {.refusal = BroadcastRefusal::TOO_LONG};
    }
    if (IsAlone() && m_broadcasts.Size() >= m_config->userQueueDepth)
    {
        m_broadcasts.DropDone(); // it was told as done; only whoever comes would hear it
        ++m_counters.userBroadcastsDropped;
    }
    const std::uint32_t id = m_broadcasts.Add(m_directory.Name(m_name),
                                              payload,
                                              options,
                                              m_config->userQueueDepth,
                                              m_rng);
    if (id == 0)
    {
        return {.refusal = BroadcastRefusal::QUEUE_FULL};
    }
    ArmGossip(now);
    SettleBroadcastsIfAlone();
    return {.id = id};
}

bool Node::PassOn(Instant now, wire::ByteView payload, Outbox& out)
{
    FireDue(now, out);
    return QueueUserMessage(now, payload);
}

bool Node::QueueUserMessage(Instant now, wire::ByteView payload)
{
    if (payload.size() > MaxUserMessage())
    {
        return false;
    }
    m_counters.userBroadcastsDropped += m_broadcasts.PassOn(payload, m_config->userQueueDepth);
    ArmGossip(now);
    return true;
}

/// A user message came by datagram: it may be a broadcast that everybody passes on.
void Node::OnUserDatagram(Instant now, wire::ByteView message)
{
    wire::Broadcast broadcast;
    if (!wire::Decode(message, broadcast))
    {
        OnUserMessage(now, message);
        return;
    }
    ++m_counters.userMessages;
    const std::string_view self = m_directory.Name(m_name);
    if (!m_broadcasts.Hear(self, broadcast))
    {
        return;
    }
    if (message.size() <= MaxUserMessage())
    {
        m_counters.userBroadcastsDropped +=
            m_broadcasts.PassOn(broadcast, message, m_config->userQueueDepth);
        ArmGossip(now);
    }
    if (m_application != nullptr && broadcast.sender != self) // of a former life of ours
    {
        m_application->OnBroadcast(broadcast.sender, broadcast.name, broadcast.payload);
    }
}

void Node::OnUserMessage(Instant now, wire::ByteView payload)
{
    ++m_counters.userMessages;
    if (m_application != nullptr && m_application->OnUserMessage(payload))
    {
        QueueUserMessage(now, payload);
    }
}

bool Node::Send(Instant now,
                const Address& to,
                wire::ByteView payload,
                Delivery delivery,
                Outbox& out)
{
    FireDue(now, out);
    if (delivery == Delivery::STREAM)
    {
        if (payload.size() > wire::MAX_USER_MESSAGE_SIZE)
        {
            return false;
        }
        const std::size_t start = out.Arena().size();
        wire::EncodeUser(payload, out.Arena());
        m_envelope.SealStream(out.Arena(), start, Envelope::Direction::REQUEST, out.SealScratch());
        out.AddStream(NextExchange(ExchangeKind::USER, now + m_config->tcpTimeout),
                      to,
                      TrafficKind::STREAM_USER,
                      start);
        return true;
    }
    if (payload.size() > MaxUserMessage())
    {
        return false;
    }
    wire::Bytes& message = out.Scratch();
    message.push_back(static_cast<std::uint8_t>(wire::MessageType::USER));
    message.insert(message.end(), payload.begin(), payload.end());
    SendWithPiggyback(to, TrafficKind::GOSSIP, message, out);
    return true;
}

} // namespace swim
