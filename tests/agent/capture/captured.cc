// SPDX-License-Identifier: MIT
//
// See captured.h.
#include "captured.h"

#include "swim/aes-gcm-cipher.h"
#include "swim/lzw.h"
#include "swim/msgpack.h"
#include "tests/protocol/wire-vectors.h"

#include <iterator>
#include <sstream>
#include <stdexcept>

namespace swim
{

namespace
{

using wire::MessageType;

constexpr std::string_view STATES[] = {"alive", "suspect", "dead", "left"};

std::string Text(ByteView bytes)
{
    std::string text;
    for (const std::uint8_t byte : bytes)
    {
        text += byte >= ' ' && byte < 0x7f ? static_cast<char>(byte) : '.';
    }
    return text;
}

std::string Versioned(std::string_view name, std::uint32_t incarnation)
{
    return std::string(name) + "@" + std::to_string(incarnation);
}

/// Decodes a message and what it contains, and encodes it again.
class Walk
{
  public:
    explicit Walk(Shape shape)
        : m_shape(shape)
    {
    }

    /// @return what the message says @throw std::runtime_error if that cannot be told
    std::string Message(ByteView message, Bytes& again);

  private:
    std::string Compound(ByteView body, Bytes& again);
    std::string Compressed(ByteView body, Bytes& again);
    std::string PushPull(ByteView message, Bytes& again);
    std::string User(ByteView body, Bytes& again) const;
    std::string Said(std::string_view what, ByteView body, bool dead, Bytes& again) const;

    template <typename Kind>
    static Kind Decoded(ByteView body)
    {
        Kind message;
        if (!wire::Decode(body, message))
        {
            throw std::runtime_error("malformed: " + wire::ToHex(body));
        }
        return message;
    }

    template <typename Kind>
    static Kind Again(ByteView body, Bytes& again)
    {
        const Kind message = Decoded<Kind>(body);
        wire::Encode(message, again);
        return message;
    }

