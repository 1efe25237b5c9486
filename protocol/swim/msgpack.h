// SPDX-License-Identifier: MIT
//
// The part of msgpack that memberlist speaks, bounded on both sides.
//
// Why not a library: go-msgpack writes the old specification (strings and bytes alike as fixstr,
// str16, str32; never str8 or bin), which msgpack-cxx's packer cannot be told to do, and its
// unpacker builds an object tree on the heap for each message, while the core's speed goal allows
// no allocation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace swim::wire
{

/// Appends msgpack to a byte vector, which is the caller's again when the writer is gone: while it
/// writes, the vector is longer than what is written, so that most writes need not ask for room.
class Writer
{
  public:
    explicit Writer(std::vector<std::uint8_t>& bytes)
        : m_bytes(bytes),
          m_written(bytes.size())
    {
    }

    ~Writer()
    {
        m_bytes.resize(m_written);
    }

    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void Byte(std::uint8_t byte)
    {
        *Room(1) = byte;
    }

    void Raw(std::span<const std::uint8_t> bytes)
    {
        std::ranges::copy(bytes, Room(bytes.size()));
    }

    void BigEndian16(std::uint16_t value)
    {
        std::uint8_t* room = Room(2);
        room[0] = static_cast<std::uint8_t>(value >> 8);
        room[1] = static_cast<std::uint8_t>(value);
    }

    void BigEndian32(std::uint32_t value)
    {
        BigEndian16(static_cast<std::uint16_t>(value >> 16));
        BigEndian16(static_cast<std::uint16_t>(value));
    }

    /// A map's head. @param count at most 15
    void Map(std::uint8_t count)
    {
        Byte(0x80 | count);
    }

    /// The head of a map of any size.
    void LongMap(std::uint32_t count);

    /// An array's head. @param count at most 15
    void Array(std::uint8_t count)
    {
        Byte(0x90 | count);
    }

    void Nil()
    {
        Byte(0xc0);
    }

    void Bool(bool value)
    {
        Byte(value ? 0xc3 : 0xc2);
    }

    /// The smallest unsigned form.
    void Unsigned(std::uint32_t value);
    void Unsigned64(std::uint64_t value);

    void Float64(double value);

    /// Old-specification raw: fixstr, str16 or str32.
    void String(std::string_view text);

    /// A key: its length is known here, and so is all that follows from it.
    template <std::size_t N>
    void String(const char (&literal)[N])
    {
        static_assert(N - 1 < 32, "a key is a fixstr");
        std::uint8_t* room = Room(N);
        *room = static_cast<std::uint8_t>(0xa0 | (N - 1));
        std::memcpy(room + 1, literal, N - 1);
    }

    void Bytes(std::span<const std::uint8_t> bytes)
    {
        String({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }

    /// A map key and what Go writes for an empty slice field: nil.
    void BytesOrNil(std::span<const std::uint8_t> bytes)
    {
        if (bytes.empty())
        {
            Nil();
        }
        else
        {
            Bytes(bytes);
        }
    }

  private:
    /// An accusation of short names is shorter than this, and what is cleared for it takes no loop.
    static constexpr std::size_t CHUNK = 48;

    std::uint8_t* Room(std::size_t size)
    {
        if (m_bytes.size() - m_written < size) [[unlikely]]
        {
            m_bytes.resize(m_written + std::max(size, CHUNK));
        }
        std::uint8_t* room = m_bytes.data() + m_written;
        m_written += size;
        return room;
    }

    void LongString(std::string_view text);
    void LongUnsigned(std::uint32_t value);

    std::vector<std::uint8_t>& m_bytes;
    std::size_t m_written;
};

/**
 * Reads msgpack from bytes it does not own. Every method answers whether the input held what was
 * asked; after a false the position is meaningless and the message is to be dropped.
 */
class Reader
{
  public:
    explicit Reader(std::span<const std::uint8_t> bytes)
        : m_bytes(bytes)
    {
    }

    std::size_t Position() const
    {
        return m_position;
    }

    std::span<const std::uint8_t> Rest() const
    {
        return m_bytes.subspan(m_position);
    }

    /// Whether the last false answer came from the end of the input and not from its content.
    bool RanOut() const
    {
        return m_ranOut;
    }

    bool Map(std::uint32_t& count);
    bool Array(std::uint32_t& count);
    /// Either width; the number may be infinite or none at all.
    bool Float(double& value);
    /// Any integer form; negative or larger than `limit` is false.
    bool Unsigned(std::uint32_t& value, std::uint32_t limit = UINT32_MAX);
    bool Unsigned64(std::uint64_t& value);
    bool Bool(bool& value);
    /// str or bin family, or nil as empty: what go-msgpack's decoders take for a string or a byte
    /// slice.
    bool String(std::string_view& text);
    bool Bytes(std::span<const std::uint8_t>& bytes);

    /// Passes over these bytes, if they are next. A false leaves all as it was.
    template <std::size_t N>
    bool Passes(const char (&literal)[N])
    {
        if (m_bytes.size() - m_position < N - 1 ||
            std::memcmp(m_bytes.data() + m_position, literal, N - 1) != 0)
        {
            return false;
        }
        m_position += N - 1;
        return true;
    }

    /// Passes over any one value.
    bool Skip()
    {
        std::uint64_t owed = 1;
        return Skip(owed);
    }

    /// Passes over `owed` values, whatever they contain, and counts `owed` down. Where the input
    /// runs out, position and `owed` say where to go on once there is more of it.
    bool Skip(std::uint64_t& owed);
    /// A bare number of `width` bytes, as frames have it outside msgpack.
    bool BigEndian(int width, std::uint64_t& value);

  private:
    bool SkipHead(std::uint64_t& contained);
    bool Take(std::size_t count, const std::uint8_t*& data);
    bool LongUnsigned(std::uint8_t head, std::uint64_t& value);
    template <typename Read>
    bool OffTheFastPath(Read read);
    bool StringLength(std::uint8_t head, std::uint64_t& length);
    bool Container(std::uint8_t fixHead, std::uint8_t longHead, std::uint32_t& count);

    std::span<const std::uint8_t> m_bytes;
    std::size_t m_position = 0;
    bool m_ranOut = false;
};

// What every message uses is inline: a datagram of gossip has some 300 of these calls.

inline bool Reader::Take(std::size_t count, const std::uint8_t*& data)
{
    if (m_bytes.size() - m_position < count)
    {
        m_ranOut = true;
        return false;
    }
    data = m_bytes.data() + m_position;
    m_position += count;
    return true;
}

/// Calls what is not inline on a copy: as long as nobody else sees the reader itself, the compiler
/// can keep its position in a register, on which every next read waits.
template <typename Read>
bool Reader::OffTheFastPath(Read read)
{
    Reader copy = *this;
    const bool whole = read(copy);
    *this = copy;
    return whole;
}

inline bool Reader::Bytes(std::span<const std::uint8_t>& bytes)
{
    const std::uint8_t* head = nullptr;
    if (!Take(1, head))
    {
        return false;
    }
    std::uint64_t length = 0;
    if ((*head & 0xe0) == 0xa0) // fixstr
    {
        length = *head & 0x1f;
    }
    else if (*head != 0xc0) // nil
    {
        std::uint64_t read = 0;
        if (!OffTheFastPath([&](Reader& reader) { return reader.StringLength(*head, read); }))
        {
            return false;
        }
        length = read;
    }
    const std::uint8_t* data = nullptr;
    if (!Take(length, data))
    {
        return false;
    }
    bytes = {data, static_cast<std::size_t>(length)};
    return true;
}

inline bool Reader::Unsigned(std::uint32_t& value, std::uint32_t limit)
{
    const std::uint8_t* head = nullptr;
    if (!Take(1, head))
    {
        return false;
    }
    std::uint32_t read = *head;
    if (*head == 0xcd)
    {
        const std::uint8_t* data = nullptr;
        if (!Take(2, data))
        {
            return false;
        }
        read = static_cast<std::uint32_t>(data[0] << 8 | data[1]);
    }
    else if (*head >= 0x80 && !OffTheFastPath([&](Reader& reader) {
                 std::uint64_t wide = 0;
                 const bool whole = reader.LongUnsigned(*head, wide) && wide <= UINT32_MAX;
                 read = static_cast<std::uint32_t>(wide);
                 return whole;
             }))
    {
        return false;
    }
    value = read;
    return read <= limit;
}

inline bool Reader::String(std::string_view& text)
{
    std::span<const std::uint8_t> bytes;
    if (!Bytes(bytes))
    {
        return false;
    }
    text = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    return true;
}

inline void Writer::Unsigned(std::uint32_t value)
{
    if (value < 0x80)
    {
        Byte(static_cast<std::uint8_t>(value));
    }
    else
    {
        LongUnsigned(value);
    }
}

inline void Writer::String(std::string_view text)
{
    if (text.size() >= 32)
    {
        LongString(text);
        return;
    }
    std::uint8_t* room = Room(1 + text.size());
    *room = static_cast<std::uint8_t>(0xa0 | text.size());
    std::ranges::copy(text, room + 1);
}

/// Reads a map; `field(key, known)` answers whether the value of a known key could be read, and
/// sets `known` to false for keys it does not know, which are skipped.
template <typename Field>
bool ReadMap(Reader& reader, Field field)
{
    std::uint32_t count = 0;
    if (!reader.Map(count))
    {
        return false;
    }
    for (; count > 0; --count)
    {
        std::string_view key;
        if (!reader.String(key))
        {
            return false;
        }
        bool known = true;
        const bool read = field(key, known);
        if (known ? !read : !reader.Skip())
        {
            return false;
        }
    }
    return true;
}

} // namespace swim::wire
