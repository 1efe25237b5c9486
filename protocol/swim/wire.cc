// SPDX-License-Identifier: MIT
//
// See wire.h. Keys are written in Go's alphabetical order; the vectors of the tests hold every
// byte.
#include "wire.h"

#include "msgpack.h"

#include <zlib.h>

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

bool ReadPort(Reader& reader, std::uint16_t& port)
{
    std::uint32_t value = 0;
    const bool read = reader.Unsigned(value, UINT16_MAX);
    port = static_cast<std::uint16_t>(value);
    return read;
}

bool ReadAddress(Reader& reader, Address& address)
{
    ByteView bytes;
    if (!reader.Bytes(bytes) || (!bytes.empty() && bytes.size() != 4 && bytes.size() != 16))
    {
        return false;
    }
    address = Address(bytes, address.port);
    return true;
}

/// One of the three source fields that ping and ping-req share.
bool ReadSource(Reader& reader,
                std::string_view key,
                Address& source,
                std::string_view& sourceNode,
                bool& known)
{
    if (key == "SourceAddr")
    {
        return ReadAddress(reader, source);
    }
    if (key == "SourceNode")
    {
        return reader.String(sourceNode);
    }
    if (key == "SourcePort")
    {
        return ReadPort(reader, source.port);
    }
    known = false;
    return false;
}

/// Alive and pushNodeState differ in the name's key and in State.
bool ReadMember(Reader& reader, std::string_view nameKey, Alive& member, std::uint32_t* state)
{
    member = Alive{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == nameKey)
        {
            return reader.String(member.node);
        }
        if (key == "Incarnation")
        {
            return reader.Unsigned(member.incarnation);
        }
        if (key == "Addr")
        {
            return ReadAddress(reader, member.address);
        }
        if (key == "Port")
        {
            return ReadPort(reader, member.address.port);
        }
        if (key == "Meta")
        {
            return reader.Bytes(member.meta) && member.meta.size() <= MAX_META_SIZE;
        }
        if (key == "Vsn")
        {
            return reader.Bytes(member.versions);
        }
        if (key == "State" && state != nullptr)
        {
            return reader.Unsigned(*state);
        }
        known = false;
        return false;
    });
}

bool ReadHeader(Reader& reader, PushPullHeader& header)
{
    header = PushPullHeader{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "Nodes")
        {
            return reader.Unsigned(header.nodes, MAX_PUSH_PULL_NODES);
        }
        if (key == "UserStateLen")
        {
            return reader.Unsigned(header.userStateSize, MAX_USER_STATE_SIZE);
        }
        if (key == "Join")
        {
            return reader.Bool(header.join);
        }
        known = false;
        return false;
    });
}

bool ReadState(Reader& reader, PushNodeState& state)
{
    state.state = 0;
    return ReadMember(reader, "Name", state.member, &state.state);
}

std::uint32_t Crc(ByteView bytes)
{
    return static_cast<std::uint32_t>(
        crc32(0, bytes.data(), static_cast<unsigned int>(bytes.size())));
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

bool Decode(ByteView body, Ping& message)
{
    Reader reader(body);
    message = Ping{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "SeqNo")
        {
            return reader.Unsigned(message.seqNo);
        }
        if (key == "Node")
        {
            return reader.String(message.node);
        }
        return ReadSource(reader, key, message.source, message.sourceNode, known);
    });
}

bool Decode(ByteView body, PingReq& message)
{
    Reader reader(body);
    message = PingReq{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "SeqNo")
        {
            return reader.Unsigned(message.seqNo);
        }
        if (key == "Node")
        {
            return reader.String(message.node);
        }
        if (key == "Target")
        {
            return ReadAddress(reader, message.target);
        }
        if (key == "Port")
        {
            return ReadPort(reader, message.target.port);
        }
        if (key == "Nack")
        {
            return reader.Bool(message.nack);
        }
        return ReadSource(reader, key, message.source, message.sourceNode, known);
    });
}

bool Decode(ByteView body, Ack& message)
{
    Reader reader(body);
    message = Ack{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "SeqNo")
        {
            return reader.Unsigned(message.seqNo);
        }
        if (key == "Payload")
        {
            return reader.Bytes(message.payload);
        }
        known = false;
        return false;
    });
}

