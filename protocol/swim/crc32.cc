// SPDX-License-Identifier: MIT
//
// Slicing by eight (Kounavis and Berry, 2005): the remainder moves on by eight bytes at once, with a
// table for each place that a byte can have in them. 8 kB of tables, made by the compiler.
#include "swim/crc32.h"

#include <array>
#include <cstddef>

namespace swim
{

namespace
{

constexpr std::size_t SLICES = 8;

using Table = std::array<std::uint32_t, 256>;

/// In table k the remainder of a byte that k more bytes, all zero, follow.
constexpr std::array<Table, SLICES> MakeTables()
{
    constexpr std::uint32_t POLYNOMIAL = 0xedb88320; // reflected
    std::array<Table, SLICES> tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte)
    {
        std::uint32_t remainder = byte;
        for (int bit = 0; bit < 8; ++bit)
        {
            remainder = remainder >> 1 ^ ((remainder & 1) != 0 ? POLYNOMIAL : 0);
        }
        tables[0][byte] = remainder;
    }
    for (std::size_t k = 1; k < SLICES; ++k)
    {
        for (std::uint32_t byte = 0; byte < 256; ++byte)
        {
            const std::uint32_t before = tables[k - 1][byte];
            tables[k][byte] = before >> 8 ^ tables[0][before & 0xff];
        }
    }
    return tables;
}

constexpr std::array<Table, SLICES> TABLES = MakeTables();

/// Four bytes as the lowest first, on any machine; compilers make one load of it.
std::uint32_t Load(const std::uint8_t* bytes)
{
    return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | std::uint32_t{bytes[3]} << 24;
}

} // namespace

std::uint32_t Crc32(ByteView bytes)
{
    std::uint32_t crc = ~std::uint32_t{0};
    const std::uint8_t* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= SLICES; left -= SLICES, at += SLICES)
    {
        const std::uint32_t low = crc ^ Load(at);
        const std::uint32_t high = Load(at + 4);
        crc = TABLES[7][low & 0xff] ^ TABLES[6][low >> 8 & 0xff] ^ TABLES[5][low >> 16 & 0xff] ^
              TABLES[4][low >> 24] ^ TABLES[3][high & 0xff] ^ TABLES[2][high >> 8 & 0xff] ^
              TABLES[1][high >> 16 & 0xff] ^ TABLES[0][high >> 24];
    }
    for (; left > 0; --left, ++at)
    {
        crc = crc >> 8 ^ TABLES[0][(crc ^ *at) & 0xff];
    }
    return ~crc;
}

} // namespace swim
