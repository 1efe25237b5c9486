// SPDX-License-Identifier: MIT
//
// See lzw.h. Both sides number the strings alike: each code written or read gives the next number
// to "the string before, and one byte more".
#include "swim/lzw.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace swim::lzw
{

namespace
{

constexpr std::uint32_t CLEAR = 256;
constexpr std::uint32_t END = 257;
constexpr unsigned MIN_WIDTH = 9;
constexpr unsigned MAX_WIDTH = 12;
constexpr std::uint32_t LAST_CODE = (1u << MAX_WIDTH) - 1;

/// The writer's state: which strings have a code.
class Compressor
{
  public:
    explicit Compressor(std::vector<std::uint8_t>& out)
        : m_out(out)
    {
    }

    void Run(std::span<const std::uint8_t> input)
    {
        Put(CLEAR);
        if (!input.empty())
        {
            Put(Strings(input));
            TakeNumber();
        }
        Put(END);
        if (m_bitCount > 0)
        {
            m_out.push_back(static_cast<std::uint8_t>(m_bits));
        }
    }

  private:
    /// Twice the strings there can be, so that probing stays short.
    static constexpr std::size_t TABLE_SIZE = 8192;

    /// Writes the longest known strings of the input. @return the code of the last, still to write
    std::uint32_t Strings(std::span<const std::uint8_t> input)
    {
        std::uint32_t code = input.front();
        for (const std::uint8_t byte : input.subspan(1))
        {
            const std::uint32_t key = code << 8 | byte;
            std::uint32_t& entry = Find(key);
            if (entry != 0)
            {
                code = entry & LAST_CODE;
                continue;
            }
            Put(code);
            code = byte;
            if (TakeNumber())
            {
                entry = key << MAX_WIDTH | m_last;
            }
        }
        return code;
    }

    /// @return where the key (a code and one byte, 20 bits) is, or the empty place for it
    std::uint32_t& Find(std::uint32_t key)
    {
        std::size_t at = (key >> 12 ^ key) % TABLE_SIZE;
        while (m_table[at] != 0 && m_table[at] >> MAX_WIDTH != key)
        {
            at = (at + 1) % TABLE_SIZE;
        }
        return m_table[at];
    }

    /// Gives out the next number. @return false where none was left: all strings were forgotten
    bool TakeNumber()
    {
        ++m_last;
        m_width += m_last >> m_width; // the number itself may need one bit more
        if (m_last < LAST_CODE)
        {
            return true;
        }
        Put(CLEAR);
        m_width = MIN_WIDTH;
        m_last = END;
        m_table.fill(0);
        return false;
    }

    void Put(std::uint32_t code)
    {
        m_bits |= code << m_bitCount;
        for (m_bitCount += m_width; m_bitCount >= 8; m_bitCount -= 8)
        {
            m_out.push_back(static_cast<std::uint8_t>(m_bits));
            m_bits >>= 8;
        }
    }

    std::vector<std::uint8_t>& m_out;
    /// Key and code of each string; 0 is empty, for no string has code 0.
    std::array<std::uint32_t, TABLE_SIZE> m_table{};
    std::uint32_t m_last = END; ///< the number given out last
    unsigned m_width = MIN_WIDTH;
    std::uint32_t m_bits = 0;
    unsigned m_bitCount = 0;
};

class CodeReader
{
  public:
    explicit CodeReader(std::span<const std::uint8_t> input)
        : m_rest(input)
    {
    }

    /// @return whether a whole code was left
    bool Next(unsigned width, std::uint32_t& code)
    {
        for (; m_bitCount < width; m_bitCount += 8)
        {
            if (m_rest.empty())
            {
                return false;
            }
            m_bits |= static_cast<std::uint32_t>(m_rest.front()) << m_bitCount;
            m_rest = m_rest.subspan(1);
        }
        code = m_bits & ((1u << width) - 1);
        m_bits >>= width;
        m_bitCount -= width;
        return true;
    }

  private:
    std::span<const std::uint8_t> m_rest;
    std::uint32_t m_bits = 0;
    unsigned m_bitCount = 0;
};

/// A string that has come out already.
struct Span
{
    std::size_t start;
    std::size_t length; ///< 0: there is none
};

/// Appends a string of two bytes or more. Its last byte may be the first of those appended.
void Repeat(Span source, std::vector<std::uint8_t>& out)
{
    const std::size_t at = out.size();
    out.resize(at + source.length);
    std::copy_n(out.data() + source.start, source.length - 1, out.data() + at);
    out.back() = out[source.start + source.length - 1];
}

} // namespace

void Compress(std::span<const std::uint8_t> input, std::vector<std::uint8_t>& out)
{
    out.clear();
    Compressor(out).Run(input);
}

Result Decompress(std::span<const std::uint8_t> input,
                  std::vector<std::uint8_t>& out,
                  std::size_t limit)
{
    out.clear();
    // "The string before, and one byte more" lies in the output in one piece: no chains to follow.
    // Not initialized: a code up to `next` is known to have been given out, or is refused.
    std::array<Span, LAST_CODE + 1> strings;
    Span before{};
    std::uint32_t next = END;
    unsigned width = MIN_WIDTH;
    CodeReader codes(input);
    for (std::uint32_t code = 0; codes.Next(width, code);)
    {
        if (code == END)
        {
            return Result::WHOLE;
        }
        if (code == CLEAR)
        {
            before = {};
            next = END;
            width = MIN_WIDTH;
            continue;
        }
        if (before.length > 0)
        {
            strings[next] = {before.start, before.length + 1};
        }
        if (code > next)
        {
            return Result::MALFORMED;
        }
        const Span source = code < CLEAR ? Span{0, 1} : strings[code];
        if (source.length > limit - out.size())
        {
            return Result::TOO_LARGE;
        }
        before = {out.size(), source.length};
        if (code < CLEAR)
        {
            out.push_back(static_cast<std::uint8_t>(code));
        }
        else
        {
            Repeat(source, out);
        }
        ++next;
        if (next == 1u << width && width < MAX_WIDTH)
        {
            ++width;
        }
        else if (next > LAST_CODE)
        {
            next = LAST_CODE;
            before = {}; // no number is left: the strings stay as they are
        }
    }
    return Result::MALFORMED;
}

} // namespace swim::lzw
