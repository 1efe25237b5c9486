// SPDX-License-Identifier: MIT
//
// How long names and metadata may be: exactly so long that a datagram holds news of them.
#include "node-fixture.h"
#include "swim/datagram-room.h"
#include "toy-cipher.h"

#include <memory>

namespace swim
{

namespace
{

using namespace std::chrono_literals;

class DatagramRoomTest : public NodeTest
{
  protected:
    /// @return whether metadata of that size leaves the node by gossip within a while
    bool IsGossiped(std::size_t metaSize)
    {
        Start("ab");
        const std::string meta(metaSize, 'y');
        outbox.Clear();
        if (!node->UpdateMeta(now, meta, outbox))
        {
            return false;
        }
        for (int i = 0; i < 20; ++i)
        {
            AdvanceBy(100ms);
            for (const Outbox::Datagram& datagram : outbox.Datagrams())
            {
                EXPECT_LE(datagram.size, config.udpBufferSize + wire::CRC_SIZE);
                const auto bytes = outbox.Bytes(datagram);
                const std::string text(bytes.begin(), bytes.end());
                if (cipher ? datagram.size > metaSize : text.find(meta) != std::string::npos)
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// The longest is gossiped, and what is longer is refused.
    void ExpectExact()
    {
        const auto most = DatagramRoom(config, cipher.get()).MaxMeta(1);
        ASSERT_TRUE(most);
        EXPECT_LT(*most, MAX_META_SIZE);
        EXPECT_TRUE(IsGossiped(*most));
        EXPECT_FALSE(IsGossiped(*most + 1));
    }
};

TEST_F(DatagramRoomTest, LeavesAllMetadataRoomByDefault)
{
    EXPECT_EQ(DatagramRoom(config).MaxMeta(MAX_NAME_SIZE), MAX_META_SIZE);
    EXPECT_EQ(DatagramRoom(config).MaxName(), MAX_NAME_SIZE);
    EXPECT_TRUE(IsGossiped(MAX_META_SIZE));
    EXPECT_FALSE(IsGossiped(MAX_META_SIZE + 1));
}

TEST_F(DatagramRoomTest, IsExactInTheSmallestDatagram)
{
    config.udpBufferSize = 576;
    ExpectExact();
}

TEST_F(DatagramRoomTest, CountsTheLabel)
{
    config.udpBufferSize = 576;
    config.label = std::string(100, 'l');
    ExpectExact();
}

TEST_F(DatagramRoomTest, CountsEncryption)
{
    config.udpBufferSize = 576;
    const auto plain = DatagramRoom(config).MaxMeta(1);
    cipher = std::make_shared<ToyCipher>(1);
    ExpectExact();
    EXPECT_EQ(DatagramRoom(config, cipher.get()).MaxMeta(1), *plain - cipher->Overhead());
    config.gossipVerifyOutgoing = false; // then nothing is encrypted
    EXPECT_EQ(DatagramRoom(config, cipher.get()).MaxMeta(1), plain);
}

TEST_F(DatagramRoomTest, CountsThePingThatCarriesNewsWithoutGossipTicks)
{
    config.udpBufferSize = 576;
    const auto withTicks = DatagramRoom(config).MaxMeta(1);
    config.gossipInterval = 0s;
    EXPECT_LT(*DatagramRoom(config).MaxMeta(1), *withTicks);
    config.piggyback = Piggyback::OFF; // push/pulls alone, which have room for all
    EXPECT_EQ(DatagramRoom(config).MaxMeta(1), MAX_META_SIZE);
}

TEST_F(DatagramRoomTest, SaysWhatWouldBeRight)
{
    const DatagramRoom room(config);
    EXPECT_EQ(room.WhyNot("a", std::string(513, 'y')),
              "metadata of 513 bytes is too long; the most is 512");
    EXPECT_EQ(room.WhyNot("", ""), "the member's name must have 1 to 512 bytes, and has 0");
    config.udpBufferSize = 576;
    const DatagramRoom small(config);
    EXPECT_EQ(small.WhyNot("a", std::string(512, 'y')),
              "metadata of 512 bytes is too long; the most is " +
                  std::to_string(*small.MaxMeta(1)) +
                  ", beside a name of 1 bytes in datagrams of udp_buffer_size = 576B");
    EXPECT_EQ(small.WhyNot(std::string(400, 'n'), ""),
              "the member's name must have 1 to " + std::to_string(small.MaxName()) +
                  " bytes in datagrams of udp_buffer_size = 576B, and has 400");
}

/// Whoever is accused must be able to hear it: an accusation holds two names.
TEST_F(DatagramRoomTest, ANameOfTheLongestCanAccuseAnother)
{
    config.udpBufferSize = 576;
    const std::string name(DatagramRoom(config).MaxName(), 'n');
    wire::Bytes bytes;
    wire::EncodeSuspect({UINT32_MAX, name, name}, bytes);
    const std::size_t around = wire::COMPOUND_HEAD_SIZE + wire::COMPOUND_PART_SIZE;
    EXPECT_LE(bytes.size() + around, config.udpBufferSize);
    EXPECT_GT(bytes.size() + around + 2, config.udpBufferSize);
}

/// Of a member with larger datagrams: those pass it on, and here it must not wait for ever.
TEST_F(DatagramRoomTest, NewsOfOthersThatFitsNoDatagramDoesNotWait)
{
    config.udpBufferSize = 576;
    Start("abc");
    Hear(
        Alive("a name of 28 bytes, with meta", 2, AddressOf('d'), std::string(MAX_META_SIZE, 'y')));
    EXPECT_EQ(node->Members().Size(), 4u);
    EXPECT_EQ(node->QueuedUpdates(), 0u);
}

} // namespace

} // namespace swim
