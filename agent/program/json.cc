// SPDX-License-Identifier: MIT
//
// See json.h.
#include "agent/program/json.h"

#include "swim/endpoint.h"
#include "swim/serf.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace swim::program
{

namespace
{

constexpr auto ANY_BYTES = Json::error_handler_t::replace;

bool IsUtf8(std::string_view bytes)
{
    try
    {
        static_cast<void>(Json(bytes).dump());
        return true;
    }
    catch (const Json::type_error&)
    {
        return false;
    }
}

std::string ToHex(std::string_view bytes)
{
    constexpr std::string_view DIGITS = "0123456789abcdef";
    std::string digits;
    for (const char byte : bytes)
    {
        digits += DIGITS[static_cast<std::uint8_t>(byte) >> 4];
        digits += DIGITS[static_cast<std::uint8_t>(byte) & 15];
    }
    return digits;
}

} // namespace

std::string Line(const Json& object)
{
    return object.dump(-1, ' ', false, ANY_BYTES) + "\n";
}

Json BytesToJson(std::string_view bytes)
{
    return IsUtf8(bytes) ? Json(bytes) : Json{{"hex", ToHex(bytes)}};
}

std::optional<std::string> BytesFromJson(const Json& json)
{
    if (json.is_string())
    {
        return json.get<std::string>();
    }
    const auto digits = json.find("hex");
    return json.is_object() && json.size() == 1 && digits != json.end() && digits->is_string()
               ? FromHex(digits->get<std::string>())
               : std::nullopt;
}

std::optional<std::string> FromHex(std::string_view digits)
{
    std::string bytes;
    for (; digits.size() >= 2; digits.remove_prefix(2))
    {
        std::uint8_t byte = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, byte, 16);
        if (error != std::errc{} || end != digits.data() + 2)
        {
            return std::nullopt;
        }
        bytes += static_cast<char>(byte);
    }
    return digits.empty() ? std::optional(bytes) : std::nullopt;
}

std::string Printable(std::string text)
{
    for (char& character : text)
    {
        const auto byte = static_cast<unsigned char>(character);
        character = byte < 0x20 || byte == 0x7f ? '?' : character;
    }
    return text;
}

Json MemberToJson(const Member& member)
{
    Json json{{"name", member.name},
              {"address", FormatAddress(member.address)},
              {"state", StateName(member.state)},
              {"incarnation", member.incarnation},
              {"meta", BytesToJson(member.meta)}};
    if (!member.meta.empty() && !json["meta"].is_string())
    {
        if (const std::optional<serf::Tags> tags = serf::DecodeTags(member.meta))
        {
            json["tags"] = *tags;
        }
    }
    if (member.roundTrip)
    {
        json["round_trip_ns"] = member.roundTrip->count();
    }
    return json;
}

std::string_view StateName(MemberState state)
{
    constexpr std::string_view NAMES[] = {"alive", "suspect", "dead", "left"};
    return NAMES[static_cast<std::size_t>(state)];
}

} // namespace swim::program
