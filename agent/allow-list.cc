// SPDX-License-Identifier: MIT
//
// See allow-list.h.
#include "agent/allow-list.h"

#include "swim/endpoint.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <system_error>

namespace swim
{

namespace
{

/// @return whether both begin with the same bits; they are of one length
bool SamePrefix(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b, std::size_t bits)
{
    const std::size_t whole = bits / 8;
    if (!std::ranges::equal(a.first(whole), b.first(whole)))
    {
        return false;
    }
    const std::size_t rest = bits % 8;
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

} // namespace

std::optional<std::string> AllowList::Add(std::string_view range)
{
    const std::string wrong = "\"" + std::string(range) +
                              "\": must be a range of addresses such as 10.0.0.0/8 or fe80::/64";
    const std::size_t slash = range.find('/');
    if (slash == std::string_view::npos)
    {
        return wrong;
    }
    const std::string_view count = range.substr(slash + 1);
    const auto prefix = NumericAddress({.host = std::string(range.substr(0, slash)), .port = 0});
    std::size_t bits = 0;
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), bits);
    if (!prefix || error != std::errc{} || end != count.data() + count.size() ||
        bits > prefix->length * std::size_t{8})
    {
        return wrong;
    }
    m_ranges.push_back({*prefix, bits});
    return std::nullopt;
}

bool AllowList::Allows(const Address& address) const
{
    const Address plain = WithoutMapping(address);
    return m_ranges.empty() || std::ranges::any_of(m_ranges, [&](const Range& range) {
               return range.prefix.length == plain.length &&
                      SamePrefix(range.prefix.Bytes(), plain.Bytes(), range.bits);
           });
}

} // namespace swim
