// SPDX-License-Identifier: GPL-2.0-only
//
// Whether bytes are UTF-8, as RFC 3629 has it: no overlong forms, no halves of pairs, nothing beyond
// U+10FFFF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace swimlab
{

/// The length of the first character, 0 if what stands there is none. @param text is not empty
inline std::size_t Utf8Length(std::string_view text)
{
    const auto byte = [&](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const unsigned first = byte(0);
    if (first < 0x80)
    {
        return 1;
    }
    const std::size_t length = first >= 0xf5   ? 0
                               : first >= 0xf0 ? 4
                               : first >= 0xe0 ? 3
                               : first >= 0xc2 ? 2
                                               : 0;
    for (std::size_t at = 1; at < length; ++at)
    {
        if ((byte(at) & 0xc0) != 0x80)
        {
            return 0;
        }
    }
    const bool isWrong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) >= 0xa0) ||
                         (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) >= 0x90);
    return isWrong ? 0 : length;
}

/// `0xe9`.
inline std::string HexByte(char byte)
{
    constexpr std::string_view DIGITS = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    return {'0', 'x', DIGITS[value >> 4], DIGITS[value & 15]};
}

} // namespace swimlab
