// SPDX-License-Identifier: GPL-2.0-only
//
// See runner.h.
#include "lab/ns3/runner.h"

#include "detector-kind.h"
#include "lab/ns3/cluster-tracer.h"
#include "lab/ns3/packet-network.h"
#include "lab/ns3/path-network.h"
#include "lab/ns3/performer.h"
#include "lab/topology/paths.h"
#include "parameter-attributes.h"

#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/swim-application.h"
#include "ns3/swim-cluster.h"
#include "ns3/swim-scheduler.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <unordered_map>

namespace swimlab
{

namespace
{

constexpr std::chrono::milliseconds REPORT_EVERY{200};

/// Said aloud, the resolution is settled, and ns-3 stops keeping a list of all times for it. It may be
/// said once in a process.
void SettleResolution()
{
    static const bool settled = [] {
        ns3::Time::SetResolution(ns3::Time::NS);
        return true;
    }();
    static_cast<void>(settled);
}

std::unique_ptr<SimulatedNetwork> MakeNetwork(const Plan& plan)
{
    if (plan.network.model == NetworkModel::PATH)
    {
        auto network = std::make_unique<PathNetwork>(plan.topology,
                                                     Paths(plan.topology),
                                                     plan.routerOfMember,
                                                     plan.network,
                                                     plan.seed);
        network->SetStreamsLast(plan.detector.kind && plan.detector.kind->streamsLast);
        return network;
    }
    return std::make_unique<PacketNetwork>(plan.topology,
                                           Paths(plan.topology),
                                           plan.routerOfMember,
                                           plan.network,
                                           plan.seed,
                                           plan.routerOfSpareAddress);
}

/// Members of the cluster are those of the plan, and in the same order.
Party ToParty(const ns3::SwimParty& party)
{
    Party found;
    found.stranger = party.stranger;
    if (party.member != ns3::SwimParty::NO_MEMBER)
    {
        found.member = party.member;
    }
    return found;
}

/// One run while it lasts.
class Simulation : private ns3::SwimObserver
{
  public:
    Simulation(const Plan& plan, Recorder& recorder);
    ~Simulation() override;

    void Run(const OnProgress& onProgress);

    /// See Reseed.
    void DrawAnew(std::uint64_t key);

    Counts Count() const;

  private:
    void AddMembers();
    void OnEvent(const ns3::SwimConclusion& conclusion) override;
    void OnSent(std::uint32_t member,
                std::uint8_t kind,
                std::uint32_t bytes,
                ns3::Ipv4Address to) override;
    std::optional<MemberId> MemberAt(ns3::Ipv4Address address);
    void OnReceived(std::uint32_t member, std::uint8_t kind, std::uint32_t bytes) override;

    void ScheduleStarts();
    void ScheduleTimeline();
    void ScheduleProgress(const OnProgress& onProgress);

    std::int64_t NowNs() const
    {
        return ns3::Simulator::Now().GetNanoSeconds();
    }

