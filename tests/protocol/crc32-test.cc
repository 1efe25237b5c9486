// SPDX-License-Identifier: MIT
//
// The checksum of datagrams against what zlib 1.2.13 says.
#include "swim/crc32.h"

#include <gtest/gtest.h>
#include <string_view>
#include <vector>

namespace swim
{
namespace
{

std::uint32_t SumOf(std::string_view text)
{
    return Crc32({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST(Crc32, SaysWhatZlibSays)
{
    EXPECT_EQ(SumOf(""), 0u);
    EXPECT_EQ(SumOf("a"), 0xe8b7be43);
    EXPECT_EQ(SumOf("123456789"), 0xcbf43926); // the check value of the standard
    EXPECT_EQ(SumOf("The quick brown fox jumps over the lazy dog"), 0x414fa339u);
    EXPECT_EQ(Crc32(std::vector<std::uint8_t>(32, 0x00)), 0x190a55adu);
    EXPECT_EQ(Crc32(std::vector<std::uint8_t>(32, 0xff)), 0xff6cab0b);
}

/// One bit at a time, as the standard defines it.
std::uint32_t ByDefinition(ByteView bytes)
{
    std::uint32_t crc = ~std::uint32_t{0};
    for (const std::uint8_t byte : bytes)
    {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit)
        {
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
        }
    }
    return ~crc;
}

/// Whole steps of eight bytes and what is left of them, wherever they lie in memory.
TEST(Crc32, SaysTheSameOfAnyLengthAnywhere)
{
    std::vector<std::uint8_t> data(300);
    for (std::size_t i = 0; i < data.size(); ++i)
    {
        data[i] = static_cast<std::uint8_t>(i * i * 7 + i * 13 + 5);
    }
    for (std::size_t length = 0; length <= 256; ++length)
    {
        for (std::size_t from = 0; from <= 8; ++from)
        {
            const ByteView bytes = ByteView(data).subspan(from, length);
            ASSERT_EQ(Crc32(bytes), ByDefinition(bytes)) << length << " bytes from " << from;
        }
    }
}

} // namespace
} // namespace swim
