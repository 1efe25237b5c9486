// SPDX-License-Identifier: MIT
//
// Compressed messages that came in: what they may become, and that hostile ones cost little. With
// garbage through every other layer too.
#include "exact-bytes.h"
#include "swim/envelope.h"
#include "swim/lzw.h"
#include "swim/rng.h"
#include "toy-cipher.h"
#include "wire-vectors.h"

#include <gtest/gtest.h>

namespace swim
{

namespace
{

using wire::Bytes;
using wire::ByteView;
using wire::Exact;
using wire::FromHex;
using wire::ToHex;

/// @return a compressed message with its type byte
Bytes Compressed(ByteView message)
{
    Bytes lzw;
    lzw::Compress(message, lzw);
    Bytes bytes;
    wire::Encode(wire::Compressed{0, lzw}, bytes);
    return bytes;
}

/// @return why a compressed message's body is refused
std::optional<Rejection> Refusal(ByteView body, std::size_t budget)
{
    const Exact input(body);
    Bytes inflated;
    const Envelope::Opened opened = Envelope::Inflate(input.View(), budget, inflated);
    EXPECT_EQ(opened.message.empty(), opened.refusal.has_value());
    return opened.refusal;
}

TEST(Inflate, RefusesWhatIsNoCompressedMessage)
{
    for (const std::string_view hex : {"", "c1", "a0", "81a3427566a3008304", "82a4416c676fffa0"})
    {
        EXPECT_EQ(Refusal(FromHex(hex), 100), Rejection::COMPRESSION_MALFORMED) << hex;
    }
    EXPECT_EQ(Refusal(FromHex("80"), 100), Rejection::COMPRESSION_MALFORMED); // no LZW end code
    EXPECT_EQ(Refusal(FromHex("82a4416c676f01a3427566a400830404"), 100),
              Rejection::COMPRESSION_UNKNOWN);
    EXPECT_EQ(Refusal(FromHex("82a4416c676f00a3427566a3000302"), 100), Rejection::EMPTY);
    EXPECT_EQ(Refusal(FromHex("82a4416c676f00a3427566a400830404"), 0),
              Rejection::COMPRESSION_TOO_LARGE);
    EXPECT_EQ(Refusal(FromHex("82a4416c676f00a3427566a400830404"), 1), std::nullopt);
}

TEST(Inflate, ChargesOneBudgetForAllThatComesOut)
{
    const Bytes first = Compressed(Bytes(600, 'a'));
    const Bytes second = Compressed(Bytes(500, 'b'));
    std::size_t budget = 1000;
    Bytes inflated;
    EXPECT_EQ(Envelope::Inflate(ByteView(first).subspan(1), budget, inflated).message.size(), 600u);
    EXPECT_EQ(budget, 400u);
    EXPECT_EQ(Envelope::Inflate(ByteView(second).subspan(1), budget, inflated).refusal,
              Rejection::COMPRESSION_TOO_LARGE);
    EXPECT_LT(budget, 50u) << "what was refused has cost its work, too";
}

TEST(Inflate, LetsAStreamBecomeAsLargeAsAStreamMayBe)
{
    const Envelope envelope;
    Envelope::StreamMemory memory;
    for (const std::size_t size : {wire::MAX_STREAM_SIZE, wire::MAX_STREAM_SIZE + 1})
    {
        const Bytes bomb = Compressed(Bytes(size, 6));
        EXPECT_LT(bomb.size(), wire::MAX_STREAM_SIZE / 500);
        const auto opened = envelope.OpenStream(bomb, Envelope::Direction::REQUEST, memory);
        EXPECT_EQ(opened.refusal.has_value(), size > wire::MAX_STREAM_SIZE);
        EXPECT_LE(memory.inflated.size(), wire::MAX_STREAM_SIZE);
    }
}

TEST(Inflate, OpensOneLayerOfAStreamAsMemberlistDoes)
{
    const Bytes twice = Compressed(Compressed(FromHex(wire::PING_HEX)));
    const Envelope envelope;
    Envelope::StreamMemory memory;
    const auto opened = envelope.OpenStream(twice, Envelope::Direction::REQUEST, memory);
    EXPECT_EQ(ToHex(opened.message), ToHex(Compressed(FromHex(wire::PING_HEX))));
}

TEST(Inflate, SurvivesGarbageInEveryLayer)
{
    const auto toy = std::make_shared<ToyCipher>(std::uint8_t{7});
    const Envelope envelopes[] = {
        Envelope(),
        Envelope({.label = "blah"}),
        Envelope({.verifyIncoming = false, .cipher = toy}),
        Envelope({.label = "blah", .skipInboundLabelCheck = true, .cipher = toy})};
    constexpr std::uint8_t FIRST_BYTES[] = {0, 6, 7, 9, 10, 12, 244};
    Rng rng(1, 1);
    int refused = 0;
    for (int i = 0; i < 20000; ++i)
    {
        Bytes garbage(1 + rng.Below(100));
        std::ranges::generate(garbage, [&] { return static_cast<std::uint8_t>(rng.Next()); });
        garbage[0] = FIRST_BYTES[rng.Below(std::size(FIRST_BYTES))];
        const Exact input(garbage);
        Bytes plain;
        Envelope::StreamMemory memory;
        const Envelope& envelope = envelopes[rng.Below(std::size(envelopes))];
        const auto datagram = envelope.OpenDatagram(input.View(), plain);
        ASSERT_EQ(datagram.message.empty(), datagram.refusal.has_value());
        const auto request =
            envelope.OpenStream(input.View(), Envelope::Direction::REQUEST, memory);
        ASSERT_EQ(request.message.empty(), request.refusal.has_value());
        refused += datagram.refusal.has_value() + request.refusal.has_value();
    }
    EXPECT_GT(refused, 10000);
}

} // namespace

} // namespace swim
