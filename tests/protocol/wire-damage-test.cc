// SPDX-License-Identifier: MIT
//
// What decoding does with damaged bytes: every truncation and every changed byte of every vector.
//
// How streams fare is in stream-scanner-test.cc and envelope-test.cc.
#include "exact-bytes.h"
#include "swim/node.h"
#include "wire-vectors.h"

#include <gtest/gtest.h>
#include <sstream>

namespace swim::wire
{

namespace
{

/// Reads a datagram's message as its first byte says. @return whether it was whole and its fields
/// lie within it; nothing for what is no datagram
std::optional<bool> ReadMessage(const Exact& input)
{
    const ByteView body = input.View().subspan(1);
    const auto read = [&](auto message, auto fieldsInside) {
        const bool decoded = Decode(body, message);
        EXPECT_TRUE(!decoded || fieldsInside(message));
        return decoded;
    };
    switch (static_cast<MessageType>(input.View()[0]))
    {
    case MessageType::PING:
        return read(Ping{}, [&](const Ping& ping) {
            return input.Holds(ping.node) && input.Holds(ping.sourceNode);
        });
    case MessageType::PING_REQ:
        return read(PingReq{}, [&](const PingReq& request) {
            return input.Holds(request.node) && input.Holds(request.sourceNode);
        });
    case MessageType::ACK:
        return read(Ack{}, [&](const Ack& ack) { return input.Holds(ack.payload); });
    case MessageType::NACK:
        return read(Nack{}, [](const Nack&) { return true; });
    case MessageType::SUSPECT:
    case MessageType::DEAD:
        return read(Accusation{}, [&](const Accusation& accusation) {
            return input.Holds(accusation.node) && input.Holds(accusation.from);
        });
    case MessageType::ALIVE:
        return read(Alive{}, [&](const Alive& alive) {
            return input.Holds(alive.node) && input.Holds(alive.meta) &&
                   input.Holds(alive.versions);
        });
    default:
        return std::nullopt;
    }
}

/// @return all that gossip's messages say; nothing if it is none of them, or not whole
std::optional<std::string> SaysOf(MessageType type, ByteView body)
{
    const auto text = [](ByteView bytes) { return std::string(bytes.begin(), bytes.end()); };
    std::ostringstream says;
    if (Accusation read; type != MessageType::ALIVE && Decode(body, read))
    {
        says << read.incarnation << ' ' << read.node << ' ' << read.from;
    }
    else if (Alive member; type == MessageType::ALIVE && Decode(body, member))
    {
        says << member.incarnation << ' ' << member.node << ' ' << text(member.address.Bytes())
             << ' ' << member.address.port << ' ' << text(member.meta) << ' '
             << text(member.versions);
    }
    return says.view().empty() ? std::nullopt : std::optional(says.str());
}

TEST(WireDamage, EveryTruncationIsNoMessage)
{
    int messages = 0;
    for (const Vector& vector : VECTORS)
    {
        const Bytes whole = FromHex(vector.hex);
        const std::optional<bool> read = ReadMessage(Exact(whole));
        if (!read)
        {
            continue;
        }
        ++messages;
        EXPECT_TRUE(*read) << vector.name;
        for (std::size_t size = 1; size < whole.size(); ++size)
        {
            EXPECT_EQ(ReadMessage(Exact(ByteView(whole).first(size))), false)
                << vector.name << " cut to " << size << " bytes";
        }
    }
    EXPECT_EQ(messages, 15);
}

TEST(WireDamage, EveryChangedByteLeavesFieldsInsideTheInput)
{
    for (const Vector& vector : VECTORS)
    {
        const Bytes whole = FromHex(vector.hex);
        for (std::size_t at = 0; at < whole.size(); ++at)
        {
            for (int change = 1; change < 256; ++change)
            {
                Bytes damaged = whole;
                damaged[at] ^= static_cast<std::uint8_t>(change);
                ReadMessage(Exact(damaged));
            }
        }
    }
}

/// What is written as usual is read by a way of its own, which a key in front closes.
TEST(WireDamage, GossipSaysTheSameBehindAKeyThatNobodyKnows)
{
    constexpr std::size_t MAP_AT = 1;
    int whole = 0;
    for (const Vector& vector : VECTORS)
    {
        const Bytes message = FromHex(vector.hex);
        const auto type = static_cast<MessageType>(message[0]);
        if (type != MessageType::SUSPECT && type != MessageType::DEAD && type != MessageType::ALIVE)
        {
            continue;
        }
        for (std::size_t at = MAP_AT + 1; at < message.size(); ++at)
        {
            for (int change = 0; change < 256; ++change)
            {
                Bytes usual(message.begin() + MAP_AT, message.end());
                usual[at - MAP_AT] ^= static_cast<std::uint8_t>(change);
                Bytes other{static_cast<std::uint8_t>(usual[0] + 1), 0xa1, 'X', 0xc0};
                other.insert(other.end(), usual.begin() + 1, usual.end());
                const std::optional<std::string> says = SaysOf(type, usual);
                ASSERT_EQ(says, SaysOf(type, other)) << vector.name << " byte " << at;
                whole += says.has_value();
            }
        }
    }
    EXPECT_GT(whole, 1000);
}

TEST(WireDamage, ACrcFrameShowsEveryChangedByteAndEveryTruncation)
{
    const Bytes whole = FromHex(CRC_HEX);
    for (std::size_t at = 1; at < whole.size(); ++at)
    {
        EXPECT_TRUE(CheckCrc(Exact(ByteView(whole).first(at)).View().subspan(1)).empty()) << at;
        for (int change = 1; change < 256; ++change)
        {
            Bytes damaged = whole;
            damaged[at] ^= static_cast<std::uint8_t>(change);
            EXPECT_TRUE(CheckCrc(Exact(damaged).View().subspan(1)).empty())
                << "byte " << at << " ^ " << change;
        }
    }
}

TEST(WireDamage, ACompoundsPartsLieInsideItHoweverDamaged)
{
    const Bytes whole = FromHex(COMPOUND_HEX);
    for (std::size_t at = 1; at < whole.size(); ++at)
    {
        for (int change = 0; change < 256; ++change)
        {
            Bytes damaged = whole;
            damaged[at] ^= static_cast<std::uint8_t>(change);
            // change 0 leaves the bytes whole; there the tail is cut off instead
            const Exact input(change == 0 ? ByteView(damaged).first(at) : ByteView(damaged));
            CompoundParts parts(input.View().subspan(1));
            std::size_t found = 0;
            for (ByteView part; parts.Next(part); ++found)
            {
                EXPECT_TRUE(input.Holds(part));
            }
            const std::size_t announced = input.View().size() < 2 ? 1 : input.View()[1];
            EXPECT_EQ(found + parts.Truncated(), announced);
        }
    }
}

/// A node "b" with one known peer "a": the names that the vectors talk about.
class NodeUnderFire : public testing::Test
{
  protected:
    NodeUnderFire()
    {
        std::vector<IdentityId> everybody;
        for (const auto& [name, address] : {std::pair{"a", LOOPBACK_7947}, {"b", LOOPBACK_7946}})
        {
            const NameId id = m_directory.InternName(name);
            everybody.push_back(m_directory.Intern(id, address, "", OUR_VERSIONS));
        }
        m_self = everybody.back();
        m_baseline = std::make_shared<Baseline>(everybody, m_directory);
    }

