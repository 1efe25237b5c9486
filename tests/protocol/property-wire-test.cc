// SPDX-License-Identifier: MIT
//
// What holds of every message there is, not only of the vectors: decoding gives back what was
// encoded, and no bytes at all lead a decoder out of its input.
//
// Every input has a heap block of just its size, so that AddressSanitizer sees a read of one byte
// too many.
#include "exact-bytes.h"
#include "swim/stream-scanner.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <tuple>

namespace swim::wire
{

namespace
{

/// Numbers of every encoded width alike.
rc::Gen<std::uint32_t> AnyNumber()
{
    return rc::gen::mapcat(rc::gen::inRange(0, 33), [](int bits) {
        const std::uint64_t limit = std::uint64_t{1} << bits;
        return rc::gen::map(rc::gen::inRange<std::uint64_t>(limit / 2, limit),
                            [](auto wide) { return static_cast<std::uint32_t>(wide); });
    });
}

/// Bytes of each of the encoded lengths of a string: fixstr and str16.
rc::Gen<Bytes> AnyBytes(std::size_t most)
{
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, most + 1), [](std::size_t size) {
        return rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
    });
}

/// What a message's views point into.
std::string AnyText(std::size_t most = 300)
{
    const Bytes bytes = *AnyBytes(most);
    return {bytes.begin(), bytes.end()};
}

/// An address as a message may hold it. @param lengths that its bytes may have
Address AnyAddress(std::initializer_list<std::size_t> lengths)
{
    const auto length = *rc::gen::elementOf(std::vector<std::size_t>(lengths));
    const auto bytes = *rc::gen::container<Bytes>(length, rc::gen::arbitrary<std::uint8_t>());
    return {bytes, *rc::gen::arbitrary<std::uint16_t>()};
}

