// SPDX-License-Identifier: MIT
//
// memberlist's messages as plain structs, and as bytes.
//
// Each message is one type byte and a msgpack map with Go's field names in alphabetical order.
// Decoded messages point into the bytes they came from. Encoding appends; decoding answers false
// for anything that is not wholly the message, and accepts keys in any order, unknown keys and
// missing keys, as go-msgpack does.
#pragma once

#include "swim/bytes.h"
#include "swim/types.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace swim::wire
{

class Reader;

using swim::Bytes;
using swim::ByteView;

/// A message's first byte; the values are memberlist's.
enum class MessageType : std::uint8_t
{
    PING = 0,
    PING_REQ = 1,
    ACK = 2,
    SUSPECT = 3,
    ALIVE = 4,
    DEAD = 5,
    PUSH_PULL = 6,
    COMPOUND = 7,
    USER = 8,
    COMPRESS = 9,
    ENCRYPT = 10,
    NACK = 11,
    CRC = 12,
    ERROR = 13,
    LABEL = 244,
};

/// A part of a compound costs two bytes of length; its head costs two bytes.
inline constexpr std::size_t COMPOUND_HEAD_SIZE = 2;
inline constexpr std::size_t COMPOUND_PART_SIZE = 2;
/// memberlist before 0.2.4 misreads a compound of 128 parts or more.
inline constexpr std::size_t MAX_COMPOUND_PARTS = 127;
inline constexpr std::size_t CRC_SIZE = 5;
/// `f4 | length`; the label follows.
inline constexpr std::size_t LABEL_HEAD_SIZE = 2;
inline constexpr std::size_t MAX_LABEL_SIZE = 255;
/// `0a | length in four bytes`; the sealed message follows.
inline constexpr std::size_t ENCRYPT_HEAD_SIZE = 5;
/// memberlist's limits on a push/pull.
inline constexpr std::uint32_t MAX_PUSH_PULL_NODES = 1048576;
inline constexpr std::uint32_t MAX_USER_STATE_SIZE = 20 * 1024 * 1024;
/// What a broadcast has behind its type byte, and how many values its array.
inline constexpr std::uint8_t BROADCAST_MARK = 0xc1;
inline constexpr std::uint8_t BROADCAST_VERSION = 1;
inline constexpr std::uint8_t BROADCAST_FIELDS = 5;
using swim::MAX_META_SIZE;
using swim::MAX_NAME_SIZE;
using swim::MAX_USER_MESSAGE_SIZE;

/// Asks for an ack.
struct Ping
{
    std::uint32_t seqNo = 0;
    std::string_view node;
    Address source; ///< where the ack should go; length 0: where the ping came from
    std::string_view sourceNode;
};

/// memberlist's indirectPing.
struct PingReq
{
    std::uint32_t seqNo = 0;
    std::string_view node;
    Address target;
    bool nack = false;
    Address source;
    std::string_view sourceNode;
};

/// Answers a ping, or passes such an answer on.
struct Ack
{
    std::uint32_t seqNo = 0;
    ByteView payload;
};

/// A relay's word that it has no ack yet.
struct Nack
{
    std::uint32_t seqNo = 0;
};

/// The body of suspect and of dead.
struct Accusation
{
    std::uint32_t incarnation = 0;
    std::string_view node;
    std::string_view from;
};

/// A member lives, and this is all that it tells of itself.
struct Alive
{
    std::uint32_t incarnation = 0;
    std::string_view node;
    Address address;
    ByteView meta;
    ByteView versions;
};

/// What comes before the table of a push/pull.
struct PushPullHeader
{
    std::uint32_t nodes = 0;
    std::uint32_t userStateSize = 0;
    bool join = false;
};

/// One row of that table.
struct PushNodeState
{
    Alive member; ///< `node` is the wire's `Name`
    std::uint32_t state = 0;
};

/// A message in compressed form, with its type byte.
struct Compressed
{
    std::uint32_t algorithm = 0; ///< 0: LZW, and there is no other
    ByteView bytes;
};

/// The answer to a request on a stream that could not be read.
struct Error
{
    std::string_view text;
};

/// Stands before a user message on a stream; a datagram's has none.
struct UserHeader
{
    std::uint32_t size = 0;
};

/// What every member passes on: a datagram's user message of a form that is this library's own,
/// `08 c1 01 | msgpack array of these`. No msgpack begins with c1 and no message of Serf's does, so
/// nobody takes it for something else.
struct Broadcast
{
    std::string_view sender;  ///< 1 to MAX_NAME_SIZE bytes
    std::uint32_t epoch = 0;  ///< tells the sender's lives apart
    std::uint32_t number = 0; ///< of this life's broadcasts, from 1
    std::string_view name;    ///< at most MAX_NAME_SIZE bytes; empty: nothing takes its place
    ByteView payload;
};

void Encode(const Ping& message, Bytes& out);
void Encode(const PingReq& message, Bytes& out);
void Encode(const Ack& message, Bytes& out);
void Encode(const Nack& message, Bytes& out);
void EncodeSuspect(const Accusation& message, Bytes& out);
void EncodeDead(const Accusation& message, Bytes& out);
void Encode(const Alive& message, Bytes& out);
/// With the type byte; the states and the user state follow it on the stream.
void Encode(const PushPullHeader& message, Bytes& out);
void Encode(const PushNodeState& message, Bytes& out);
void Encode(const Compressed& message, Bytes& out);
void Encode(const Error& message, Bytes& out);
/// A whole user message for a stream. @param payload at most MAX_USER_MESSAGE_SIZE bytes
void EncodeUser(ByteView payload, Bytes& out);
void Encode(const Broadcast& message, Bytes& out);

/// @return how many bytes a broadcast has, its type byte too, whatever its numbers are
std::size_t BroadcastSize(std::string_view sender, std::string_view name, std::size_t payload);

/// The decoders take the bytes behind the type byte.
bool Decode(ByteView body, Ping& message);
bool Decode(ByteView body, PingReq& message);
bool Decode(ByteView body, Ack& message);
bool Decode(ByteView body, Nack& message);
bool Decode(ByteView body, Accusation& message);
bool Decode(ByteView body, Alive& message);
bool Decode(ByteView body, Compressed& message);
bool Decode(ByteView body, Error& message);
/// False for any other user message, which is the application's to read.
bool Decode(ByteView body, Broadcast& message);
/// A user message from a stream.
bool DecodeUser(ByteView body, ByteView& payload);

/// What stands in the middle of a stream's message; the reader is then behind it.
bool Read(Reader& reader, PushPullHeader& header);
bool Read(Reader& reader, PushNodeState& state);
bool Read(Reader& reader, UserHeader& header);

/// A compound's head for parts of these sizes; the parts follow.
void EncodeCompoundHead(std::span<const std::size_t> partSizes, Bytes& out);

/// Walks the parts of a compound.
class CompoundParts
{
  public:
    /// @param body the bytes behind the type byte
    explicit CompoundParts(ByteView body);

    /// @return whether there was another whole part
    bool Next(ByteView& part);

    /// @return how many parts the head announced and the bytes did not hold
    std::size_t Truncated() const
    {
        return m_left;
    }

  private:
    ByteView m_sizes;
    ByteView m_parts;
    std::size_t m_left = 0;
};

/// The CRC frame `0c | crc32 | message`: fills the five bytes in front of the message at `start`.
void FillCrc(Bytes& datagram, std::size_t start);

/// @return the message inside a CRC frame's body, or empty if the sum is wrong
ByteView CheckCrc(ByteView body);

} // namespace swim::wire
