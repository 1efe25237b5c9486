// SPDX-License-Identifier: MIT
//
// The envelope's layers: their order and bytes, every refusal, and that what one side seals the
// other side opens. With real encryption: tests/agent/.
#include "exact-bytes.h"
#include "swim/envelope.h"
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
using Direction = Envelope::Direction;

/// compress(compound(ping, suspect)), written by memberlist 0.2.2 for a stream; 15 bytes longer
/// than the compound.
constexpr std::string_view COMPRESSED_COMPOUND_HEX =
    "0982a4416c676f00a3427566da005d000f0800b0034007008548397943a64c2831a5a69489b35085aa296feac8"
    "1953260819327248fd010020c0c58c1bcb2c6c182acc498d1ca1bc9143a7d907050306913222e74d9b96ab92b8"
    "1913468e9b3074d2bc711340214387620202";
constexpr std::string_view LABEL_HEX = "f404626c6168";

std::shared_ptr<Cipher> Toy(std::uint8_t key = 0x5a)
{
    return std::make_shared<ToyCipher>(key);
}

Bytes Repetitive()
{
    Bytes bytes = FromHex(wire::ALIVE_LONG_META_HEX);
    bytes.insert(bytes.end(), 500, 'm');
    return bytes;
}

/// Seals behind bytes of other messages, as nodes do. @return what was sealed
template <typename Seal>
Bytes SealedInArena(ByteView message, Seal seal)
{
    Bytes arena(3 + message.size(), 0xee);
    std::ranges::copy(message, arena.begin() + 3);
    Bytes scratch(2);
    seal(arena, 3, scratch);
    EXPECT_EQ(ToHex(ByteView(arena).first(3)), "eeeeee");
    return {arena.begin() + 3, arena.end()};
}

Bytes SealDatagram(const Envelope& envelope, ByteView message, bool crc)
{
    return SealedInArena(message, [&](Bytes& arena, std::size_t start, Bytes& scratch) {
        envelope.SealDatagram(arena, start, crc, scratch);
    });
}

Bytes SealStream(const Envelope& envelope, ByteView message, Direction direction)
{
    return SealedInArena(message, [&](Bytes& arena, std::size_t start, Bytes& scratch) {
        envelope.SealStream(arena, start, direction, scratch);
    });
}

/// What became of some bytes: the message in hex, or why it was refused.
std::string Outcome(const Envelope::Opened& opened)
{
    EXPECT_EQ(opened.message.empty(), opened.refusal.has_value());
    return opened.refusal ? std::string(RejectionName(*opened.refusal)) : ToHex(opened.message);
}

std::string OpenDatagram(const Envelope& envelope, ByteView datagram)
{
    const Exact input(datagram);
    Bytes plain;
    return Outcome(envelope.OpenDatagram(input.View(), plain));
}

std::string OpenStream(const Envelope& envelope, ByteView bytes, Direction direction)
{
    const Exact input(bytes);
    Envelope::StreamMemory memory;
    return Outcome(envelope.OpenStream(input.View(), direction, memory));
}

std::string OpenRequest(const Envelope& envelope, std::string_view hex)
{
    return OpenStream(envelope, FromHex(hex), Direction::REQUEST);
}

/// Every combination of the settings that both sides must share.
std::vector<Envelope> SharedSettings()
{
    std::vector<Envelope> envelopes;
    for (const bool compression : {false, true})
    {
        for (const std::string label : {"", "blah"})
        {
            for (const auto& cipher : {std::shared_ptr<Cipher>(), Toy()})
            {
                envelopes.emplace_back(Envelope::Settings{.compression = compression,
                                                          .label = label,
                                                          .cipher = cipher});
            }
        }
    }
    return envelopes;
}

TEST(Envelope, OfNoSettingsAddsNothing)
{
    const Envelope envelope;
    EXPECT_TRUE(envelope.Plain());
    EXPECT_EQ(envelope.Overhead(), 0u);
    const Bytes message = FromHex(wire::ALIVE_HEX);
    EXPECT_EQ(SealDatagram(envelope, message, false), message);
    EXPECT_EQ(SealStream(envelope, message, Direction::REQUEST), message);
    Bytes plain;
    EXPECT_EQ(envelope.OpenDatagram(message, plain).message.data(), message.data());
}

