// SPDX-License-Identifier: MIT
//
// See msgpack.h.
#include "swim/msgpack.h"

#include <bit>
#include <cstddef>

namespace swim::wire
{

void Writer::LongUnsigned(std::uint32_t value)
{
    if (value <= UINT8_MAX)
    {
        Byte(0xcc);
        Byte(static_cast<std::uint8_t>(value));
    }
    else if (value <= UINT16_MAX)
    {
        Byte(0xcd);
        BigEndian16(static_cast<std::uint16_t>(value));
    }
    else
    {
        Byte(0xce);
        BigEndian32(value);
    }
}

void Writer::Unsigned64(std::uint64_t value)
{
    if (value <= UINT32_MAX)
    {
        Unsigned(static_cast<std::uint32_t>(value));
        return;
    }
    Byte(0xcf);
    BigEndian32(static_cast<std::uint32_t>(value >> 32));
    BigEndian32(static_cast<std::uint32_t>(value));
}

void Writer::LongMap(std::uint32_t count)
{
    if (count <= 15)
    {
        Map(static_cast<std::uint8_t>(count));
    }
    else if (count <= UINT16_MAX)
    {
        Byte(0xde);
        BigEndian16(static_cast<std::uint16_t>(count));
    }
    else
    {
        Byte(0xdf);
        BigEndian32(count);
    }
}

void Writer::Float64(double value)
{
    const auto bits = std::bit_cast<std::uint64_t>(value);
    Byte(0xcb);
    BigEndian32(static_cast<std::uint32_t>(bits >> 32));
    BigEndian32(static_cast<std::uint32_t>(bits));
}

void Writer::LongString(std::string_view text)
{
    if (text.size() <= UINT16_MAX)
    {
        Byte(0xda);
        BigEndian16(static_cast<std::uint16_t>(text.size()));
    }
    else
    {
        Byte(0xdb);
        BigEndian32(static_cast<std::uint32_t>(text.size()));
    }
    Raw({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

bool Reader::BigEndian(int width, std::uint64_t& value)
{
    const std::uint8_t* data = nullptr;
    if (!Take(static_cast<std::size_t>(width), data))
    {
        return false;
    }
    value = 0;
    for (int i = 0; i < width; ++i)
    {
        value = value << 8 | data[i];
    }
    return true;
}

bool Reader::Container(std::uint8_t fixHead, std::uint8_t longHead, std::uint32_t& count)
{
    const std::uint8_t* head = nullptr;
    if (!Take(1, head))
    {
        return false;
    }
    std::uint64_t value = *head & 0x0f;
    if (*head == longHead || *head == longHead + 1)
    {
        if (!BigEndian(*head == longHead ? 2 : 4, value))
        {
            return false;
        }
    }
    else if ((*head & 0xf0) != fixHead)
    {
        return false;
    }
    count = static_cast<std::uint32_t>(value);
    return true;
}

bool Reader::Map(std::uint32_t& count)
{
    return Container(0x80, 0xde, count);
}

bool Reader::Array(std::uint32_t& count)
{
    return Container(0x90, 0xdc, count);
}

bool Reader::Float(double& value)
{
    const std::uint8_t* head = nullptr;
    std::uint64_t bits = 0;
    if (!Take(1, head) || (*head != 0xca && *head != 0xcb) ||
        !BigEndian(*head == 0xca ? 4 : 8, bits))
    {
        return false;
    }
    value = *head == 0xcb ? std::bit_cast<double>(bits)
                          : std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    return true;
}

bool Reader::LongUnsigned(std::uint8_t head, std::uint64_t& value)
{
    if (head >= 0xcc && head <= 0xcf)
    {
        return BigEndian(1 << (head - 0xcc), value);
    }
    if (head >= 0xd0 && head <= 0xd3)
    {
        const int width = 1 << (head - 0xd0);
        return BigEndian(width, value) && value >> (width * 8 - 1) == 0;
    }
    return false;
}

bool Reader::Unsigned64(std::uint64_t& value)
{
    const std::uint8_t* head = nullptr;
    if (!Take(1, head))
    {
        return false;
    }
    value = *head;
    return *head < 0x80 || LongUnsigned(*head, value);
}

bool Reader::Bool(bool& value)
{
    const std::uint8_t* head = nullptr;
    if (!Take(1, head))
    {
        return false;
    }
    value = *head == 0xc3 || *head == 0x01;
    return value || *head == 0xc2 || *head == 0x00;
}

bool Reader::StringLength(std::uint8_t head, std::uint64_t& length)
{
    if ((head & 0xe0) == 0xa0)
    {
        length = head & 0x1f;
        return true;
    }
    switch (head)
    {
    case 0xc0:
        length = 0;
        return true;
    case 0xc4:
    case 0xd9:
        return BigEndian(1, length);
    case 0xc5:
    case 0xda:
        return BigEndian(2, length);
    case 0xc6:
    case 0xdb:
        return BigEndian(4, length);
    default:
        return false;
    }
}

bool Reader::Skip(std::uint64_t& owed)
{
    // Counts values still owed instead of recursing: hostile nesting costs no stack.
    while (owed > 0)
    {
        const std::size_t start = m_position;
        std::uint64_t contained = 0;
        if (!SkipHead(contained))
        {
            m_position = start;
            return false;
        }
        owed += contained - 1;
    }
    return true;
}

/// Passes over a value up to the values that it contains, and says how many those are.
bool Reader::SkipHead(std::uint64_t& contained)
{
    const std::uint8_t* head = nullptr;
    const std::uint8_t* data = nullptr;
    std::uint64_t length = 0;
    if (!Take(1, head))
    {
        return false;
    }
    const std::uint8_t h = *head;
    if (h < 0x80 || h >= 0xe0 || h == 0xc0 || h == 0xc2 || h == 0xc3)
    {
        return true;
    }
    if ((h & 0xf0) == 0x80 || (h & 0xf0) == 0x90)
    {
        contained = (h & 0x0f) * ((h & 0xf0) == 0x80 ? 2u : 1u);
        return true;
    }
    if (h >= 0xdc && h <= 0xdf) // array16, array32, map16, map32
    {
        const bool read = BigEndian((h & 1) == 0 ? 2 : 4, length);
        contained = length * (h >= 0xde ? 2 : 1);
        return read;
    }
    if (h >= 0xca && h <= 0xd3) // floats and integers
    {
        const std::size_t width = h == 0xca ? 4 : h == 0xcb ? 8 : std::size_t{1} << (h & 3);
        return Take(width, data);
    }
    if (h >= 0xd4 && h <= 0xd8) // fixext
    {
        return Take((std::size_t{1} << (h - 0xd4)) + 1, data);
    }
    if (h >= 0xc7 && h <= 0xc9) // ext
    {
        return BigEndian(1 << (h - 0xc7), length) && Take(length + 1, data);
    }
    return StringLength(h, length) && Take(length, data);
}

} // namespace swim::wire
