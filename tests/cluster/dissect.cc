// SPDX-License-Identifier: MIT
//
// See dissect.h.
#include "dissect.h"

namespace swim
{

namespace
{

constexpr std::string_view STATES[] = {"alive", "suspect", "dead", "left"};

template <typename Content>
Content Decoded(wire::ByteView body)
{
    Content content;
    Require(wire::Decode(body, content), "every message that is sent can be decoded");
    return content;
}

Message ReadMessage(wire::ByteView bytes)
{
    Require(!bytes.empty(), "no message is empty");
    const wire::ByteView body = bytes.subspan(1);
    switch (static_cast<wire::MessageType>(bytes[0]))
    {
    case wire::MessageType::PING:
        return Decoded<wire::Ping>(body);
    case wire::MessageType::PING_REQ:
        return Decoded<wire::PingReq>(body);
    case wire::MessageType::ACK:
        return Decoded<wire::Ack>(body);
    case wire::MessageType::NACK:
        return Decoded<wire::Nack>(body);
    case wire::MessageType::ALIVE:
        return Decoded<wire::Alive>(body);
    case wire::MessageType::SUSPECT:
        return Suspicion{Decoded<wire::Accusation>(body)};
    case wire::MessageType::DEAD:
        return Death{Decoded<wire::Accusation>(body)};
    case wire::MessageType::USER:
        return UserMessage{body.size()};
    default:
        throw Violation("only messages of the protocol are sent");
    }
}

/// m12.virtual-network.example is m12.
std::string Short(std::string_view name)
{
    return std::string(name.substr(0, name.find('.')));
}

std::string At(std::string_view name, std::uint32_t incarnation)
{
    return Short(name) + '@' + std::to_string(incarnation);
}

/// One overload for each message.
struct Describe
{
    std::string operator()(const wire::Ping& ping) const
    {
        return "ping " + std::to_string(ping.seqNo) + " to " + Short(ping.node);
    }

    std::string operator()(const wire::PingReq& request) const
    {
        return "ping-req " + std::to_string(request.seqNo) + " for " + Short(request.node);
    }

    std::string operator()(const wire::Ack& ack) const
    {
        return "ack " + std::to_string(ack.seqNo);
    }

    std::string operator()(const wire::Nack& nack) const
    {
        return "nack " + std::to_string(nack.seqNo);
    }

    std::string operator()(const wire::Alive& alive) const
    {
        return "alive " + At(alive.node, alive.incarnation);
    }

    std::string operator()(const Suspicion& suspicion) const
    {
        const wire::Accusation& said = suspicion.accusation;
        return "suspect " + At(said.node, said.incarnation) + " by " + Short(said.from);
    }

    std::string operator()(const Death& death) const
    {
        const wire::Accusation& said = death.accusation;
        return "dead " + At(said.node, said.incarnation) + " by " + Short(said.from);
    }

    std::string operator()(const UserMessage& message) const
    {
        return "user message of " + std::to_string(message.size) + " bytes";
    }
};

} // namespace

std::vector<Message> Dissect(wire::ByteView datagram)
{
    Require(!datagram.empty(), "no datagram is empty");
    if (datagram[0] == static_cast<std::uint8_t>(wire::MessageType::CRC))
    {
        datagram = wire::CheckCrc(datagram.subspan(1));
        Require(!datagram.empty(), "the CRC of a datagram is right");
    }
    std::vector<Message> messages;
    if (datagram[0] != static_cast<std::uint8_t>(wire::MessageType::COMPOUND))
    {
        messages.push_back(ReadMessage(datagram));
        return messages;
    }
    wire::CompoundParts parts(datagram.subspan(1));
    for (wire::ByteView part; parts.Next(part);)
    {
        messages.push_back(ReadMessage(part));
    }
    Require(parts.Truncated() == 0, "a compound holds all parts that it announces");
    return messages;
}

std::string DescribeDatagram(wire::ByteView datagram)
{
    std::string text;
    for (const Message& message : Dissect(datagram))
    {
        text += (text.empty() ? "" : ", ") + std::visit(Describe{}, message);
    }
    return text;
}

std::string DescribeStream(wire::ByteView message)
{
    if (message.empty() || message[0] != static_cast<std::uint8_t>(wire::MessageType::PUSH_PULL))
    {
        return message.empty() ? "nothing" : std::visit(Describe{}, ReadMessage(message));
    }
    wire::PushPullReader states(message);
    std::string text = states.Header().join ? "push-pull to join:" : "push-pull:";
    for (wire::PushNodeState state; states.Next(state);)
    {
        text += ' ' + At(state.member.node, state.member.incarnation);
        text += ' ' + std::string(state.state < std::size(STATES) ? STATES[state.state] : "?");
    }
    return text;
}

std::string_view StateName(MemberState state)
{
    return STATES[static_cast<std::size_t>(state)];
}

} // namespace swim