TEST(Envelope, IsNotPlainWithAnySetting)
{
    EXPECT_FALSE(Envelope({.compression = true}).Plain());
    EXPECT_FALSE(Envelope({.label = "x"}).Plain());
    EXPECT_FALSE(Envelope({.cipher = Toy()}).Plain());
    EXPECT_FALSE(Envelope({.verifyOutgoing = false, .cipher = Toy()}).Plain());
}

TEST(Envelope, OpensTheDatagramsThatItSealed)
{
    for (const Envelope& envelope : SharedSettings())
    {
        for (const Bytes& message : {FromHex(wire::ALIVE_HEX), Repetitive(), Bytes{8}})
        {
            for (const bool crc : {false, true})
            {
                const Bytes sealed = SealDatagram(envelope, message, crc);
                EXPECT_LE(sealed.size(),
                          message.size() + envelope.Overhead() + (crc ? wire::CRC_SIZE : 0));
                std::string opened = OpenDatagram(envelope, sealed);
                if (opened.starts_with("09")) // the node opens this layer, as inside a compound
                {
                    EXPECT_LT(opened.size(), 2 * message.size());
                    std::size_t budget = DATAGRAM_INFLATION_LIMIT;
                    Bytes inflated;
                    const Bytes body = FromHex(opened.substr(2));
                    opened = Outcome(Envelope::Inflate(body, budget, inflated));
                    EXPECT_EQ(budget, DATAGRAM_INFLATION_LIMIT - message.size());
                }
                EXPECT_EQ(opened, ToHex(message));
            }
        }
    }
}

TEST(Envelope, OpensTheStreamsThatItSealed)
{
    for (const Envelope& envelope : SharedSettings())
    {
        for (const Bytes& message : {FromHex(wire::ALIVE_HEX), Repetitive(), Bytes{8}})
        {
            for (const Direction direction : {Direction::REQUEST, Direction::ANSWER})
            {
                const Bytes sealed = SealStream(envelope, message, direction);
                EXPECT_EQ(OpenStream(envelope, sealed, direction), ToHex(message));
            }
        }
    }
}

TEST(Envelope, TakesTheOverheadThatItSays)
{
    const Bytes message = FromHex(wire::ALIVE_HEX);
    for (const Envelope& envelope : SharedSettings())
    {
        EXPECT_EQ(SealDatagram(envelope, message, false).size(),
                  message.size() + envelope.Overhead());
    }
    const Envelope silent({.label = "blah", .verifyOutgoing = false, .cipher = Toy()});
    EXPECT_EQ(silent.Overhead(), 6u);
}

TEST(Envelope, LaysTheLayersInMemberlistsOrder)
{
    const Envelope envelope({.compression = true, .label = "blah", .cipher = Toy(0)});
    const std::string datagram = ToHex(SealDatagram(envelope, Repetitive(), true));
    EXPECT_EQ(datagram.substr(0, 14), std::string(LABEL_HEX) + "0c"); // key 0 hides nothing
    EXPECT_EQ(datagram.substr(22, 14), "0982a4416c676f");             // behind the sum
    const std::string request = ToHex(SealStream(envelope, Repetitive(), Direction::REQUEST));
    EXPECT_EQ(request.substr(0, 14), std::string(LABEL_HEX) + "0a");
    EXPECT_EQ(request.substr(22, 14), "0982a4416c676f"); // behind the length
    const std::string answer = ToHex(SealStream(envelope, Repetitive(), Direction::ANSWER));
    EXPECT_EQ(answer.substr(0, 2), "0a");
}

TEST(Envelope, WritesTheVectors)
{
    const Envelope plain;
    const Bytes alive = FromHex(wire::ALIVE_HEX);
    EXPECT_EQ(ToHex(SealDatagram(plain, alive, true)), wire::CRC_HEX);
    const Envelope compressing({.compression = true});
    const Bytes compound = FromHex(wire::COMPOUND_HEX);
    EXPECT_EQ(ToHex(SealStream(compressing, compound, Direction::REQUEST)),
              COMPRESSED_COMPOUND_HEX);
    EXPECT_EQ(SealDatagram(compressing, compound, false), compound); // compressed it is longer
    const Envelope labeled({.label = "blah"});
    EXPECT_EQ(ToHex(SealDatagram(labeled, Bytes{8}, false)), std::string(LABEL_HEX) + "08");
}

