// SPDX-License-Identifier: GPL-2.0-only
//
// See xml-encoding.h.
#include "lab/topology/xml-encoding.h"

#include "lab/topology/utf8.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <iconv.h>

namespace swimlab
{

namespace
{

std::size_t LinesOf(std::string_view text)
{
    return 1 + static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

/// The value of `encoding` in `<?xml version="1.0" encoding="latin1"?>`; empty where there is none.
std::string DeclaredEncoding(std::string_view text)
{
    if (!text.starts_with("<?xml"))
    {
        return "";
    }
    const std::string_view declaration = text.substr(0, text.find("?>"));
    const std::size_t name = declaration.find("encoding");
    const std::size_t open = declaration.find_first_of("\"'", std::min(name, declaration.size()));
    if (name == std::string_view::npos || open == std::string_view::npos)
    {
        return "";
    }
    const std::size_t close = declaration.find(declaration[open], open + 1);
    return close == std::string_view::npos
               ? ""
               : std::string(declaration.substr(open + 1, close - open - 1));
}

class Converter
{
  public:
    /// @throws XmlError if nobody knows the encoding
    explicit Converter(const std::string& encoding)
        : m_handle(iconv_open("UTF-8", encoding.c_str()))
    {
        if (m_handle == reinterpret_cast<iconv_t>(-1))
        {
            throw XmlError(1,
                           "the encoding \"" + encoding +
                               "\" is not known here; save the file as UTF-8 and say so");
        }
    }

    ~Converter()
    {
        iconv_close(m_handle);
    }

    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    iconv_t Get() const
    {
        return m_handle;
    }

  private:
    iconv_t m_handle;
};

/// Turns bytes into UTF-8. @param encoding a name that iconv knows @throws XmlError
std::string Convert(std::string_view bytes, const std::string& encoding)
{
    const Converter converter(encoding);
    std::string text;
    char block[1 << 14];
    char* in = const_cast<char*>(bytes.data());
    std::size_t left = bytes.size();
    while (left > 0)
    {
        char* out = block;
        std::size_t room = sizeof block;
        const bool stopped =
            iconv(converter.Get(), &in, &left, &out, &room) == static_cast<std::size_t>(-1);
        text.append(block, out);
        if (stopped && errno != E2BIG)
        {
            throw XmlError(LinesOf(text),
                           errno == EINVAL
                               ? "ends in the middle of a character; the file is cut off"
                               : "has bytes that are not " + encoding +
                                     ", which the file says it is in");
        }
    }
    return text;
}

std::string CheckUtf8(std::string_view bytes)
{
    for (std::size_t at = 0; at < bytes.size();)
    {
        const std::size_t length = Utf8Length(bytes.substr(at));
        if (length == 0)
        {
            throw XmlError(LinesOf(bytes.substr(0, at)),
                           "the byte " + HexByte(bytes[at]) +
                               " is no UTF-8; say in the first line what the file is in, such as "
                               "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>");
        }
        at += length;
    }
    return std::string(bytes);
}

/// "\r\n" and "\r" are "\n" (XML 1.0, 2.11).
std::string WithPlainLines(const std::string& text)
{
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        if (text[at] != '\r')
        {
            result += text[at];
        }
        else if (at + 1 == text.size() || text[at + 1] != '\n')
        {
            result += '\n';
        }
    }
    return result;
}

bool IsUtf8(std::string name)
{
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    return name.empty() || name == "UTF-8" || name == "UTF8" || name == "US-ASCII" ||
           name == "ASCII";
}

} // namespace

std::string DecodeXml(std::string_view bytes)
{
    using namespace std::string_view_literals;

    struct Mark
    {
        std::string_view bytes;
        const char* encoding;
        std::size_t length; ///< of what is no text
    };

    // The longer before those that they begin with. Those without length are "<?" or "<" itself.
    constexpr Mark MARKS[] = {{"\xff\xfe\x00\x00"sv, "UTF-32LE", 4},
                              {"\x00\x00\xfe\xff"sv, "UTF-32BE", 4},
                              {"\xff\xfe"sv, "UTF-16LE", 2},
                              {"\xfe\xff"sv, "UTF-16BE", 2},
                              {"<\x00"sv, "UTF-16LE", 0},
                              {"\x00<"sv, "UTF-16BE", 0}};
    for (const Mark& mark : MARKS)
    {
        if (bytes.starts_with(mark.bytes))
        {
            return WithPlainLines(Convert(bytes.substr(mark.length), mark.encoding));
        }
    }
    if (bytes.starts_with("\xef\xbb\xbf"))
    {
        return WithPlainLines(CheckUtf8(bytes.substr(3)));
    }
    const std::string declared = DeclaredEncoding(bytes);
    return WithPlainLines(IsUtf8(declared) ? CheckUtf8(bytes) : Convert(bytes, declared));
}

} // namespace swimlab
