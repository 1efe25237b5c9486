// SPDX-License-Identifier: MIT
//
// See wire.h; this half writes. Keys are written in Go's alphabetical order; the vectors of the
// tests hold every byte.
#include "swim/wire.h"

#include "swim/assert.h"
#include "swim/crc32.h"
#include "swim/msgpack.h"

#include <cstddef>
#include <cstdint>

namespace swim::wire
{

namespace
{

void Head(Writer& writer, MessageType type, int keys)
{
    writer.Byte(static_cast<std::uint8_t>(type));
    writer.Map(static_cast<std::uint8_t>(keys));
}

/// SourceAddr, SourceNode and SourcePort are `omitempty`: each is written where it is not zero.
int SourceKeys(const Address& source, std::string_view sourceNode)
{
    return (source.length > 0) + !sourceNode.empty() + (source.port > 0);
}

void WriteSource(Writer& writer, const Address& source, std::string_view sourceNode)
{
    if (source.length > 0)
    {
        writer.String("SourceAddr");
        writer.Bytes(source.Bytes());
    }
    if (!sourceNode.empty())
    {
        writer.String("SourceNode");
        writer.String(sourceNode);
    }
    if (source.port > 0)
    {
        writer.String("SourcePort");
        writer.Unsigned(source.port);
    }
}

void EncodeAccusation(MessageType type, const Accusation& message, Bytes& out)
{
    Writer writer(out);
    Head(writer, type, 3);
    writer.String("From");
    writer.String(message.from);
    writer.String("Incarnation");
    writer.Unsigned(message.incarnation);
    writer.String("Node");
    writer.String(message.node);
}

/// @return how many bytes a string of so many has in msgpack
std::size_t StringSize(std::size_t length)
{
    return length + (length < 32 ? 1 : length <= UINT16_MAX ? 3 : 5);
}

} // namespace

void Encode(const Ping& message, Bytes& out)
{
    Writer writer(out);
    Head(writer, MessageType::PING, 2 + SourceKeys(message.source, message.sourceNode));
    writer.String("Node");
    writer.String(message.node);
    writer.String("SeqNo");
    writer.Unsigned(message.seqNo);
    WriteSource(writer, message.source, message.sourceNode);
}

void Encode(const PingReq& message, Bytes& out)
{
    Writer writer(out);
    Head(writer, MessageType::PING_REQ, 5 + SourceKeys(message.source, message.sourceNode));
    writer.String("Nack");
    writer.Bool(message.nack);
    writer.String("Node");
    writer.String(message.node);
    writer.String("Port");
    writer.Unsigned(message.target.port);
    writer.String("SeqNo");
    writer.Unsigned(message.seqNo);
    WriteSource(writer, message.source, message.sourceNode);
    writer.String("Target");
    writer.Bytes(message.target.Bytes());
}

void Encode(const Ack& message, Bytes& out)
{
    Writer writer(out);
    Head(writer, MessageType::ACK, 2);
    writer.String("Payload");
    writer.BytesOrNil(message.payload);
    writer.String("SeqNo");
    writer.Unsigned(message.seqNo);
}

void Encode(const Nack& message, Bytes& out)
{
    Writer writer(out);
    Head(writer, MessageType::NACK, 1);
    writer.String("SeqNo");
    writer.Unsigned(message.seqNo);
}

void EncodeSuspect(const Accusation& message, Bytes& out)
{
    EncodeAccusation(MessageType::SUSPECT, message, out);
}

void EncodeDead(const Accusation& message, Bytes& out)
{
    EncodeAccusation(MessageType::DEAD, message, out);
}

void Encode(const Alive& message, Bytes& out)
{
    Writer writer(out);
    Head(writer, MessageType::ALIVE, 6);
    writer.String("Addr");
    writer.Bytes(message.address.Bytes());
    writer.String("Incarnation");
    writer.Unsigned(message.incarnation);
    writer.String("Meta");
    writer.BytesOrNil(message.meta);
    writer.String("Node");
    writer.String(message.node);
    writer.String("Port");
    writer.Unsigned(message.address.port);
    writer.String("Vsn");
    writer.Bytes(message.versions);
}

void Encode(const PushPullHeader& message, Bytes& out)
{
    Writer writer(out);
    Head(writer, MessageType::PUSH_PULL, 3);
    writer.String("Join");
    writer.Bool(message.join);
    writer.String("Nodes");
    writer.Unsigned(message.nodes);
    writer.String("UserStateLen");
    writer.Unsigned(message.userStateSize);
}

void Encode(const PushNodeState& message, Bytes& out)
{
    Writer writer(out);
    writer.Map(7);
    writer.String("Addr");
    writer.Bytes(message.member.address.Bytes());
    writer.String("Incarnation");
    writer.Unsigned(message.member.incarnation);
    writer.String("Meta");
    writer.BytesOrNil(message.member.meta);
    writer.String("Name");
    writer.String(message.member.node);
    writer.String("Port");
    writer.Unsigned(message.member.address.port);
    writer.String("State");
    writer.Unsigned(message.state);
    writer.String("Vsn");
    writer.Bytes(message.member.versions);
}

void Encode(const Compressed& message, Bytes& out)
{
    Writer writer(out);
    Head(writer, MessageType::COMPRESS, 2);
    writer.String("Algo");
    writer.Unsigned(message.algorithm);
    writer.String("Buf");
    writer.Bytes(message.bytes);
}

void Encode(const Error& message, Bytes& out)
{
    Writer writer(out);
    Head(writer, MessageType::ERROR, 1);
    writer.String("Error");
    writer.String(message.text);
}

void EncodeUser(ByteView payload, Bytes& out)
{
    SWIM_ASSERT(payload.size() <= MAX_USER_MESSAGE_SIZE, "the caller bounds a user message");
    Writer writer(out);
    Head(writer, MessageType::USER, 1);
    writer.String("UserMsgLen");
    writer.Unsigned(static_cast<std::uint32_t>(payload.size()));
    writer.Raw(payload);
}

void Encode(const Broadcast& message, Bytes& out)
{
    Writer writer(out);
    writer.Byte(static_cast<std::uint8_t>(MessageType::USER));
    writer.Byte(BROADCAST_MARK);
    writer.Byte(BROADCAST_VERSION);
    writer.Array(BROADCAST_FIELDS);
    writer.String(message.sender);
    writer.Unsigned(message.epoch);
    writer.Unsigned(message.number);
    writer.String(message.name);
    writer.Bytes(message.payload);
}

std::size_t BroadcastSize(std::string_view sender, std::string_view name, std::size_t payload)
{
    constexpr std::size_t HEAD = 4; // type, mark, version, array
    constexpr std::size_t LONGEST_NUMBER = 5;
    return HEAD + StringSize(sender.size()) + 2 * LONGEST_NUMBER + StringSize(name.size()) +
           StringSize(payload);
}

void EncodeCompoundHead(std::span<const std::size_t> partSizes, Bytes& out)
{
    SWIM_ASSERT(partSizes.size() <= MAX_COMPOUND_PARTS, "the caller bounds a compound's parts");
    Writer writer(out);
    writer.Byte(static_cast<std::uint8_t>(MessageType::COMPOUND));
    writer.Byte(static_cast<std::uint8_t>(partSizes.size()));
    for (const std::size_t size : partSizes)
    {
        SWIM_ASSERT(size <= UINT16_MAX, "a part's size has two bytes");
        writer.BigEndian16(static_cast<std::uint16_t>(size));
    }
}

void FillCrc(Bytes& datagram, std::size_t start)
{
    const std::uint32_t sum = Crc32(ByteView(datagram).subspan(start + CRC_SIZE));
    datagram[start] = static_cast<std::uint8_t>(MessageType::CRC);
    for (int i = 0; i < 4; ++i)
    {
        datagram[start + 1 + static_cast<std::size_t>(i)] =
            static_cast<std::uint8_t>(sum >> (24 - 8 * i));
    }
}

ByteView CheckCrc(ByteView body)
{
    if (body.size() <= 4)
    {
        return {};
    }
    const std::uint32_t stated = static_cast<std::uint32_t>(body[0]) << 24 |
                                 static_cast<std::uint32_t>(body[1]) << 16 |
                                 static_cast<std::uint32_t>(body[2]) << 8 | body[3];
    const ByteView message = body.subspan(4);
    return Crc32(message) == stated ? message : ByteView{};
}

} // namespace swim::wire
