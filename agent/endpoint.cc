// SPDX-License-Identifier: MIT
//
// See endpoint.h.
#include "swim/endpoint.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstddef>
#include <span>
#include <system_error>

namespace swim
{

namespace
{

/// What stands before the four bytes of a mapped IPv4 address.
constexpr std::array<std::uint8_t, 12> MAPPED_PREFIX{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool ReadPort(std::string_view text, std::uint16_t& port)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size();
}

} // namespace

std::optional<HostPort> ParseHostPort(std::string_view text)
{
    HostPort endpoint;
    std::string_view host = text;
    std::string_view rest;
    if (text.starts_with('['))
    {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos)
        {
            return std::nullopt;
        }
        host = text.substr(1, close - 1);
        rest = text.substr(close + 1);
    }
    else if (const std::size_t colon = text.find(':');
             colon != std::string_view::npos && colon == text.rfind(':')) // more: a bare IPv6
    {
        host = text.substr(0, colon);
        rest = text.substr(colon);
    }
    if (!rest.empty() && (rest[0] != ':' || !ReadPort(rest.substr(1), endpoint.port)))
    {
        return std::nullopt;
    }
    if (host.empty())
    {
        return std::nullopt;
    }
    endpoint.host = host;
    return endpoint;
}

std::optional<Address> NumericAddress(const HostPort& endpoint)
{
    std::array<std::uint8_t, 16> bytes{};
    if (inet_pton(AF_INET, endpoint.host.c_str(), bytes.data()) == 1)
    {
        return Address(std::span(bytes).first(4), endpoint.port);
    }
    if (inet_pton(AF_INET6, endpoint.host.c_str(), bytes.data()) == 1)
    {
        return Address(bytes, endpoint.port);
    }
    return std::nullopt;
}

std::string FormatAddress(const Address& address)
{
    const Address plain = WithoutMapping(address);
    if (plain.length != 4 && plain.length != 16)
    {
        return "(no address)";
    }
    const bool four = plain.length == 4;
    char text[INET6_ADDRSTRLEN];
    inet_ntop(four ? AF_INET : AF_INET6, plain.bytes.data(), text, sizeof text);
    const std::string port = std::to_string(plain.port);
    return four ? std::string(text) + ":" + port : "[" + std::string(text) + "]:" + port;
}

bool IsUnspecified(const Address& address)
{
    return std::ranges::all_of(WithoutMapping(address).Bytes(),
                               [](std::uint8_t byte) { return byte == 0; });
}

Address WithoutMapping(const Address& address)
{
    const auto bytes = address.Bytes();
    const bool mapped =
        bytes.size() == 16 && std::ranges::equal(bytes.first(MAPPED_PREFIX.size()), MAPPED_PREFIX);
    return mapped ? Address(bytes.last(4), address.port) : address;
}

} // namespace swim
