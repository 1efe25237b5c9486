// SPDX-License-Identifier: GPL-2.0-only
//
// Parsing targets and choosing the members they mean, see targets.h.
#include "lab/scenario/targets.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace swimlab
{

namespace
{

constexpr std::string_view FORMS =
    "targets are an index (7), a range (\"100-199\"), \"all\", \"random 10\", \"random 10 of "
    "100-199\", {router = \"…\"}, {region = \"…\"} or a list of these";

/// Parses one value after another of the same key.
class Parser
{
  public:
    Parser(const std::string& key, std::uint32_t members)
        : m_key(key),
          m_members(members)
    {
    }

    Targets Parse(const Value& value) const
    {
        Targets targets;
        targets.text = value.Text();
        targets.place = value.place;
        targets.key = m_key;
        if (const auto* text = std::get_if<std::string>(&value.data))
        {
            ParseText(*text, targets);
        }
        else if (const auto* index = std::get_if<std::int64_t>(&value.data))
        {
            targets.kind = Targets::Kind::RANGE;
            targets.first = targets.last = Member(*index, targets);
        }
        else if (const auto* list = std::get_if<ValueList>(&value.data))
        {
            ParseList(*list, targets);
        }
        else if (const auto* table = std::get_if<ValueTable>(&value.data))
        {
            ParseTable(*table, targets);
        }
        else
        {
            Fail(targets, "names nobody; " + std::string(FORMS));
        }
        return targets;
    }

  private:
    [[noreturn]] static void Fail(const Targets& targets, const std::string& message)
    {
        throw ScenarioError(targets.place, targets.key, targets.text + " " + message);
    }

    MemberId Member(std::int64_t index, const Targets& targets) const
    {
        if (index < 0 || index >= m_members)
        {
            Fail(targets,
                 "is out of range; the cluster has members 0 to " + std::to_string(m_members - 1));
        }
        return static_cast<MemberId>(index);
    }

    /// A whole text as a number.
    static std::optional<std::int64_t> Number(std::string_view text)
    {
        std::int64_t number = 0;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, number);
        return error == std::errc{} && rest == end && !text.starts_with('-') ? std::optional(number)
                                                                             : std::nullopt;
    }

    void ParseText(std::string_view text, Targets& targets) const
    {
        constexpr std::string_view RANDOM = "random ";
        const std::size_t dash = text.find('-');
        const auto first = Number(text.substr(0, dash));
        if (text == "all")
        {
            targets.kind = Targets::Kind::ALL;
        }
        else if (text.starts_with(RANDOM))
        {
            ParseRandom(text.substr(RANDOM.size()), targets);
        }
        else if (first && dash == std::string_view::npos)
        {
            targets.kind = Targets::Kind::RANGE;
            targets.first = targets.last = Member(*first, targets);
        }
        else if (const auto last = first ? Number(text.substr(dash + 1)) : std::nullopt)
        {
            targets.kind = Targets::Kind::RANGE;
            targets.first = Member(*first, targets);
            targets.last = Member(*last, targets);
            if (targets.first > targets.last)
            {
                Fail(targets, "runs backwards; write the smaller index first");
            }
        }
        else
        {
            Fail(targets, "names nobody; " + std::string(FORMS));
        }
    }

    /// @param text what follows `random `: `10` or `10 of 100-199`
    void ParseRandom(std::string_view text, Targets& targets) const
    {
        constexpr std::string_view OF = " of ";
        const std::size_t of = text.find(OF);
        const auto count = Number(text.substr(0, of));
        if (!count || *count < 1 || *count > m_members)
        {
            Fail(targets,
                 "must draw from 1 to " + std::to_string(m_members) +
                     " members, such as \"random 1\" or \"random 1 of 0-9\"");
        }
        Targets pool;
        pool.text = "all";
        if (of != std::string_view::npos)
        {
            const std::string poolText(text.substr(of + OF.size()));
            pool = Parse(Value{poolText, targets.place});
            RefuseRandom(pool);
        }
        targets.kind = Targets::Kind::RANDOM;
        targets.count = static_cast<std::uint32_t>(*count);
        targets.parts = {pool};
    }

    void ParseList(const ValueList& list, Targets& targets) const
    {
        targets.kind = Targets::Kind::LIST;
        for (const auto& element : list)
        {
            targets.parts.push_back(Parse(element));
            RefuseRandom(targets.parts.back());
        }
        if (list.empty())
        {
            Fail(targets, "names nobody; " + std::string(FORMS));
        }
    }

    static void RefuseRandom(const Targets& part)
    {
        if (part.kind == Targets::Kind::RANDOM)
        {
            Fail(part, "cannot be part of other targets; write an event of its own for it");
        }
    }

    void ParseTable(const ValueTable& table, Targets& targets) const
    {
        const std::string name = table.size() == 1 ? table.front().key : "";
        if (name != "router" && name != "region")
        {
            Fail(targets, "names nobody; " + std::string(FORMS));
        }
        const auto kind = name == "router" ? Targets::Kind::ROUTER : Targets::Kind::REGION;
        const Value& value = table.front().value;
        const auto* list = std::get_if<ValueList>(&value.data);
        const ValueList one = {value};
        targets.kind = Targets::Kind::LIST;
        for (const auto& element : list == nullptr ? one : *list)
        {
            const bool isName = std::holds_alternative<std::string>(element.data) ||
                                std::holds_alternative<std::int64_t>(element.data);
            if (!isName)
            {
                Fail(targets, "must give a label, or a list of labels, in quotes");
            }
            Targets part = targets;
            part.kind = kind;
            part.parts.clear();
            const auto* label = std::get_if<std::string>(&element.data);
            part.name = label == nullptr ? element.Text() : *label;
            targets.parts.push_back(std::move(part));
        }
        if (targets.parts.empty())
        {
            Fail(targets, "names nobody; give at least one " + name);
        }
    }

    const std::string& m_key;
    std::uint32_t m_members;
};

/// For a message: which regions there are.
std::string RegionNames(const Topology& topology)
{
    std::vector<std::string> regions;
    for (const auto& router : topology.routers)
    {
        if (!router.region.empty())
        {
            regions.push_back(router.region);
        }
    }
    std::sort(regions.begin(), regions.end());
    regions.erase(std::unique(regions.begin(), regions.end()), regions.end());
    if (regions.empty())
    {
        return "this topology has none";
    }
    constexpr std::size_t SHOWN = 20;
    std::string text = "there are ";
    for (std::size_t i = 0; i < std::min(SHOWN, regions.size()); ++i)
    {
        text += (i == 0 ? "\"" : ", \"") + regions[i] + "\"";
    }
    return text + (regions.size() > SHOWN ? ", …" : "");
}

/// The members that targets name, without choosing: of random ones, those to draw from.
std::vector<MemberId> Named(const Targets& targets, const TargetContext& context)
{
    std::vector<MemberId> result;
    switch (targets.kind)
    {
    case Targets::Kind::RANGE:
        for (MemberId member = targets.first; member <= targets.last; ++member)
        {
            result.push_back(member);
        }
        break;
    case Targets::Kind::ALL:
        for (MemberId member = 0; member < context.routerOfMember.size(); ++member)
        {
            result.push_back(member);
        }
        break;
    case Targets::Kind::ROUTER:
        if (const auto router = FindRouter(context.topology, targets.name))
        {
            return MembersOf({&*router, 1}, context.routerOfMember);
        }
        throw ScenarioError(targets.place,
                            targets.key,
                            "there is no router \"" + targets.name + "\"; the " +
                                std::string(ToString(context.topology.kind)) + " topology has \"" +
                                context.topology.routers.front().label + "\" to \"" +
                                context.topology.routers.back().label + "\"");
    case Targets::Kind::REGION: {
        const auto routers = RoutersOfRegion(context.topology, targets.name);
        if (routers.empty())
        {
            throw ScenarioError(targets.place,
                                targets.key,
                                "there is no region \"" + targets.name + "\"; " +
                                    RegionNames(context.topology));
        }
        return MembersOf(routers, context.routerOfMember);
    }
    case Targets::Kind::RANDOM:
    case Targets::Kind::LIST:
        for (const auto& part : targets.parts)
        {
            const auto members = Named(part, context);
            result.insert(result.end(), members.begin(), members.end());
        }
        std::sort(result.begin(), result.end());
        result.erase(std::unique(result.begin(), result.end()), result.end());
        break;
    }
    return result;
}

} // namespace

