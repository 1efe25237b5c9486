// SPDX-License-Identifier: GPL-2.0-only
//
// See xml-reader.h.
#include "lab/topology/xml-reader.h"

#include <algorithm>
#include <charconv>

namespace swimlab
{

namespace
{

constexpr std::string_view SPACE = " \t\n";

bool IsNameByte(char c)
{
    return static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("_:.-").find(c) != std::string_view::npos;
}

std::string WithoutPrefix(const std::string& name)
{
    return name.substr(name.find(':') + 1);
}

void AppendUtf8(std::string& text, std::uint32_t code)
{
    if (code < 0x80)
    {
        text += static_cast<char>(code);
        return;
    }
    const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    constexpr unsigned LEADS[] = {0, 0xc0, 0xe0, 0xf0};
    text += static_cast<char>(LEADS[more] | (code >> (6 * more)));
    for (int rest = more - 1; rest >= 0; --rest)
    {
        text += static_cast<char>(0x80 | ((code >> (6 * rest)) & 0x3f));
    }
}

/// `#10` or `#xA`, as a character that XML allows; 0 if it is none.
std::uint32_t CharacterOf(std::string_view reference)
{
    reference.remove_prefix(1);
    const bool isHex = reference.starts_with('x');
    reference.remove_prefix(isHex ? 1 : 0);
    std::uint32_t code = 0;
    const char* const end = reference.data() + reference.size();
    const auto [rest, error] = std::from_chars(reference.data(), end, code, isHex ? 16 : 10);
    const bool isAllowed = code == '\t' || code == '\n' || code == '\r' ||
                           (code >= 0x20 && code < 0xd800) || (code >= 0xe000 && code < 0xfffe) ||
                           (code >= 0x10000 && code <= 0x10ffff);
    return error == std::errc() && rest == end && isAllowed ? code : 0;
}

} // namespace

XmlReader::XmlReader(std::string_view text)
    : m_rest(text)
{
}

const std::string& XmlReader::Attribute(const std::string& name) const
{
    const auto found = m_attributes.find(name);
    if (found == m_attributes.end())
    {
        Fail("<" + m_name + "> has no " + name);
    }
    return found->second;
}

void XmlReader::Fail(const std::string& message) const
{
    throw XmlError(m_line, message);
}

bool XmlReader::At(std::string_view what) const
{
    return m_rest.starts_with(what);
}

char XmlReader::Peek() const
{
    return m_rest.empty() ? '\0' : m_rest.front();
}

void XmlReader::Advance(std::size_t bytes)
{
    const auto passed = m_rest.substr(0, bytes);
    m_at += static_cast<std::size_t>(std::ranges::count(passed, '\n'));
    m_rest.remove_prefix(passed.size());
}

void XmlReader::SkipSpace()
{
    Advance(std::min(m_rest.find_first_not_of(SPACE), m_rest.size()));
}

void XmlReader::SkipPast(std::string_view end, std::string_view what)
{
    const std::size_t found = m_rest.find(end);
    if (found == std::string_view::npos)
    {
        Fail(std::string(what) + " has no end; the file is cut off");
    }
    Advance(found + end.size());
}

void XmlReader::SkipDoctype()
{
    const std::size_t end = m_rest.find_first_of("[>");
    if (end == std::string_view::npos)
    {
        Fail("<!DOCTYPE has no end; the file is cut off");
    }
    if (m_rest[end] == '[')
    {
        Fail("the file defines words of its own in <!DOCTYPE ... [; a map without them was "
             "expected");
    }
    Advance(end + 1);
}

/// Comments, instructions, the document's type. @return whether there was one
bool XmlReader::SkipMarkup()
{
    m_line = m_at;
    if (At("<!--"))
    {
        SkipPast("-->", "a comment");
    }
    else if (At("<?"))
    {
        SkipPast("?>", "<?");
    }
    else if (At("<!DOCTYPE"))
    {
        SkipDoctype();
    }
    else
    {
        return false;
    }
    return true;
}

XmlReader::Token XmlReader::Next()
{
    if (m_endFollows)
    {
        m_endFollows = false;
        m_open.pop_back();
        return Token::END;
    }
    for (;;)
    {
        if (m_open.empty())
        {
            SkipSpace();
        }
        if (!SkipMarkup())
        {
            break;
        }
    }
    if (m_rest.empty())
    {
        if (!m_open.empty())
        {
            Fail("ends inside of <" + m_open.back().first + ">, which begins in line " +
                 std::to_string(m_open.back().second) + "; the file is cut off");
        }
        if (!m_hadRoot)
        {
            Fail("is empty");
        }
        return Token::DONE;
    }
    if (At("</"))
    {
        return ReadEnd();
    }
    if (At("<") && !At("<![CDATA["))
    {
        return ReadStart();
    }
    return ReadText();
}

std::string XmlReader::ReadName()
{
    const auto* const end = std::find_if_not(m_rest.begin(), m_rest.end(), IsNameByte);
    const std::string name(m_rest.begin(), end);
    if (name.empty())
    {
        Fail("a name was expected after <");
    }
    Advance(name.size());
    return name;
}

void XmlReader::ReadAttributes()
{
    m_attributes.clear();
    for (SkipSpace(); !m_rest.empty() && Peek() != '>' && Peek() != '/'; SkipSpace())
    {
        if (!IsNameByte(Peek()))
        {
            Fail("<" + m_name + "> has " + std::string(1, Peek()) +
                 " where an attribute was expected");
        }
        const std::string name = ReadName();
        SkipSpace();
        if (Peek() != '=')
        {
            Fail("<" + m_name + ">: " + name + " has no value");
        }
        Advance(1);
        SkipSpace();
        const char quote = Peek();
        if (quote != '"' && quote != '\'')
        {
            Fail("<" + m_name + ">: the value of " + name + " must be in quotes");
        }
        Advance(1);
        const std::size_t end = m_rest.find(quote);
        if (end == std::string_view::npos)
        {
            Fail("<" + m_name + ">: the value of " + name + " has no end; the file is cut off");
        }
        const std::string value = Decoded(m_rest.substr(0, end));
        Advance(end + 1);
        if (!m_attributes.emplace(name, value).second)
        {
            Fail("<" + m_name + "> has " + name + " twice");
        }
    }
}

XmlReader::Token XmlReader::ReadStart()
{
    if (m_open.empty() && m_hadRoot)
    {
        Fail("a second document follows the first");
    }
    m_hadRoot = true;
    if (m_open.size() == MOST_DEPTH)
    {
        Fail("more than " + std::to_string(MOST_DEPTH) + " elements are inside of each other");
    }
    Advance(1);
    const std::string name = ReadName();
    m_name = WithoutPrefix(name);
    ReadAttributes();
    m_open.emplace_back(name, m_line);
    if (At("/>"))
    {
        m_endFollows = true;
        Advance(2);
    }
    else if (At(">"))
    {
        Advance(1);
    }
    else
    {
        Fail("<" + name + "> has no end; the file is cut off");
    }
    return Token::START;
}

XmlReader::Token XmlReader::ReadEnd()
{
    Advance(2);
    const std::string name = ReadName();
    SkipSpace();
    if (!At(">"))
    {
        Fail("</" + name + " has no >");
    }
    Advance(1);
    if (m_open.empty() || m_open.back().first != name)
    {
        Fail("</" + name + "> ends what is not open" +
             (m_open.empty() ? ""
                             : "; <" + m_open.back().first + "> of line " +
                                   std::to_string(m_open.back().second) + " is"));
    }
    m_open.pop_back();
    m_name = WithoutPrefix(name);
    return Token::END;
}

XmlReader::Token XmlReader::ReadText()
{
    if (m_open.empty())
    {
        Fail("an element was expected; the file is no XML");
    }
    constexpr std::string_view CDATA = "<![CDATA[";
    if (At(CDATA))
    {
        Advance(CDATA.size());
        const std::size_t end = m_rest.find("]]>");
        m_text = m_rest.substr(0, end);
        SkipPast("]]>", "<![CDATA[");
        return Token::TEXT;
    }
    const std::size_t end = std::min(m_rest.find('<'), m_rest.size());
    m_text = Decoded(m_rest.substr(0, end));
    Advance(end);
    return Token::TEXT;
}

std::string XmlReader::Decoded(std::string_view text) const
{
    struct Entity
    {
        std::string_view name;
        char character;
    };

    constexpr Entity ENTITIES[] = {{"amp", '&'},
                                   {"lt", '<'},
                                   {"gt", '>'},
                                   {"quot", '"'},
                                   {"apos", '\''}};
    std::string decoded;
    for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&'))
    {
        decoded += text.substr(0, at);
        const std::size_t end = text.find(';', at);
        const std::string_view name =
            text.substr(at + 1, end == std::string_view::npos ? 0 : end - at - 1);
        const auto* const known = std::ranges::find(ENTITIES, name, &Entity::name);
        const std::uint32_t code = known != std::end(ENTITIES)
                                       ? static_cast<std::uint32_t>(known->character)
                                   : name.starts_with('#') ? CharacterOf(name)
                                                           : 0;
        if (code == 0)
        {
            Fail("&" + std::string(name.substr(0, 40)) +
                 " is no character; write &amp; for the sign itself");
        }
        AppendUtf8(decoded, code);
        text.remove_prefix(end + 1);
    }
    return decoded += text;
}

} // namespace swimlab
