// SPDX-License-Identifier: GPL-2.0-only
//
// Texts of an adapter with places to fill in: `{address}`, `{*all:{name}}`. docs/adapters.md describes
// them.
#pragma once

#include "lab/scenario/value.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// A member as a text may name it.
struct MemberWords
{
    std::string name;
    std::uint32_t number = 0; ///< from 1
    std::string address;      ///< without a port
};

/// What fills in the texts of one member's process.
struct TextContext
{
    MemberWords self;
    std::string folder;
    std::vector<MemberWords> all;                          ///< of its cluster, itself too
    std::vector<MemberWords> seeds;                        ///< whom it contacts
    std::map<std::string, std::string, std::less<>> words; ///< parameters, and ports as `port.NAME`
};

class AdapterText
{
  public:
    AdapterText() = default;

    /**
     * @param text where it is written, for messages
     * @param key full key, for messages
     * @param words besides those that all texts know: parameters, and `port.NAME`
     * @throws ScenarioError for a word that nobody knows, with the nearest that is known
     */
    AdapterText(const Value& text, const std::string& key, std::span<const std::string> words);

    /// Whether it names the first seed, so that it has no meaning without one.
    bool NeedsSeed() const
    {
        return m_needsSeed;
    }

    /// Whether it has nothing to fill in.
    bool IsPlain() const
    {
        return std::ranges::all_of(m_parts,
                                   [](const Part& part) { return part.kind == PartKind::LITERAL; });
    }

    std::string Fill(const TextContext& context) const;

    /// As one argument of a command, or as many as there are members where it is `{*all:..}` alone.
    std::vector<std::string> FillArguments(const TextContext& context) const;

  private:
    enum class PartKind : std::uint8_t
    {
        LITERAL,
        WORD,
        EACH, ///< once for each of several members
    };

    struct Part
    {
        PartKind kind;
        std::string text;           ///< literally; the word; whom
        std::size_t width = 0;      ///< of a number, filled up with zeros
        std::string separator = {}; ///< EACH: between two
        std::vector<Part> inner = {};
    };

    class Parser;

    static std::vector<std::string> FillEach(const Part& each, const TextContext& context);
    static void Append(std::string& text,
                       const std::vector<Part>& parts,
                       const TextContext& context,
                       const MemberWords& who);

    std::vector<Part> m_parts;
    bool m_needsSeed = false;
};

/// A program with its arguments.
using AdapterCommand = std::vector<AdapterText>;

std::vector<std::string> FillCommand(const AdapterCommand& command, const TextContext& context);

} // namespace swimlab
