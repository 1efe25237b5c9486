// SPDX-License-Identifier: MIT
//
// LZW against what Go's compress/lzw writes, and against what nobody should send.
//
// The vectors are from Go 1.19; those of pseudo-random bytes are compared by length and CRC. The
// sizes around 3838 are where the codes run out on incompressible input.
#include "exact-bytes.h"
#include "swim/lzw.h"
#include "swim/rng.h"
#include "wire-vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace swim::lzw
{

namespace
{

using wire::Bytes;
using wire::ByteView;
using wire::FromHex;
using wire::ToHex;

constexpr std::size_t NO_LIMIT = 1 << 30;

Bytes FromText(std::string_view text)
{
    return {text.begin(), text.end()};
}

Bytes Compressed(ByteView input)
{
    Bytes out = FromText("what was there before");
    Compress(input, out);
    return out;
}

/// @return CRC-32 in hex, as FillCrc writes it
std::string CrcOf(ByteView bytes)
{
    Bytes framed(wire::CRC_SIZE + bytes.size());
    std::ranges::copy(bytes, framed.begin() + wire::CRC_SIZE);
    wire::FillCrc(framed, 0);
    return ToHex(ByteView(framed).subspan(1, 4));
}

/// Numerical Recipes' generator, as the vectors were made with. @param mask 3 leaves four letters
Bytes Lcg(std::size_t size, std::uint8_t mask)
{
    Bytes bytes(size);
    std::uint32_t x = 12345;
    for (std::uint8_t& byte : bytes)
    {
        x = x * 1664525 + 1013904223;
        byte = static_cast<std::uint8_t>(x >> 24) & mask;
    }
    return bytes;
}

/// Writes codes as a peer might that follows other habits than Go's.
class CodeWriter
{
  public:
    void Put(std::uint32_t code, unsigned width)
    {
        for (unsigned i = 0; i < width; ++i, ++m_bits)
        {
            m_bytes.resize(m_bits / 8 + 1);
            m_bytes[m_bits / 8] |= static_cast<std::uint8_t>((code >> i & 1) << m_bits % 8);
        }
    }

    const Bytes& Stream() const
    {
        return m_bytes;
    }

  private:
    Bytes m_bytes;
    std::size_t m_bits = 0;
};

struct RawVector
{
    std::string_view text;
    std::string_view hex;
};

TEST(Lzw, WritesAndReadsWhatGoWrites)
{
    for (const auto& [text, hex] : {RawVector{"", "000302"},
                                    RawVector{"A", "00830404"},
                                    RawVector{"ABABABA", "00830811483020"}})
    {
        EXPECT_EQ(ToHex(Compressed(FromText(text))), hex) << text;
        Bytes out;
        EXPECT_EQ(Decompress(FromHex(hex), out, NO_LIMIT), Result::WHOLE) << text;
        EXPECT_EQ(out, FromText(text));
    }
}

TEST(Lzw, WritesGosBytesWhereCodesGrowRunOutAndStartAgain)
{
    const struct
    {
        std::uint8_t mask;
        std::size_t size;
        std::string_view inputCrc;
        std::size_t outputSize;
        std::string_view outputCrc;
    } vectors[] = {
        {255, 1, "a2681b02", 4, "4e1031e0"},
        {255, 255, "5437658b", 288, "801da5cc"},
        {255, 256, "cd8c5b86", 290, "d30d4e2f"},
        {255, 257, "57aa530e", 291, "8858181d"},
        {255, 1000, "eba2f38b", 1234, "4f610179"},
        {255, 3837, "6944f4ce", 5257, "54b00512"},
        {255, 3838, "04bd0891", 5258, "2c0a91a9"},
        {255, 3839, "49629035", 5260, "cde5facb"},
        {255, 3840, "fb924485", 5261, "e8553ca8"},
        {255, 3841, "f5fb3c63", 5263, "ba035af4"},
        {255, 20000, "cf663805", 27360, "4786a543"},
        {255, 100000, "43f6ec66", 136843, "3b7d3708"},
        {3, 255, "44b2ad1a", 128, "a94a1126"},
        {3, 3841, "14c3857e", 1272, "138d1c23"},
        {3, 20000, "8cbe8a5a", 6072, "8d4051a3"},
        {3, 100000, "8aa853f1", 29846, "16a6d51d"},
    };

    for (const auto& vector : vectors)
    {
        const Bytes input = Lcg(vector.size, vector.mask);
        ASSERT_EQ(CrcOf(input), vector.inputCrc);
        const Bytes output = Compressed(input);
        EXPECT_EQ(output.size(), vector.outputSize) << vector.size;
        EXPECT_EQ(CrcOf(output), vector.outputCrc) << vector.size;
        Bytes back;
        EXPECT_EQ(Decompress(output, back, vector.size), Result::WHOLE) << vector.size;
        EXPECT_EQ(back, input) << vector.size;
    }
}

TEST(Lzw, ReadsBackEqualBytesOfEveryLength)
{
    for (std::size_t size = 0; size < 100000; size = size * 5 / 4 + 1)
    {
        const Bytes input(size, 'z');
        Bytes back;
        EXPECT_EQ(Decompress(Compressed(input), back, size), Result::WHOLE) << size;
        EXPECT_EQ(back, input) << size;
    }
}

RC_GTEST_PROP(Lzw, ReadsBackWhatItWrote, (const std::vector<std::uint8_t>& input))
{
    Bytes back;
    RC_ASSERT(Decompress(Compressed(input), back, input.size()) == Result::WHOLE);
    RC_ASSERT(back == input);
}

TEST(Lzw, ReadsAStreamThatStartsWithoutAClearCode)
{
    CodeWriter codes;
    for (const std::uint32_t code : {65, 258, 66, 257}) // A, AA (its own beginning), B, end
    {
        codes.Put(code, 9);
    }
    Bytes out;
    EXPECT_EQ(Decompress(codes.Stream(), out, NO_LIMIT), Result::WHOLE);
    EXPECT_EQ(out, FromText("AAAB"));
}

TEST(Lzw, ReadsAStreamThatNeverClears)
{
    // 5000 literals give out all numbers: the one given out with literal i is 257 + i.
    CodeWriter codes;
    Bytes expected;
    for (std::uint32_t i = 0; i < 5000; ++i)
    {
        const std::uint32_t next = std::min(257 + i, 4095u);
        codes.Put(i * 7 % 256, static_cast<unsigned>(std::bit_width(next)));
        expected.push_back(static_cast<std::uint8_t>(i * 7));
    }
    for (const std::uint32_t code : {258u, 4095u})
    {
        codes.Put(code, 12);
        const std::uint32_t second = code - 257;
        expected.push_back(static_cast<std::uint8_t>((second - 1) * 7));
        expected.push_back(static_cast<std::uint8_t>(second * 7));
    }
    codes.Put(257, 12);
    Bytes out;
    EXPECT_EQ(Decompress(codes.Stream(), out, NO_LIMIT), Result::WHOLE);
    EXPECT_EQ(out, expected);
}

TEST(Lzw, IgnoresBytesBehindTheEnd)
{
    Bytes out;
    EXPECT_EQ(Decompress(FromHex("00830404 ffff00"), out, NO_LIMIT), Result::WHOLE);
    EXPECT_EQ(out, FromText("A"));
}

TEST(Lzw, RefusesEveryTruncation)
{
    const Bytes whole = Compressed(Lcg(600, 3));
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        const wire::Exact input(ByteView(whole).first(size));
        Bytes out;
        EXPECT_EQ(Decompress(input.View(), out, NO_LIMIT), Result::MALFORMED) << size;
    }
}

TEST(Lzw, RefusesCodesThatWereNeverGivenOut)
{
    CodeWriter first;
    first.Put(258, 9);
    CodeWriter second;
    second.Put(65, 9);
    second.Put(259, 9);
    CodeWriter afterClear;
    for (const std::uint32_t code : {65, 66, 256, 258})
    {
        afterClear.Put(code, 9);
    }
    for (const CodeWriter* codes : {&first, &second, &afterClear})
    {
        Bytes out;
        EXPECT_EQ(Decompress(codes->Stream(), out, NO_LIMIT), Result::MALFORMED);
    }
}

TEST(Lzw, LetsNoMoreOutThanTheLimit)
{
    const Bytes bomb = Compressed(Bytes(100000, 0));
    ASSERT_LT(bomb.size(), 1000u);
    for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{99999}})
    {
        Bytes out;
        EXPECT_EQ(Decompress(bomb, out, limit), Result::TOO_LARGE);
        EXPECT_LE(out.size(), limit);
    }
    Bytes out;
    EXPECT_EQ(Decompress(bomb, out, 100000), Result::WHOLE);
}

TEST(Lzw, SurvivesGarbage)
{
    Rng rng(1, 1);
    constexpr std::size_t LIMIT = 50000;
    int refused = 0;
    for (int i = 0; i < 20000; ++i)
    {
        Bytes garbage(rng.Below(400));
        std::ranges::generate(garbage, [&] { return static_cast<std::uint8_t>(rng.Next()); });
        const wire::Exact input(garbage);
        Bytes out;
        refused += Decompress(input.View(), out, LIMIT) != Result::WHOLE;
        ASSERT_LE(out.size(), LIMIT);
    }
    EXPECT_GT(refused, 0);
}

TEST(Lzw, SurvivesEveryChangedByte)
{
    const Bytes whole = Compressed(Lcg(6000, 255));
    Rng rng(1, 2);
    for (std::size_t at = 0; at < whole.size(); ++at)
    {
        Bytes damaged = whole;
        damaged[at] ^= static_cast<std::uint8_t>(1 + rng.Below(255));
        const wire::Exact input(damaged);
        Bytes out;
        Decompress(input.View(), out, NO_LIMIT);
        ASSERT_LE(out.size(), 20u * whole.size());
    }
}

} // namespace

} // namespace swim::lzw
