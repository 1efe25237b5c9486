// SPDX-License-Identifier: MIT
//
// Slicing by eight (Kounavis and Berry, 2005): the remainder moves on by eight bytes at once, with a
// table for each place that a byte can have in them. 8 kB of tables, made by the compiler.
//
// Before that, where the processor multiplies without carry, all but the last bytes are folded into
// sixteen that have the same remainder (Gopal and others, Intel, 2009): what stands n bits further in
// front counts x^n times as much, and that is taken modulo the polynomial beforehand.
#include "swim/crc32.h"

#include <array>
#include <cstddef>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace swim
{

namespace
{

constexpr std::size_t SLICES = 8;

constexpr std::uint32_t POLYNOMIAL = 0xedb88320; // reflected: the highest power is the lowest bit

/// @return the remainder, times x
constexpr std::uint32_t TimesX(std::uint32_t remainder)
{
    return remainder >> 1 ^ ((remainder & 1) != 0 ? POLYNOMIAL : 0);
}

using Table = std::array<std::uint32_t, 256>;

/// In table k the remainder of a byte that k more bytes, all zero, follow.
constexpr std::array<Table, SLICES> MakeTables()
{
    std::array<Table, SLICES> tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte)
    {
        std::uint32_t remainder = byte;
        for (int bit = 0; bit < 8; ++bit)
        {
            remainder = TimesX(remainder);
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

/// @return what the remainder becomes by these bytes
std::uint32_t Continue(std::uint32_t crc, const std::uint8_t* at, std::size_t left)
{
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
    return crc;
}

#ifdef __x86_64__

constexpr std::size_t LANE = sizeof(__m128i);
constexpr std::size_t LANES = 4; // as many products are under way at once

/// x^n modulo the polynomial, one bit up, as a product of two reflected numbers is one bit down.
constexpr std::int64_t PowerOfX(std::size_t n)
{
    std::uint32_t power = 0x80000000; // 1
    for (; n > 0; --n)
    {
        power = TimesX(power);
    }
    return std::int64_t{power} << 1;
}

/// What to multiply the two halves of a lane by that goes so many lanes back.
template <std::size_t FURTHER>
__m128i Powers()
{
    constexpr std::int64_t FRONT = PowerOfX(FURTHER * 128 + 32);
    constexpr std::int64_t BACK = PowerOfX(FURTHER * 128 - 32);
    return _mm_set_epi64x(BACK, FRONT);
}

__m128i LoadLane(const std::uint8_t* bytes)
{
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}

[[gnu::target("pclmul")]] __m128i Fold(__m128i lane, __m128i powers, __m128i onto)
{
    const __m128i front = _mm_clmulepi64_si128(lane, powers, 0x00);
    const __m128i back = _mm_clmulepi64_si128(lane, powers, 0x11);
    return _mm_xor_si128(_mm_xor_si128(front, back), onto);
}

/// @param left at least LANES * LANE
[[gnu::target("pclmul")]] std::uint32_t Folded(std::uint32_t crc,
                                               const std::uint8_t* at,
                                               std::size_t left)
{
    __m128i lanes[LANES];
    for (std::size_t i = 0; i < LANES; ++i)
    {
        lanes[i] = LoadLane(at + i * LANE);
    }
    lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128(static_cast<int>(crc)));
    const __m128i farPowers = Powers<LANES>();
    for (at += LANES * LANE, left -= LANES * LANE; left >= LANES * LANE;
         at += LANES * LANE, left -= LANES * LANE)
    {
        for (std::size_t i = 0; i < LANES; ++i)
        {
            lanes[i] = Fold(lanes[i], farPowers, LoadLane(at + i * LANE));
        }
    }
    const __m128i powers = Powers<1>();
    __m128i lane = lanes[0];
    for (std::size_t i = 1; i < LANES; ++i)
    {
        lane = Fold(lane, powers, lanes[i]);
    }
    for (; left >= LANE; at += LANE, left -= LANE)
    {
        lane = Fold(lane, powers, LoadLane(at));
    }
    std::array<std::uint8_t, LANE> same;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(same.data()), lane);
    return Continue(Continue(0, same.data(), LANE), at, left);
}

#endif

} // namespace

std::uint32_t Crc32(ByteView bytes)
{
    constexpr std::uint32_t FIRST = ~std::uint32_t{0};
#ifdef __x86_64__
    if (bytes.size() >= LANES * LANE && __builtin_cpu_supports("pclmul"))
    {
        return ~Folded(FIRST, bytes.data(), bytes.size());
    }
#endif
    return ~Continue(FIRST, bytes.data(), bytes.size());
}

} // namespace swim
