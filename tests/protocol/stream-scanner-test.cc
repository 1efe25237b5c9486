// SPDX-License-Identifier: MIT
//
// Where streams end, for every message and envelope a stream may carry, and for hostile input; and
// the bodies that only streams have.
#include "exact-bytes.h"
#include "swim/stream-scanner.h"
#include "wire-vectors.h"

#include <chrono>
#include <gtest/gtest.h>

namespace swim::wire
{

namespace
{

using Status = StreamScanner::Status;

constexpr std::string_view ERROR_HEX = "0d81a54572726f72a4626f6f6d";
constexpr std::string_view USER_HEX = "0881aa557365724d73674c656e026869";
constexpr std::string_view ACK_HEX = "0282a75061796c6f6164c0a55365714e6f2a";
constexpr std::string_view COMPRESSED_HEX = "0982a4416c676f00a3427566a400830404";
constexpr std::string_view ENCRYPTED_HEX = "0a00000003010203";

Bytes Concatenated(ByteView first, ByteView second)
{
    Bytes bytes(first.begin(), first.end());
    bytes.insert(bytes.end(), second.begin(), second.end());
    return bytes;
}

/// Every kind of stream message, whole.
std::vector<Bytes> Examples()
{
    std::vector<Bytes> examples{ExamplePushPull()};
    for (const std::string_view hex :
         {PING_HEX, ACK_HEX, ERROR_HEX, USER_HEX, COMPRESSED_HEX, ENCRYPTED_HEX})
    {
        examples.push_back(FromHex(hex));
    }
    return examples;
}

/// Feeds one scanner byte by byte.
void ExpectEndAtTheLastByte(const Bytes& whole)
{
    StreamScanner scanner;
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        ASSERT_EQ(scanner.Scan(Exact(ByteView(whole).first(size)).View()), Status::INCOMPLETE)
            << ToHex(whole) << " cut to " << size;
    }
    EXPECT_EQ(scanner.Scan(Exact(whole).View()), Status::COMPLETE) << ToHex(whole);
}

Status ScanOnce(ByteView bytes)
{
    StreamScanner scanner;
    return scanner.Scan(Exact(bytes).View());
}

TEST(StreamScanner, FindsTheEndOfEveryMessageToTheByte)
{
    for (const Bytes& example : Examples())
    {
        ExpectEndAtTheLastByte(example);
    }
}

TEST(StreamScanner, FindsTheEndBehindALabel)
{
    for (const Bytes& example : Examples())
    {
        ExpectEndAtTheLastByte(Concatenated(FromHex("f404626c6168"), example));
    }
}

TEST(StreamScanner, FindsTheSameEndWhenAllArrivesAtOnceAndMoreBehindIt)
{
    for (const Bytes& example : Examples())
    {
        EXPECT_EQ(ScanOnce(example), Status::COMPLETE) << ToHex(example);
        EXPECT_EQ(ScanOnce(Concatenated(example, FromHex("c1c1"))), Status::COMPLETE);
    }
}

TEST(StreamScanner, RefusesWhatCannotBecomeAMessage)
{
    for (const std::string_view hex : {"03",                         // suspect is no stream message
                                       "00c1",                       // c1 is no msgpack
                                       "06a0",                       // the header is no map
                                       "0681a54e6f646573ff",         // -1 nodes
                                       "0681a54e6f646573ce00100001", // one node too many
                                       "0681ac5573657253746174654c656ece01400001",
                                       "0681a54e6f64657301c1",         // a state that is no msgpack
                                       "0881aa557365724d73674c656eff", // -1 bytes
                                       "0881aa557365724d73674c656ece01400001",
                                       "08a0",
                                       "0a01400001",   // encrypted beyond the limit
                                       "f400",         // a label without text
                                       "f40161f40161", // a label behind a label
                                       "09c1"})
    {
        EXPECT_EQ(ScanOnce(FromHex(hex)), Status::MALFORMED) << hex;
    }
}

TEST(StreamScanner, TakesWhatIsAsLargeAsAllowed)
{
    for (const std::string_view hex : {"0681a54e6f646573ce00100000",
                                       "0681ac5573657253746174654c656ece01400000",
                                       "0881aa557365724d73674c656ece01400000",
                                       "0a01400000"})
    {
        EXPECT_EQ(ScanOnce(FromHex(hex)), Status::INCOMPLETE) << hex;
    }
}

TEST(StreamScanner, TakesTheSignedLengthsOfLaterCodecs)
{
    // Nodes and UserStateLen as go-msgpack 2 writes them: d1 00c8, here with no node but 200 bytes.
    Bytes bytes = FromHex("0683a44a6f696ec2a54e6f64657300ac5573657253746174654c656ed100c8");
    bytes.resize(bytes.size() + 200);
    StreamScanner scanner;
    EXPECT_EQ(scanner.Scan(ByteView(bytes).first(bytes.size() - 1)), Status::INCOMPLETE);
    EXPECT_EQ(scanner.Scan(bytes), Status::COMPLETE);
}

TEST(StreamScanner, GivesUpOnWhatGrowsBeyondTheLimit)
{
    Bytes bytes = FromHex("0981a3427566dbffffffff"); // a compressed message of 4 GiB
    StreamScanner scanner;
    EXPECT_EQ(scanner.Scan(bytes), Status::INCOMPLETE);
    bytes.resize(MAX_STREAM_SIZE - 1);
    EXPECT_EQ(scanner.Scan(bytes), Status::INCOMPLETE);
    bytes.resize(MAX_STREAM_SIZE);
    EXPECT_EQ(scanner.Scan(bytes), Status::MALFORMED);
}

TEST(StreamScanner, ReadsHostileNestingOnlyOnce)
{
    // Arrays in arrays, in segments of 16 bytes: to start over with each would take 1e11 steps.
    Bytes bytes(2 * 1024 * 1024, 0x91);
    for (const std::uint8_t type : {0x00, 0x06, 0x08, 0x09})
    {
        bytes[0] = type;
        const auto start = std::chrono::steady_clock::now();
        StreamScanner scanner;
        for (std::size_t size = 0; size < bytes.size(); size += 16)
        {
            ASSERT_EQ(scanner.Scan(ByteView(bytes).first(size)), Status::INCOMPLETE);
        }
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
    }
}

TEST(PushPullReader, StopsAtEveryTruncationOfItsStates)
{
    const Bytes whole = ExamplePushPull();
    const std::size_t states = whole.size() - 3;
    for (std::size_t size = 0; size < states; ++size)
    {
        const Exact input(ByteView(whole).first(size));
        PushPullReader reader(input.View());
        PushNodeState state;
        int read = 0;
        while (reader.Next(state))
        {
            EXPECT_TRUE(input.Holds(state.member.node));
            ++read;
        }
        EXPECT_LT(read, 2) << size;
        EXPECT_FALSE(reader.Valid()) << size;
    }
}

TEST(StreamMessages, AreWrittenToTheByte)
{
    Bytes error;
    Encode(Error{"boom"}, error);
    EXPECT_EQ(ToHex(error), ERROR_HEX);
    Bytes user;
    EncodeUser(FromHex("6869"), user);
    EXPECT_EQ(ToHex(user), USER_HEX);
    Bytes compressed;
    Encode(Compressed{0, FromHex("00830404")}, compressed);
    EXPECT_EQ(ToHex(compressed), COMPRESSED_HEX);
}

TEST(StreamMessages, AreReadAndEveryTruncationIsNone)
{
    const auto decode = [](const Exact& input) {
        const ByteView body = input.View().subspan(1);
        Error error;
        Compressed compressed;
        ByteView payload;
        switch (static_cast<MessageType>(input.View()[0]))
        {
        case MessageType::ERROR:
            return Decode(body, error) && error.text == "boom" && input.Holds(error.text);
        case MessageType::COMPRESS:
            return Decode(body, compressed) && compressed.algorithm == 0 &&
                   ToHex(compressed.bytes) == "00830404" && input.Holds(compressed.bytes);
        default:
            return DecodeUser(body, payload) && ToHex(payload) == "6869" && input.Holds(payload);
        }
    };
    for (const std::string_view hex : {ERROR_HEX, USER_HEX, COMPRESSED_HEX})
    {
        const Bytes whole = FromHex(hex);
        EXPECT_TRUE(decode(Exact(whole))) << hex;
        for (std::size_t size = 1; size < whole.size(); ++size)
        {
            EXPECT_FALSE(decode(Exact(ByteView(whole).first(size)))) << hex << " cut to " << size;
        }
    }
}

TEST(StreamMessages, RefuseWhatIsTooLarge)
{
    ByteView payload;
    EXPECT_FALSE(DecodeUser(FromHex("81aa557365724d73674c656ece01400001"), payload));
    Compressed compressed;
    EXPECT_FALSE(Decode(FromHex("82a4416c676fcd0100a3427566a0"), compressed)); // algorithm 256
}

} // namespace

} // namespace swim::wire