Bytes Copy(ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

// Messages as tuples, which can be compared and printed.

auto Fields(const Address& address)
{
    return std::tuple(Copy(address.Bytes()), address.port);
}

auto Fields(const Ping& ping)
{
    return std::tuple(ping.seqNo, ping.node, Fields(ping.source), ping.sourceNode);
}

auto Fields(const PingReq& request)
{
    return std::tuple(request.seqNo,
                      request.node,
                      Fields(request.target),
                      request.nack,
                      Fields(request.source),
                      request.sourceNode);
}

auto Fields(const Ack& ack)
{
    return std::tuple(ack.seqNo, Copy(ack.payload));
}

auto Fields(const Nack& nack)
{
    return std::tuple(nack.seqNo);
}

auto Fields(const Accusation& accusation)
{
    return std::tuple(accusation.incarnation, accusation.node, accusation.from);
}

auto Fields(const Alive& alive)
{
    return std::tuple(alive.incarnation,
                      alive.node,
                      Fields(alive.address),
                      Copy(alive.meta),
                      Copy(alive.versions));
}

/// Encodes with `encode` and decodes again.
template <typename Message, typename Encoder>
void ExpectIdentity(MessageType type, const Message& message, Encoder encode)
{
    Bytes bytes;
    encode(message, bytes);
    RC_ASSERT(bytes.front() == static_cast<std::uint8_t>(type));
    const Bytes body(bytes.begin() + 1, bytes.end());
    Message decoded;
    RC_ASSERT(Decode(body, decoded));
    RC_ASSERT(Fields(decoded) == Fields(message));
}

template <typename Message>
void ExpectIdentity(MessageType type, const Message& message)
{
    ExpectIdentity(type, message, [](const Message& m, Bytes& out) { Encode(m, out); });
}

RC_GTEST_PROP(WireProperty, DecodingAPingUndoesEncoding, ())
{
    const std::string node = AnyText();
    const std::string source = AnyText();
    ExpectIdentity(MessageType::PING, Ping{*AnyNumber(), node, AnyAddress({0, 4, 16}), source});
}

RC_GTEST_PROP(WireProperty, DecodingAPingReqUndoesEncoding, ())
{
    const std::string node = AnyText();
    const std::string source = AnyText();
    ExpectIdentity(MessageType::PING_REQ,
                   PingReq{*AnyNumber(),
                           node,
                           AnyAddress({0, 4, 16}),
                           *rc::gen::arbitrary<bool>(),
                           AnyAddress({0, 4, 16}),
                           source});
}

RC_GTEST_PROP(WireProperty, DecodingAnAckOrANackUndoesEncoding, ())
{
    const Bytes payload = *AnyBytes(300);
    ExpectIdentity(MessageType::ACK, Ack{*AnyNumber(), payload});
    ExpectIdentity(MessageType::NACK, Nack{*AnyNumber()});
}

RC_GTEST_PROP(WireProperty, DecodingAnAccusationUndoesEncoding, ())
{
    const std::string node = AnyText();
    const std::string from = AnyText();
    const Accusation accusation{*AnyNumber(), node, from};
    ExpectIdentity(MessageType::SUSPECT, accusation, EncodeSuspect);
    ExpectIdentity(MessageType::DEAD, accusation, EncodeDead);
}

RC_GTEST_PROP(WireProperty, DecodingAnAliveUndoesEncoding, ())
{
    const std::string node = AnyText();
    const Bytes meta = *AnyBytes(MAX_META_SIZE);
    const Bytes versions = *AnyBytes(8);
    ExpectIdentity(MessageType::ALIVE,
                   Alive{*AnyNumber(), node, AnyAddress({0, 4, 16}), meta, versions});
}

RC_GTEST_PROP(WireProperty, ReadingAPushPullUndoesWritingIt, ())
{
    const auto names = *rc::gen::container<std::vector<std::string>>(
        rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
    const Bytes userState = *AnyBytes(100);
    const bool join = *rc::gen::arbitrary<bool>();
    Bytes bytes;
    Encode(PushPullHeader{static_cast<std::uint32_t>(names.size()),
                          static_cast<std::uint32_t>(userState.size()),
                          join},
           bytes);
    std::vector<PushNodeState> states;
    for (const std::string& name : names)
    {
        states.push_back({{*AnyNumber(), name, AnyAddress({4, 16}), {}, OUR_VERSIONS},
                          *rc::gen::inRange(0u, 4u)});
        Encode(states.back(), bytes);
    }
    bytes.insert(bytes.end(), userState.begin(), userState.end());
    RC_ASSERT(StreamScanner().Scan(bytes) == StreamScanner::Status::COMPLETE);
    PushPullReader reader(bytes);
    RC_ASSERT(reader.Header().join == join);
    RC_ASSERT(reader.Header().nodes == names.size());
    RC_ASSERT(reader.Header().userStateSize == userState.size());
    for (const PushNodeState& state : states)
    {
        PushNodeState read;
        RC_ASSERT(reader.Next(read));
        RC_ASSERT(Fields(read.member) == Fields(state.member));
        RC_ASSERT(read.state == state.state);
    }
    PushNodeState none;
    RC_ASSERT(!reader.Next(none) && reader.Valid());
}

RC_GTEST_PROP(WireProperty, ACompoundInACrcFrameGivesBackItsParts, ())
{
    const auto parts = *rc::gen::container<std::vector<Bytes>>(AnyBytes(50));
    RC_PRE(parts.size() <= MAX_COMPOUND_PARTS);
    std::vector<std::size_t> sizes;
    for (const Bytes& part : parts)
    {
        sizes.push_back(part.size());
    }
    Bytes datagram(CRC_SIZE);
    EncodeCompoundHead(sizes, datagram);
    for (const Bytes& part : parts)
    {
        datagram.insert(datagram.end(), part.begin(), part.end());
    }
    FillCrc(datagram, 0);
    const ByteView compound = CheckCrc(ByteView(datagram).subspan(1));
    RC_ASSERT(!compound.empty());
    CompoundParts walk(compound.subspan(1));
    for (const Bytes& part : parts)
    {
        ByteView read;
        RC_ASSERT(walk.Next(read));
        RC_ASSERT(Copy(read) == part);
    }
    ByteView none;
    RC_ASSERT(!walk.Next(none) && walk.Truncated() == 0u);
}

/// Some message, whole.
Bytes AnyMessage()
{
    const std::string node = AnyText(40);
    const std::string other = AnyText(40);
    const std::uint32_t number = *AnyNumber();
    Bytes bytes;
    switch (*rc::gen::inRange(0, 7))
    {
    case 0:
        Encode(Ping{number, node, AnyAddress({0, 4, 16}), other}, bytes);
        break;
    case 1:
        Encode(PingReq{number, node, AnyAddress({4}), true, AnyAddress({4}), other}, bytes);
        break;
    case 2:
        Encode(Ack{number, {}}, bytes);
        break;
    case 3:
        Encode(Nack{number}, bytes);
        break;
    case 4:
        EncodeSuspect({number, node, other}, bytes);
        break;
    case 5:
        Encode(Alive{number, node, AnyAddress({4, 16}), {}, OUR_VERSIONS}, bytes);
        break;
    default:
        Encode(PushPullHeader{number, number, false}, bytes);
        break;
    }
    return bytes;
}

/// Changes some bytes, then cuts the end off or adds to it.
Bytes Damage(Bytes bytes)
{
    for (int changes = *rc::gen::inRange(0, 5); changes > 0; --changes)
    {
        bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
            *rc::gen::arbitrary<std::uint8_t>();
    }
    const auto size = *rc::gen::inRange<std::size_t>(0, bytes.size() + 20);
    bytes.resize(size);
    return bytes;
}

/// Whether a decoder that answers true gave out only what lies in its input.
void ReadAsEverything(const Exact& body)
{
    const auto holds = [&](auto message, auto... fields) {
        RC_ASSERT(!Decode(body.View(), message) || (body.Holds(message.*fields) && ...));
    };
    holds(Ping{}, &Ping::node, &Ping::sourceNode);
    holds(PingReq{}, &PingReq::node, &PingReq::sourceNode);
    holds(Ack{}, &Ack::payload);
    holds(Nack{});
    holds(Accusation{}, &Accusation::node, &Accusation::from);
    holds(Alive{}, &Alive::node, &Alive::meta, &Alive::versions);
    CompoundParts parts(body.View());
    for (ByteView part; parts.Next(part);)
    {
        RC_ASSERT(body.Holds(part));
    }
    RC_ASSERT(body.Holds(CheckCrc(body.View())));
}

/// Whether a push/pull's states lie in their input, and the end that the scanner saw too.
void ReadAsStream(const Exact& message)
{
    PushPullReader reader(message.View());
    const bool isPushPull = reader.Valid();
    for (PushNodeState state; reader.Next(state);)
    {
        RC_ASSERT(message.Holds(state.member.node));
        RC_ASSERT(message.Holds(state.member.meta));
        RC_ASSERT(message.Holds(state.member.versions));
    }
    const auto status = StreamScanner().Scan(message.View());
    RC_ASSERT(!isPushPull || !reader.Valid() || status != StreamScanner::Status::MALFORMED);
}

RC_GTEST_PROP(WireProperty, NoDamageLeadsADecoderOutOfItsInput, ())
{
    const Bytes message = Damage(AnyMessage());
    ReadAsStream(Exact(message));
    ReadAsEverything(Exact(ByteView(message).subspan(std::min<std::size_t>(1, message.size()))));
}

RC_GTEST_PROP(WireProperty, NoBytesLeadADecoderOutOfItsInput, ())
{
    const Bytes bytes = *AnyBytes(60);
    ReadAsStream(Exact(bytes));
    ReadAsEverything(Exact(bytes));
}

} // namespace

} // namespace swim::wire
