// SPDX-License-Identifier: GPL-2.0-only
//
// See pattern.h.
#define PCRE2_CODE_UNIT_WIDTH 8

#include "lab/live/pattern.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <pcre2.h>

namespace swimlab
{

namespace
{

/// Steps of a search: a thousand times what a line needs, and milliseconds.
constexpr std::uint32_t MOST_SEARCH_STEPS = 1'000'000;

std::string PcreMessage(int code)
{
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(code, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

} // namespace

struct Pattern::Code
{
    struct Group
    {
        std::string name;
        std::uint32_t number;
    };

    pcre2_code* code = nullptr;
    pcre2_match_data* match = nullptr;
    pcre2_match_context* context = nullptr;
    std::vector<Group> groups;

    Code() = default;
    Code(const Code&) = delete;
    Code& operator=(const Code&) = delete;

    ~Code()
    {
        pcre2_match_context_free(context);
        pcre2_match_data_free(match);
        pcre2_code_free(code);
    }
};

std::optional<std::string_view> PatternMatch::Find(std::string_view group) const
{
    for (const auto& [name, text] : groups)
    {
        if (name == group)
        {
            return text;
        }
    }
    return {};
}

Pattern::Pattern(const std::string& text)
{
    int reason = 0;
    PCRE2_SIZE offset = 0;
    const auto code = std::make_shared<Code>();
    code->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()),
                               text.size(),
                               0,
                               &reason,
                               &offset,
                               nullptr);
    if (code->code == nullptr)
    {
        throw PatternError("is no regular expression: " + PcreMessage(reason) + ", at character " +
                           std::to_string(offset));
    }
    pcre2_jit_compile(code->code, PCRE2_JIT_COMPLETE); // without it a search is slower, no more
    code->match = pcre2_match_data_create_from_pattern(code->code, nullptr);
    code->context = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(code->context, MOST_SEARCH_STEPS);

    std::uint32_t count = 0;
    std::uint32_t size = 0;
    PCRE2_SPTR table = nullptr;
    pcre2_pattern_info(code->code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(code->code, PCRE2_INFO_NAMETABLE, &table);
    for (std::uint32_t i = 0; i < count; ++i)
    {
        const PCRE2_SPTR entry = table + std::size_t{i} * size;
        code->groups.push_back({reinterpret_cast<const char*>(entry + 2),
                                static_cast<std::uint32_t>(entry[0] << 8 | entry[1])});
        m_groups.push_back(code->groups.back().name);
    }
    m_code = code;
}

bool Pattern::HasGroup(std::string_view name) const
{
    return std::ranges::find(m_groups, name) != m_groups.end();
}

std::optional<PatternMatch> Pattern::Search(std::string_view text, std::size_t from) const
{
    const int found = pcre2_match(m_code->code,
                                  reinterpret_cast<PCRE2_SPTR>(text.data()),
                                  text.size(),
                                  from,
                                  0,
                                  m_code->match,
                                  m_code->context);
    if (found <= 0)
    {
        return {};
    }
    const PCRE2_SIZE* const ends = pcre2_get_ovector_pointer(m_code->match);
    const auto part = [&](std::uint32_t number) {
        return text.substr(ends[2 * number], ends[2 * number + 1] - ends[2 * number]);
    };
    PatternMatch match{part(0), {}};
    for (const Code::Group& group : m_code->groups)
    {
        if (group.number < static_cast<std::uint32_t>(found) &&
            ends[2 * group.number] != PCRE2_UNSET)
        {
            match.groups.emplace_back(group.name, part(group.number));
        }
    }
    return match;
}

std::vector<PatternMatch> Pattern::SearchAll(std::string_view text) const
{
    std::vector<PatternMatch> matches;
    std::size_t from = 0;
    while (from <= text.size())
    {
        const auto match = Search(text, from);
        if (!match)
        {
            break;
        }
        const auto end =
            static_cast<std::size_t>(match->whole.data() - text.data()) + match->whole.size();
        from = match->whole.empty() ? end + 1 : end;
        matches.push_back(*match);
    }
    return matches;
}

} // namespace swimlab
