// SPDX-License-Identifier: GPL-2.0-only
//
// See adapter-text.h.
#include "lab/live/adapter-text.h"

#include "lab/scenario/fields.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace swimlab
{

namespace
{

constexpr std::array<std::string_view, 3> GROUPS_OF_MEMBERS = {"all", "seeds", "others"};
constexpr std::array<std::string_view, 3> WORDS_OF_A_MEMBER = {"name", "number", "address"};
constexpr std::string_view SEED_PREFIX = "seed.";
constexpr std::string_view SELF_PREFIX = "self.";
constexpr std::size_t WIDEST_NUMBER = 64;

bool IsWordLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
}

std::string Padded(std::uint32_t number, std::size_t width)
{
    std::string text = std::to_string(number);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

std::string WordOf(const MemberWords& who, std::string_view word, std::size_t width)
{
    if (word == "name")
    {
        return who.name;
    }
    return word == "number" ? Padded(who.number, width) : who.address;
}

} // namespace

class AdapterText::Parser
{
  public:
    Parser(const Value& value, const std::string& key, std::span<const std::string> words)
        : m_value(value),
          m_key(key),
          m_text(ReadText(value, key)),
          m_words(words)
    {
    }

    std::vector<Part> Parse(bool& needsSeed)
    {
        auto parts = Parts(m_text, false);
        needsSeed = m_needsSeed;
        return parts;
    }

  private:
    [[noreturn]] void Fail(const std::string& message) const
    {
        throw ScenarioError(m_value.place, m_key, message);
    }

    std::vector<Part> Parts(std::string_view text, bool inEach)
    {
        std::vector<Part> parts;
        const auto literal = [&parts](std::string_view piece) {
            if (parts.empty() || parts.back().kind != PartKind::LITERAL)
            {
                parts.push_back({PartKind::LITERAL, {}});
            }
            parts.back().text += piece;
        };
        for (std::size_t at = 0; at < text.size();)
        {
            const std::string_view rest = text.substr(at);
            if (rest.starts_with("{{"))
            {
                literal("{");
                at += 2;
            }
            else if (rest.starts_with("{*") && !inEach)
            {
                at += Each(rest, parts);
            }
            else if (const std::size_t size = SizeOfWord(rest); size > 0)
            {
                parts.push_back(Word(rest.substr(1, size - 2), inEach));
                at += size;
            }
            else
            {
                literal(rest.substr(0, 1));
                ++at;
            }
        }
        return parts;
    }

    /// @return of `{word}` or `{word:012}` with its braces; 0: it is none
    static std::size_t SizeOfWord(std::string_view text)
    {
        const std::size_t end = text.find('}');
        if (!text.starts_with("{") || end == std::string_view::npos || end < 2)
        {
            return 0;
        }
        const std::string_view word = text.substr(1, end - 1);
        const bool isWord =
            std::ranges::all_of(word, [](char c) { return IsWordLetter(c) || c == ':'; });
        const bool begins = (word[0] >= 'a' && word[0] <= 'z') || word[0] == '_';
        return isWord && begins ? end + 1 : 0;
    }

    Part Word(std::string_view text, bool inEach)
    {
        const std::size_t colon = text.find(':');
        Part part{PartKind::WORD, std::string(text.substr(0, colon))};
        if (colon != std::string_view::npos)
        {
            part.width = Width(text, text.substr(colon + 1));
        }
        Check(part.text, inEach);
        return part;
    }

    std::size_t Width(std::string_view whole, std::string_view digits) const
    {
        std::size_t width = 0;
        const char* const end = digits.data() + digits.size();
        const auto [rest, error] = std::from_chars(digits.data(), end, width);
        if (!digits.starts_with("0") || error != std::errc{} || rest != end ||
            width > WIDEST_NUMBER || !whole.substr(0, whole.find(':')).ends_with("number"))
        {
            Fail("{" + std::string(whole) +
                 "}: only a number has a width, such as {number:012}, of at most 64 digits");
        }
        return width;
    }

    void Check(const std::string& word, bool inEach)
    {
        std::vector<std::string> known(WORDS_OF_A_MEMBER.begin(), WORDS_OF_A_MEMBER.end());
        known.emplace_back("dir");
        for (const std::string_view of : WORDS_OF_A_MEMBER)
        {
            known.push_back(std::string(SEED_PREFIX) + std::string(of));
            known.push_back(std::string(SELF_PREFIX) + std::string(of));
        }
        known.insert(known.end(), m_words.begin(), m_words.end());
        if (std::ranges::find(known, word) == known.end())
        {
            const auto nearest = Nearest(word, known);
            std::string all;
            for (const std::string& one : known)
            {
                all += (all.empty() ? "" : ", ") + one;
            }
            Fail("there is nothing to put for {" + word + "}; " +
                 (nearest ? "did you mean {" + *nearest + "}? " : "") + "known are " + all +
                 "; {{ is a brace itself");
        }
        m_needsSeed = m_needsSeed || (word.starts_with(SEED_PREFIX) && !inEach);
    }

    /// `{*all:..}` or `{*all|,:..}`, whose inside may have braces of its own, in pairs.
    /// @return its length
    std::size_t Each(std::string_view text, std::vector<Part>& parts)
    {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos)
        {
            Fail("{* is followed by all, seeds or others, a colon, and what to write of each, such "
                 "as {*all:{address}}");
        }
        const std::string_view head = text.substr(2, colon - 2);
        const std::size_t bar = head.find('|');
        Part each{PartKind::EACH, std::string(head.substr(0, bar))};
        if (bar != std::string_view::npos)
        {
            each.separator = head.substr(bar + 1);
        }
        if (std::ranges::find(GROUPS_OF_MEMBERS, each.text) == GROUPS_OF_MEMBERS.end())
        {
            Fail("{*" + each.text + ": nobody is called so; known are all, seeds and others");
        }
        std::size_t depth = 1;
        std::size_t end = colon + 1;
        for (; end < text.size() && depth > 0; ++end)
        {
            depth += text[end] == '{' ? 1 : 0;
            depth -= text[end] == '}' ? 1 : 0;
        }
        if (depth > 0)
        {
            Fail("{*" + each.text + ": has no closing brace");
        }
        each.inner = Parts(text.substr(colon + 1, end - colon - 2), true);
        parts.push_back(std::move(each));
        return end;
    }

    const Value& m_value;
    const std::string& m_key;
    std::string m_text;
    std::span<const std::string> m_words;
    bool m_needsSeed = false;
};

