// SPDX-License-Identifier: MIT
//
// Encryption, byte for byte as Go's crypto/aes and memberlist's security.go do it.
//
// The vectors of the suspect message and of the stream ping, whose nonce counts from 0, were made
// with Go 1.19; so a test that passes here says that a memberlist peer reads what we write.
#include "swim/aes-gcm-cipher.h"
#include "swim/envelope.h"
#include "tests/protocol/wire-vectors.h"

#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck/gtest.h>
#include <set>

namespace swim
{

namespace
{

using wire::FromHex;
using wire::ToHex;
using Direction = Envelope::Direction;

constexpr std::string_view UNPADDED_HEX =
    "01000102030405060708090a0bfebc605b6c1b5697898d4e74a3fac24361a33e9569b2ee05180d8f528ddb154f"
    "4de327e434a3a2c2ac31fce033";
constexpr std::string_view PADDED_HEX =
    "00000102030405060708090a0bfebc605b6c1b5697898d4e74a3fac24361a33e9569b2ee05180d8f528da8a86f"
    "680278d2ac5d590c1982e65a6e361457";
constexpr std::string_view LABELED_HEX =
    "f404626c616801000102030405060708090a0bfebc605b6c1b5697898d4e74a3fac24361a33e9569b2ee05180d"
    "8f528d4ae0bc201c8a2cc26c2ef9c392d4eda5";
constexpr std::string_view AES_192_HEX =
    "01000102030405060708090a0bac980675eb9d2d5e7d235a6fdae7ee66938d507b27c31eb3ccf13b1e2baa1072"
    "a589d3d8e27c6eb050ce2739ea";
constexpr std::string_view AES_256_HEX =
    "01000102030405060708090a0b2e661f3aab77bf0dc97738d012aea36a877c6ae852bdd0c54fb8de15da97fe77"
    "850957929eefa9669c62e1fcfd";
constexpr std::string_view STREAM_PING_HEX =
    "0a0000005801000102030405060708090a0bfdba605371105e978a83547fb1d5df07aa84388f75d02f0a130d98"
    "5790abab6df444f09b828dfd890543c23f1fc70e4e16106a4b641e3102cfb682b88a4de1a72e58d02879c6cd2e"
    "22e211";
constexpr std::string_view LABELED_STREAM_PING_HEX =
    "0a0000005801000102030405060708090a0bfdba605371105e978a83547fb1d5df07aa84388f75d02f0a130d98"
    "5790abab6df444f09b828dfd890543c23f1fc70e4e16106a4b641e3102cfb682a80275c00f50b2e8ba2a2165ef"
    "297bbf";
constexpr std::string_view PADDED_STREAM_PING_HEX =
    "0a0000005d00000102030405060708090a0bfdba605371105e978a83547fb1d5df07aa84388f75d02f0a130d98"
    "5790abab6df444f09b828dfd890543c23f1fc70e4e16106a4b641e3102cfb682614277da4f8d90a5cde688d07b"
    "35812624bc979361";

SecretKey KeyOf(std::string_view text)
{
    return {text.begin(), text.end()};
}

const SecretKey AES_128 = KeyOf("0123456789abcdef");
const SecretKey AES_192 = KeyOf("0123456789abcdef01234567");
const SecretKey AES_256 = KeyOf("0123456789abcdef0123456789abcdef");

/// The vectors' nonce. Only tests may use one twice.
void CountingNonce(std::span<std::uint8_t, NONCE_SIZE> nonce)
{
    std::iota(nonce.begin(), nonce.end(), 0);
}

std::shared_ptr<AesGcmCipher> Cipher128()
{
    return std::make_shared<AesGcmCipher>(std::make_shared<Keyring>(AES_128), CountingNonce);
}

std::string Sealed(AesGcmCipher& cipher, std::string_view messageHex)
{
    Bytes bytes = FromHex(messageHex);
    cipher.Seal(bytes, 0, {});
    return ToHex(bytes);
}

/// @return the message in hex, or "refused"
std::string Opened(AesGcmCipher& cipher, ByteView sealed, ByteView aad = {})
{
    Bytes plain{1, 2, 3};
    return cipher.Open(sealed, aad, plain) ? ToHex(plain) : "refused";
}

TEST(AesGcmCipher, WritesGosBytesWithEveryKeySize)
{
    for (const auto& [key, hex] : {std::pair(AES_128, UNPADDED_HEX),
                                   std::pair(AES_192, AES_192_HEX),
                                   std::pair(AES_256, AES_256_HEX)})
    {
        AesGcmCipher cipher(std::make_shared<Keyring>(key), CountingNonce);
        EXPECT_EQ(Sealed(cipher, wire::SUSPECT_HEX), hex);
        EXPECT_EQ(Opened(cipher, FromHex(hex)), wire::SUSPECT_HEX);
    }
}

TEST(AesGcmCipher, ReadsThePaddedFormOfOldPeers)
{
    EXPECT_EQ(Opened(*Cipher128(), FromHex(PADDED_HEX)), wire::SUSPECT_HEX);
}

TEST(AesGcmCipher, RefusesABadPadding)
{
    // Version is not authenticated: what was sealed unpadded can be sent as if it were padded.
    for (const std::string_view message : {"", "0300", "0311", "03030303ff"})
    {
        const auto cipher = Cipher128();
        Bytes bytes = FromHex(Sealed(*cipher, message));
        bytes[0] = 0;
        EXPECT_EQ(Opened(*cipher, bytes), "refused") << message;
    }
}

TEST(AesGcmCipher, SealsTheTailAndLeavesTheRest)
{
    Bytes bytes{1, 2, 3};
    const Bytes message = FromHex(wire::SUSPECT_HEX);
    bytes.insert(bytes.end(), message.begin(), message.end());
    const auto cipher = Cipher128();
    cipher->Seal(bytes, 3, {});
    EXPECT_EQ(ToHex(bytes), "010203" + std::string(UNPADDED_HEX));
    EXPECT_EQ(bytes.size(), 3 + message.size() + cipher->Overhead());
}

TEST(AesGcmCipher, RefusesEveryTruncationAndEveryChangedByte)
{
    const auto cipher = Cipher128();
    for (const std::string_view hex : {UNPADDED_HEX, PADDED_HEX})
    {
        const Bytes whole = FromHex(hex);
        for (std::size_t at = 0; at < whole.size(); ++at)
        {
            EXPECT_EQ(Opened(*cipher, ByteView(whole).first(at)), "refused") << at;
            // Version 1 is the same text with the padding left on.
            for (int change = at == 0 ? 2 : 1; change < 256; ++change)
            {
                Bytes damaged = whole;
                damaged[at] ^= static_cast<std::uint8_t>(change);
                ASSERT_EQ(Opened(*cipher, damaged), "refused") << at << " ^ " << change;
            }
        }
    }
    const std::uint8_t aad[] = {1};
    EXPECT_EQ(Opened(*cipher, FromHex(UNPADDED_HEX), aad), "refused");
}

TEST(AesGcmCipher, OpensWithEveryKeyOfTheRingAndSealsWithThePrimary)
{
    const auto ring = std::make_shared<Keyring>(AES_256);
    AesGcmCipher cipher(ring, CountingNonce);
    EXPECT_EQ(Opened(cipher, FromHex(UNPADDED_HEX)), "refused");
    ring->Add(AES_192);
    ring->Add(AES_128);
    EXPECT_EQ(Opened(cipher, FromHex(UNPADDED_HEX)), wire::SUSPECT_HEX);
    EXPECT_EQ(Opened(cipher, FromHex(AES_192_HEX)), wire::SUSPECT_HEX);
    EXPECT_EQ(Sealed(cipher, wire::SUSPECT_HEX), AES_256_HEX);
    ring->Use(AES_128);
    EXPECT_EQ(Sealed(cipher, wire::SUSPECT_HEX), UNPADDED_HEX);
    ring->Remove(AES_256);
    EXPECT_EQ(Opened(cipher, FromHex(AES_256_HEX)), "refused");
}

TEST(AesGcmCipher, NeverUsesANonceTwice)
{
    AesGcmCipher cipher(std::make_shared<Keyring>(AES_128));
    std::set<std::string> nonces;
    for (int i = 0; i < 1000; ++i)
    {
        nonces.insert(Sealed(cipher, wire::SUSPECT_HEX).substr(2, 2 * NONCE_SIZE));
    }
    EXPECT_EQ(nonces.size(), 1000u);
}

RC_GTEST_PROP(AesGcmCipher,
              OpensWhatItSealed,
              (const std::vector<std::uint8_t>& message, const std::vector<std::uint8_t>& aad))
{
    AesGcmCipher cipher(std::make_shared<Keyring>(AES_256));
    Bytes bytes = message;
    cipher.Seal(bytes, 0, aad);
    RC_ASSERT(bytes.size() == message.size() + cipher.Overhead());
    RC_ASSERT(Opened(cipher, bytes, aad) == ToHex(message));
}

TEST(EncryptedEnvelope, WritesAndReadsTheVectors)
{
    const Envelope plain({.cipher = Cipher128()});
    const Envelope labeled({.label = "blah", .cipher = Cipher128()});
    const std::string labelHeader = "f404626c6168";
    Bytes scratch;
    const auto datagram = [&](const Envelope& envelope) {
        Bytes bytes = FromHex(wire::SUSPECT_HEX);
        envelope.SealDatagram(bytes, 0, false, scratch);
        return ToHex(bytes);
    };
    const auto stream = [&](const Envelope& envelope, Direction direction) {
        Bytes bytes = FromHex(wire::PING_HEX);
        envelope.SealStream(bytes, 0, direction, scratch);
        return ToHex(bytes);
    };
    EXPECT_EQ(plain.Overhead(), 29u);
    EXPECT_EQ(labeled.Overhead(), 35u);
    EXPECT_EQ(datagram(plain), UNPADDED_HEX);
    EXPECT_EQ(datagram(labeled), LABELED_HEX);
    EXPECT_EQ(stream(plain, Direction::REQUEST), STREAM_PING_HEX);
    EXPECT_EQ(stream(labeled, Direction::ANSWER), LABELED_STREAM_PING_HEX);
    EXPECT_EQ(stream(labeled, Direction::REQUEST),
              labelHeader + std::string(LABELED_STREAM_PING_HEX));

    Bytes memory;
    Envelope::StreamMemory streamMemory;
    for (const std::string_view hex : {UNPADDED_HEX, PADDED_HEX})
    {
        EXPECT_EQ(ToHex(plain.OpenDatagram(FromHex(hex), memory).message), wire::SUSPECT_HEX);
    }
    EXPECT_EQ(ToHex(labeled.OpenDatagram(FromHex(LABELED_HEX), memory).message), wire::SUSPECT_HEX);
    for (const std::string_view hex : {STREAM_PING_HEX, PADDED_STREAM_PING_HEX})
    {
        EXPECT_EQ(ToHex(plain.OpenStream(FromHex(hex), Direction::REQUEST, streamMemory).message),
                  wire::PING_HEX);
    }
    EXPECT_EQ(
        ToHex(labeled.OpenStream(FromHex(LABELED_STREAM_PING_HEX), Direction::ANSWER, streamMemory)
                  .message),
        wire::PING_HEX);
}

} // namespace

} // namespace swim
