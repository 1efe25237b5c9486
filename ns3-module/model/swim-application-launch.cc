// SPDX-License-Identifier: GPL-2.0-only
//
// How the life of a member begins: when, with whom it is acquainted, and on what.
#include "address-conversion.h"
#include "application-extras.h"
#include "application-settings.h"
#include "cluster-shared.h"
#include "detector-kind.h"
#include "logging.h"
#include "member-process.h"
#include "path-transport.h"
#include "socket-transport.h"
#include "swim-application.h"

#include "ns3/abort.h"
#include "ns3/node.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

namespace ns3
{

namespace
{

/// @return the addresses of the seeds but the member itself
std::vector<swim::Address> AddressesOf(const std::vector<uint32_t>& seeds,
                                       const SwimCluster& cluster,
                                       uint32_t member)
{
    const SwimCluster::Shared& shared = cluster.GetShared();
    std::vector<swim::Address> addresses;
    for (const uint32_t seed : seeds)
    {
        NS_ABORT_MSG_UNLESS(seed < cluster.GetSize(),
                            "LaunchOptions::seeds of member "
                                << cluster.GetName(member) << " names member " << seed
                                << ", but the cluster has " << cluster.GetSize()
                                << ", numbered from 0");
        if (seed != member)
        {
            addresses.push_back(shared.directory.Get(shared.identities[seed]).address);
        }
    }
    return addresses;
}

} // namespace

void SwimApplication::DoDispose()
{
    if (m_process)
    {
        m_process->Abandon();
        Bury();
    }
    if (m_extras)
    {
        m_extras->m_firstLaunch.Cancel();
    }
    if (m_cluster)
    {
        m_cluster->GetShared().applications[m_member] = nullptr;
    }
    m_cluster = nullptr;
    Application::DoDispose();
}

void SwimApplication::StartApplication()
{
    if (m_launchOptions.delay.IsStrictlyPositive())
    {
        GetExtras().m_firstLaunch =
            Simulator::Schedule(m_launchOptions.delay, &SwimApplication::LaunchFirst, this);
        return;
    }
    LaunchFirst();
}

void SwimApplication::StopApplication()
{
    if (m_extras)
    {
        m_extras->m_firstLaunch.Cancel();
    }
    Kill();
}

void SwimApplication::LaunchFirst()
{
    Launch(OptionsOfFirstLaunch());
}

/// Who starts converged knows those who start converged in the same instant; later ones join them.
SwimApplication::LaunchOptions SwimApplication::OptionsOfFirstLaunch()
{
    if (!m_launchOptions.converged || !m_cluster)
    {
        return m_launchOptions;
    }
    SwimCluster::Shared& shared = m_cluster->GetShared();
    if (!shared.frozen)
    {
        std::vector<uint32_t> first;
        for (const SwimApplication* player : shared.applications)
        {
            if (player && player->m_launchOptions.converged && player->m_startTime == m_startTime)
            {
                first.push_back(player->m_member);
            }
        }
        NS_LOG_INFO(first.size() << " members start converged");
        m_cluster->FreezeConvergedStart(first);
    }
    LaunchOptions options = m_launchOptions;
    if (!shared.baselines.at(m_member))
    {
        constexpr std::size_t SEEDS = 3;
        options.converged = false;
        options.seeds.clear();
        for (uint32_t member = 0; member < m_cluster->GetSize() && options.seeds.size() < SEEDS;
             ++member)
        {
            if (shared.baselines[member])
            {
                options.seeds.push_back(member);
            }
        }
        NS_LOG_INFO(GetName() << " starts later than the others, and joins them");
    }
    return options;
}

void SwimApplication::Launch(const LaunchOptions& options)
{
    CheckMayAct("Launch");
    NS_ABORT_MSG_UNLESS(m_cluster, "SetMember must be called before a SwimApplication starts");
    NS_ABORT_MSG_IF(IsRunning(),
                    "member " << m_cluster->GetName(m_member)
                              << " runs already: Kill its process before another is launched");
    ShareSettings();
    NS_ABORT_MSG_IF(options.converged && !m_cluster->GetShared().baselines.at(m_member),
                    "call SwimCluster::FreezeConvergedStart with member "
                        << m_cluster->GetName(m_member) << " before it starts converged");
    if (m_process)
    {
        Bury();
    }
    NS_LOG_INFO(GetName() << " is launched "
                          << (options.converged ? "converged" : "to join through seeds") << " ("
                          << options.seeds.size() << "), incarnation " << options.incarnation);
    m_process = MakeProcess(options);
    ImpairProcess();
    m_process->Start(options.converged ? std::vector<swim::Address>{}
                                       : AddressesOf(options.seeds, *m_cluster, m_member));
}

Ptr<MemberProcess> SwimApplication::MakeProcess(const LaunchOptions& options)
{
    SwimCluster::Shared& shared = m_cluster->GetShared();
    // Each life draws from generators of its own: ns-3's seed and run, the stream, and the life.
    uint64_t life = static_cast<uint64_t>(RandomStream()) << 16 | m_launches++;
    const uint64_t seed = RngSeedManager::GetSeed() ^ RngSeedManager::GetRun() << 32;
    const swim::Rng protocolRng(seed, swim::SplitMix64(life));
    const swim::Rng lossRng(seed, swim::SplitMix64(life));

    // One observer for all, or each its trace sources.
    SwimObserver* const observer = m_observer != nullptr ? m_observer : MakeTraces();
    Extras* const extras = m_observer == nullptr ? m_extras.get() : nullptr;
    const MemberProcess::Host host{m_cluster,
                                   observer,
                                   m_member,
                                   m_joinRetries,
                                   m_joinRetryInterval,
                                   m_joinRetryJitter,
                                   extras,
                                   m_tracer};
    const bool settled = options.converged && options.settled;
    const swim::Node::Setup setup{
        .config = std::shared_ptr<const swim::Config>(m_settings, &m_settings->config),
        .self = shared.identities.at(m_member),
        .incarnation = options.incarnation,
        .baseline = options.converged ? shared.baselines.at(m_member) : nullptr,
        .seeds = AddressesOf(options.seeds, *m_cluster, m_member),
        .application = extras ? &*extras->m_userMessages : nullptr,
        .age = settled ? swim::Age::SETTLED : swim::Age::FRESH};
    const swim::Address self = shared.directory.Get(shared.identities.at(m_member)).address;
    const auto makeTransport = [&](MemberTransport::Handler& handler) -> Ptr<MemberTransport> {
        if (m_pathNetwork)
        {
            return Create<PathTransport>(PathTransport::Host{m_pathNetwork,
                                                             m_member,
                                                             self,
                                                             handler,
                                                             &handler,
                                                             sizeof(MemberProcess)});
        }
        return Create<SocketTransport>(
            SocketTransport::Host{GetNode(),
                                  self,
                                  m_bindToAddress,
                                  m_cluster->GetName(m_member),
                                  NanoSeconds(m_settings->config.tcpTimeout.count()),
                                  handler,
                                  m_tracer});
    };
    const swim::DetectorMaker* const maker = m_detector ? &m_detector->make : nullptr;
    return Create<MemberProcess>(host, setup, maker, protocolRng, lossRng, makeTransport);
}

} // namespace ns3
