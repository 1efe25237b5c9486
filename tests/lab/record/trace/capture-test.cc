// SPDX-License-Identifier: GPL-2.0-only
//
// trace.pcapng, read back block by block, and headers that are made up.
#include "lab/record/trace/capture.h"
#include "lab/record/trace/made-packet.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <array>
#include <iterator>

namespace swimlab
{
namespace
{

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t INTERFACE_BLOCK = 1;
constexpr std::uint32_t PACKET_BLOCK = 6;

std::uint32_t NumberAt(const Bytes& bytes, std::size_t at)
{
    return bytes.at(at) | bytes.at(at + 1) << 8 | bytes.at(at + 2) << 16 |
           static_cast<std::uint32_t>(bytes.at(at + 3)) << 24;
}

std::string TextIn(const Bytes& bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// Blocks with the lengths at their ends checked.
std::vector<Bytes> BlocksOf(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    const Bytes all{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::vector<Bytes> blocks;
    for (std::size_t at = 0; at < all.size(); at += blocks.back().size())
    {
        const std::uint32_t length = NumberAt(all, at + 4);
        EXPECT_EQ(length % 4, 0u);
        EXPECT_EQ(NumberAt(all, at + length - 4), length);
        blocks.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(at),
                            all.begin() + static_cast<std::ptrdiff_t>(at + length));
    }
    return blocks;
}

std::vector<Bytes> OfType(const std::vector<Bytes>& blocks, std::uint32_t type)
{
    std::vector<Bytes> found;
    for (const Bytes& block : blocks)
    {
        if (NumberAt(block, 0) == type)
        {
            found.push_back(block);
        }
    }
    return found;
}

/// RFC 1071: over a header or a segment with its right checksum it is all ones.
std::uint16_t Sum(const Bytes& bytes)
{
    std::uint32_t sum = 0;
    for (std::size_t place = 0; place < bytes.size(); ++place)
    {
        sum += place % 2 == 0 ? bytes[place] << 8 : bytes[place];
    }
    while (sum >> 16 != 0)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(sum);
}

swim::Address Ipv4(std::uint8_t last, std::uint16_t port)
{
    return swim::Address(std::array<std::uint8_t, 4>{10, 0, 0, last}, port);
}

Bytes Made(const MadeAddresses& addresses, bool stream, const Bytes& payload)
{
    std::string packet;
    MakePacket(addresses, stream, payload, packet);
    return {packet.begin(), packet.end()};
}

class CaptureTest : public ScenarioTest
{
  protected:
    Plan plan = MakePlanOf("duration = \"9s\"\n[cluster]\nmembers = 3\n[topology]\nkind = "
                           "\"star\"\n");
};

TEST_F(CaptureTest, HasAnInterfaceForEachMemberByItsName)
{
    Capture(".", plan).Finish();
    const auto interfaces = OfType(BlocksOf("trace.pcapng"), INTERFACE_BLOCK);
    ASSERT_EQ(interfaces.size(), 3u);
    EXPECT_NE(TextIn(interfaces[2]).find("m2"), std::string::npos);
}

TEST_F(CaptureTest, HasPacketsAtTheirNanosecondAndSaysWhatLostThem)
{
    Capture capture(".", plan);
    capture.AddPacket(5'000'000'000'000'000'007, 1, Bytes{1, 2, 3, 4, 5}, "");
    capture.AddPacket(8, 2, Bytes{9}, "partition");
    capture.Finish();
    const auto packets = OfType(BlocksOf("trace.pcapng"), PACKET_BLOCK);
    ASSERT_EQ(packets.size(), 2u);
    EXPECT_EQ(NumberAt(packets[0], 8), 1u) << "the interface";
    const std::uint64_t time =
        std::uint64_t{NumberAt(packets[0], 12)} << 32 | NumberAt(packets[0], 16);
    EXPECT_EQ(time, 5'000'000'000'000'000'007u);
    EXPECT_EQ(NumberAt(packets[0], 20), 5u) << "the bytes";
    EXPECT_EQ(packets[0][28 + 4], 5);
    EXPECT_EQ(TextIn(packets[0]).find("lost"), std::string::npos);
    EXPECT_NE(TextIn(packets[1]).find("lost: partition"), std::string::npos);
}

TEST_F(CaptureTest, CutsALongStreamMessageIntoSegmentsThatFollowEachOther)
{
    const Bytes message(2 * MADE_SEGMENT_BYTES + 10, 7);
    const MadeAddresses addresses{Ipv4(1, 50000), Ipv4(2, 7946)};
    Capture capture(".", plan);
    capture.AddMessage(
        {.timeNs = 1, .interface = 0, .bytes = message, .stream = true, .addresses = addresses});
    capture.Finish();
    const auto packets = OfType(BlocksOf("trace.pcapng"), PACKET_BLOCK);
    ASSERT_EQ(packets.size(), 3u);
    EXPECT_EQ(NumberAt(packets[2], 20), 20u + 20u + 10u);
    constexpr std::size_t SEQUENCE_AT = 28 + 20 + 4;
    const Bytes sequence(packets[1].begin() + SEQUENCE_AT, packets[1].begin() + SEQUENCE_AT + 4);
    EXPECT_EQ(sequence, (Bytes{0, 0, 0x80, 1}));
}

TEST(MadePacket, HasRightChecksumsOfEitherVersionAndProtocol)
{
    for (const bool stream : {false, true})
    {
        const std::uint8_t protocol = stream ? 6 : 17;
        const Bytes v4 = Made({Ipv4(1, 7946), Ipv4(2, 7946)}, stream, {1, 2, 3});
        EXPECT_EQ(Sum({v4.begin(), v4.begin() + 20}), 0xffff);
        Bytes pseudo(v4.begin() + 12, v4.begin() + 20);
        const auto bytes = static_cast<std::uint8_t>(v4.size() - 20);
        pseudo.insert(pseudo.end(), {0, protocol, 0, bytes});
        pseudo.insert(pseudo.end(), v4.begin() + 20, v4.end());
        EXPECT_EQ(Sum(pseudo), 0xffff);

        const swim::Address here(std::array<std::uint8_t, 16>{0xfe, 0x80, 1}, 7946);
        const Bytes v6 = Made({here, here}, stream, {1, 2, 3, 4});
        EXPECT_EQ(v6[0] >> 4, 6);
        EXPECT_EQ(v6[6], protocol);
        Bytes of6(v6.begin() + 8, v6.begin() + 40);
        of6.insert(of6.end(),
                   {0, 0, 0, static_cast<std::uint8_t>(v6.size() - 40), 0, 0, 0, protocol});
        of6.insert(of6.end(), v6.begin() + 40, v6.end());
        EXPECT_EQ(Sum(of6), 0xffff);
    }
}

} // namespace
} // namespace swimlab
