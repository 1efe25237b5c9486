// SPDX-License-Identifier: GPL-2.0-only
//
// The kinds of members, and `--members`, which chooses among them.
#include "lab/backend/backend.h"
#include "lab/live/live-member.h"
#include "lab/live/live-run.h"
#include "lab/live/memberlist-member.h"
#include "lab/live/serf-member.h"
#include "lab/live/swim-member.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace swimlab
{

namespace
{

[[noreturn]] void Fail(const std::string& text, const std::string& message)
{
    throw UserError("--members " + text + ": " + message);
}

std::string KnownKinds()
{
    std::string names;
    for (const MemberKind* const kind : MemberKinds())
    {
        names += (names.empty() ? "" : ", ") + std::string(kind->Name());
    }
    return names;
}

constexpr std::string_view ADAPTER_ENDING = ".toml";

const MemberKind& FindKind(const std::string& text,
                           std::string_view name,
                           const AdapterShelf& shelf)
{
    if (const auto adapter = shelf.find(std::string(name)); adapter != shelf.end())
    {
        return *adapter->second;
    }
    const auto kinds = MemberKinds();
    const auto found = std::ranges::find(kinds, name, &MemberKind::Name);
    if (found == kinds.end())
    {
        Fail(text,
             "there is no kind '" + std::string(name) + "'; known are " + KnownKinds() +
                 ", and files of adapters, NAME.toml");
    }
    return **found;
}

} // namespace

std::span<const MemberKind* const> MemberKinds()
{
    static const SwimKind SWIM;
    static const SerfKind SERF;
    static const MemberlistKind MEMBERLIST;
    static const std::array KINDS = {static_cast<const MemberKind*>(&SWIM),
                                     static_cast<const MemberKind*>(&SERF),
                                     static_cast<const MemberKind*>(&MEMBERLIST)};
    return KINDS;
}

std::vector<std::string> AdapterFiles(const std::string& text)
{
    std::vector<std::string> files;
    for (std::size_t begin = 0; begin <= text.size();)
    {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        const std::string file = part.substr(0, part.find(':'));
        if (file.ends_with(ADAPTER_ENDING))
        {
            files.push_back(file);
        }
        begin = end + 1;
    }
    return files;
}

std::vector<const MemberKind*> ReadMemberKinds(const std::string& text,
                                               std::uint32_t members,
                                               const AdapterShelf& shelf)
{
    if (text.find(':') == std::string::npos)
    {
        return std::vector(members, &FindKind(text, text, shelf));
    }
    std::vector<const MemberKind*> kinds;
    for (std::size_t begin = 0; begin <= text.size();)
    {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        const std::size_t colon = std::min(part.find(':'), part.size());
        const MemberKind& kind = FindKind(text, part.substr(0, colon), shelf);
        std::uint32_t count = 0;
        const char* const last = part.data() + part.size();
        const char* const first = std::min(part.data() + colon + 1, last);
        const auto [rest, error] = std::from_chars(first, last, count);
        if (error != std::errc{} || rest != last || count == 0 || count > members)
        {
            Fail(text,
                 "'" + part + "' is no kind and its number of members, such as swimlab:" +
                     std::to_string(members));
        }
        kinds.insert(kinds.end(), count, &kind);
        begin = end + 1;
    }
    if (kinds.size() != members)
    {
        Fail(text,
             "these are " + std::to_string(kinds.size()) + " members, and the scenario has " +
                 std::to_string(members));
    }
    return kinds;
}

nlohmann::ordered_json KindsJson(std::span<const MemberKind* const> kinds)
{
    nlohmann::ordered_json facts = nlohmann::ordered_json::object();
    std::set<std::string> untold;
    std::map<std::string, const MemberKind*> byName;
    for (const MemberKind* const kind : kinds)
    {
        byName.emplace(kind->Name(), kind);
    }
    for (const auto& entry : byName)
    {
        const MemberKind* const kind = entry.second;
        const std::vector<std::string> words = kind->NotObservable();
        untold.insert(words.begin(), words.end());
        if (const std::string version = kind->Version(); !version.empty())
        {
            facts["member_versions"][entry.first] = version;
        }
        if (kind->NeedsMajority())
        {
            facts["majority_kinds"].push_back(kind->Name());
        }
    }
    // What the plan tells of a simulated detector is not of them.
    facts["detector"] = nullptr;
    facts["detector_source_sha256"] = nullptr;
    facts["not_observable"] =
        untold.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(untold);
    return facts;
}

} // namespace swimlab
