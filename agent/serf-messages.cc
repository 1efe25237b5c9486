// SPDX-License-Identifier: MIT
//
// See swim/serf.h and serf-messages.h. Keys and their order are those of Serf's structs as
// go-msgpack writes them.
#include "agent/serf-messages.h"

#include "swim/msgpack.h"

#include <cstdint>
#include <string>

namespace swim::serf
{

namespace
{

enum class Type : std::uint8_t
{
    LEAVE = 0,
    JOIN = 1,
    STATE = 2,
    EVENT = 3,
    QUERY = 4,
    RESPONSE = 5,
    HOLDER = 6,
    RELAY = 9,
};

/// What metadata that holds tags begins with.
constexpr char TAGS_MAGIC = '\xff';

/// The first byte of a filter that lists names.
constexpr std::uint8_t FILTER_NAMES = 0;

ByteView BytesOf(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A message: its type, and the map that `fields` writes.
template <typename Fields>
Bytes Written(Type type, Fields fields)
{
    Bytes bytes;
    wire::Writer writer(bytes);
    writer.Byte(static_cast<std::uint8_t>(type));
    fields(writer);
    return bytes;
}

/// Reads an array, of which Go writes an empty one as nil too. @param element reads one
template <typename Element>
bool ReadList(wire::Reader& reader, Element element)
{
    if (!reader.Rest().empty() && reader.Rest().front() == 0xc0)
    {
        return reader.Skip();
    }
    std::uint32_t count = 0;
    if (!reader.Array(count))
    {
        return false;
    }
    for (; count > 0; --count)
    {
        if (!element())
        {
            return false;
        }
    }
    return true;
}

bool Read(wire::Reader& reader, Intent& intent)
{
    return wire::ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "LTime")
        {
            return reader.Unsigned64(intent.time);
        }
        known = key == "Node";
        return known && reader.String(intent.node);
    });
}

bool Read(wire::Reader& reader, Event& event)
{
    return wire::ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "CC")
        {
            return reader.Bool(event.coalesce);
        }
        if (key == "LTime")
        {
            return reader.Unsigned64(event.time);
        }
        if (key == "Name")
        {
            return reader.String(event.name);
        }
        known = key == "Payload";
        return known && reader.Bytes(event.payload);
    });
}

bool Read(wire::Reader& reader, Query& query)
{
    return wire::ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "Filters")
        {
            return ReadList(reader, [&] { return reader.Bytes(query.filters.emplace_back()); });
        }
        if (key == "Flags")
        {
            return reader.Unsigned(query.flags);
        }
        if (key == "ID")
        {
            return reader.Unsigned(query.id);
        }
        if (key == "LTime")
        {
            return reader.Unsigned64(query.time);
        }
        if (key == "Name")
        {
            return reader.String(query.name);
        }
        if (key == "Payload")
        {
            return reader.Bytes(query.payload);
        }
        known = key == "SourceNode";
        return known && reader.String(query.sourceNode);
    });
}

bool Read(wire::Reader& reader, Response& response)
{
    return wire::ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "Flags")
        {
            return reader.Unsigned(response.flags);
        }
        if (key == "From")
        {
            return reader.String(response.from);
        }
        if (key == "ID")
        {
            return reader.Unsigned(response.id);
        }
        if (key == "LTime")
        {
            return reader.Unsigned64(response.time);
        }
        known = key == "Payload";
        return known && reader.Bytes(response.payload);
    });
}

bool Read(wire::Reader& reader, Relay& relay)
{
    const bool whole = wire::ReadMap(reader, [&](std::string_view key, bool& known) {
        known = key == "DestName";
        return known && reader.String(relay.node);
    });
    relay.message = reader.Rest();
    return whole && !relay.message.empty();
}

template <typename Kind>
std::optional<Message> ReadAs(ByteView body, Kind message = {})
{
    wire::Reader reader(body);
    return Read(reader, message) ? std::optional<Message>(message) : std::nullopt;
}

} // namespace

std::string EncodeTags(const Tags& tags)
{
    if (tags.empty())
    {
        return {};
    }
    Bytes bytes;
    {
        wire::Writer writer(bytes);
        writer.Byte(static_cast<std::uint8_t>(TAGS_MAGIC));
        writer.LongMap(static_cast<std::uint32_t>(tags.size()));
        for (const auto& [key, value] : tags)
        {
            writer.String(std::string_view(key));
            writer.String(std::string_view(value));
        }
    }
    return {bytes.begin(), bytes.end()};
}

