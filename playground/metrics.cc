// SPDX-License-Identifier: GPL-2.0-only
//
// See metrics.h. Some metrics ask what will be ("live until the heal"), so they are computed anew of
// the whole record each time that somebody asks: what is done next, a page cannot know ahead.
#include "playground/metrics.h"

#include "lab/record/metrics/metrics-pass.h"
#include "lab/virtual/fault-verbs.h"

#include <algorithm>

namespace swim::playground
{

namespace
{

using swimlab::Conclusion;
using swimlab::MetricsPass;
using swimlab::RunFacts;
using swimlab::TruthEvent;
using swimlab::Verb;
using swimlab::VerbOf;

/// `m007`: as the laboratory calls members.
std::string NameOf(Member member, std::uint32_t members)
{
    const std::string number = std::to_string(member);
    const std::size_t width = std::to_string(members - 1).size();
    return "m" + std::string(width - number.size(), '0') + number;
}

RunFacts FactsOf(const Session& session)
{
    const Cluster::Setup& setup = session.SetUp();
    RunFacts facts;
    for (Member member = 0; member < setup.members; ++member)
    {
        facts.names.push_back(NameOf(member, setup.members));
    }
    facts.groupOf.resize(setup.members);
    facts.trafficMembers = setup.members;
    facts.endNs = std::min(session.Inside().Now(), session.RecordEnd()).time_since_epoch().count();
    for (const Parameter& parameter : Parameters())
    {
        facts.settings.emplace("protocol." + std::string(parameter.name),
                               parameter.get(setup.protocol));
    }
    for (const Deed& deed : session.Deeds())
    {
        const Verb verb = VerbOf(deed.fault.kind);
        if (verb == Verb::PARTITION)
        {
            facts.steps.push_back({.verb = verb, .rows = setup.members, .timeNs = deed.timeNs});
        }
        else if (verb == Verb::HEAL)
        {
            facts.steps.push_back({.verb = verb, .timeNs = deed.timeNs});
        }
        for (const Member member : deed.fault.members)
        {
            facts.steps.push_back({.verb = verb, .member = member, .timeNs = deed.timeNs});
        }
        if (swimlab::Disturbances::Begins(verb, deed.value))
        {
            facts.disturbed.insert(facts.disturbed.end(),
                                   deed.fault.members.begin(),
                                   deed.fault.members.end());
        }
    }
    return facts;
}

void TellTruth(const Session& session, const Deed& deed, MetricsPass& pass)
{
    TruthEvent event{deed.timeNs, VerbOf(deed.fault.kind), {}, {}, deed.value};
    if (event.verb == Verb::PARTITION)
    {
        for (Member member = 0; member < session.SetUp().members; ++member)
        {
            const std::string side = std::to_string(deed.fault.sideOf[member]);
            event.subject = member;
            event.value = side;
            pass.Truth(event);
        }
        return;
    }
    if (deed.fault.members.empty())
    {
        pass.Truth(event);
    }
    for (std::size_t i = 0; i < deed.fault.members.size(); ++i)
    {
        event.subject = deed.fault.members[i];
        event.incarnation.reset();
        if (!deed.incarnations.empty())
        {
            event.incarnation = deed.incarnations[i];
        }
        pass.Truth(event);
    }
}

Conclusion ConclusionOf(const Row& row)
{
    Conclusion conclusion{.timeNs = row.timeNs, .observer = row.observer, .kind = row.kind};
    conclusion.incarnation = row.incarnation;
    if (row.subject != NO_MEMBER)
    {
        conclusion.subject.member = row.subject;
    }
    if (row.source != NO_MEMBER)
    {
        conclusion.source.member = row.source;
    }
    if (row.kind == EventKind::REJECTED)
    {
        conclusion.rejection = static_cast<Rejection>(row.rejection);
    }
    return conclusion;
}

void TellTraffic(const Session& session, MetricsPass& pass)
{
    const std::int64_t end = pass.Facts().endNs;
    for (std::size_t second = 0; second < session.Traffic().size(); ++second)
    {
        const auto begins = static_cast<std::int64_t>(second);
        for (std::size_t kind = 0; kind < TRAFFIC_KINDS; ++kind)
        {
            const Moved& moved = session.Traffic()[second][kind];
            const bool isThere = moved.sent + moved.received > 0;
            if (isThere && begins * swimlab::SECOND_NS <= end)
            {
                pass.Move({begins,
                           TrafficKindName(static_cast<TrafficKind>(kind)),
                           {moved.sent, moved.sentBytes, moved.received, moved.receivedBytes}});
            }
        }
    }
}

} // namespace

std::string MetricsOf(const Session& session)
{
    MetricsPass pass(FactsOf(session));
    auto deed = session.Deeds().begin();
    std::size_t number = 0;
    for (const Row& row : session.Rows())
    {
        for (; deed != session.Deeds().end() && deed->rows <= number; ++deed)
        {
            TellTruth(session, *deed, pass);
        }
        pass.Conclude(ConclusionOf(row));
        ++number;
    }
    for (; deed != session.Deeds().end(); ++deed)
    {
        TellTruth(session, *deed, pass);
    }
    TellTraffic(session, pass);
    return pass.Finish().dump();
}

} // namespace swim::playground
