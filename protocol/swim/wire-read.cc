// SPDX-License-Identifier: MIT
//
// See wire.h; this half reads. One walk over a map serves all messages: each says what it does with
// a key, and what it does not know is passed over.
#include "swim/msgpack.h"
#include "swim/wire.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace swim::wire
{

namespace
{

/// Compares as many bytes as the name has, a number that the compiler knows.
template <std::size_t N>
bool Is(std::string_view key, const char (&name)[N])
{
    return key.size() == N - 1 && std::memcmp(key.data(), name, N - 1) == 0;
}

bool ReadName(Reader& reader, std::string_view& name)
{
    return reader.String(name) && name.size() <= MAX_NAME_SIZE;
}

bool ReadMeta(Reader& reader, ByteView& meta)
{
    return reader.Bytes(meta) && meta.size() <= MAX_META_SIZE;
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
    if (Is(key, "SourceAddr"))
    {
        return ReadAddress(reader, source);
    }
    if (Is(key, "SourceNode"))
    {
        return ReadName(reader, sourceNode);
    }
    if (Is(key, "SourcePort"))
    {
        return ReadPort(reader, source.port);
    }
    known = false;
    return false;
}

/// Alive and pushNodeState differ in the name's key and in State.
template <std::size_t N>
bool ReadMember(Reader& reader, const char (&nameKey)[N], Alive& member, std::uint32_t* state)
{
    member = Alive{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (Is(key, nameKey))
        {
            return ReadName(reader, member.node);
        }
        if (Is(key, "Incarnation"))
        {
            return reader.Unsigned(member.incarnation);
        }
        if (Is(key, "Addr"))
        {
            return ReadAddress(reader, member.address);
        }
        if (Is(key, "Port"))
        {
            return ReadPort(reader, member.address.port);
        }
        if (Is(key, "Meta"))
        {
            return ReadMeta(reader, member.meta);
        }
        if (Is(key, "Vsn"))
        {
            return reader.Bytes(member.versions);
        }
        if (Is(key, "State") && state != nullptr)
        {
            return reader.Unsigned(*state);
        }
        known = false;
        return false;
    });
}

// Most of what is read is gossip, and as memberlist and we write it: the keys in order. So it is read
// without asking which key it is. What is false here, the walk over the map has to say.

bool DecodeUsual(ByteView body, Accusation& message)
{
    Reader reader(body);
    return reader.Passes("\x83\xa4"
                         "From") &&
           ReadName(reader, message.from) && reader.Passes("\xabIncarnation") &&
           reader.Unsigned(message.incarnation) && reader.Passes("\xa4Node") &&
           ReadName(reader, message.node);
}

bool DecodeUsual(ByteView body, Alive& message)
{
    Reader reader(body);
    return reader.Passes("\x86\xa4"
                         "Addr") &&
           ReadAddress(reader, message.address) && reader.Passes("\xabIncarnation") &&
           reader.Unsigned(message.incarnation) && reader.Passes("\xa4Meta") &&
           ReadMeta(reader, message.meta) && reader.Passes("\xa4Node") &&
           ReadName(reader, message.node) && reader.Passes("\xa4Port") &&
           ReadPort(reader, message.address.port) && reader.Passes("\xa3Vsn") &&
           reader.Bytes(message.versions);
}

} // namespace

bool Decode(ByteView body, Ping& message)
{
    Reader reader(body);
    message = Ping{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (Is(key, "SeqNo"))
        {
            return reader.Unsigned(message.seqNo);
        }
        if (Is(key, "Node"))
        {
            return ReadName(reader, message.node);
        }
        return ReadSource(reader, key, message.source, message.sourceNode, known);
    });
}

bool Decode(ByteView body, PingReq& message)
{
    Reader reader(body);
    message = PingReq{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (Is(key, "SeqNo"))
        {
            return reader.Unsigned(message.seqNo);
        }
        if (Is(key, "Node"))
        {
            return ReadName(reader, message.node);
        }
        if (Is(key, "Target"))
        {
            return ReadAddress(reader, message.target);
        }
        if (Is(key, "Port"))
        {
            return ReadPort(reader, message.target.port);
        }
        if (Is(key, "Nack"))
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
        if (Is(key, "SeqNo"))
        {
            return reader.Unsigned(message.seqNo);
        }
        if (Is(key, "Payload"))
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
        known = Is(key, "SeqNo");
        return known && reader.Unsigned(message.seqNo);
    });
}

bool Decode(ByteView body, Accusation& message)
{
    if (DecodeUsual(body, message))
    {
        return true;
    }
    Reader reader(body);
    message = Accusation{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (Is(key, "Incarnation"))
        {
            return reader.Unsigned(message.incarnation);
        }
        if (Is(key, "Node"))
        {
            return ReadName(reader, message.node);
        }
        if (Is(key, "From"))
        {
            return ReadName(reader, message.from);
        }
        known = false;
        return false;
    });
}

bool Decode(ByteView body, Alive& message)
{
    if (DecodeUsual(body, message))
    {
        return true;
    }
    Reader reader(body);
    return ReadMember(reader, "Node", message, nullptr);
}

bool Decode(ByteView body, Compressed& message)
{
    Reader reader(body);
    message = Compressed{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (Is(key, "Algo"))
        {
            return reader.Unsigned(message.algorithm, UINT8_MAX);
        }
        if (Is(key, "Buf"))
        {
            return reader.Bytes(message.bytes);
        }
        known = false;
        return false;
    });
}

bool Decode(ByteView body, Error& message)
{
    Reader reader(body);
    message = Error{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        known = Is(key, "Error");
        return known && reader.String(message.text);
    });
}

bool Decode(ByteView body, Broadcast& message)
{
    message = Broadcast{};
    if (body.size() < 2 || body[0] != BROADCAST_MARK || body[1] != BROADCAST_VERSION)
    {
        return false;
    }
    Reader reader(body.subspan(2));
    std::uint32_t fields = 0;
    return reader.Array(fields) && fields == BROADCAST_FIELDS && ReadName(reader, message.sender) &&
           !message.sender.empty() && reader.Unsigned(message.epoch) &&
           reader.Unsigned(message.number) && message.number > 0 &&
           ReadName(reader, message.name) && reader.Bytes(message.payload) && reader.Rest().empty();
}

bool Read(Reader& reader, UserHeader& header)
{
    header = UserHeader{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        known = Is(key, "UserMsgLen");
        return known && reader.Unsigned(header.size, MAX_USER_MESSAGE_SIZE);
    });
}

bool Read(Reader& reader, PushPullHeader& header)
{
    header = PushPullHeader{};
    return ReadMap(reader, [&](std::string_view key, bool& known) {
        if (Is(key, "Nodes"))
        {
            return reader.Unsigned(header.nodes, MAX_PUSH_PULL_NODES);
        }
        if (Is(key, "UserStateLen"))
        {
            return reader.Unsigned(header.userStateSize, MAX_USER_STATE_SIZE);
        }
        if (Is(key, "Join"))
        {
            return reader.Bool(header.join);
        }
        known = false;
        return false;
    });
}

bool Read(Reader& reader, PushNodeState& state)
{
    state.state = 0;
    return ReadMember(reader, "Name", state.member, &state.state);
}

bool DecodeUser(ByteView body, ByteView& payload)
{
    Reader reader(body);
    UserHeader header;
    if (!Read(reader, header) || reader.Rest().size() < header.size)
    {
        return false;
    }
    payload = reader.Rest().first(header.size);
    return true;
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

} // namespace swim::wire
