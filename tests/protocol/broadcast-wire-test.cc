// SPDX-License-Identifier: MIT
//
// The form in which a broadcast travels that everybody passes on: to the byte, there and back, and
// told from every other user message.
#include "exact-bytes.h"
#include "wire-vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace swim::wire
{

namespace
{

ByteView Raw(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string Text(ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

Bytes Encoded(const Broadcast& broadcast)
{
    Bytes bytes;
    Encode(broadcast, bytes);
    return bytes;
}

/// @param hex of the bytes behind the type byte
bool IsBroadcast(std::string_view hex)
{
    Broadcast broadcast;
    return Decode(FromHex(hex), broadcast);
}

TEST(BroadcastWire, IsAUserMessageThatBeginsAsNoMsgpackDoes)
{
    //   08 user | c1 | version 1 | five values: "n1", 0x01020304, 7, "", "hi"
    EXPECT_EQ(ToHex(Encoded({"n1", 0x01020304, 7, "", Raw("hi")})),
              "08c10195a26e31ce0102030407a0a26869");
}

TEST(BroadcastWire, AnythingElseIsTheApplicationsToRead)
{
    EXPECT_TRUE(IsBroadcast("c10195a26e310107a0a26869"));
    EXPECT_FALSE(IsBroadcast("")) << "nothing";
    EXPECT_FALSE(IsBroadcast("c1")) << "the mark alone";
    EXPECT_FALSE(IsBroadcast("c20195a26e310107a0a26869")) << "another mark";
    EXPECT_FALSE(IsBroadcast("c10295a26e310107a0a26869")) << "another version";
    EXPECT_FALSE(IsBroadcast("c10194a26e310107a0")) << "four values";
    EXPECT_FALSE(IsBroadcast("c10196a26e310107a0a2686900")) << "six values";
    EXPECT_FALSE(IsBroadcast("c10195a26e310107a0a2686900")) << "something behind it";
    EXPECT_FALSE(IsBroadcast("c10195a26e310107a0a268")) << "the last byte is missing";
    EXPECT_FALSE(IsBroadcast("c10195a00107a0a26869")) << "nobody sent it";
    EXPECT_FALSE(IsBroadcast("c10195a26e310100a0a26869")) << "number 0";
    EXPECT_FALSE(IsBroadcast("c10195a26e3101cf0000000100000001a0a26869")) << "number 2^32 + 1";
}

/// A name or a payload of each of the encoded lengths of a string.
std::string AnyText(std::size_t least, std::size_t most)
{
    const auto size = *rc::gen::elementOf(
        std::vector<std::size_t>{least, *rc::gen::inRange(least, most + 1), 31, 32, most});
    return *rc::gen::container<std::string>(size, rc::gen::arbitrary<char>());
}

RC_GTEST_PROP(BroadcastWireProperty, DecodingUndoesEncoding, ())
{
    const std::string sender = AnyText(1, MAX_NAME_SIZE);
    const std::string name = AnyText(0, MAX_NAME_SIZE);
    const std::string payload = AnyText(0, 1400);
    const auto epoch = *rc::gen::arbitrary<std::uint32_t>();
    const auto number = std::max(1u, *rc::gen::arbitrary<std::uint32_t>());
    const Bytes bytes = Encoded({sender, epoch, number, name, Raw(payload)});
    RC_ASSERT(bytes.size() <= BroadcastSize(sender, name, payload.size()));
    Broadcast decoded;
    RC_ASSERT(Decode(ByteView(bytes).subspan(1), decoded));
    RC_ASSERT(decoded.sender == sender);
    RC_ASSERT(decoded.epoch == epoch);
    RC_ASSERT(decoded.number == number);
    RC_ASSERT(decoded.name == name);
    RC_ASSERT(Text(decoded.payload) == payload);
}

TEST(BroadcastWire, ItsSizeIsThatOfTheLargestNumbers)
{
    for (const std::size_t size : {0, 31, 32, 1000})
    {
        const Bytes payload(size);
        EXPECT_EQ(Encoded({"member", UINT32_MAX, UINT32_MAX, "name", payload}).size(),
                  BroadcastSize("member", "name", size));
    }
}

RC_GTEST_PROP(BroadcastWireProperty, NoBytesLeadTheDecoderOutOfItsInput, ())
{
    auto bytes = *rc::gen::container<Bytes>(rc::gen::arbitrary<std::uint8_t>());
    if (*rc::gen::arbitrary<bool>()) // else nearly all stop at the first byte
    {
        bytes.insert(bytes.begin(), {BROADCAST_MARK, BROADCAST_VERSION, 0x90 | BROADCAST_FIELDS});
    }
    const Exact body(bytes);
    Broadcast broadcast;
    RC_ASSERT(!Decode(body.View(), broadcast) ||
              (body.Holds(broadcast.sender) && body.Holds(broadcast.name) &&
               body.Holds(broadcast.payload)));
}

RC_GTEST_PROP(BroadcastWireProperty, NoDamageLeadsTheDecoderOutOfItsInput, ())
{
    const std::string sender = AnyText(1, 40);
    const std::string payload = AnyText(0, 40);
    Bytes bytes = Encoded({sender, 5, 6, "name", Raw(payload)});
    bytes.erase(bytes.begin());
    for (int changes = *rc::gen::inRange(0, 5); changes > 0; --changes)
    {
        bytes[*rc::gen::inRange<std::size_t>(2, bytes.size())] =
            *rc::gen::arbitrary<std::uint8_t>();
    }
    bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size() + 3));
    const Exact body(bytes);
    Broadcast broadcast;
    RC_ASSERT(!Decode(body.View(), broadcast) ||
              (body.Holds(broadcast.sender) && body.Holds(broadcast.name) &&
               body.Holds(broadcast.payload) && !broadcast.sender.empty() && broadcast.number > 0));
}

} // namespace

} // namespace swim::wire