    const Plan& m_plan;
    Recorder& m_recorder;
    std::unique_ptr<SimulatedNetwork> m_network;
    std::optional<ClusterTracer> m_tracer;
    ns3::Ptr<ns3::SwimCluster> m_cluster;
    std::vector<ns3::Ptr<ns3::SwimApplication>> m_members;
    std::optional<Performer> m_performer;
    /// By address; none: nobody's.
    std::unordered_map<std::uint32_t, std::optional<MemberId>> m_memberAt;
    std::chrono::steady_clock::time_point m_reported;
};

Simulation::Simulation(const Plan& plan, Recorder& recorder)
    : m_plan(plan),
      m_recorder(recorder)
{
    m_recorder.CountPeriods(plan);
    SettleResolution();
    ns3::ObjectFactory scheduler;
    scheduler.SetTypeId(ns3::SwimScheduler::GetTypeId());
    ns3::Simulator::SetScheduler(scheduler);
    ns3::RngSeedManager::SetSeed(1 + static_cast<std::uint32_t>(plan.seed % 4294967087u));
    ns3::RngSeedManager::SetRun(plan.seed);
    m_network = MakeNetwork(plan);
    if (Trace* trace = recorder.Traces())
    {
        m_tracer.emplace(plan, *trace, *m_network);
    }
    AddMembers();
    ScheduleStarts();
    m_performer.emplace(plan, recorder, *m_network, *m_cluster, m_members);
    ScheduleTimeline();
}

Simulation::~Simulation()
{
    m_members.clear();
    ns3::Simulator::Destroy();
}

void Simulation::AddMembers()
{
    m_cluster = ns3::Create<ns3::SwimCluster>();
    m_members.resize(m_plan.members);
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        m_cluster->AddMember(m_plan.names[member], m_network->MemberAddress(member), MEMBER_PORT);
    }
    std::shared_ptr<const ns3::DetectorKind> detector;
    if (const auto* kind = m_plan.detector.kind)
    {
        detector = std::make_shared<ns3::DetectorKind>(
            ns3::DetectorKind{kind->make(m_plan.detector.values)});
    }
    for (const Group& group : m_plan.groups)
    {
        ns3::ObjectFactory factory("ns3::SwimApplication");
        ns3::SetParameters(factory, group.protocol);
        factory.Set("JoinRetries", ns3::UintegerValue(m_plan.joinRetry.times));
        factory.Set("JoinRetryInterval",
                    ns3::TimeValue(ns3::NanoSeconds(m_plan.joinRetry.interval.count())));
        const auto first = factory.Create<ns3::SwimApplication>();
        first->SetDetector(detector);
        for (const MemberId member : group.members)
        {
            m_members[member] = ns3::CopyObject<ns3::SwimApplication>(first);
        }
    }
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        m_members[member]->SetMember(m_cluster, member);
        m_members[member]->AssignStreams(member);
        m_members[member]->SetDatagramLoss(m_plan.network.datagramLoss);
        m_members[member]->SetObserver(*this);
        m_members[member]->SetTracer(m_tracer ? &*m_tracer : nullptr);
        m_network->Host(member, m_members[member]);
    }
}

void Simulation::OnEvent(const ns3::SwimConclusion& conclusion)
{
    Conclusion row{.timeNs = NowNs(),
                   .observer = conclusion.observer,
                   .kind = static_cast<swim::EventKind>(conclusion.kind),
                   .subject = ToParty(conclusion.subject),
                   .incarnation = conclusion.incarnation,
                   .source = ToParty(conclusion.source)};
    if (conclusion.rejection != ns3::SwimConclusion::NO_REASON)
    {
        row.rejection = static_cast<swim::Rejection>(conclusion.rejection);
    }
    m_recorder.Conclude(row);
}

void Simulation::OnSent(std::uint32_t member,
                        std::uint8_t kind,
                        std::uint32_t bytes,
                        ns3::Ipv4Address to)
{
    m_recorder.Sent(NowNs(), static_cast<swim::TrafficKind>(kind), bytes);
    if (PeriodTraffic* periods = m_recorder.Periods())
    {
        periods->Sent(NowNs(), member);
    }
    if (RegionTraffic* regions = m_recorder.Regions())
    {
        if (const auto receiver = MemberAt(to))
        {
            regions->Sent(NowNs(), member, *receiver, bytes);
        }
    }
    if (MemberTraffic* members = m_recorder.Members())
    {
        members->Sent(NowNs(), member, bytes);
    }
}

/// Who has, or had, the address. A member that restarts may have one that was not asked for before.
std::optional<MemberId> Simulation::MemberAt(ns3::Ipv4Address address)
{
    if (!m_memberAt.contains(address.Get()))
    {
        for (MemberId member = 0; member < m_plan.members; ++member)
        {
            m_memberAt.try_emplace(m_network->MemberAddress(member).Get(), member);
        }
    }
    return m_memberAt.try_emplace(address.Get(), std::nullopt).first->second;
}

void Simulation::OnReceived(std::uint32_t member, std::uint8_t kind, std::uint32_t bytes)
{
    m_recorder.Received(NowNs(), static_cast<swim::TrafficKind>(kind), bytes);
    if (PeriodTraffic* periods = m_recorder.Periods())
    {
        periods->Received(NowNs(), member);
    }
    if (MemberTraffic* members = m_recorder.Members())
    {
        members->Received(NowNs(), member, bytes);
    }
}