AdapterText::AdapterText(const Value& text,
                         const std::string& key,
                         std::span<const std::string> words)
{
    m_parts = Parser(text, key, words).Parse(m_needsSeed);
}

std::vector<std::string> AdapterText::FillEach(const Part& each, const TextContext& context)
{
    std::vector<std::string> texts;
    for (const MemberWords& who : each.text == "seeds" ? context.seeds : context.all)
    {
        if (each.text != "others" || who.number != context.self.number)
        {
            Append(texts.emplace_back(), each.inner, context, who);
        }
    }
    return texts;
}

void AdapterText::Append(std::string& text,
                         const std::vector<Part>& parts,
                         const TextContext& context,
                         const MemberWords& who)
{
    for (const Part& part : parts)
    {
        if (part.kind == PartKind::LITERAL)
        {
            text += part.text;
        }
        else if (part.kind == PartKind::EACH)
        {
            bool first = true;
            for (const std::string& one : FillEach(part, context))
            {
                text += first ? one : part.separator + one;
                first = false;
            }
        }
        else if (part.text == "dir")
        {
            text += context.folder;
        }
        else if (std::ranges::find(WORDS_OF_A_MEMBER, part.text) != WORDS_OF_A_MEMBER.end())
        {
            text += WordOf(who, part.text, part.width);
        }
        else if (part.text.starts_with(SEED_PREFIX))
        {
            const std::string_view word = std::string_view(part.text).substr(SEED_PREFIX.size());
            text += context.seeds.empty() ? "" : WordOf(context.seeds.front(), word, part.width);
        }
        else if (part.text.starts_with(SELF_PREFIX))
        {
            const std::string_view word = std::string_view(part.text).substr(SELF_PREFIX.size());
            text += WordOf(context.self, word, part.width);
        }
        else
        {
            text += context.words.at(part.text);
        }
    }
}

std::string AdapterText::Fill(const TextContext& context) const
{
    std::string text;
    Append(text, m_parts, context, context.self);
    return text;
}

std::vector<std::string> AdapterText::FillArguments(const TextContext& context) const
{
    if (m_parts.size() == 1 && m_parts.front().kind == PartKind::EACH &&
        m_parts.front().separator.empty())
    {
        return FillEach(m_parts.front(), context);
    }
    return {Fill(context)};
}

std::vector<std::string> FillCommand(const AdapterCommand& command, const TextContext& context)
{
    std::vector<std::string> filled;
    for (const AdapterText& text : command)
    {
        for (std::string& argument : text.FillArguments(context))
        {
            filled.push_back(std::move(argument));
        }
    }
    return filled;
}

} // namespace swimlab
