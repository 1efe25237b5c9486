// SPDX-License-Identifier: GPL-2.0-only
//
// See summary-json.h.
#include "lab/record/summary/summary-json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace swimlab::summary
{

namespace
{

using Json = nlohmann::ordered_json;

/// Crashes of a run with a curve of their own.
constexpr std::size_t OWN_CURVES = 20;

Json DelayJson(const CrashWatch::Delay& delay)
{
    return delay ? Json(*delay) : Json(nullptr);
}

Json CurveJson(const std::vector<CrashWatch::Point>& curve)
{
    Json knowing = Json::array();
    Json shouldKnow = Json::array();
    for (const CrashWatch::Point& point : curve)
    {
        knowing.push_back(point.knowing);
        shouldKnow.push_back(point.shouldKnow);
    }
    return {{"knowing", knowing}, {"should_know", shouldKnow}};
}

Json CrashesJson(const SummaryParts& parts)
{
    Json json = Json::array();
    for (const CrashWatch& crash : parts.crashes)
    {
        Json entry = {{"member", parts.names[crash.Member()]},
                      {"time_ns", crash.AtNs()},
                      {"first_suspect_ns", DelayJson(crash.FirstSuspect())},
                      {"first_dead_ns", DelayJson(crash.FirstDead())}};
        for (std::size_t i = 0; i < CrashWatch::PERCENTS.size(); ++i)
        {
            const std::string percent = std::to_string(CrashWatch::PERCENTS[i]);
            entry["known_to_" + percent + "_percent_ns"] = DelayJson(crash.KnownTo()[i]);
        }
        entry["should_know"] = crash.Curve().front().shouldKnow;
        entry["known_by"] = crash.Curve().back().knowing;
        entry["curve"] = json.size() < OWN_CURVES ? CurveJson(crash.Curve()) : Json(nullptr);
        json.push_back(entry);
    }
    return json;
}

/// All crashes together; one counts at a point if it was watched until then.
Json SumOfCurvesJson(const SummaryParts& parts)
{
    std::size_t points = 0;
    for (const CrashWatch& crash : parts.crashes)
    {
        points = std::max(points, crash.Curve().size());
    }
    std::vector<std::uint64_t> knowing(points);
    std::vector<std::uint64_t> shouldKnow(points);
    for (const CrashWatch& crash : parts.crashes)
    {
        for (std::size_t i = 0; i < points && crash.Covers(i); ++i)
        {
            const auto& point = crash.Curve()[std::min(i, crash.Curve().size() - 1)];
            knowing[i] += point.knowing;
            shouldKnow[i] += point.shouldKnow;
        }
    }
    return {{"step_ns", parts.stepNs}, {"knowing", knowing}, {"should_know", shouldKnow}};
}

Json FalsePositivesJson(const SummaryParts& parts)
{
    const Accusations::Counts& counts = parts.accusations;
    std::vector<std::pair<MemberId, std::uint64_t>> accusers(counts.byAccuser.begin(),
                                                             counts.byAccuser.end());
    std::sort(accusers.begin(), accusers.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    Json byAccuser = Json::object();
    for (const auto& [accuser, events] : accusers)
    {
        byAccuser[parts.names[accuser]] = events;
    }
    return {{"events", counts.events},
            {"pairs", counts.pairs},
            {"subjects", counts.subjects},
            {"fp_minus", counts.fpMinus},
            {"about_bystanders", counts.aboutBystanders},
            {"among_bystanders", counts.amongBystanders},
            {"events_per_second", counts.perSecond},
            {"events_by_accuser", byAccuser}};
}

Json AgreementJson(const Agreement& agreement)
{
    return {{"live_pairs", agreement.livePairs},
            {"missing_pairs", agreement.missingPairs},
            {"missing_members", agreement.missingMembers},
            {"foreign_pairs", agreement.foreignPairs},
            {"stale_pairs", agreement.stalePairs},
            {"resurrections", agreement.resurrections},
            {"settled_at_ns", agreement.settledNs < 0 ? Json(nullptr) : Json(agreement.settledNs)}};
}

Json ViewSizesJson(const ViewSizes& views)
{
    Json clusters = Json::array();
    for (std::size_t cluster = 0; cluster < views.Samples().front().size(); ++cluster)
    {
        Json live = Json::array();
        Json smallest = Json::array();
        Json median = Json::array();
        Json largest = Json::array();
        for (const auto& clustersThen : views.Samples())
        {
            const ViewSizes::Sample& sample = clustersThen[cluster];
            live.push_back(sample.live);
            smallest.push_back(sample.sizes ? Json(sample.sizes->smallest) : Json(nullptr));
            median.push_back(sample.sizes ? Json(sample.sizes->median) : Json(nullptr));
            largest.push_back(sample.sizes ? Json(sample.sizes->largest) : Json(nullptr));
        }
        clusters.push_back(
            {{"live", live}, {"smallest", smallest}, {"median", median}, {"largest", largest}});
    }
    return {{"time_ns", views.InstantsNs()}, {"clusters", clusters}};
}

} // namespace

Agreement::Agreement(const Health& health,
                     const Views& views,
                     const std::vector<bool>& live,
                     std::uint64_t resurrections,
                     std::int64_t settledNs)
    : resurrections(resurrections),
      settledNs(settledNs)
{
    const auto& groups = views.Groups();
    std::vector<std::uint64_t> liveOf(*std::max_element(groups.begin(), groups.end()) + 1);
    for (MemberId member = 0; member < live.size(); ++member)
    {
        liveOf[groups[member]] += live[member] ? 1 : 0;
    }
    const Views::Holders holders = views.CountHolders(live);
    foreignPairs = holders.foreign;
    for (MemberId member = 0; member < live.size(); ++member)
    {
        if (live[member])
        {
            const std::uint64_t peers = liveOf[groups[member]] - 1;
            livePairs += peers;
            missingPairs += peers - holders.own[member];
            missingMembers += peers > holders.own[member] ? 1 : 0;
        }
        stalePairs += health.IsGone(member) ? holders.own[member] : 0;
    }
}

std::string SummaryJson(const SummaryParts& parts)
{
    const Json json = {{"crashes", CrashesJson(parts)},
                       {"dissemination", SumOfCurvesJson(parts)},
                       {"false_positives", FalsePositivesJson(parts)},
                       {"refuted_suspicions", parts.accusations.refutedSuspicions},
                       {"agreement", AgreementJson(parts.agreement)},
                       {"view_sizes", ViewSizesJson(parts.viewSizes)}};
    return json.dump();
}

} // namespace swimlab::summary
