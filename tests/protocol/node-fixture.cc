// SPDX-License-Identifier: MIT
//
// See node-fixture.h.
#include "node-fixture.h"

namespace swim
{

namespace
{

std::string MemberAt(const Address& address)
{
    if (address.length != 4 || address.bytes[0] != 10 || address.bytes[3] == 0)
    {
        return "nowhere";
    }
    return std::string(1, static_cast<char>('a' + address.bytes[3] - 1));
}

std::string_view StateName(MemberState state)
{
    static constexpr std::string_view NAMES[] = {"alive", "suspect", "dead", "left"};
    return NAMES[static_cast<std::size_t>(state)];
}

std::string Versioned(std::string_view node, std::uint32_t incarnation)
{
    return std::string(node) + '@' + std::to_string(incarnation);
}

std::string DescribePing(wire::ByteView body)
{
    wire::Ping ping;
    EXPECT_TRUE(wire::Decode(body, ping));
    return "ping " + std::to_string(ping.seqNo) + ' ' + std::string(ping.node) + " from " +
           std::string(ping.sourceNode);
}

std::string DescribePingReq(wire::ByteView body)
{
    wire::PingReq request;
    EXPECT_TRUE(wire::Decode(body, request));
    return "ping-req " + std::to_string(request.seqNo) + ' ' + std::string(request.node) + " at " +
           MemberAt(request.target) + " from " + std::string(request.sourceNode) +
           (request.nack ? " nack" : "");
}

std::string DescribeAccusation(std::string_view kind, wire::ByteView body)
{
    wire::Accusation accusation;
    EXPECT_TRUE(wire::Decode(body, accusation));
    return std::string(kind) + ' ' + Versioned(accusation.node, accusation.incarnation) + " by " +
           std::string(accusation.from);
}

std::string DescribeUser(wire::ByteView body)
{
    wire::Broadcast broadcast;
    if (!wire::Decode(body, broadcast))
    {
        return "user " + std::string(body.begin(), body.end());
    }
    return "broadcast " + std::to_string(broadcast.number) + " of " +
           std::string(broadcast.sender) +
           (broadcast.name.empty() ? "" : " as " + std::string(broadcast.name)) + " says " +
           std::string(broadcast.payload.begin(), broadcast.payload.end());
}

} // namespace

std::string Describe(wire::ByteView message)
{
    const wire::ByteView body = message.subspan(1);
    switch (static_cast<wire::MessageType>(message[0]))
    {
    case wire::MessageType::PING:
        return DescribePing(body);
    case wire::MessageType::PING_REQ:
        return DescribePingReq(body);
    case wire::MessageType::ACK: {
        wire::Ack ack;
        EXPECT_TRUE(wire::Decode(body, ack));
        return "ack " + std::to_string(ack.seqNo);
    }
    case wire::MessageType::NACK: {
        wire::Nack nack;
        EXPECT_TRUE(wire::Decode(body, nack));
        return "nack " + std::to_string(nack.seqNo);
    }
    case wire::MessageType::SUSPECT:
        return DescribeAccusation("suspect", body);
    case wire::MessageType::DEAD:
        return DescribeAccusation("dead", body);
    case wire::MessageType::ALIVE: {
        wire::Alive alive;
        EXPECT_TRUE(wire::Decode(body, alive));
        const bool atHome = MemberAt(alive.address) == alive.node.substr(0, 1);
        const std::string meta(alive.meta.begin(), alive.meta.end());
        return "alive " + Versioned(alive.node, alive.incarnation) +
               (atHome ? "" : std::string(" at ") + MemberAt(alive.address)) +
               (meta.empty() ? "" : " with " + meta);
    }
    case wire::MessageType::USER:
        return DescribeUser(body);
    default:
        return "type " + std::to_string(message[0]);
    }
}

std::string Join(const std::vector<std::string>& parts)
{
    std::string joined;
    for (const std::string& part : parts)
    {
        joined += (joined.empty() ? "" : ", ") + part;
    }
    return joined;
}

void NodeTest::Start(std::string_view members)
{
    std::vector<IdentityId> identities;
    IdentityId self = NONE;
    for (const char member : members)
    {
        const NameId name = directory.InternName({&member, 1});
        identities.push_back(directory.Intern(name, AddressOf(member), {}, OUR_VERSIONS));
        self = member == 'a' ? identities.back() : self;
    }
    ASSERT_NE(self, NONE) << "the node under test is a";
    ASSERT_EQ(Validate(config), std::nullopt);
    node.emplace(Node::Setup{.config = std::make_shared<const Config>(config),
                             .self = self,
                             .incarnation = incarnation,
                             .baseline = std::make_shared<const Baseline>(identities, directory),
                             .application = application,
                             .cipher = cipher,
                             .age = age},
                 Rng(seed, 0),
                 directory);
    now = Instant{};
    node->Start(now);
}

void NodeTest::AdvanceTo(Instant at)
{
    now = at;
    outbox.Clear();
    node->Advance(now, outbox);
}

void NodeTest::AdvanceBy(Duration later)
{
    AdvanceTo(now + later);
}

void NodeTest::Hear(const wire::Bytes& datagram, char from)
{
    outbox.Clear();
    node->Receive(now, AddressOf(from), datagram, outbox);
}

wire::Bytes NodeTest::Alive(std::string_view node,
                            std::uint32_t incarnation,
                            const Address& address,
                            std::string_view meta,
                            const Versions& versions)
{
    wire::Bytes bytes;
    wire::Encode(wire::Alive{incarnation,
                             node,
                             address,
                             {reinterpret_cast<const std::uint8_t*>(meta.data()), meta.size()},
                             versions},
                 bytes);
    return bytes;
}

wire::Bytes NodeTest::Alive(char node, std::uint32_t incarnation)
{
    return Alive({&node, 1}, incarnation, AddressOf(node));
}

wire::Bytes NodeTest::Suspect(char node, std::uint32_t incarnation, char from)
{
    wire::Bytes bytes;
    wire::EncodeSuspect({incarnation, {&node, 1}, {&from, 1}}, bytes);
    return bytes;
}

wire::Bytes NodeTest::Dead(char node, std::uint32_t incarnation, char from)
{
    wire::Bytes bytes;
    wire::EncodeDead({incarnation, {&node, 1}, {&from, 1}}, bytes);
    return bytes;
}

Address NodeTest::AddressOf(char member)
{
    const std::uint8_t bytes[] = {10, 0, 0, static_cast<std::uint8_t>(member - 'a' + 1)};
    return {bytes, 7946};
}

std::string NodeTest::StateOf(char member) const
{
    const NameId name = directory.FindName({&member, 1});
    const Slot slot = name == NONE ? NONE : node->Members().Find(name);
    if (slot == NONE)
    {
        return "unknown";
    }
    const PeerRecord record = node->Members().At(slot);
    return Versioned(StateName(record.State()), record.incarnation);
}

std::string NodeTest::Events() const
{
    std::vector<std::string> lines;
    for (const Event& event : outbox.Events())
    {
        std::string line(EventKindName(event.kind));
        if (event.subject != NONE)
        {
            line += ' ' + Versioned(directory.Name(event.subject), event.incarnation);
        }
        if (event.source != NONE && event.source != event.subject)
        {
            line += " by " + std::string(directory.Name(event.source));
        }
        lines.push_back(
            line + (event.rejection ? ": " + std::string(RejectionName(*event.rejection)) : ""));
    }
    return Join(lines);
}

std::vector<Packet> NodeTest::Packets() const
{
    std::vector<Packet> packets;
    for (const Outbox::Datagram& datagram : outbox.Datagrams())
    {
        Packet packet{MemberAt(datagram.to), datagram.kind, false, {}};
        wire::ByteView bytes = outbox.Bytes(datagram);
        if (bytes[0] == static_cast<std::uint8_t>(wire::MessageType::CRC))
        {
            packet.crc = true;
            bytes = wire::CheckCrc(bytes.subspan(1));
            EXPECT_FALSE(bytes.empty()) << "a datagram with a wrong CRC";
        }
        if (bytes[0] == static_cast<std::uint8_t>(wire::MessageType::COMPOUND))
        {
            wire::CompoundParts parts(bytes.subspan(1));
            for (wire::ByteView part; parts.Next(part);)
            {
                packet.parts.push_back(Describe(part));
            }
            EXPECT_EQ(parts.Truncated(), 0u);
        }
        else
        {
            packet.parts.push_back(Describe(bytes));
        }
        packets.push_back(packet);
    }
    return packets;
}

std::vector<Packet> NodeTest::Packets(TrafficKind kind) const
{
    std::vector<Packet> packets = Packets();
    std::erase_if(packets, [&](const Packet& packet) { return packet.kind != kind; });
    return packets;
}

std::string NodeTest::Queued()
{
    HearMessage(wire::Ping{1, "a", AddressOf('b'), "b"});
    const std::vector<Packet> acks = Packets(TrafficKind::ACK);
    EXPECT_EQ(acks.size(), 1u) << "a ping is answered by one ack";
    return acks.empty() ? "" : Join({acks[0].parts.begin() + 1, acks[0].parts.end()});
}

char NodeTest::AdvanceToProbe()
{
    const std::uint64_t before = node->Count().probes;
    while (node->Count().probes == before)
    {
        AdvanceTo(node->NextDeadline());
    }
    const std::vector<Packet> pings = Packets(TrafficKind::PING);
    EXPECT_EQ(pings.size(), 1u) << "a period has one ping";
    return pings.empty() ? '?' : pings[0].to[0];
}

} // namespace swim
