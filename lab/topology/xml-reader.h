// SPDX-License-Identifier: GPL-2.0-only
//
// Reads XML as a sequence of elements: each with its line, and by a loop, so that neither a file of a
// million open elements nor one that is cut off does more than be refused.
//
// It knows what a file of data has: elements, attributes, texts, CDATA, comments, processing
// instructions, the five entities and those by number. Entities that a file defines for itself are
// refused: a few lines of them make gigabytes.
#pragma once

#include "lab/topology/xml-error.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

class XmlReader
{
  public:
    enum class Token
    {
        START, ///< Name() and Attributes() are those of the element
        TEXT,  ///< Text()
        END,   ///< Name() is that of the element that ends
        DONE,
    };

    /// More elements inside of each other are no data.
    static constexpr std::size_t MOST_DEPTH = 100;

    /// @param text UTF-8, as DecodeXml gives it; outlives the reader
    explicit XmlReader(std::string_view text);

    /// @throws XmlError
    Token Next();

    /// Without the prefix of its namespace.
    const std::string& Name() const
    {
        return m_name;
    }

    const std::map<std::string, std::string>& Attributes() const
    {
        return m_attributes;
    }

    /// Of the attribute, which has to be there. @throws XmlError
    const std::string& Attribute(const std::string& name) const;

    const std::string& Text() const
    {
        return m_text;
    }

    /// Where the token begins.
    std::size_t Line() const
    {
        return m_line;
    }

    [[noreturn]] void Fail(const std::string& message) const;

  private:
    bool At(std::string_view what) const;
    char Peek() const;
    void Advance(std::size_t bytes);
    void SkipSpace();
    void SkipPast(std::string_view end, std::string_view what);
    bool SkipMarkup();
    void SkipDoctype();
    std::string ReadName();
    void ReadAttributes();
    Token ReadStart();
    Token ReadEnd();
    Token ReadText();
    std::string Decoded(std::string_view text) const;

    std::string_view m_rest;
    std::size_t m_at = 1;                                    ///< the line of m_rest
    std::size_t m_line = 1;                                  ///< of the token
    std::vector<std::pair<std::string, std::size_t>> m_open; ///< whole names and lines
    bool m_endFollows = false;                               ///< of an element without content
    bool m_hadRoot = false;
    std::string m_name;
    std::map<std::string, std::string> m_attributes;
    std::string m_text;
};

} // namespace swimlab
