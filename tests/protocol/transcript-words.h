// SPDX-License-Identifier: MIT
//
// Messages as a transcript spells them, and as bytes; see transcript.h for the spelling.
#pragma once

#include "swim/wire.h"

#include <sstream>
#include <string>

namespace swim
{

/// Reads one line's words one after the other; throws std::runtime_error for what is not there.
class Words
{
  public:
    explicit Words(const std::string& text)
        : m_text(text),
          m_words(text)
    {
    }

    std::string Next();
    std::uint32_t Number();

    /// A member's letter, whatever follows it in the word.
    char Member();

    void Expect(std::string_view word);

    bool More()
    {
        return !(m_words >> std::ws).eof();
    }

    /// All that has not been read.
    std::string Rest();

  private:
    std::string m_text;
    std::istringstream m_words;
};

wire::ByteView BytesOf(const std::string& text);

/// Member k of the alphabet lives at 10.0.0.k.
Address AddressOf(char member);
char MemberAt(const Address& address);

std::string_view StateName(MemberState state);

/// @throw std::runtime_error saying what in the text is no message
wire::Bytes EncodeDatagram(const std::string& text);
wire::Bytes EncodeStream(const std::string& text);

/// With the size, and whether a CRC frame is around it.
std::string DescribeDatagram(wire::ByteView bytes);
std::string DescribeStream(wire::ByteView bytes);

} // namespace swim
