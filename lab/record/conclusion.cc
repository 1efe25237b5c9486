// SPDX-License-Identifier: GPL-2.0-only
//
// See conclusion.h.
#include "lab/record/conclusion.h"

#include "lab/plan/plan.h"

#include <charconv>

namespace swimlab
{

namespace
{

/// Names of members are a letter and their number.
std::optional<MemberId> FindMember(const Plan& plan, std::string_view name)
{
    MemberId member = plan.members;
    if (!name.empty())
    {
        std::from_chars(name.data() + 1, name.data() + name.size(), member);
    }
    const bool known = member < plan.members && plan.names[member] == name;
    return known ? std::optional(member) : std::nullopt;
}

} // namespace

Party::Party(const Plan& plan, std::string_view name)
    : member(FindMember(plan, name)),
      stranger(member ? std::string_view{} : name)
{
}

std::optional<swim::EventKind> FindConclusion(std::string_view event)
{
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(swim::EventKind::REJECTED); ++i)
    {
        const auto kind = static_cast<swim::EventKind>(i);
        if (swim::EventKindName(kind) == event)
        {
            return kind;
        }
    }
    return {};
}

} // namespace swimlab
