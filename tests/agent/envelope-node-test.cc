// SPDX-License-Identifier: MIT
//
// Nodes behind their envelopes: who shares label and keys is one cluster, everybody else is nobody.
//
// Two nodes are joined by hand: what one puts into its outbox is handed to the other.
#include "swim/aes-gcm-cipher.h"
#include "swim/node.h"

#include <gtest/gtest.h>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

const SecretKey OLD_KEY(16, 1);
const SecretKey NEW_KEY(32, 2);

class EnvelopeNodeTest : public testing::Test
{
  protected:
    /// A process of its own: nothing but bytes passes between two of them.
    struct Member
    {
        Member(std::uint8_t number, const Config& config, std::shared_ptr<const Keyring> keys)
            : address(std::array<std::uint8_t, 4>{10, 0, 0, number}, 7946),
              node({.config = std::make_shared<const Config>(config),
                    .self =
                        directory.Intern(directory.InternName("member-" + std::to_string(number)),
                                         address,
                                         "",
                                         OUR_VERSIONS),
                    .cipher = keys ? std::make_shared<AesGcmCipher>(keys) : nullptr},
                   Rng(1, number),
                   directory)
        {
            node.Start(Instant{});
        }

        Directory directory;
        Address address;
        Outbox out;
        Node node;
    };

    /// Hands over every datagram and carries every stream, and what these bring about, until quiet.
    void Exchange(Member& a, Member& b)
    {
        for (int round = 0; round < 10 && Carry(a, b) + Carry(b, a) > 0; ++round)
        {
        }
    }

    std::size_t Carry(Member& from, Member& to)
    {
        const Outbox sent = from.out;
        from.out.Clear();
        for (const auto& datagram : sent.Datagrams())
        {
            Look(sent.Bytes(datagram));
            to.node.Receive(now, from.address, sent.Bytes(datagram), to.out);
        }
        for (const auto& stream : sent.Streams())
        {
            Look(sent.Bytes(stream));
            to.node.ReceiveStream(now, sent.Bytes(stream), to.out);
            const ByteView answer = to.out.StreamAnswer();
            const Bytes copy(answer.begin(), answer.end());
            Look(copy);
            if (copy.empty())
            {
                from.node.StreamFailed(now, stream.id, from.out);
            }
            else
            {
                from.node.ReceiveStreamAnswer(now, stream.id, copy, from.out);
            }
        }
        return sent.Datagrams().size() + sent.Streams().size();
    }

    void Look(ByteView bytes)
    {
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        sawNames |= text.find("member-") != std::string_view::npos;
    }

    void Join(Member& a, Member& b)
    {
        const Address seeds[] = {b.address};
        a.node.Join(now, seeds, a.out);
        Exchange(a, b);
    }

    void RunFor(Duration time, Member& a, Member& b)
    {
        for (const Instant end = now + time; now < end; now += 10ms)
        {
            a.node.Advance(now, a.out);
            b.node.Advance(now, b.out);
            Exchange(a, b);
        }
    }

    static std::shared_ptr<Keyring> Ring(const SecretKey& key)
    {
        return std::make_shared<Keyring>(key);
    }

    Instant now{};
    bool sawNames = false;
};

TEST_F(EnvelopeNodeTest, MembersWithOneKeyAreOneClusterAndNobodyReadsAlong)
{
    Config config;
    config.label = "blue";
    config.compression = true;
    Member a(1, config, Ring(NEW_KEY));
    Member b(2, config, Ring(NEW_KEY));
    Join(a, b);
    RunFor(60s, a, b);
    EXPECT_EQ(a.node.Members().Count(MemberState::ALIVE), 2u);
    EXPECT_EQ(b.node.Members().Count(MemberState::ALIVE), 2u);
    EXPECT_GE(a.node.Count().probes, 55u);
    EXPECT_EQ(a.node.Count().probesFailed + b.node.Count().probesFailed, 0u);
    EXPECT_EQ(a.node.Count().rejected + b.node.Count().rejected, 0u);
    EXPECT_FALSE(sawNames);
}

TEST_F(EnvelopeNodeTest, AnotherLabelKeyOrNoneIsRejectedAndJoinsNothing)
{
    Config blue;
    blue.label = "blue";
    Config red;
    red.label = "red";
    const std::pair<Config, std::shared_ptr<Keyring>> strangers[] = {
        {red, Ring(NEW_KEY)},
        {Config(), Ring(NEW_KEY)},
        {blue, Ring(OLD_KEY)},
        {blue, nullptr},
    };
    for (const auto& [config, keys] : strangers)
    {
        Member home(1, blue, Ring(NEW_KEY));
        Member stranger(2, config, keys);
        Join(stranger, home);
        EXPECT_EQ(home.node.Members().Size(), 1u);
        EXPECT_EQ(stranger.node.Members().Size(), 1u);
        EXPECT_EQ(home.node.Count().rejected, 1u);
    }
}

TEST_F(EnvelopeNodeTest, KeysRotateWhileTheClusterGoesOn)
{
    const auto ringOfA = Ring(OLD_KEY);
    const auto ringOfB = Ring(OLD_KEY);
    Member a(1, Config(), ringOfA);
    Member b(2, Config(), ringOfB);
    Join(a, b);
    for (const auto& ring : {ringOfA, ringOfB})
    {
        ring->Add(NEW_KEY);
        RunFor(3s, a, b);
    }
    for (const auto& ring : {ringOfA, ringOfB})
    {
        ring->Use(NEW_KEY);
        RunFor(3s, a, b);
    }
    for (const auto& ring : {ringOfA, ringOfB})
    {
        ring->Remove(OLD_KEY);
        RunFor(3s, a, b);
    }
    EXPECT_EQ(a.node.Count().probesFailed + b.node.Count().probesFailed, 0u);
    EXPECT_EQ(a.node.Count().rejected + b.node.Count().rejected, 0u);
}

TEST_F(EnvelopeNodeTest, APlaintextClusterMovesToEncryptionMemberByMember)
{
    Config moving;
    moving.gossipVerifyIncoming = false;
    moving.gossipVerifyOutgoing = false;
    Member prepared(1, moving, Ring(NEW_KEY));
    Member plain(2, Config(), nullptr);
    Join(prepared, plain);
    RunFor(5s, prepared, plain);
    EXPECT_EQ(prepared.node.Members().Count(MemberState::ALIVE), 2u);
    EXPECT_EQ(plain.node.Members().Count(MemberState::ALIVE), 2u);
    EXPECT_EQ(prepared.node.Count().rejected + plain.node.Count().rejected, 0u);

    Member encrypting(3, Config(), Ring(NEW_KEY));
    Join(encrypting, prepared);
    EXPECT_EQ(prepared.node.Members().Count(MemberState::ALIVE), 3u) << "what is encrypted is read";
    EXPECT_GE(encrypting.node.Count().rejected, 1u) << "and what is not, by who insists, is not";
}

} // namespace

} // namespace swim
