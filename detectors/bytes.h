// SPDX-License-Identifier: MIT
//
// Numbers and names as bytes: what all detectors' messages are made of. Big endian, names with a byte
// of length in front.
#pragma once

#include "swim/types.h"
#include "swim/wire.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace swim::detectors
{

/// The longest name that a message of a detector can carry.
inline constexpr std::size_t MOST_NAME_BYTES = 255;

inline constexpr std::size_t WORD_BYTES = 8;

/// @return a number whose bytes lie in memory from the highest on, or the other way round
inline std::uint64_t BigEndian(std::uint64_t word)
{
    return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

/// @return the eight bytes there as a number
inline std::uint64_t LoadWord(const std::uint8_t* at)
{
    std::uint64_t word = 0;
    std::memcpy(&word, at, WORD_BYTES);
    return BigEndian(word);
}

/// Writes a number as eight bytes.
inline void StoreWord(std::uint64_t word, std::uint8_t* at)
{
    const std::uint64_t bytes = BigEndian(word);
    std::memcpy(at, &bytes, WORD_BYTES);
}

/// Writes a number of any size.
template <typename T>
void StoreNumber(T value, std::uint8_t* at)
{
    std::uint8_t word[WORD_BYTES];
    StoreWord(static_cast<std::uint64_t>(value) << 8 * (WORD_BYTES - sizeof(T)), word);
    std::copy_n(word, sizeof(T), at);
}

/// Appends to a buffer.
class ByteWriter
{
  public:
    explicit ByteWriter(wire::Bytes& out)
        : m_out(out)
    {
    }

    template <typename T>
    void Number(T value)
    {
        std::uint8_t bytes[sizeof(T)];
        StoreNumber(value, bytes);
        m_out.insert(m_out.end(), bytes, bytes + sizeof(T));
    }

    /// @param name at most MOST_NAME_BYTES; of a longer one the beginning is written
    void Name(std::string_view name)
    {
        const std::string_view text = name.substr(0, MOST_NAME_BYTES);
        std::uint8_t bytes[1 + MOST_NAME_BYTES];
        bytes[0] = static_cast<std::uint8_t>(text.size());
        std::ranges::copy(text, bytes + 1);
        m_out.insert(m_out.end(), bytes, bytes + 1 + text.size());
    }

    void Place(const Address& address)
    {
        std::uint8_t bytes[1 + std::tuple_size_v<decltype(address.bytes)> + sizeof(address.port)];
        bytes[0] = address.length;
        std::ranges::copy(address.bytes, bytes + 1); // all of them: as many as a register has
        std::uint8_t* const port = bytes + 1 + address.length;
        StoreNumber(address.port, port);
        m_out.insert(m_out.end(), bytes, port + sizeof(address.port));
    }

    void Zeros(std::size_t count)
    {
        m_out.insert(m_out.end(), count, 0);
    }

  private:
    wire::Bytes& m_out;
};

/// Reads what ByteWriter wrote; whoever reads beyond the end gets zeros, and Ok() is false.
class ByteReader
{
  public:
    explicit ByteReader(wire::ByteView bytes)
        : m_rest(bytes)
    {
    }

    /// @return whether all that was asked for was there
    bool Ok() const
    {
        return m_ok;
    }

    /// @return whether that was all there is, too
    bool AtEnd() const
    {
        return m_ok && m_rest.empty();
    }

    std::size_t Left() const
    {
        return m_rest.size();
    }

    template <typename T>
    T Number()
    {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : Take(sizeof(T)))
        {
            value = value << 8 | byte;
        }
        return static_cast<T>(value);
    }

    /// @return a view into what is read; empty where there is none
    std::string_view Name()
    {
        const auto size = Number<std::uint8_t>();
        const wire::ByteView text = Take(size);
        return {reinterpret_cast<const char*>(text.data()), text.size()};
    }

    Address Place()
    {
        const auto length = Number<std::uint8_t>();
        if (length != 4 && length != 16)
        {
            m_ok = false;
            return {};
        }
        const wire::ByteView bytes = Take(length);
        return Address(bytes, Number<std::uint16_t>());
    }

    wire::ByteView Take(std::size_t count)
    {
        if (count > m_rest.size())
        {
            m_ok = false;
            m_rest = {};
            return {};
        }
        const wire::ByteView taken = m_rest.first(count);
        m_rest = m_rest.subspan(count);
        return taken;
    }

  private:
    wire::ByteView m_rest;
    bool m_ok = true;
};

} // namespace swim::detectors
