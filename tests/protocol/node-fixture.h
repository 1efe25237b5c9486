// SPDX-License-Identifier: MIT
//
// One node driven by hand, for tests of its rules: tell it something, read what it did as text.
//
// The members are a, b, c, …; the node is always a; member k of the alphabet lives at 10.0.0.k.
// Text instead of structs, so that a table of rules reads as the rules and a failure says what was
// sent in words.
#pragma once

#include "swim/node.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace swim
{

/// A datagram that the node sent.
struct Packet
{
    std::string to; ///< the member that lives at the address
    TrafficKind kind{};
    bool crc = false;
    std::vector<std::string> parts; ///< each in words, see Describe
};

class NodeTest : public testing::Test
{
  protected:
    /// Makes node a, which knows each of these members (one letter each, a among them) as alive,
    /// incarnation 1, and starts it at time zero.
    void Start(std::string_view members);

    /// Moves the clock and clears what the node did before.
    void AdvanceBy(Duration later);
    void AdvanceTo(Instant at);

    /// Hands the node a datagram, now, after clearing what it did before.
    void Hear(const wire::Bytes& datagram, char from = 'b');

    template <typename Message>
    void HearMessage(const Message& message, char from = 'b')
    {
        wire::Bytes bytes;
        wire::Encode(message, bytes);
        Hear(bytes, from);
    }

    static wire::Bytes Alive(std::string_view node,
                             std::uint32_t incarnation,
                             const Address& address,
                             std::string_view meta = {},
                             const Versions& versions = OUR_VERSIONS);
    static wire::Bytes Alive(char node, std::uint32_t incarnation);
    static wire::Bytes Suspect(char node, std::uint32_t incarnation, char from);
    static wire::Bytes Dead(char node, std::uint32_t incarnation, char from);

    static Address AddressOf(char member);

    /// @return what the node holds of a member, as "suspect@5", or "unknown"
    std::string StateOf(char member) const;

    /// @return what the node concluded since the clock or the input last moved:
    ///         "suspect b@5 by c, dead …"
    std::string Events() const;

    /// @return the datagrams that it sent
    std::vector<Packet> Packets() const;

    /// @return those of one kind
    std::vector<Packet> Packets(TrafficKind kind) const;

    /// @return the updates that wait to be passed on, in order: what rides on the ack of a ping
    std::string Queued();

    /// Moves to the next probe tick. @return the member that it pings
    char AdvanceToProbe();

    Config config;
    Application* application = nullptr;
    std::shared_ptr<Cipher> cipher;
    Directory directory;
    std::uint32_t incarnation = 1; ///< that Start gives the node
    Age age = Age::FRESH;          ///< likewise
    Outbox outbox;
    std::optional<Node> node;
    Instant now{};
    std::uint64_t seed = 1;
};

/// @return a message in words: "ping 3 b from a", "suspect b@5 by c", "alive b@6"
std::string Describe(wire::ByteView message);

/// @return the parts joined by ", "
std::string Join(const std::vector<std::string>& parts);

} // namespace swim