bool Decode(ByteView body, Nack& message)
{
    Reader reader(body);
    message = Nack{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        known = key == "SeqNo";
        return known && reader.Unsigned(message.seqNo);
    });
}

bool Decode(ByteView body, Accusation& message)
{
    Reader reader(body);
    message = Accusation{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "Incarnation")
        {
            return reader.Unsigned(message.incarnation);
        }
        if (key == "Node")
        {
            return reader.String(message.node);
        }
        if (key == "From")
        {
            return reader.String(message.from);
        }
        known = false;
        return false;
    });
}

bool Decode(ByteView body, Alive& message)
{
    Reader reader(body);
    return ReadMember(reader, "Node", message, nullptr);
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

CompoundParts::CompoundParts(ByteView body)
{
    if (body.empty())
    {
        m_left = 1; // even the count is missing
        return;
    }
    const std::size_t count = body[0];
    if (body.size() < 1 + count * COMPOUND_PART_SIZE)
    {
        m_left = count;
        return;
    }
    m_left = count;
    m_sizes = body.subspan(1, count * COMPOUND_PART_SIZE);
    m_parts = body.subspan(1 + count * COMPOUND_PART_SIZE);
}

bool CompoundParts::Next(ByteView& part)
{
    if (m_sizes.empty())
    {
        return false;
    }
    const std::size_t size = static_cast<std::size_t>(m_sizes[0] << 8 | m_sizes[1]);
    if (size > m_parts.size())
    {
        return false;
    }
    part = m_parts.first(size);
    m_parts = m_parts.subspan(size);
    m_sizes = m_sizes.subspan(COMPOUND_PART_SIZE);
    --m_left;
    return true;
}

void FillCrc(Bytes& datagram, std::size_t start)
{
    const std::uint32_t sum = Crc(ByteView(datagram).subspan(start + CRC_SIZE));
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
    return Crc(message) == stated ? message : ByteView{};
}

StreamScanner::Status StreamScanner::Scan(ByteView bytes)
{
    if (bytes.empty())
    {
        return Status::INCOMPLETE;
    }
    const auto type = static_cast<MessageType>(bytes[0]);
    if (type == MessageType::PUSH_PULL)
    {
        return ScanPushPull(bytes);
    }
    if (type != MessageType::PING && type != MessageType::ACK && type != MessageType::ERROR)
    {
        return Status::MALFORMED;
    }
    Reader reader(bytes.subspan(1));
    if (reader.Skip())
    {
        return Status::COMPLETE;
    }
    return reader.RanOut() ? Status::INCOMPLETE : Status::MALFORMED;
}

StreamScanner::Status StreamScanner::ScanPushPull(ByteView bytes)
{
    if (!m_headerRead)
    {
        Reader reader(bytes.subspan(1));
        if (!ReadHeader(reader, m_header))
        {
            return reader.RanOut() ? Status::INCOMPLETE : Status::MALFORMED;
        }
        m_headerRead = true;
        m_position = 1 + reader.Position();
        m_statesLeft = m_header.nodes;
    }
    for (; m_statesLeft > 0; --m_statesLeft)
    {
        Reader reader(bytes.subspan(m_position));
        if (!reader.Skip())
        {
            return reader.RanOut() ? Status::INCOMPLETE : Status::MALFORMED;
        }
        m_position += reader.Position();
    }
    const bool whole = bytes.size() - m_position >= m_header.userStateSize;
    return whole ? Status::COMPLETE : Status::INCOMPLETE;
}

PushPullReader::PushPullReader(ByteView message)
{
    if (message.empty() || message[0] != static_cast<std::uint8_t>(MessageType::PUSH_PULL))
    {
        return;
    }
    Reader reader(message.subspan(1));
    m_valid = ReadHeader(reader, m_header);
    m_statesLeft = m_header.nodes;
    m_rest = m_valid ? reader.Rest() : ByteView{};
}

bool PushPullReader::Next(PushNodeState& state)
{
    if (m_statesLeft == 0)
    {
        return false;
    }
    Reader reader(m_rest);
    if (!ReadState(reader, state))
    {
        m_valid = false;
        return false;
    }
    --m_statesLeft;
    m_rest = reader.Rest();
    return true;
}

} // namespace swim::wire
