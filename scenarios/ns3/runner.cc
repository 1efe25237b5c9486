// SPDX-License-Identifier: GPL-2.0-only
//
// See runner.h.
#include "runner.h"

#include "packet-network.h"
#include "parameter-attributes.h"
#include "topology/paths.h"

#include "ns3/object-factory.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/swim-application.h"
#include "ns3/swim-cluster.h"

#include <chrono>
#include <memory>

namespace swimlab
{

namespace
{

constexpr std::uint16_t PORT = 7946;
constexpr std::chrono::milliseconds REPORT_EVERY{200};

/// One run while it lasts.
class Simulation
{
  public:
    Simulation(const Plan& plan, Recorder& recorder);
    ~Simulation();

    void Run(const std::function<void(const RunProgress&)>& onProgress);

  private:
    void AddMembers();
    void ScheduleStarts();
    void ScheduleTimeline();
    void Perform(const Action& action);
    void PerformOnMember(const Action& action, MemberId member);
    void PerformOnNetwork(const Action& action);
    void LaunchAgain(const Action& action, MemberId member);

    /// Of the process that the action starts; 0 if it starts none.
    std::uint32_t StartingIncarnation(const Action& action, MemberId member) const;

    void ScheduleProgress(const std::function<void(const RunProgress&)>& onProgress);

    std::int64_t NowNs() const
    {
        return ns3::Simulator::Now().GetNanoSeconds();
    }

    const Plan& m_plan;
    Recorder& m_recorder;
    std::unique_ptr<PacketNetwork> m_network;
    ns3::Ptr<ns3::SwimCluster> m_cluster;
    std::vector<ns3::Ptr<ns3::SwimApplication>> m_members;
    std::vector<double> m_datagramLoss; ///< each member's own
    double m_networkDatagramLoss;
    std::chrono::steady_clock::time_point m_reported;
};

Simulation::Simulation(const Plan& plan, Recorder& recorder)
    : m_plan(plan),
      m_recorder(recorder),
      m_datagramLoss(plan.members, 0.0),
      m_networkDatagramLoss(plan.network.datagramLoss)
{
    ns3::ObjectFactory scheduler("ns3::PriorityQueueScheduler");
    ns3::Simulator::SetScheduler(scheduler);
    ns3::RngSeedManager::SetSeed(1 + static_cast<std::uint32_t>(plan.seed % 4294967087u));
    ns3::RngSeedManager::SetRun(plan.seed);
    m_network = std::make_unique<PacketNetwork>(plan.topology,
                                                Paths(plan.topology),
                                                plan.routerOfMember,
                                                plan.network,
                                                plan.seed);
    AddMembers();
    ScheduleStarts();
    ScheduleTimeline();
}

Simulation::~Simulation()
{
    m_members.clear();
    ns3::Simulator::Destroy();
}

void Simulation::AddMembers()
{
    ns3::ObjectFactory factory("ns3::SwimApplication");
    ns3::SetParameters(factory, m_plan.protocol);
    m_cluster = ns3::Create<ns3::SwimCluster>();
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        m_cluster->AddMember(m_plan.names[member], m_network->MemberAddress(member), PORT);
        const auto application = factory.Create<ns3::SwimApplication>();
        application->SetMember(m_cluster, member);
        application->AssignStreams(member);
        application->SetDatagramLoss(m_networkDatagramLoss);
        application->TraceConnectWithoutContext(
            "Event",
            ns3::Callback<void,
                          std::uint32_t,
                          std::string_view,
                          std::string_view,
                          std::uint32_t,
                          std::string_view>([this](std::uint32_t observer,
                                                   std::string_view event,
                                                   std::string_view subject,
                                                   std::uint32_t incarnation,
                                                   std::string_view source) {
                m_recorder.Conclusion(NowNs(), observer, event, subject, incarnation, source);
            }));
        using Traffic = ns3::Callback<void, std::uint32_t, std::string_view, std::uint32_t>;
        application->TraceConnectWithoutContext(
            "Tx",
            Traffic([this](std::uint32_t, std::string_view kind, std::uint32_t bytes) {
                m_recorder.Sent(NowNs(), kind, bytes);
            }));
        application->TraceConnectWithoutContext(
            "Rx",
            Traffic([this](std::uint32_t, std::string_view kind, std::uint32_t bytes) {
                m_recorder.Received(NowNs(), kind, bytes);
            }));
        m_network->MemberNode(member)->AddApplication(application);
        m_members.push_back(application);
    }
}

void Simulation::ScheduleStarts()
{
    std::vector<MemberId> converged;
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
        options.seeds = start->seeds;
        m_members[member]->SetLaunchOptions(options);
        m_members[member]->SetStartTime(ns3::NanoSeconds(start->at.count()));
        if (start->converged)
        {
            converged.push_back(member);
            continue;
        }
        ns3::Simulator::Schedule(ns3::NanoSeconds(start->at.count()), [this, member]() {
            m_recorder.Truth(NowNs(), ToString(Verb::JOIN), member, "", 1);
        });
    }
    m_cluster->FreezeConvergedStart(converged);
}