    Node Make()
    {
        Node node({std::make_shared<Config>(), m_self, 1, m_baseline}, Rng(1, 1), m_directory);
        node.Start(Instant{});
        return node;
    }

    void ExpectSane(const Node& node) const
    {
        const PeerRecord me = node.Members().At(node.Members().Find(node.Name()));
        EXPECT_EQ(me.State(), MemberState::ALIVE);
        EXPECT_EQ(me.incarnation, node.Incarnation());
    }

    Directory m_directory;
    IdentityId m_self;
    std::shared_ptr<const Baseline> m_baseline;
};

TEST_F(NodeUnderFire, RejectsEveryTruncationOfEveryDatagram)
{
    for (const Vector& vector : VECTORS)
    {
        const Bytes whole = FromHex(vector.hex);
        const bool stream = whole[0] == 6 || whole[0] >= 0x80;
        for (std::size_t size = 0; size < whole.size() && !stream; ++size)
        {
            Node node = Make();
            Outbox out;
            node.Receive(Instant{}, LOOPBACK_7947, Exact(ByteView(whole).first(size)).View(), out);
            EXPECT_GE(node.Count().rejected, 1u) << vector.name << " cut to " << size;
            ExpectSane(node);
        }
    }
}

TEST_F(NodeUnderFire, StaysAliveInItsOwnEyesWhateverByteChanges)
{
    for (const Vector& vector : VECTORS)
    {
        const Bytes whole = FromHex(vector.hex);
        for (std::size_t at = 0; at < whole.size(); ++at)
        {
            for (int bit = 0; bit < 8; ++bit)
            {
                Bytes damaged = whole;
                damaged[at] ^= static_cast<std::uint8_t>(1 << bit);
                Node node = Make();
                Outbox out;
                node.Receive(Instant{}, LOOPBACK_7947, Exact(damaged).View(), out);
                ExpectSane(node);
            }
        }
    }
}

TEST_F(NodeUnderFire, MergesNothingOfADamagedPushPull)
{
    const Bytes whole = ExamplePushPull();
    for (std::size_t size = 0; size < whole.size() - 3; ++size)
    {
        Node node = Make();
        Outbox out;
        node.ReceiveStream(Instant{}, Exact(ByteView(whole).first(size)).View(), out);
        EXPECT_EQ(node.Count().rejected, 1u) << size;
        EXPECT_EQ(node.QueuedUpdates(), 0u) << size;
        ExpectSane(node);
    }
}

} // namespace

} // namespace swim::wire
