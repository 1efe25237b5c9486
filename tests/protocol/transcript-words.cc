// SPDX-License-Identifier: MIT
//
// See transcript-words.h.
#include "transcript-words.h"

#include "node-fixture.h"
#include "swim/stream-scanner.h"

#include <charconv>
#include <stdexcept>

namespace swim
{

namespace
{

constexpr std::string_view STATES[] = {"alive", "suspect", "dead", "left"};

/// A member with its incarnation: b@3.
struct Versioned
{
    explicit Versioned(const std::string& text)
        : name(text.substr(0, 1))
    {
        if (text.size() < 3 || text[1] != '@')
        {
            throw std::runtime_error("'" + text + "' must be a member and its incarnation: b@3");
        }
        incarnation = Words(text.substr(2)).Number();
    }

    std::string name;
    std::uint32_t incarnation = 0;
};

wire::Bytes EncodeWords(const std::string& text)
{
    wire::Bytes bytes;
    Words words(text);
    const std::string kind = words.Next();
    if (kind == "hex")
    {
        while (words.More())
        {
            bytes.push_back(static_cast<std::uint8_t>(std::stoul(words.Next(), nullptr, 16)));
        }
    }
    else if (kind == "ack")
    {
        wire::Encode(wire::Ack{words.Number(), {}}, bytes);
    }
    else if (kind == "nack")
    {
        wire::Encode(wire::Nack{words.Number()}, bytes);
    }
    else if (kind == "ping" || kind == "ping-req")
    {
        const std::uint32_t seqNo = words.Number();
        const char target = words.Member();
        words.Expect("from");
        const char source = words.Member();
        if (kind == "ping")
        {
            wire::Encode(wire::Ping{seqNo, {&target, 1}, AddressOf(source), {&source, 1}}, bytes);
            return bytes;
        }
        const bool nack = words.More();
        wire::Encode(wire::PingReq{seqNo,
                                   {&target, 1},
                                   AddressOf(target),
                                   nack,
                                   AddressOf(source),
                                   {&source, 1}},
                     bytes);
    }
    else if (kind == "alive")
    {
        const Versioned alive(words.Next());
        Address address = AddressOf(alive.name[0]);
        std::string meta;
        while (words.More())
        {
            const std::string what = words.Next();
            if (what == "at")
            {
                address = AddressOf(words.Member());
            }
            else if (what == "with")
            {
                meta = words.Next();
            }
            else
            {
                throw std::runtime_error("'" + what + "' in '" + text + "' must be at or with");
            }
        }
        wire::Encode(
            wire::Alive{alive.incarnation, alive.name, address, BytesOf(meta), OUR_VERSIONS},
            bytes);
    }
    else if (kind == "user")
    {
        const std::string payload = words.Rest();
        bytes.push_back(static_cast<std::uint8_t>(wire::MessageType::USER));
        bytes.insert(bytes.end(), payload.begin(), payload.end());
    }
    else if (kind == "suspect" || kind == "dead")
    {
        const Versioned accused(words.Next());
        words.Expect("by");
        const std::string from = words.Next();
        const wire::Accusation accusation{accused.incarnation, accused.name, from};
        kind == "suspect" ? wire::EncodeSuspect(accusation, bytes)
                          : wire::EncodeDead(accusation, bytes);
    }
    else
    {
        throw std::runtime_error("'" + kind + "' is no message; see transcript.h");
    }
    return bytes;
}

void EncodeState(const std::string& text, wire::Bytes& bytes)
{
    Words words(text);
    const Versioned member(words.Next());
    const auto* state = std::ranges::find(STATES, words.Next());
    if (state == std::end(STATES))
    {
        throw std::runtime_error("the state in '" + text +
                                 "' must be alive, suspect, dead or left");
    }
    char at = member.name[0];
    if (words.More())
    {
        words.Expect("at");
        at = words.Member();
    }
    wire::Encode(
        wire::PushNodeState{{member.incarnation, member.name, AddressOf(at), {}, OUR_VERSIONS},
                            static_cast<std::uint32_t>(state - STATES)},
        bytes);
}

std::vector<std::string> Split(const std::string& text)
{
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t comma; (comma = text.find(", ", start)) != std::string::npos;
         start = comma + 2)
    {
        parts.push_back(text.substr(start, comma - start));
    }
    parts.push_back(text.substr(start));
    return parts;
}

} // namespace

