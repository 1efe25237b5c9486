// SPDX-License-Identifier: MIT
//
// Bytes that go-msgpack 0.5.5 wrote for memberlist 0.2.2's messages, with what of ours writes them.
//
// Kept apart from the tests because the tests of damaged bytes start from the same vectors.
#pragma once

#include "swim/versions.h"
#include "swim/wire.h"

#include <array>
#include <string>

namespace swim::wire
{

inline const Address LOOPBACK_7946(std::array<std::uint8_t, 4>{127, 0, 0, 1}, 7946);
inline const Address LOOPBACK_7947(std::array<std::uint8_t, 4>{127, 0, 0, 1}, 7947);

/// @param hex pairs of digits; blanks between them are for the reader
inline Bytes FromHex(std::string_view hex)
{
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    Bytes bytes;
    for (std::size_t i = 0; i < hex.size();)
    {
        if (hex[i] == ' ')
        {
            ++i;
            continue;
        }
        bytes.push_back(static_cast<std::uint8_t>(digit(hex[i]) << 4 | digit(hex[i + 1])));
        i += 2;
    }
    return bytes;
}

inline std::string ToHex(ByteView bytes)
{
    constexpr char DIGITS[] = "0123456789abcdef";
    std::string hex;
    for (const std::uint8_t byte : bytes)
    {
        hex += DIGITS[byte >> 4];
        hex += DIGITS[byte & 15];
    }
    return hex;
}

inline constexpr std::string_view PING_HEX =
    "0085a44e6f6465a162a55365714e6f2aaa536f7572636541646472a47f000001aa536f757263654e6f6465a161"
    "aa536f75726365506f7274cd1f0a";
inline constexpr std::string_view PING_REQ_HEX =
    "0188a44e61636bc3a44e6f6465a163a4506f7274cd1f0ba55365714e6f2baa536f7572636541646472a47f0000"
    "01aa536f757263654e6f6465a161aa536f75726365506f7274cd1f0aa6546172676574a47f000001";
inline constexpr std::string_view SUSPECT_HEX =
    "0383a446726f6da161ab496e6361726e6174696f6e01a44e6f6465a162";
inline constexpr std::string_view ALIVE_HEX =
    "0486a441646472a47f000001ab496e6361726e6174696f6e01a44d657461c0a44e6f6465a162a4506f7274cd1f"
    "0aa356736ea6010502020505";
inline constexpr std::string_view ALIVE_EMPTY_META_HEX =
    "0486a441646472a47f000001ab496e6361726e6174696f6e01a44d657461a0a44e6f6465a162a4506f7274cd1f"
    "0aa356736ea6010502020505";
inline constexpr std::string_view ALIVE_LONG_META_HEX =
    "0486a441646472a47f000001ab496e6361726e6174696f6e01a44d657461da00286d6d6d6d6d6d6d6d6d6d6d6d"
    "6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6da44e6f6465a162a4506f7274cd1f0aa356"
    "736ea6010502020505";
inline constexpr std::string_view STATE_ALIVE_HEX =
    "87a441646472a47f000001ab496e6361726e6174696f6e01a44d657461c0a44e616d65a162a4506f7274cd1f0a"
    "a5537461746500a356736ea6010502020505";
inline constexpr std::string_view STATE_LEFT_HEX =
    "87a441646472a47f000001ab496e6361726e6174696f6e07a44d657461c0a44e616d65a162a4506f7274cd1f0a"
    "a5537461746503a356736ea6010502020505";
inline constexpr std::string_view COMPOUND_HEX =
    "0702003b001d0085a44e6f6465a162a55365714e6f2aaa536f7572636541646472a47f000001aa536f75726365"
    "4e6f6465a161aa536f75726365506f7274cd1f0a0383a446726f6da161ab496e6361726e6174696f6e01a44e6f"
    "6465a162";
inline constexpr std::string_view CRC_HEX =
    "0c889ea0300486a441646472a47f000001ab496e6361726e6174696f6e01a44d657461c0a44e6f6465a162a450"
    "6f7274cd1f0aa356736ea6010502020505";

struct Vector
{
    std::string_view name;
    std::string_view hex;
    void (*encode)(Bytes&); ///< null where Go writes an empty slice and we, like Go's nil, c0
};

inline void EncodeExampleAlive(Bytes& out)
{
    Encode(Alive{1, "b", LOOPBACK_7946, {}, OUR_VERSIONS}, out);
}

inline void EncodeExampleCompound(Bytes& out)
{
    Bytes ping;
    Encode(Ping{42, "b", LOOPBACK_7946, "a"}, ping);
    Bytes suspect;
    EncodeSuspect({1, "b", "a"}, suspect);
    const std::size_t sizes[] = {ping.size(), suspect.size()};
    EncodeCompoundHead(sizes, out);
    out.insert(out.end(), ping.begin(), ping.end());
    out.insert(out.end(), suspect.begin(), suspect.end());
}

inline void EncodeExampleState(std::uint32_t incarnation, MemberState state, Bytes& out)
{
    Encode(PushNodeState{{incarnation, "b", LOOPBACK_7946, {}, OUR_VERSIONS},
                         static_cast<std::uint32_t>(state)},
           out);
}

/// A push/pull of two states and three bytes of user state.
inline Bytes ExamplePushPull()
{
    Bytes bytes;
    Encode(PushPullHeader{2, 3, false}, bytes);
    EncodeExampleState(1, MemberState::ALIVE, bytes);
    EncodeExampleState(7, MemberState::LEFT, bytes);
    bytes.insert(bytes.end(), {1, 2, 3});
    return bytes;
}

inline const Vector VECTORS[] = {
    {"ping",
     PING_HEX,
     [](Bytes& out) {
         Encode(Ping{42, "b", LOOPBACK_7946, "a"}, out);
     }},
    {"ping without source",
     "0082a44e6f6465a162a55365714e6f2a",
     [](Bytes& out) {
         Encode(Ping{42, "b", {}, {}}, out);
     }},
    {"ping with a sequence number of one byte",
     "0082a44e6f6465a162a55365714e6fccc8",
     [](Bytes& out) {
         Encode(Ping{200, "b", {}, {}}, out);
     }},
    {"ping with a sequence number of four bytes",
     "0082a44e6f6465a162a55365714e6fce00011170",
     [](Bytes& out) {
         Encode(Ping{70000, "b", {}, {}}, out);
     }},
    {"ping-req",
     PING_REQ_HEX,
     [](Bytes& out) {
         Encode(PingReq{43, "c", LOOPBACK_7947, true, LOOPBACK_7946, "a"}, out);
     }},
    {"ack without payload",
     "0282a75061796c6f6164c0a55365714e6f2a",
     [](Bytes& out) {
         Encode(Ack{42, {}}, out);
     }},
    {"ack with an empty payload", "0282a75061796c6f6164a0a55365714e6f2a", nullptr},
    {"ack with a payload",
     "0282a75061796c6f6164a20102a55365714e6f2a",
     [](Bytes& out) {
         const std::uint8_t payload[] = {1, 2};
         Encode(Ack{42, payload}, out);
     }},
    {"nack", "0b81a55365714e6f2b", [](Bytes& out) { Encode(Nack{43}, out); }},
    {"suspect",
     SUSPECT_HEX,
     [](Bytes& out) {
         EncodeSuspect({1, "b", "a"}, out);
     }},
    {"dead",
     "0583a446726f6da161ab496e6361726e6174696f6e01a44e6f6465a162",
     [](Bytes& out) {
         EncodeDead({1, "b", "a"}, out);
     }},
    {"dead of a member that leaves",
     "0583a446726f6da162ab496e6361726e6174696f6e01a44e6f6465a162",
     [](Bytes& out) {
         EncodeDead({1, "b", "b"}, out);
     }},
    {"alive", ALIVE_HEX, EncodeExampleAlive},
    {"alive with empty meta", ALIVE_EMPTY_META_HEX, nullptr},
    {"alive with 40 bytes of meta",
     ALIVE_LONG_META_HEX,
     [](Bytes& out) {
         const Bytes meta(40, 'm');
         Encode(Alive{1, "b", LOOPBACK_7946, meta, OUR_VERSIONS}, out);
     }},
    {"push/pull header of a join",
     "0683a44a6f696ec3a54e6f64657301ac5573657253746174654c656e00",
     [](Bytes& out) {
         Encode(PushPullHeader{1, 0, true}, out);
     }},
    {"push/pull header with large numbers",
     "0683a44a6f696ec2a54e6f646573ccc8ac5573657253746174654c656ecd012c",
     [](Bytes& out) {
         Encode(PushPullHeader{200, 300, false}, out);
     }},
    {"state of a live member",
     STATE_ALIVE_HEX,
     [](Bytes& out) { EncodeExampleState(1, MemberState::ALIVE, out); }},
    {"state of a member that left",
     STATE_LEFT_HEX,
     [](Bytes& out) { EncodeExampleState(7, MemberState::LEFT, out); }},
    {"compound of ping and suspect", COMPOUND_HEX, EncodeExampleCompound},
    {"CRC frame of alive",
     CRC_HEX,
     [](Bytes& out) {
         out.resize(CRC_SIZE);
         EncodeExampleAlive(out);
         FillCrc(out, 0);
     }},
};

} // namespace swim::wire