Targets OneMember(MemberId member)
{
    Targets targets;
    targets.kind = Targets::Kind::RANGE;
    targets.first = targets.last = member;
    targets.text = std::to_string(member);
    return targets;
}

Targets ParseTargets(const Value& value, const std::string& key, std::uint32_t members)
{
    return Parser(key, members).Parse(value);
}

std::vector<MemberId> ResolveTargets(const Targets& targets,
                                     const TargetContext& context,
                                     swim::Rng& rng)
{
    std::vector<MemberId> members = Named(targets, context);
    if (targets.kind != Targets::Kind::RANDOM)
    {
        return members;
    }
    std::erase_if(members, [&](MemberId member) { return !context.eligible(member); });
    if (members.size() < targets.count)
    {
        throw ScenarioError(targets.place,
                            targets.key,
                            targets.text + " finds " + std::to_string(members.size()) +
                                " members to draw from that are " + context.eligibleWord +
                                " then; draw no more than these");
    }
    // The first steps of a Fisher-Yates shuffle.
    for (std::uint32_t drawn = 0; drawn < targets.count; ++drawn)
    {
        std::swap(members[drawn], members[drawn + rng.Below(members.size() - drawn)]);
    }
    members.resize(targets.count);
    std::sort(members.begin(), members.end());
    return members;
}

} // namespace swimlab
