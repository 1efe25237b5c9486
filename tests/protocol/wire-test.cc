// SPDX-License-Identifier: MIT
//
// memberlist's messages, byte for byte.
//
// The vectors were written by go-msgpack 0.5.5, the codec of memberlist 0.2.2, so a test that
// passes here says that such a peer reads what we write and that we read what it writes. How
// decoding fares on damaged bytes is in wire-damage-test.cc.
#include "swim/stream-scanner.h"
#include "wire-vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace swim::wire
{

namespace
{

std::string_view Text(ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ByteView Raw(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Decodes the message behind its type byte and fails the test if that is not possible.
template <typename Message>
Message Decoded(const Bytes& bytes)
{
    Message message;
    EXPECT_TRUE(Decode(ByteView(bytes).subspan(1), message));
    return message;
}

TEST(WireVectors, AreWrittenToTheByte)
{
    for (const Vector& vector : VECTORS)
    {
        if (vector.encode != nullptr)
        {
            Bytes bytes;
            vector.encode(bytes);
            EXPECT_EQ(ToHex(bytes), vector.hex) << vector.name;
        }
    }
}

TEST(WireVectors, PingIsRead)
{
    const Bytes bytes = FromHex(PING_HEX);
    const auto ping = Decoded<Ping>(bytes);
    EXPECT_EQ(ping.seqNo, 42u);
    EXPECT_EQ(ping.node, "b");
    EXPECT_EQ(ping.source, LOOPBACK_7946);
    EXPECT_EQ(ping.sourceNode, "a");
}

TEST(WireVectors, PingWithoutSourceLeavesTheSourceEmpty)
{
    const Bytes bytes = FromHex("0082a44e6f6465a162a55365714e6fce00011170");
    const auto ping = Decoded<Ping>(bytes);
    EXPECT_EQ(ping.seqNo, 70000u);
    EXPECT_EQ(ping.source, Address());
    EXPECT_EQ(ping.sourceNode, "");
}

TEST(WireVectors, PingReqIsRead)
{
    const Bytes bytes = FromHex(PING_REQ_HEX);
    const auto request = Decoded<PingReq>(bytes);
    EXPECT_EQ(request.seqNo, 43u);
    EXPECT_EQ(request.node, "c");
    EXPECT_EQ(request.target, LOOPBACK_7947);
    EXPECT_TRUE(request.nack);
    EXPECT_EQ(request.source, LOOPBACK_7946);
    EXPECT_EQ(request.sourceNode, "a");
}

TEST(WireVectors, AckIsReadWithNilEmptyAndSomePayload)
{
    const Bytes nil = FromHex("0282a75061796c6f6164c0a55365714e6f2a");
    const Bytes empty = FromHex("0282a75061796c6f6164a0a55365714e6f2a");
    const Bytes some = FromHex("0282a75061796c6f6164a20102a55365714e6f2a");
    EXPECT_TRUE(Decoded<Ack>(nil).payload.empty());
    EXPECT_TRUE(Decoded<Ack>(empty).payload.empty());
    EXPECT_EQ(Text(Decoded<Ack>(some).payload), "\x01\x02");
    EXPECT_EQ(Decoded<Ack>(some).seqNo, 42u);
    EXPECT_EQ(Decoded<Nack>(FromHex("0b81a55365714e6f2b")).seqNo, 43u);
}

TEST(WireVectors, AccusationsAreRead)
{
    const Bytes bytes = FromHex(SUSPECT_HEX);
    const auto suspect = Decoded<Accusation>(bytes);
    EXPECT_EQ(suspect.incarnation, 1u);
    EXPECT_EQ(suspect.node, "b");
    EXPECT_EQ(suspect.from, "a");
}

TEST(WireVectors, AliveIsReadWithNilEmptyAndLongMeta)
{
    for (const auto& [hex, meta] : {std::pair{ALIVE_HEX, std::string()},
                                    std::pair{ALIVE_EMPTY_META_HEX, std::string()},
                                    std::pair{ALIVE_LONG_META_HEX, std::string(40, 'm')}})
    {
        const Bytes bytes = FromHex(hex);
        const auto alive = Decoded<Alive>(bytes);
        EXPECT_EQ(alive.incarnation, 1u);
        EXPECT_EQ(alive.node, "b");
        EXPECT_EQ(alive.address, LOOPBACK_7946);
        EXPECT_EQ(Text(alive.meta), meta);
        EXPECT_TRUE(std::ranges::equal(alive.versions, OUR_VERSIONS.Bytes()));
    }
}

TEST(WireVectors, PushPullIsReadWithItsStates)
{
    Bytes bytes = FromHex("0683a44a6f696ec3a54e6f64657302ac5573657253746174654c656e00");
    const Bytes states = FromHex(std::string(STATE_ALIVE_HEX) + std::string(STATE_LEFT_HEX));
    bytes.insert(bytes.end(), states.begin(), states.end());

    PushPullReader reader(bytes);
    ASSERT_TRUE(reader.Valid());
    EXPECT_TRUE(reader.Header().join);
    PushNodeState state;
    ASSERT_TRUE(reader.Next(state));
    EXPECT_EQ(state.member.node, "b");
    EXPECT_EQ(state.member.address, LOOPBACK_7946);
    EXPECT_EQ(state.member.incarnation, 1u);
    EXPECT_EQ(state.state, 0u);
    ASSERT_TRUE(reader.Next(state));
    EXPECT_EQ(state.member.incarnation, 7u);
    EXPECT_EQ(state.state, 3u);
    EXPECT_FALSE(reader.Next(state));
    EXPECT_TRUE(reader.Valid());
}

TEST(WireVectors, CompoundHoldsItsParts)
{
    const Bytes bytes = FromHex(COMPOUND_HEX);
    CompoundParts parts(ByteView(bytes).subspan(1));
    ByteView part;
    ASSERT_TRUE(parts.Next(part));
    EXPECT_EQ(ToHex(part), PING_HEX);
    ASSERT_TRUE(parts.Next(part));
    EXPECT_EQ(ToHex(part), SUSPECT_HEX);
    EXPECT_FALSE(parts.Next(part));
    EXPECT_EQ(parts.Truncated(), 0u);
}

TEST(WireVectors, CrcFrameHoldsItsMessage)
{
    const Bytes bytes = FromHex(CRC_HEX);
    EXPECT_EQ(ToHex(CheckCrc(ByteView(bytes).subspan(1))), ALIVE_HEX);
}

// What go-msgpack's decoders accept besides what its encoders write.

TEST(WireDecode, TakesKeysInAnyOrder)
{
    const Bytes body = FromHex("83 a44e6f6465a162 ab496e6361726e6174696f6e07 a446726f6da161");
    Accusation message;
    ASSERT_TRUE(Decode(body, message));
    EXPECT_EQ(message.node, "b");
    EXPECT_EQ(message.incarnation, 7u);
    EXPECT_EQ(message.from, "a");
}

TEST(WireDecode, PassesOverUnknownKeysOfEveryType)
{
    // After the unknown key "x", one value each of: nil, bool, negative, float64, array of map,
    // bin8, ext8, fixext1, map16.
    for (const std::string value : {"c0",
                                    "c3",
                                    "ff",
                                    "cb0000000000000000",
                                    "9181a16101",
                                    "c4020000",
                                    "c7010500",
                                    "d40500",
                                    "de0001a16101"})
    {
        const Bytes body = FromHex("82 a178" + value + "a55365714e6f2a");
        Nack message;
        ASSERT_TRUE(Decode(body, message)) << value;
        EXPECT_EQ(message.seqNo, 42u) << value;
    }
}

TEST(WireDecode, ReadsMissingKeysAsZero)
{
    const Bytes empty = FromHex("80");
    Alive alive{9, "x", LOOPBACK_7946, Raw("m"), Raw("v")};
    ASSERT_TRUE(Decode(empty, alive));
    EXPECT_EQ(alive.incarnation, 0u);
    EXPECT_EQ(alive.node, "");
    EXPECT_EQ(alive.address, Address());
    EXPECT_TRUE(alive.meta.empty());
    EXPECT_TRUE(alive.versions.empty());
    Ping ping{1, "x", LOOPBACK_7946, "y"};
    ASSERT_TRUE(Decode(empty, ping));
    EXPECT_EQ(ping.seqNo, 0u);
    EXPECT_EQ(ping.source, Address());
}

TEST(WireDecode, TakesTextFromEveryStringAndByteFamily)
{
    for (const std::string form :
         {"a162", "d90162", "da000162", "db0000000162", "c40162", "c5000162", "c60000000162"})
    {
        const Bytes body = FromHex("81 a44e6f6465" + form);
        Ping ping;
        ASSERT_TRUE(Decode(body, ping)) << form;
        EXPECT_EQ(ping.node, "b") << form;
    }
}

TEST(WireDecode, TakesEveryIntegerFormInRange)
{
    const std::pair<std::string, std::uint32_t> forms[] = {{"7f", 127},
                                                           {"ccc8", 200},
                                                           {"cd00c8", 200},
                                                           {"ce000000c8", 200},
                                                           {"cf00000000000000c8", 200},
                                                           {"d07f", 127},
                                                           {"d100c8", 200},
                                                           {"d2000000c8", 200},
                                                           {"d300000000000000c8", 200},
                                                           {"ceffffffff", UINT32_MAX}};
    for (const auto& [form, value] : forms)
    {
        const Bytes body = FromHex("81 a55365714e6f" + form);
        Nack nack;
        ASSERT_TRUE(Decode(body, nack)) << form;
        EXPECT_EQ(nack.seqNo, value) << form;
    }
}

TEST(WireDecode, RefusesIntegersThatTheFieldCannotHold)
{
    for (const std::string form : {"ff",
                                   "d080",
                                   "d1ff38",
                                   "d2ffffffff",
                                   "d3ffffffffffffffff",
                                   "cf0000000100000000",
                                   "d30000000100000000",
                                   "a131",
                                   "c3"})
    {
        Nack nack;
        EXPECT_FALSE(Decode(FromHex("81 a55365714e6f" + form), nack)) << form;
    }
    Alive alive;
    EXPECT_TRUE(Decode(FromHex("81 a4506f7274 cdffff"), alive));
    EXPECT_FALSE(Decode(FromHex("81 a4506f7274 ce00010000"), alive));
}

TEST(WireDecode, RefusesAddressesThatAreNeitherV4NorV6)
{
    Alive alive;
    EXPECT_TRUE(Decode(FromHex("81 a441646472 a47f000001"), alive));
    EXPECT_TRUE(Decode(FromHex("81 a441646472 b0000102030405060708090a0b0c0d0e0f"), alive));
    EXPECT_FALSE(Decode(FromHex("81 a441646472 a37f0000"), alive));
    EXPECT_FALSE(Decode(FromHex("81 a441646472 b1000102030405060708090a0b0c0d0e0f10"), alive));
}

TEST(WireDecode, RefusesMetaBeyondMemberlistsLimit)
{
    for (const std::size_t size : {MAX_META_SIZE, MAX_META_SIZE + 1})
    {
        const std::string meta(size, 'm');
        Bytes bytes;
        Encode(Alive{1, "b", LOOPBACK_7946, Raw(meta), OUR_VERSIONS}, bytes);
        Alive alive;
        EXPECT_EQ(Decode(ByteView(bytes).subspan(1), alive), size <= MAX_META_SIZE) << size;
    }
}

TEST(Compound, SaysHowManyPartsAreMissing)
{
    const Bytes bytes = FromHex(COMPOUND_HEX);
    const ByteView body = ByteView(bytes).subspan(1);
    CompoundParts parts(body.first(body.size() - 1));
    ByteView part;
    EXPECT_TRUE(parts.Next(part));
    EXPECT_FALSE(parts.Next(part));
    EXPECT_EQ(parts.Truncated(), 1u);
}

TEST(Compound, WithoutRoomForItsSizesHasNoPart)
{
    const Bytes body = FromHex("03 0001 0001");
    CompoundParts parts(body);
    ByteView part;
    EXPECT_FALSE(parts.Next(part));
    EXPECT_EQ(parts.Truncated(), 3u);
}

// Round trips of arbitrary values.

rc::Gen<Address> AnyAddress()
{
    const auto bytes =
        rc::gen::oneOf(rc::gen::just(Bytes{}),
                       rc::gen::container<Bytes>(4, rc::gen::arbitrary<std::uint8_t>()),
                       rc::gen::container<Bytes>(16, rc::gen::arbitrary<std::uint8_t>()));
    return rc::gen::apply([](const Bytes& raw, std::uint16_t port) { return Address(raw, port); },
                          bytes,
                          rc::gen::arbitrary<std::uint16_t>());
}

RC_GTEST_PROP(WireRoundTrip, Ping, (std::uint32_t seqNo, std::string node, std::string source))
{
    const Address address = *AnyAddress();
    Bytes bytes;
    Encode(Ping{seqNo, node, address, source}, bytes);
    const auto read = Decoded<Ping>(bytes);
    RC_ASSERT(read.seqNo == seqNo && read.node == node);
    RC_ASSERT(read.source == address && read.sourceNode == source);
}

RC_GTEST_PROP(WireRoundTrip, PingReq, (std::uint32_t seqNo, std::string node, bool nack))
{
    const Address target = *AnyAddress();
    const Address source = *AnyAddress();
    Bytes bytes;
    Encode(PingReq{seqNo, node, target, nack, source, node}, bytes);
    const auto read = Decoded<PingReq>(bytes);
    RC_ASSERT(read.seqNo == seqNo && read.node == node && read.sourceNode == node);
    RC_ASSERT(read.target == target && read.source == source && read.nack == nack);
}

RC_GTEST_PROP(WireRoundTrip, Ack, (std::uint32_t seqNo, std::string payload))
{
    Bytes bytes;
    Encode(Ack{seqNo, Raw(payload)}, bytes);
    const auto read = Decoded<Ack>(bytes);
    RC_ASSERT(read.seqNo == seqNo && Text(read.payload) == payload);
}

RC_GTEST_PROP(WireRoundTrip, Dead, (std::uint32_t incarnation, std::string node, std::string from))
{
    Bytes bytes;
    EncodeDead({incarnation, node, from}, bytes);
    RC_ASSERT(bytes[0] == static_cast<std::uint8_t>(MessageType::DEAD));
    const auto read = Decoded<Accusation>(bytes);
    RC_ASSERT(read.incarnation == incarnation && read.node == node && read.from == from);
}

RC_GTEST_PROP(WireRoundTrip, Alive, (std::uint32_t incarnation, std::string node, std::string meta))
{
    const Address address = *AnyAddress();
    const auto vsn = *rc::gen::arbitrary<std::array<std::uint8_t, Versions::SIZE>>();
    const Versions versions = Versions::Read(vsn, {});
    Bytes bytes;
    Encode(Alive{incarnation, node, address, Raw(meta), versions}, bytes);
    const auto read = Decoded<Alive>(bytes);
    RC_ASSERT(read.incarnation == incarnation && read.node == node && read.address == address);
    RC_ASSERT(Text(read.meta) == meta && std::ranges::equal(read.versions, vsn));
}

} // namespace

} // namespace swim::wire