void Simulation::ScheduleStarts()
{
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        const auto& start = m_plan.starts[member];
        if (!start)
        {
            // Only a join of the timeline starts it: never by itself.
            m_members[member]->SetStartTime(ns3::NanoSeconds(m_plan.duration.count()) +
                                            ns3::Seconds(1));
            continue;
        }
        ns3::SwimApplication::LaunchOptions options;
        options.converged = start->converged;
        options.settled = start->settled;
        options.seeds = start->seeds;
        m_members[member]->SetLaunchOptions(options);
        m_members[member]->SetStartTime(ns3::NanoSeconds(start->at.count()));
        if (start->converged)
        {
            continue;
        }
        ns3::Simulator::Schedule(ns3::NanoSeconds(start->at.count()), [this, member]() {
            m_recorder.Truth(NowNs(), ToString(Verb::JOIN), member, "", 1);
        });
    }
    for (const Group& group : m_plan.groups)
    {
        std::vector<MemberId> converged;
        std::copy_if(group.members.begin(),
                     group.members.end(),
                     std::back_inserter(converged),
                     [this](MemberId member) {
                         return m_plan.starts[member] && m_plan.starts[member]->converged;
                     });
        m_cluster->FreezeConvergedStart(converged);
    }
}

void Simulation::ScheduleTimeline()
{
    for (const Action& action : m_plan.timeline)
    {
        ns3::Simulator::Schedule(ns3::NanoSeconds(action.at.count()),
                                 [this, &action]() { m_performer->Perform(action); });
    }
}

void Simulation::ScheduleProgress(const OnProgress& onProgress)
{
    // Looks at the wall clock at fixed simulated times: the simulation itself stays the same.
    ns3::Simulator::Schedule(ns3::MilliSeconds(20), [this, &onProgress]() {
        const auto now = std::chrono::steady_clock::now();
        if (now - m_reported >= REPORT_EVERY)
        {
            m_reported = now;
            onProgress({ns3::Simulator::Now().GetSeconds(),
                        std::chrono::duration<double>(m_plan.duration).count(),
                        ns3::Simulator::GetEventCount()});
        }
        ScheduleProgress(onProgress);
    });
}

void Simulation::DrawAnew(std::uint64_t key)
{
    m_network->DrawAnew(key);
    for (const auto& member : m_members)
    {
        member->Reseed(key);
    }
}

void Simulation::Run(const OnProgress& onProgress)
{
    ScheduleProgress(onProgress);
    ns3::Simulator::Stop(ns3::NanoSeconds(m_plan.duration.count()));
    ns3::Simulator::Run();
    if (m_tracer)
    {
        m_tracer->Finish();
    }
    const double seconds = std::chrono::duration<double>(m_plan.duration).count();
    onProgress({seconds, seconds, ns3::Simulator::GetEventCount()});
}

Counts Simulation::Count() const
{
    using Statistics = ns3::SwimApplication::Statistics;
    static constexpr std::pair<std::string_view, std::uint64_t Statistics::*> FIELDS[] = {
        {"probes", &Statistics::probes},
        {"probes_failed", &Statistics::probesFailed},
        {"probes_indirect", &Statistics::probesIndirect},
        {"nacks_expected", &Statistics::nacksExpected},
        {"nacks_received", &Statistics::nacksReceived},
        {"stream_pings_answered", &Statistics::streamPingsAnswered},
        {"refutations", &Statistics::refutations},
        {"rejected", &Statistics::rejected},
        {"socket_overflows", &Statistics::socketOverflows},
    };
    Counts counts;
    for (const auto& [name, field] : FIELDS)
    {
        std::uint64_t sum = 0;
        for (const auto& member : m_members)
        {
            sum += member->GetStatistics().*field;
        }
        counts.emplace_back(name, sum);
    }
    return counts;
}

} // namespace

Counts RunOnNs3(const Plan& plan,
                Recorder& recorder,
                const OnProgress& onProgress,
                const std::function<void(const Reseed&)>& onReady)
{
    Simulation simulation(plan, recorder);
    if (onReady)
    {
        onReady([&simulation](std::uint64_t key) { simulation.DrawAnew(key); });
    }
    simulation.Run(onProgress);
    return simulation.Count();
}

} // namespace swimlab