void Simulation::ScheduleTimeline()
{
    for (const Action& action : m_plan.timeline)
    {
        ns3::Simulator::Schedule(ns3::NanoSeconds(action.at.count()),
                                 [this, &action]() { Perform(action); });
    }
}

void Simulation::Perform(const Action& action)
{
    const std::string_view verb = ToString(action.verb);
    if (action.verb == Verb::PARTITION)
    {
        m_network->Partition(action.sides);
        std::vector<std::uint32_t> sideOf(m_plan.members, 0);
        for (std::uint32_t side = 0; side < action.sides.size(); ++side)
        {
            for (const MemberId member : action.sides[side])
            {
                sideOf[member] = side;
            }
        }
        for (MemberId member = 0; member < m_plan.members; ++member)
        {
            m_recorder.Truth(NowNs(), verb, member, std::to_string(sideOf[member]));
        }
        return;
    }
    if (action.members.empty())
    {
        m_recorder.Truth(NowNs(), verb, action.valueText);
    }
    for (const MemberId member : action.members)
    {
        m_recorder.Truth(NowNs(),
                         verb,
                         member,
                         action.valueText,
                         StartingIncarnation(action, member));
        // In the member's context, where its sockets and timers belong.
        ns3::Simulator::ScheduleWithContext(
            m_network->MemberNode(member)->GetId(),
            ns3::Time(0),
            [this, &action, member]() { PerformOnMember(action, member); });
    }
    PerformOnNetwork(action);
}

void Simulation::PerformOnMember(const Action& action, MemberId member)
{
    ns3::SwimApplication& application = *m_members[member];
    switch (action.verb)
    {
    case Verb::CRASH:
        m_network->SetDown(member);
        application.Kill();
        return;
    case Verb::RESTART:
    case Verb::JOIN:
        m_network->SetUp(member);
        LaunchAgain(action, member);
        return;
    case Verb::PAUSE:
        application.Pause();
        return;
    case Verb::RESUME:
        application.Resume();
        return;
    case Verb::LEAVE:
        application.Leave();
        return;
    default:
        return;
    }
}

void Simulation::LaunchAgain(const Action& action, MemberId member)
{
    ns3::SwimApplication& application = *m_members[member];
    application.Kill(); // a process that was still leaving
    ns3::SwimApplication::LaunchOptions options;
    options.seeds = action.seeds;
    options.incarnation = StartingIncarnation(action, member);
    application.Launch(options);
}

std::uint32_t Simulation::StartingIncarnation(const Action& action, MemberId member) const
{
    if (action.verb != Verb::RESTART && action.verb != Verb::JOIN)
    {
        return 0;
    }
    return m_plan.restartKeepsIncarnation ? m_members[member]->GetIncarnation() + 1 : 1;
}

void Simulation::PerformOnNetwork(const Action& action)
{
    const bool everybody = action.members.empty();
    switch (action.verb)
    {
    case Verb::HEAL:
        m_network->Heal();
        return;
    case Verb::LOSS:
        everybody ? m_network->SetNetworkLoss(action.probability)
                  : m_network->SetLoss(action.members, action.probability);
        return;
    case Verb::DELAY:
        everybody ? m_network->SetNetworkDelay(action.duration)
                  : m_network->SetDelay(action.members, action.duration);
        return;
    case Verb::JITTER:
        everybody ? m_network->SetNetworkJitter(action.duration)
                  : m_network->SetJitter(action.members, action.duration);
        return;
    case Verb::DATAGRAM_LOSS:
        if (everybody)
        {
            m_networkDatagramLoss = action.probability;
        }
        for (const MemberId member : action.members)
        {
            m_datagramLoss[member] = action.probability;
        }
        for (MemberId member = 0; member < m_plan.members; ++member)
        {
            m_members[member]->SetDatagramLoss(1 - (1 - m_networkDatagramLoss) *
                                                       (1 - m_datagramLoss[member]));
        }
        return;
    default:
        return;
    }
}

void Simulation::ScheduleProgress(const std::function<void(const RunProgress&)>& onProgress)
{
    // Looks at the wall clock at fixed simulated times: the simulation itself stays the same.
    ns3::Simulator::Schedule(ns3::MilliSeconds(20), [this, &onProgress]() {
        const auto now = std::chrono::steady_clock::now();
        if (now - m_reported >= REPORT_EVERY)
        {
            m_reported = now;
            onProgress({ns3::Simulator::Now().GetSeconds(),
                        std::chrono::duration<double>(m_plan.duration).count(),
                        m_recorder.Events()});
        }
        ScheduleProgress(onProgress);
    });
}

void Simulation::Run(const std::function<void(const RunProgress&)>& onProgress)
{
    ScheduleProgress(onProgress);
    ns3::Simulator::Stop(ns3::NanoSeconds(m_plan.duration.count()));
    ns3::Simulator::Run();
    const double seconds = std::chrono::duration<double>(m_plan.duration).count();
    onProgress({seconds, seconds, m_recorder.Events()});
}

} // namespace

void RunOnNs3(const Plan& plan,
              Recorder& recorder,
              const std::function<void(const RunProgress&)>& onProgress)
{
    Simulation(plan, recorder).Run(onProgress);
}

} // namespace swimlab