std::optional<Tags> DecodeTags(std::string_view meta)
{
    if (!meta.starts_with(TAGS_MAGIC))
    {
        return Tags{{"role", std::string(meta)}};
    }
    wire::Reader reader(BytesOf(meta.substr(1)));
    Tags tags;
    const bool whole = wire::ReadMap(reader, [&](std::string_view key, bool&) {
        std::string_view value;
        const bool read = reader.String(value);
        tags[std::string(key)] = value;
        return read;
    });
    return whole ? std::optional(tags) : std::nullopt;
}

std::optional<Message> Decode(ByteView message)
{
    if (message.empty() || message.size() > MAX_MESSAGE_SIZE)
    {
        return std::nullopt;
    }
    const ByteView body = message.subspan(1);
    switch (static_cast<Type>(message.front()))
    {
    case Type::LEAVE:
        return ReadAs(body, Intent{.leaves = true});
    case Type::JOIN:
        return ReadAs<Intent>(body);
    case Type::EVENT:
        return ReadAs(body, Event{.coalesce = false});
    case Type::QUERY:
        return ReadAs<Query>(body);
    case Type::RESPONSE:
        return ReadAs<Response>(body);
    case Type::RELAY:
        return ReadAs<Relay>(body);
    default:
        return std::nullopt;
    }
}

std::optional<State> DecodeState(ByteView state, std::string_view member)
{
    if (state.empty() || state.front() != static_cast<std::uint8_t>(Type::STATE))
    {
        return std::nullopt;
    }
    State read;
    wire::Reader reader(state.subspan(1));
    const auto readLeft = [&] {
        std::string_view name;
        const bool whole = reader.String(name);
        read.left = read.left || name == member;
        return whole;
    };
    const bool whole = wire::ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "EventLTime")
        {
            return reader.Unsigned64(read.eventTime);
        }
        if (key == "LTime")
        {
            return reader.Unsigned64(read.time);
        }
        if (key == "LeftMembers")
        {
            return ReadList(reader, readLeft);
        }
        known = key == "QueryLTime";
        return known && reader.Unsigned64(read.queryTime);
    });
    return whole ? std::optional(read) : std::nullopt;
}

bool Matches(ByteView filter, std::string_view member)
{
    if (filter.empty() || filter.front() != FILTER_NAMES)
    {
        return false;
    }
    wire::Reader reader(filter.subspan(1));
    bool matches = false;
    const bool whole = ReadList(reader, [&] {
        std::string_view name;
        const bool read = reader.String(name);
        matches = matches || name == member;
        return read;
    });
    return whole && matches;
}

Bytes Encode(const Intent& intent)
{
    return Written(intent.leaves ? Type::LEAVE : Type::JOIN, [&](wire::Writer& writer) {
        writer.Map(intent.leaves ? 3 : 2);
        writer.String("LTime");
        writer.Unsigned64(intent.time);
        writer.String("Node");
        writer.String(intent.node);
        if (intent.leaves)
        {
            writer.String("Prune"); // whether to forget the member at once
            writer.Bool(false);
        }
    });
}

Bytes Encode(const Event& event)
{
    return Written(Type::EVENT, [&](wire::Writer& writer) {
        writer.Map(4);
        writer.String("CC");
        writer.Bool(event.coalesce);
        writer.String("LTime");
        writer.Unsigned64(event.time);
        writer.String("Name");
        writer.String(event.name);
        writer.String("Payload");
        writer.BytesOrNil(event.payload);
    });
}

Bytes Encode(const Response& response)
{
    return Written(Type::RESPONSE, [&](wire::Writer& writer) {
        writer.Map(5);
        writer.String("Flags");
        writer.Unsigned(response.flags);
        writer.String("From");
        writer.String(response.from);
        writer.String("ID");
        writer.Unsigned(response.id);
        writer.String("LTime");
        writer.Unsigned64(response.time);
        writer.String("Payload");
        writer.BytesOrNil(response.payload);
    });
}

Bytes EncodeHolder(std::string_view name, const Address& address)
{
    return Written(Type::HOLDER, [&](wire::Writer& writer) {
        writer.Map(3);
        writer.String("Addr");
        writer.Bytes(address.Bytes());
        writer.String("Name");
        writer.String(name);
        writer.String("Port");
        writer.Unsigned(address.port);
    });
}

Bytes Encode(const State& state)
{
    return Written(Type::STATE, [&](wire::Writer& writer) {
        writer.Map(3);
        writer.String("EventLTime");
        writer.Unsigned64(state.eventTime);
        writer.String("LTime");
        writer.Unsigned64(state.time);
        writer.String("QueryLTime");
        writer.Unsigned64(state.queryTime);
    });
}

} // namespace swim::serf