TEST(Envelope, ReadsTheVectors)
{
    const Envelope plain;
    EXPECT_EQ(OpenDatagram(plain, FromHex(wire::CRC_HEX)), wire::ALIVE_HEX);
    EXPECT_EQ(OpenRequest(plain, COMPRESSED_COMPOUND_HEX), wire::COMPOUND_HEX);
}

TEST(Envelope, ComparesLabels)
{
    const Envelope none;
    const Envelope blah({.label = "blah"});
    const Envelope skipping({.label = "blah", .skipInboundLabelCheck = true});

    const struct
    {
        std::string hex;
        std::string_view none, blah, skipping;
    } rows[] = {
        {"0808", "0808", "label missing", "0808"},
        {"f404626c61680808", "label of another cluster", "0808", "label header where none belongs"},
        {"f404626c61670808",
         "label of another cluster",
         "label of another cluster",
         "label header where none belongs"},
        {"f403626c610808",
         "label of another cluster",
         "label of another cluster",
         "label header where none belongs"},
        {"f4000808",
         "malformed label header",
         "malformed label header",
         "label header where none belongs"},
        {"f4",
         "malformed label header",
         "malformed label header",
         "label header where none belongs"},
        {"f404626c61",
         "malformed label header",
         "malformed label header",
         "label header where none belongs"},
        {"f404626c6168",
         "label of another cluster",
         "empty message",
         "label header where none belongs"},
        {"", "empty message", "label missing", "empty message"},
    };

    for (const auto& row : rows)
    {
        EXPECT_EQ(OpenDatagram(none, FromHex(row.hex)), row.none) << row.hex;
        EXPECT_EQ(OpenDatagram(blah, FromHex(row.hex)), row.blah) << row.hex;
        EXPECT_EQ(OpenDatagram(skipping, FromHex(row.hex)), row.skipping) << row.hex;
        EXPECT_EQ(OpenRequest(none, row.hex), row.none) << row.hex;
        EXPECT_EQ(OpenRequest(blah, row.hex), row.blah) << row.hex;
        EXPECT_EQ(OpenRequest(skipping, row.hex), row.skipping) << row.hex;
    }
    EXPECT_EQ(OpenStream(blah, FromHex("f404626c61680808"), Direction::ANSWER),
              "label header where none belongs");
    EXPECT_EQ(OpenStream(blah, FromHex("0808"), Direction::ANSWER), "0808");
}

TEST(Envelope, TakesTheLongestLabel)
{
    const Envelope envelope({.label = std::string(wire::MAX_LABEL_SIZE, 'x'), .cipher = Toy()});
    EXPECT_EQ(OpenDatagram(envelope, SealDatagram(envelope, Bytes{8}, true)), "08");
    for (const Direction direction : {Direction::REQUEST, Direction::ANSWER})
    {
        EXPECT_EQ(OpenStream(envelope, SealStream(envelope, Bytes{8}, direction), direction), "08");
    }
}

TEST(Envelope, BindsTheLabelToWhatIsEncrypted)
{
    // The header says "blah" and fits, but the sender sealed for another cluster.
    const Envelope blah({.label = "blah", .cipher = Toy()});
    const Envelope none({.cipher = Toy()});
    Bytes datagram = FromHex(LABEL_HEX);
    const Bytes sealed = SealDatagram(none, Bytes{8}, false);
    datagram.insert(datagram.end(), sealed.begin(), sealed.end());
    EXPECT_EQ(OpenDatagram(blah, datagram), "cannot be decrypted");
    const Bytes answer = SealStream(none, Bytes{8}, Direction::ANSWER);
    EXPECT_EQ(OpenStream(blah, answer, Direction::ANSWER), "cannot be decrypted");

    // Whoever took the label off leaves it in the seal.
    const Envelope skipping({.label = "blah", .skipInboundLabelCheck = true, .cipher = Toy()});
    const Bytes whole = SealDatagram(blah, Bytes{8}, false);
    EXPECT_EQ(OpenDatagram(skipping, ByteView(whole).subspan(6)), "08");
}

TEST(Envelope, RefusesPlainTextWhereItVerifies)
{
    const Envelope strict({.cipher = Toy()});
    EXPECT_EQ(OpenDatagram(strict, FromHex(wire::ALIVE_HEX)), "cannot be decrypted");
    EXPECT_EQ(OpenDatagram(strict, {}), "cannot be decrypted");
    EXPECT_EQ(OpenRequest(strict, wire::PING_HEX), "not encrypted");
    EXPECT_EQ(OpenRequest(strict, ""), "not encrypted");
}