wire::ByteView BytesOf(const std::string& text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string Words::Next()
{
    std::string word;
    if (!(m_words >> word))
    {
        throw std::runtime_error("'" + m_text + "' ends too early");
    }
    return word;
}

std::uint32_t Words::Number()
{
    const std::string word = Next();
    std::uint32_t number = 0;
    const char* end = word.data() + word.size();
    if (std::from_chars(word.data(), end, number).ptr != end)
    {
        throw std::runtime_error("'" + word + "' in '" + m_text + "' must be a number");
    }
    return number;
}

char Words::Member()
{
    return Next().front();
}

void Words::Expect(std::string_view word)
{
    if (Next() != word)
    {
        throw std::runtime_error("'" + m_text + "' should say '" + std::string(word) + "'");
    }
}

std::string Words::Rest()
{
    std::string rest;
    std::getline(m_words >> std::ws, rest);
    return rest;
}

Address AddressOf(char member)
{
    const std::uint8_t bytes[] = {10, 0, 0, static_cast<std::uint8_t>(member - 'a' + 1)};
    return {bytes, 7946};
}

char MemberAt(const Address& address)
{
    return static_cast<char>('a' + address.bytes[3] - 1);
}

std::string_view StateName(MemberState state)
{
    return STATES[static_cast<std::size_t>(state)];
}

wire::Bytes EncodeStream(const std::string& text)
{
    const std::vector<std::string> parts = Split(text);
    if (!parts[0].starts_with("push-pull"))
    {
        return EncodeWords(text);
    }
    wire::Bytes bytes;
    const auto states = static_cast<std::uint32_t>(parts.size() - 1);
    wire::Encode(wire::PushPullHeader{states, 0, parts[0].ends_with(" join")}, bytes);
    for (std::uint32_t i = 1; i <= states; ++i)
    {
        EncodeState(parts[i], bytes);
    }
    return bytes;
}

wire::Bytes EncodeDatagram(const std::string& text)
{
    const std::vector<std::string> parts = Split(text);
    if (parts.size() == 1)
    {
        return EncodeWords(text);
    }
    std::vector<std::size_t> sizes;
    wire::Bytes messages;
    for (const std::string& part : parts)
    {
        const wire::Bytes message = EncodeWords(part);
        sizes.push_back(message.size());
        messages.insert(messages.end(), message.begin(), message.end());
    }
    wire::Bytes bytes;
    wire::EncodeCompoundHead(sizes, bytes);
    bytes.insert(bytes.end(), messages.begin(), messages.end());
    return bytes;
}

std::string DescribeStream(wire::ByteView bytes)
{
    if (wire::ByteView payload; bytes[0] == static_cast<std::uint8_t>(wire::MessageType::USER) &&
                                wire::DecodeUser(bytes.subspan(1), payload))
    {
        return "user " + std::string(payload.begin(), payload.end());
    }
    if (bytes[0] != static_cast<std::uint8_t>(wire::MessageType::PUSH_PULL))
    {
        return Describe(bytes);
    }
    wire::PushPullReader states(bytes);
    std::string text = states.Header().join ? "push-pull join" : "push-pull";
    for (wire::PushNodeState state; states.Next(state);)
    {
        text += ", " + std::string(state.member.node) + '@' +
                std::to_string(state.member.incarnation) + ' ' + std::string(STATES[state.state]);
    }
    return text;
}

std::string DescribeDatagram(wire::ByteView bytes)
{
    const std::string size = ", " + std::to_string(bytes.size()) + " bytes";
    const bool crc = bytes[0] == static_cast<std::uint8_t>(wire::MessageType::CRC);
    if (crc)
    {
        bytes = wire::CheckCrc(bytes.subspan(1));
    }
    if (bytes[0] != static_cast<std::uint8_t>(wire::MessageType::COMPOUND))
    {
        return Describe(bytes) + size + (crc ? " with crc" : "");
    }
    std::vector<std::string> messages;
    wire::CompoundParts parts(bytes.subspan(1));
    for (wire::ByteView part; parts.Next(part);)
    {
        messages.push_back(Describe(part));
    }
    return Join(messages) + size + (crc ? " with crc" : "");
}

} // namespace swim