    Shape m_shape;
};

std::string Walk::Message(ByteView message, Bytes& again)
{
    if (message.empty())
    {
        throw std::runtime_error("empty");
    }
    const ByteView body = message.subspan(1);
    switch (static_cast<MessageType>(message.front()))
    {
    case MessageType::PING: {
        const auto ping = Again<wire::Ping>(body, again);
        return "ping " + std::to_string(ping.seqNo) + " " + std::string(ping.node) + " by " +
               std::string(ping.sourceNode);
    }
    case MessageType::PING_REQ: {
        const auto request = Again<wire::PingReq>(body, again);
        return "ping-req " + std::to_string(request.seqNo) + " " + std::string(request.node) +
               (request.nack ? " nack" : "") + " by " + std::string(request.sourceNode);
    }
    case MessageType::ACK: {
        const auto ack = Again<wire::Ack>(body, again);
        return "ack " + std::to_string(ack.seqNo) + (ack.payload.empty() ? "" : " with payload");
    }
    case MessageType::NACK:
        return "nack " + std::to_string(Again<wire::Nack>(body, again).seqNo);
    case MessageType::SUSPECT:
        return Said("suspect ", body, false, again);
    case MessageType::DEAD:
        return Said("dead ", body, true, again);
    case MessageType::ALIVE: {
        const auto alive = Again<wire::Alive>(body, again);
        return "alive " + Versioned(alive.node, alive.incarnation) + " " + Text(alive.meta);
    }
    case MessageType::USER:
        return User(body, again);
    case MessageType::COMPOUND:
        return Compound(body, again);
    case MessageType::COMPRESS:
        return Compressed(body, again);
    case MessageType::ERROR:
        return "error " + std::string(Again<wire::Error>(body, again).text);
    case MessageType::PUSH_PULL:
        return PushPull(message, again);
    default:
        throw std::runtime_error("type " + std::to_string(message.front()));
    }
}

std::string Walk::Said(std::string_view what, ByteView body, bool dead, Bytes& again) const
{
    const auto accusation = Decoded<wire::Accusation>(body);
    dead ? wire::EncodeDead(accusation, again) : wire::EncodeSuspect(accusation, again);
    return std::string(what) + Versioned(accusation.node, accusation.incarnation) + " by " +
           std::string(accusation.from);
}

std::string Walk::User(ByteView body, Bytes& again) const
{
    ByteView payload = body;
    if (m_shape == Shape::DATAGRAM)
    {
        again.push_back(static_cast<std::uint8_t>(MessageType::USER));
        again.insert(again.end(), payload.begin(), payload.end());
    }
    else if (wire::DecodeUser(body, payload))
    {
        wire::EncodeUser(payload, again);
    }
    else
    {
        throw std::runtime_error("malformed user message");
    }
    return "user " + Text(payload);
}

std::string Walk::Compound(ByteView body, Bytes& again)
{
    std::string words;
    std::vector<std::size_t> sizes;
    Bytes parts;
    wire::CompoundParts walk(body);
    for (ByteView part; walk.Next(part);)
    {
        Bytes one;
        words += (words.empty() ? "" : ", ") + Message(part, one);
        sizes.push_back(one.size());
        parts.insert(parts.end(), one.begin(), one.end());
    }
    if (walk.Truncated() > 0)
    {
        throw std::runtime_error("truncated compound");
    }
    wire::EncodeCompoundHead(sizes, again);
    again.insert(again.end(), parts.begin(), parts.end());
    return "compound(" + words + ")";
}

std::string Walk::Compressed(ByteView body, Bytes& again)
{
    std::size_t budget = wire::MAX_USER_STATE_SIZE;
    Bytes inflated;
    const Envelope::Opened opened = Envelope::Inflate(body, budget, inflated);
    if (opened.refusal)
    {
        throw std::runtime_error(std::string(RejectionName(*opened.refusal)));
    }
    Bytes inner;
    const std::string words = Message(opened.message, inner);
    Bytes deflated;
    lzw::Compress(inner, deflated);
    wire::Encode(wire::Compressed{0, deflated}, again);
    return "lzw " + words;
}

std::string Walk::PushPull(ByteView message, Bytes& again)
{
    wire::PushPullReader reader(message);
    if (!reader.Valid())
    {
        throw std::runtime_error("malformed head of a push/pull");
    }
    std::string words = reader.Header().join ? "push-pull join" : "push-pull";
    wire::Encode(reader.Header(), again);
    std::uint32_t states = 0;
    for (wire::PushNodeState state; reader.Next(state); ++states)
    {
        if (state.state >= std::size(STATES))
        {
            throw std::runtime_error("unknown state " + std::to_string(state.state));
        }
        wire::Encode(state, again);
        words += " " + Versioned(state.member.node, state.member.incarnation) + " " +
                 std::string(STATES[state.state]);
    }
    if (states != reader.Header().nodes)
    {
        throw std::runtime_error("push/pull cut short");
    }
    const ByteView userState = reader.UserState();
    again.insert(again.end(), userState.begin(), userState.end());
    return words + " with " + std::to_string(userState.size()) + " bytes";
}

Envelope EnvelopeOf(const Layers& layers, std::span<const std::uint8_t> nonce = {})
{
    std::shared_ptr<Cipher> cipher;
    if (!layers.key.empty())
    {
        const auto giveNonce = [nonce](std::span<std::uint8_t, NONCE_SIZE> out) {
            std::copy_n(nonce.begin(), NONCE_SIZE, out.begin());
        };
        cipher = std::make_shared<AesGcmCipher>(
            std::make_shared<Keyring>(KeyFromText(layers.key).value()),
            giveNonce);
    }
    return Envelope({.compression = false, .cipher = cipher}); // compression is walked through
}

bool IsStream(Shape shape)
{
    return shape != Shape::DATAGRAM;
}

} // namespace

Meaning Read(const Captured& captured, const Layers& layers)
{
    const ByteView bytes = captured.bytes;
    // Sealed is `version | nonce | ...`, in a stream behind a type byte and a length.
    const std::size_t sealedAt = IsStream(captured.shape) ? wire::ENCRYPT_HEAD_SIZE : 0;
    const bool sealed = !layers.key.empty() && bytes.size() > sealedAt + NONCE_SIZE;
    const Envelope envelope =
        EnvelopeOf(layers, sealed ? bytes.subspan(sealedAt + 1, NONCE_SIZE) : bytes);
    const auto direction = captured.shape == Shape::ANSWER ? Envelope::Direction::ANSWER
                                                           : Envelope::Direction::REQUEST;
    Meaning meaning;
    Bytes plain;
    Envelope::StreamMemory memory;
    const Envelope::Opened opened = IsStream(captured.shape)
                                        ? envelope.OpenStream(bytes, direction, memory)
                                        : envelope.OpenDatagram(bytes, plain);
    if (opened.refusal)
    {
        meaning.refusal = RejectionName(*opened.refusal);
        return meaning;
    }
    // The envelope tells neither of a checksum nor of a stream's compression: look at the lengths.
    ByteView inner = opened.message;
    const ByteView whole = sealed && !IsStream(captured.shape) ? ByteView(plain) : bytes;
    const bool crc = !IsStream(captured.shape) && !whole.empty() &&
                     whole.front() == static_cast<std::uint8_t>(MessageType::CRC);
    const bool lzw = IsStream(captured.shape) && layers.compression;
    meaning.words = sealed ? "sealed-" + std::to_string(bytes[sealedAt]) + " " : "";
    meaning.words += crc ? "crc " : "";
    meaning.words += lzw ? "lzw " : "";
    Bytes again;
    Bytes scratch;
    try
    {
        meaning.words += Walk(captured.shape).Message(inner, again);
    }
    catch (const std::runtime_error& error)
    {
        meaning.refusal = error.what();
        return meaning;
    }
    if (lzw)
    {
        Bytes deflated;
        lzw::Compress(again, deflated);
        again.clear();
        wire::Encode(wire::Compressed{0, deflated}, again);
    }
    if (IsStream(captured.shape))
    {
        envelope.SealStream(again, 0, direction, scratch);
    }
    else
    {
        envelope.SealDatagram(again, 0, crc, scratch);
    }
    meaning.canonical = std::ranges::equal(again, bytes);
    return meaning;
}

std::string KindOf(const std::string& words)
{
    // Layers and kinds are the words that open the text, a part, or stand before another layer.
    std::istringstream text(words);
    std::string kind;
    bool opening = true;
    for (std::string word; text >> word;)
    {
        const bool part = word.starts_with("compound(");
        if (opening || part)
        {
            const std::string bare = part ? word.substr(9) : word;
            kind += (kind.empty() ? "" : " ") + (part ? "compound " + bare : bare);
            opening = bare == "crc" || bare == "lzw" || bare.starts_with("sealed-");
        }
        opening = opening || word.ends_with(',');
    }
    return kind;
}

std::string ToText(const CaptureFile& file, const std::string& about)
{
    std::string text = about;
    text += file.layers.key.empty() ? "" : "key " + file.layers.key + "\n";
    text += std::string("compression ") + (file.layers.compression ? "on" : "off") + "\n";
    for (const auto& [captured, words] : file.messages)
    {
        constexpr const char* SHAPES[] = {"datagram ", "request ", "answer "};
        text += captured.inbound ? "in " : "out ";
        text += SHAPES[static_cast<int>(captured.shape)];
        text += wire::ToHex(captured.bytes) + "\n  " + words + "\n";
    }
    return text;
}

CaptureFile FromText(const std::string& text)
{
    CaptureFile file;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
    {
        std::istringstream words(line);
        std::string first;
        std::string second;
        std::string third;
        words >> first >> second >> third;
        if (line.starts_with("  ") && !file.messages.empty())
        {
            file.messages.back().second = line.substr(2);
        }
        else if (first == "key")
        {
            file.layers.key = second;
        }
        else if (first == "compression")
        {
            file.layers.compression = second == "on";
        }
        else if (first == "in" || first == "out")
        {
            const Shape shape = second == "datagram"  ? Shape::DATAGRAM
                                : second == "request" ? Shape::REQUEST
                                                      : Shape::ANSWER;
            file.messages.push_back({{first == "in", shape, wire::FromHex(third)}, ""});
        }
        else if (!first.empty() && first != "#")
        {
            throw std::runtime_error("not a line of captures: " + line);
        }
    }
    return file;
}

} // namespace swim
