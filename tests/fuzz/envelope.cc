// SPDX-License-Identifier: MIT
//
// Fuzzes what is around messages: label, encryption, checksum and compression, of datagrams and of
// streams; and LZW by itself.
//
// Input: a byte that chooses the envelope's settings, one for the direction, then the bytes to
// open. They are also sealed as a message, which must come back the same.
#include "envelope-choice.h"
#include "scene.h"
#include "swim/assert.h"
#include "swim/lzw.h"

namespace swim::fuzz
{

namespace
{

using Direction = Envelope::Direction;

/// Opens compressed messages inside each other, as a node does, until the budget is used up.
void Inflate(wire::ByteView message)
{
    std::size_t budget = DATAGRAM_INFLATION_LIMIT;
    wire::Bytes outer(message.begin(), message.end());
    while (!outer.empty() && outer[0] == static_cast<std::uint8_t>(wire::MessageType::COMPRESS))
    {
        const std::size_t before = budget;
        wire::Bytes inner;
        const auto opened = Envelope::Inflate(wire::ByteView(outer).subspan(1), budget, inner);
        SWIM_ASSERT(opened.message.empty() == opened.refusal.has_value(), "opened or refused");
        SWIM_ASSERT(inner.size() <= before, "what comes out is bounded");
        if (opened.refusal)
        {
            return;
        }
        SWIM_ASSERT(budget + opened.message.size() == before, "the budget is counted down");
        outer.assign(opened.message.begin(), opened.message.end());
    }
}

void OpenForeign(const Envelope& envelope, const wire::Bytes& bytes, Direction direction)
{
    wire::Bytes plain;
    const auto datagram = envelope.OpenDatagram(bytes, plain);
    SWIM_ASSERT(datagram.message.empty() == datagram.refusal.has_value(), "opened or refused");
    SWIM_ASSERT(datagram.message.size() <= bytes.size(), "no layer but compression adds bytes");
    Inflate(datagram.message);
    Envelope::StreamMemory memory;
    const auto stream = envelope.OpenStream(bytes, direction, memory);
    SWIM_ASSERT(stream.message.empty() == stream.refusal.has_value(), "opened or refused");
    SWIM_ASSERT(stream.message.size() <= wire::MAX_STREAM_SIZE, "what comes out is bounded");
}

/// A member of the same settings, which checks every label.
bool Understands(const Envelope::Opened& opened, wire::ByteView message)
{
    return !opened.refusal && std::ranges::equal(opened.message, message);
}

void SealDatagramAndOpen(const Envelope& envelope, const wire::Bytes& message, bool crc)
{
    wire::Bytes arena = message;
    wire::Bytes scratch;
    envelope.SealDatagram(arena, 0, crc, scratch);
    wire::Bytes plain;
    auto opened = envelope.OpenDatagram(arena, plain);
    std::size_t budget = DATAGRAM_INFLATION_LIMIT;
    wire::Bytes inflated;
    if (!opened.refusal && !Understands(opened, message))
    {
        opened = Envelope::Inflate(opened.message.subspan(1), budget, inflated);
    }
    SWIM_ASSERT(Understands(opened, message), "a sealed datagram comes back");
}

void SealStreamAndOpen(const Envelope& envelope, const wire::Bytes& message, Direction direction)
{
    wire::Bytes arena = message;
    wire::Bytes scratch;
    envelope.SealStream(arena, 0, direction, scratch);
    SWIM_ASSERT(wire::StreamScanner().Scan(arena) == wire::StreamScanner::Status::COMPLETE,
                "a sealed stream message is whole");
    Envelope::StreamMemory memory;
    SWIM_ASSERT(Understands(envelope.OpenStream(arena, direction, memory), message),
                "a sealed stream message comes back");
}

void CheckLzw(const wire::Bytes& bytes)
{
    wire::Bytes out;
    lzw::Decompress(bytes, out, 100'000);
    SWIM_ASSERT(out.size() <= 100'000, "what comes out is bounded");
    wire::Bytes compressed;
    lzw::Compress(bytes, compressed);
    SWIM_ASSERT(lzw::Decompress(compressed, out, bytes.size()) == lzw::Result::WHOLE &&
                    out == bytes,
                "what was compressed comes back");
}

} // namespace

} // namespace swim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace swim;
    using namespace swim::fuzz;
    Input input(data, size);
    const std::uint8_t choice = input.Byte();
    const std::uint8_t way = input.Byte();
    const wire::Bytes bytes = input.Rest();
    const Direction direction = (way & 1) != 0 ? Direction::ANSWER : Direction::REQUEST;
    OpenForeign(ChosenEnvelope(choice), bytes, direction);
    CheckLzw(bytes);
    // Inbound labels checked, outbound encrypted and inbound verified: what else a member sends,
    // its like may refuse.
    const Envelope strict = ChosenEnvelope(static_cast<std::uint8_t>((choice & ~0b100) | 0b11000));
    const bool message = wire::StreamScanner().Scan(bytes) == wire::StreamScanner::Status::COMPLETE;
    const auto type = static_cast<wire::MessageType>(bytes.empty() ? 0xff : bytes[0]);
    if (type == wire::MessageType::PING || type == wire::MessageType::PUSH_PULL)
    {
        SealDatagramAndOpen(strict, bytes, (way & 2) != 0);
        if (message)
        {
            SealStreamAndOpen(strict, bytes, direction);
        }
    }
    return 0;
}
