// SPDX-License-Identifier: GPL-2.0-only
//
// See virtual-run.h.
#include "lab/virtual/virtual-run.h"

#include "lab/plan/truth.h"
#include "lab/virtual/fault-verbs.h"
#include "virtual/cluster.h"

#include <algorithm>
#include <chrono>

namespace swimlab
{

namespace
{

using swim::Cluster;
using swim::Fault;
using swim::VirtualNetwork;

constexpr std::chrono::seconds REPORT_EVERY{1}; ///< of simulated time

Cluster::Setup SetupOf(const Plan& plan)
{
    return {.protocol = plan.groups.front().protocol,
            .members = plan.members,
            .seed = plan.seed,
            .age = plan.starts.front()->settled ? swim::Age::SETTLED : swim::Age::FRESH,
            .path = 2 * Duration(plan.topology.accessDelay),
            .delay = plan.network.delay,
            .jitter = plan.network.jitter,
            .datagramLoss = plan.network.datagramLoss,
            .duplication = plan.network.duplication,
            .joinRetry = {plan.joinRetry.times, plan.joinRetry.interval}};
}

/// One run while it lasts.
class VirtualRun : public swim::ClusterListener
{
  public:
    VirtualRun(const Plan& plan, Recorder& recorder)
        : m_plan(plan),
          m_recorder(recorder),
          m_cluster(SetupOf(plan), *this)
    {
        m_recorder.CountPeriods(plan);
    }

    Counts Perform(const OnProgress& onProgress);

  private:
    void Do(const Action& action);
    void RunTo(Duration time, const OnProgress& onProgress);

    void OnConclusion(swim::Member observer, const swim::Event& event) override;
    void OnSent(const swim::Passage& passage) override;
    void OnReceived(swim::Member member, swim::TrafficKind kind, std::size_t bytes) override;

    std::int64_t NowNs() const
    {
        return m_cluster.Now().time_since_epoch().count();
    }

    const Plan& m_plan;
    Recorder& m_recorder;
    Cluster m_cluster;
};

Counts VirtualRun::Perform(const OnProgress& onProgress)
{
    m_cluster.Start();
    for (const Action& action : m_plan.timeline)
    {
        if (action.at <= m_plan.duration)
        {
            RunTo(action.at, onProgress);
            Do(action);
        }
    }
    RunTo(m_plan.duration, onProgress);
    const swim::Counters counters = m_cluster.Network().Count();
    return {{"probes", counters.probes},
            {"probes_failed", counters.probesFailed},
            {"probes_indirect", counters.probesIndirect},
            {"nacks_expected", counters.nacksExpected},
            {"nacks_received", counters.nacksReceived},
            {"stream_pings_answered", counters.streamPingsAnswered},
            {"refutations", counters.refutations},
            {"rejected", counters.rejected}};
}

void VirtualRun::RunTo(Duration time, const OnProgress& onProgress)
{
    const double seconds = std::chrono::duration<double>(m_plan.duration).count();
    const auto now = [this] { return m_cluster.Now().time_since_epoch(); };
    do
    {
        m_cluster.RunTo(swim::Instant(std::min<Duration>(time, now() + REPORT_EVERY)));
        onProgress({std::chrono::duration<double>(now()).count(), seconds, {}});
    } while (now() < time);
}

void VirtualRun::Do(const Action& action)
{
    const auto incarnationOf = [&](MemberId member) {
        return m_cluster.StartingIncarnation(member, action.keepsIncarnation);
    };
    for (const TruthRow& row : TruthOf(m_plan, action, incarnationOf))
    {
        if (row.subject)
        {
            m_recorder.Truth(NowNs(), row.event, *row.subject, row.value, row.incarnation);
        }
        else
        {
            m_recorder.Truth(NowNs(), row.event, row.value);
        }
    }
    Fault fault{.kind = FaultOf(action.verb).value(),
                .members = action.members,
                .share = action.probability,
                .time = action.duration,
                .seeds = action.seeds,
                .keepsIncarnation = action.keepsIncarnation};
    fault.sideOf.resize(m_plan.members);
    for (std::uint32_t side = 0; side < action.sides.size(); ++side)
    {
        for (const MemberId member : action.sides[side])
        {
            fault.sideOf[member] = side;
        }
    }
    m_cluster.Do(fault);
}

void VirtualRun::OnConclusion(swim::Member observer, const swim::Event& event)
{
    const auto party = [](swim::NameId name) {
        Party found;
        if (const swim::Member member = VirtualNetwork::MemberOf(name); member != swim::NOBODY)
        {
            found.member = member;
        }
        return found;
    };
    m_recorder.Conclude({.timeNs = NowNs(),
                         .observer = observer,
                         .kind = event.kind,
                         .subject = party(event.subject),
                         .incarnation = event.incarnation,
                         .source = party(event.source),
                         .rejection = event.rejection});
}

void VirtualRun::OnSent(const swim::Passage& passage)
{
    m_recorder.Sent(NowNs(), passage.kind, static_cast<std::uint32_t>(passage.bytes));
    if (PeriodTraffic* periods = m_recorder.Periods())
    {
        periods->Sent(NowNs(), passage.from);
    }
}

void VirtualRun::OnReceived(swim::Member member, swim::TrafficKind kind, std::size_t bytes)
{
    m_recorder.Received(NowNs(), kind, static_cast<std::uint32_t>(bytes));
    if (PeriodTraffic* periods = m_recorder.Periods())
    {
        periods->Received(NowNs(), member);
    }
}

} // namespace

Counts RunVirtually(const Plan& plan, Recorder& recorder, const OnProgress& onProgress)
{
    return VirtualRun(plan, recorder).Perform(onProgress);
}

} // namespace swimlab
