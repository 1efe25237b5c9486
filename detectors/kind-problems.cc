// SPDX-License-Identifier: MIT
//
// What can be wrong with the table of a detector, which no compiler sees. See kind.h.
#include "detectors/kind.h"

#include <algorithm>
#include <string>

namespace swim::detectors
{

namespace
{

/// Small letters and digits, words joined by single joints.
bool IsName(std::string_view text, char joint)
{
    const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.empty() || !small(text.front()) || text.back() == joint)
    {
        return false;
    }
    char before = joint;
    return std::ranges::all_of(text, [&](char c) {
        const bool good = small(c) || digit(c) || (c == joint && before != joint);
        before = c;
        return good;
    });
}

std::string Quoted(std::string_view text)
{
    return '"' + std::string(text) + '"';
}

/// @return what is wrong with a row; empty: nothing
std::string ProblemOf(const Parameter& row)
{
    if (!IsName(row.name, '_'))
    {
        return "must be called by small letters, digits and single underscores";
    }
    if (row.meaning.empty() || row.meaning.back() != '.')
    {
        return "needs a meaning, as a sentence";
    }
    if (row.type == ParameterType::WORD ? row.words.empty() : row.least > row.most)
    {
        return row.type == ParameterType::WORD ? "needs words to choose from"
                                               : "has a least value above the most";
    }
    const auto problem = Values::ProblemOf(row, row.initial);
    return problem ? "has the default " + Quoted(row.initial) + ", which " + *problem : "";
}

/// @return whether it is complete enough for its defaults to be looked at
bool CheckRows(const Kind& kind, const std::string& who, std::vector<std::string>& problems)
{
    const std::size_t before = problems.size();
    for (const Parameter& row : kind.parameters)
    {
        const std::string problem = ProblemOf(row);
        if (!problem.empty())
        {
            problems.push_back(who + "parameter " + Quoted(row.name) + " " + problem);
        }
        if (&row != FindParameter(kind, row.name))
        {
            problems.push_back(who + "there are two parameters " + Quoted(row.name));
        }
    }
    return problems.size() == before;
}

} // namespace

std::vector<std::string> ProblemsOf(const Kind& kind)
{
    std::vector<std::string> problems;
    const std::string who = "detector " + Quoted(kind.name) + ": ";
    if (!IsName(kind.name, '-'))
    {
        problems.push_back(who + "must be called by small letters and digits, words joined by "
                                 "hyphens");
    }
    if (kind.meaning.empty() || kind.meaning.back() != '.')
    {
        problems.push_back(who + "needs a meaning, as a sentence");
    }
    if (kind.source.empty())
    {
        problems.push_back(who + "needs a source: a paper, a program, or its author");
    }
    if (kind.pairBytes == nullptr || kind.check == nullptr || kind.make == nullptr)
    {
        problems.push_back(who + "needs pairBytes, check and make");
        return problems;
    }
    if (!CheckRows(kind, who, problems))
    {
        return problems;
    }
    const Values defaults(kind.parameters);
    if (const auto problem = kind.check(defaults))
    {
        problems.push_back(who + "its own defaults are refused by its check: " + *problem);
    }
    else if (kind.pairBytes(defaults) == 0)
    {
        problems.push_back(who +
                           "pairBytes must tell what a member remembers of another, in bytes");
    }
    return problems;
}

std::vector<std::string> ProblemsOfKinds()
{
    std::vector<std::string> problems;
    for (const Kind* kind : Kinds())
    {
        std::ranges::move(ProblemsOf(*kind), std::back_inserter(problems));
    }
    for (const Plugin& plugin : Plugins())
    {
        if (plugin.kind->name != plugin.folder)
        {
            problems.push_back("detector " + Quoted(plugin.kind->name) + ": its folder is called " +
                               Quoted(plugin.folder) + "; give both one name");
        }
    }
    return problems;
}

} // namespace swim::detectors
