// SPDX-License-Identifier: GPL-2.0-only
//
// See toml-text.h.
#include "lab/scenario/toml-text.h"

#include "lab/topology/utf8.h"

#include <algorithm>
#include <cstdint>

namespace swimlab
{

namespace
{

/// Where in a text a byte stands, as far as quotes go.
enum class Within
{
    NOTHING,
    COMMENT,
    BASIC,        ///< "..."
    LITERAL,      ///< '...'
    LONG_BASIC,   ///< """..."""
    LONG_LITERAL, ///< '''...'''
};

/// Follows quotes and comments, a byte at a time.
class Quotes
{
  public:
    explicit Quotes(std::string_view text)
        : m_text(text)
    {
    }

    /// Where the byte at `at` stands. @param at counts up from 0, one call each
    Within At(std::size_t at)
    {
        if (at < m_until)
        {
            return m_shown;
        }
        m_shown = m_within;
        const char c = m_text[at];
        switch (m_within)
        {
        case Within::NOTHING:
            Open(at, c);
            break;
        case Within::COMMENT:
            m_within = c == '\n' ? Within::NOTHING : m_within;
            break;
        case Within::BASIC:
        case Within::LITERAL:
            // Without its second quote a text ends with its line, and toml++ says so.
            if (c == '\n' || c == (m_within == Within::BASIC ? '"' : '\''))
            {
                m_within = Within::NOTHING;
            }
            break;
        case Within::LONG_BASIC:
        case Within::LONG_LITERAL:
            if (StartsWith(at, m_within == Within::LONG_BASIC ? R"(""")" : "'''"))
            {
                m_within = Within::NOTHING;
                m_until = at + 3;
            }
            break;
        }
        if (c == '\\' && (m_shown == Within::BASIC || m_shown == Within::LONG_BASIC))
        {
            m_until = at + 2;
        }
        return m_shown;
    }

  private:
    bool StartsWith(std::size_t at, std::string_view what) const
    {
        return m_text.substr(at, what.size()) == what;
    }

    void Open(std::size_t at, char c)
    {
        if (c == '#')
        {
            m_within = Within::COMMENT;
        }
        else if (c == '"' || c == '\'')
        {
            const bool isBasic = c == '"';
            const bool isLong = StartsWith(at, isBasic ? R"(""")" : "'''");
            m_within = isLong ? (isBasic ? Within::LONG_BASIC : Within::LONG_LITERAL)
                              : (isBasic ? Within::BASIC : Within::LITERAL);
            m_shown = m_within;
            m_until = at + (isLong ? 3 : 1);
        }
    }

    std::string_view m_text;
    Within m_within = Within::NOTHING;
    Within m_shown = Within::NOTHING; ///< of bytes before m_until
    std::size_t m_until = 0;
};

std::string BareMessage(std::string_view character)
{
    const std::string text(character);
    if (text == "\u201c" || text == "\u201d" || text == "\u2018" || text == "\u2019")
    {
        return text + " is no quote that TOML knows; write \"";
    }
    if (text == "\u00a0" || text == "\u200b" || text == "\u3000")
    {
        return "has a space that looks like one and is none; write a plain one";
    }
    return text + " stands outside of quotes; put texts and keys with such letters in quotes: \"" +
           text + "\"";
}

bool IsSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

} // namespace

std::optional<TomlMistake> FindTomlMistake(std::string_view text)
{
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    {
        return TomlMistake{1, "is UTF-16; a scenario is UTF-8, so save it as that"};
    }
    constexpr std::string_view BYTE_ORDER_MARK = "\xef\xbb\xbf";
    Quotes quotes(text);
    unsigned line = 1;
    unsigned steps = 1;
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        const Within within = quotes.At(at);
        const char c = text[at];
        const bool isMark = at == 0 && text.starts_with(BYTE_ORDER_MARK);
        if (static_cast<unsigned char>(c) >= 0x80)
        {
            const std::size_t length = Utf8Length(text.substr(at));
            if (length == 0)
            {
                return TomlMistake{line,
                                   "has a byte that is no UTF-8 (" + HexByte(c) +
                                       "); a scenario is UTF-8, so save it as that"};
            }
            if (within == Within::NOTHING && !isMark)
            {
                return TomlMistake{line, BareMessage(text.substr(at, length))};
            }
            for (std::size_t rest = 1; rest < length; ++rest)
            {
                quotes.At(at + rest);
            }
            at += length - 1;
        }
        else if (within == Within::NOTHING && c == '.' && ++steps > MOST_TOML_STEPS)
        {
            return TomlMistake{line,
                               "has a key of more than " + std::to_string(MOST_TOML_STEPS) +
                                   " steps; no key of a scenario has"};
        }
        else if (within == Within::NOTHING &&
                 std::string_view("=,[]{}\n").find(c) != std::string_view::npos)
        {
            steps = 1;
        }
        line += c == '\n' ? 1 : 0;
    }
    return std::nullopt;
}

std::string FindBareWord(std::string_view line, bool (*isValue)(std::string_view word))
{
    const std::size_t equals = line.find('=');
    std::size_t at = equals == std::string_view::npos ? 0 : equals + 1;
    while (at < line.size() && line[at] != '#')
    {
        if (line[at] == '"' || line[at] == '\'')
        {
            const std::size_t end = line.find(line[at], at + 1);
            at = end == std::string_view::npos ? line.size() : end + 1;
            continue;
        }
        if (IsSpace(line[at]) || std::string_view("[]{},").find(line[at]) != std::string_view::npos)
        {
            ++at;
            continue;
        }
        const std::size_t end = std::min(line.find_first_of(",[]{}#\"'", at), line.size());
        std::string_view word = line.substr(at, end - at);
        word = word.substr(std::min(word.rfind('=') + 1, word.size()));
        while (!word.empty() && IsSpace(word.back()))
        {
            word.remove_suffix(1);
        }
        while (!word.empty() && IsSpace(word.front()))
        {
            word.remove_prefix(1);
        }
        if (!word.empty() && !isValue(word))
        {
            return std::string(word);
        }
        at = end;
    }
    return "";
}

std::string_view LineOf(std::string_view text, unsigned number)
{
    for (; number > 1; --number)
    {
        const std::size_t end = text.find('\n');
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return text.substr(0, text.find('\n'));
}

} // namespace swimlab