TEST(Envelope, TakesAndSendsPlainTextWhileAClusterMoves)
{
    const Envelope moving({.verifyIncoming = false, .verifyOutgoing = false, .cipher = Toy()});
    const Envelope strict({.cipher = Toy()});
    const Bytes message = FromHex(wire::PING_HEX);
    EXPECT_EQ(SealDatagram(moving, message, false), message);
    EXPECT_EQ(SealStream(moving, message, Direction::ANSWER), message);
    EXPECT_EQ(OpenDatagram(moving, message), wire::PING_HEX);
    EXPECT_EQ(OpenDatagram(moving, FromHex(wire::CRC_HEX)), wire::ALIVE_HEX);
    EXPECT_EQ(OpenRequest(moving, wire::PING_HEX), wire::PING_HEX);
    EXPECT_EQ(OpenDatagram(moving, SealDatagram(strict, message, true)), wire::PING_HEX);
    const Bytes request = SealStream(strict, message, Direction::REQUEST);
    EXPECT_EQ(OpenStream(moving, request, Direction::REQUEST), wire::PING_HEX);
}

TEST(Envelope, RefusesAForeignKey)
{
    const Envelope ours({.cipher = Toy(1)});
    const Envelope theirs({.cipher = Toy(2)});
    const Bytes message = FromHex(wire::PING_HEX);
    EXPECT_EQ(OpenDatagram(ours, SealDatagram(theirs, message, true)), "cannot be decrypted");
    const Bytes request = SealStream(theirs, message, Direction::REQUEST);
    EXPECT_EQ(OpenStream(ours, request, Direction::REQUEST), "cannot be decrypted");
    EXPECT_EQ(OpenStream(Envelope(), request, Direction::REQUEST),
              "encrypted, and no key is configured");
}

TEST(Envelope, RefusesDamagedFrames)
{
    const Envelope envelope({.cipher = Toy()});
    for (const std::string_view hex : {"0a", "0a000000", "0a0000000900", "0a01400001"})
    {
        EXPECT_EQ(OpenRequest(envelope, hex), "malformed encrypt frame") << hex;
    }
    EXPECT_EQ(OpenRequest(envelope, "0a0000000100"), "cannot be decrypted");
    EXPECT_EQ(OpenStream(envelope, SealStream(envelope, {}, Direction::ANSWER), Direction::ANSWER),
              "empty message");
    EXPECT_EQ(OpenDatagram(envelope, SealDatagram(envelope, {}, false)), "empty message");
}

TEST(Envelope, RefusesAWrongSum)
{
    Bytes damaged = FromHex(wire::CRC_HEX);
    damaged.back() ^= 1;
    EXPECT_EQ(OpenDatagram(Envelope(), damaged), "wrong CRC");
    EXPECT_EQ(OpenDatagram(Envelope(), FromHex("0c")), "wrong CRC");
    EXPECT_EQ(OpenDatagram(Envelope(), FromHex("0c00000000")), "wrong CRC"); // of nothing
}

TEST(Envelope, NoticesEveryChangedByteAndEveryTruncation)
{
    const Envelope envelope({.label = "blah", .cipher = Toy()});
    const Bytes message = FromHex(wire::PING_HEX);
    const Bytes datagram = SealDatagram(envelope, message, true);
    const Bytes request = SealStream(envelope, message, Direction::REQUEST);
    for (int change = 1; change < 256; ++change)
    {
        for (std::size_t at = 0; at < datagram.size(); ++at)
        {
            Bytes damaged = datagram;
            damaged[at] ^= static_cast<std::uint8_t>(change);
            ASSERT_NE(OpenDatagram(envelope, damaged), wire::PING_HEX) << at;
            ASSERT_NE(OpenDatagram(envelope, ByteView(datagram).first(at)), wire::PING_HEX) << at;
        }
        for (std::size_t at = 0; at < request.size(); ++at)
        {
            Bytes damaged = request;
            damaged[at] ^= static_cast<std::uint8_t>(change);
            ASSERT_NE(OpenStream(envelope, damaged, Direction::REQUEST), wire::PING_HEX) << at;
        }
    }
}

} // namespace

} // namespace swim
