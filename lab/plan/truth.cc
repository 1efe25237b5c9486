// SPDX-License-Identifier: GPL-2.0-only
//
// See truth.h.
#include "lab/plan/truth.h"

#include "swim/directory.h"
#include "swim/wire.h"

namespace swimlab
{

namespace
{

std::vector<TruthRow> SidesOf(const Plan& plan, const Action& action)
{
    std::vector<std::size_t> sideOf(plan.members, 0);
    for (std::size_t side = 0; side < action.sides.size(); ++side)
    {
        for (const MemberId member : action.sides[side])
        {
            sideOf[member] = side;
        }
    }
    std::vector<TruthRow> rows;
    for (MemberId member = 0; member < plan.members; ++member)
    {
        rows.push_back({ToString(action.verb), member, std::to_string(sideOf[member])});
    }
    return rows;
}

} // namespace

std::vector<TruthRow> TruthOf(const Plan& plan,
                              const Action& action,
                              const std::function<std::uint32_t(MemberId)>& incarnationOf)
{
    if (action.verb == Verb::PARTITION)
    {
        return SidesOf(plan, action);
    }
    std::vector<TruthRow> rows;
    if (action.members.empty())
    {
        rows.push_back({ToString(action.verb), {}, action.valueText});
    }
    for (const MemberId member : action.members)
    {
        rows.push_back({ToString(action.verb),
                        member,
                        action.valueText,
                        StartsProcess(action.verb) ? incarnationOf(member) : 0});
    }
    return rows;
}

std::vector<std::uint8_t> EncodeInjection(const Plan& plan,
                                          const Injection& injection,
                                          const swim::Address& addressOfSubject)
{
    const std::string_view about = plan.names[injection.about];
    const swim::wire::Accusation accusation{injection.incarnation,
                                            about,
                                            plan.names[injection.from]};
    swim::wire::Bytes bytes;
    switch (injection.message)
    {
    case Message::ALIVE:
        swim::wire::Encode(swim::wire::Alive{injection.incarnation,
                                             about,
                                             addressOfSubject,
                                             {},
                                             swim::OUR_VERSIONS},
                           bytes);
        break;
    case Message::SUSPECT:
        swim::wire::EncodeSuspect(accusation, bytes);
        break;
    case Message::DEAD:
        swim::wire::EncodeDead(accusation, bytes);
        break;
    }
    return bytes;
}

} // namespace swimlab
