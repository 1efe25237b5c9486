// SPDX-License-Identifier: MIT
//
// See serf.h.
#include "agent/serf.h"

#include "swim/msgpack.h"

namespace swim::serf
{

namespace
{

/// What metadata that holds tags begins with.
constexpr char TAGS_MAGIC = '\xff';

wire::ByteView BytesOf(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace

std::string EncodeTags(const Tags& tags)
{
    if (tags.empty())
    {
        return {};
    }
    wire::Bytes bytes;
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

} // namespace swim::serf
