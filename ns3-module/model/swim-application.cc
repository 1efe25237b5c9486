// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-application.h. The attributes, and the lives of a member one after the other; what
// happens within a life is in member-process.cc.
#include "swim-application.h"

#include "cluster-shared.h"
#include "member-process.h"
#include "parameter-attributes.h"
#include "path-transport.h"
#include "socket-transport.h"

#include "ns3/abort.h"
#include "ns3/double.h"
#include "ns3/rng-seed-manager.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SwimApplication);

/// Behind a pointer because users of the header compile as C++17.
struct SwimApplication::Settings
{
    swim::Config config;
};

/// Hands on to the application's trace sources what its process tells.
class SwimApplication::TraceSources : public SwimObserver
{
  public:
    explicit TraceSources(SwimApplication& application)
        : m_application(application)
    {
    }

    void OnEvent(const SwimConclusion& conclusion) override
    {
        const auto name = [this](const SwimParty& party) {
            return party.member == SwimParty::NO_MEMBER
                       ? party.stranger
                       : m_application.m_cluster->GetName(party.member);
        };
        m_application.m_eventTrace(
            conclusion.observer,
            swim::EventKindName(static_cast<swim::EventKind>(conclusion.kind)),
            name(conclusion.subject),
            conclusion.incarnation,
            conclusion.reason.empty() ? name(conclusion.source) : conclusion.reason);
    }

    void OnSent(uint32_t member, uint8_t kind, uint32_t bytes) override
    {
        m_application.m_txTrace(member, Name(kind), bytes);
    }

    void OnReceived(uint32_t member, uint8_t kind, uint32_t bytes) override
    {
        m_application.m_rxTrace(member, Name(kind), bytes);
    }

  private:
    static std::string_view Name(uint8_t kind)
    {
        return swim::TrafficKindName(static_cast<swim::TrafficKind>(kind));
    }

    SwimApplication& m_application;
};

namespace
{

double CheckedProbability(double probability)
{
    NS_ABORT_MSG_UNLESS(probability >= 0 && probability <= 1,
                        "datagram loss is a probability, from 0 to 1, not " << probability);
    return probability;
}

} // namespace

TypeId SwimApplication::GetTypeId()
{
    static TypeId tid = AddProtocolAttributes(
        TypeId("ns3::SwimApplication")
            .SetParent<Application>()
            .SetGroupName("Applications")
            .AddConstructor<SwimApplication>()
            .AddAttribute("DatagramLoss",
                          "Probability that a datagram is dropped at the sender's socket. It is "
                          "traced as sent.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&SwimApplication::m_datagramLoss),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("JoinRetryInterval",
                          "How long a member that no seed answered waits before it asks again.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&SwimApplication::m_joinRetryInterval),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddTraceSource("Event",
                            "The member concluded something about a member.",
                            MakeTraceSourceAccessor(&SwimApplication::m_eventTrace),
                            "ns3::SwimApplication::EventTracedCallback")
            .AddTraceSource("Tx",
                            "The member handed a message to its socket.",
                            MakeTraceSourceAccessor(&SwimApplication::m_txTrace),
                            "ns3::SwimApplication::MessageTracedCallback")
            .AddTraceSource("Rx",
                            "The member's socket handed it a message.",
                            MakeTraceSourceAccessor(&SwimApplication::m_rxTrace),
                            "ns3::SwimApplication::MessageTracedCallback"));
    return tid;
}

TypeId SwimApplication::AddProtocolAttributes(TypeId tid)
{
    return AddParameterAttributes(tid, [](ObjectBase* object) -> swim::Config* {
        auto* application = dynamic_cast<SwimApplication*>(object);
        return application ? &application->OwnSettings().config : nullptr;
    });
}

SwimApplication::SwimApplication()
    : m_settings(std::make_shared<Settings>())
{
    m_launchOptions.converged = true;
}

SwimApplication::~SwimApplication() = default;

SwimApplication::Settings& SwimApplication::OwnSettings()
{
    if (m_settings.use_count() > 1)
    {
        m_settings = std::make_shared<Settings>(*m_settings);
    }
    return *m_settings;
}

void SwimApplication::SetMember(Ptr<SwimCluster> cluster, uint32_t member)
{
    NS_ABORT_MSG_UNLESS(cluster && member < cluster->GetSize(),
                        "the cluster has no member " << member
                                                     << ": call SwimCluster::AddMember first");
    m_cluster = cluster;
    m_member = member;
}

void SwimApplication::SetPathNetwork(Ptr<SwimPathNetwork> network)
{
    m_pathNetwork = network;
}

void SwimApplication::SetObserver(SwimObserver& observer)
{
    m_observer = &observer;
}

void SwimApplication::SetLaunchOptions(const LaunchOptions& options)
{
    m_launchOptions = options;
}

int64_t SwimApplication::AssignStreams(int64_t stream)
{
    m_randomStream = stream;
    return 1;
}

void SwimApplication::SetDatagramLoss(double probability)
{
    m_datagramLoss = CheckedProbability(probability);
    ImpairProcess();
}

void SwimApplication::SetInboundDatagramLoss(double probability)
{
    m_inboundDatagramLoss = CheckedProbability(probability);
    ImpairProcess();
}

void SwimApplication::SetSlowness(Time slowness)
{
    NS_ABORT_MSG_IF(slowness.IsStrictlyNegative(),
                    "slowness must not be negative, but is " << slowness.As(Time::MS));
    m_slowness = slowness;
    ImpairProcess();
}

void SwimApplication::ImpairProcess()
{
    if (m_process)
    {
        m_process->SetDatagramLoss(m_datagramLoss, m_inboundDatagramLoss);
        m_process->SetSlowness(m_slowness);
    }
}

void SwimApplication::Inject(Ipv4Address from, const std::vector<uint8_t>& datagram)
{
    if (m_process)
    {
        m_process->Inject(from, datagram);
    }
}

void SwimApplication::UpdateMeta(const std::string& meta)
{
    if (m_process)
    {
        m_process->UpdateMeta(meta);
    }
}

void SwimApplication::StartApplication()
{
    Launch(m_launchOptions);
}

void SwimApplication::StopApplication()
{
    Kill();
}

void SwimApplication::DoDispose()
{
    if (m_process)
    {
        m_process->Abandon();
        Bury();
    }
    m_cluster = nullptr;
    Application::DoDispose();
}

void SwimApplication::Launch(const LaunchOptions& options)
{
    NS_ABORT_MSG_UNLESS(m_cluster, "SetMember must be called before a SwimApplication starts");
    NS_ABORT_MSG_IF(IsRunning(),
                    "member " << m_cluster->GetName(m_member)
                              << " runs already: Kill its process before another is launched");
    SwimCluster::Shared& shared = m_cluster->GetShared();
    ShareSettings();
    const auto& baseline = shared.baselines.at(m_member);
    NS_ABORT_MSG_IF(options.converged && !baseline,
                    "call SwimCluster::FreezeConvergedStart with member "
                        << m_cluster->GetName(m_member) << " before it starts converged");
    if (m_process)
    {
        Bury();
    }

    // Each life draws from generators of its own: ns-3's seed and run, the stream, and the life.
    const int64_t stream = m_randomStream < 0 ? m_member : m_randomStream;
    uint64_t life = static_cast<uint64_t>(stream) << 16 | m_launches++;
    const uint64_t seed = RngSeedManager::GetSeed() ^ RngSeedManager::GetRun() << 32;
    const swim::Rng protocolRng(seed, swim::SplitMix64(life));
    const swim::Rng lossRng(seed, swim::SplitMix64(life));

    std::vector<swim::Address> seeds;
    for (const uint32_t member : options.seeds)
    {
        if (member != m_member)
        {
            seeds.push_back(shared.directory.Get(shared.identities.at(member)).address);
        }
    }
    if (m_observer == nullptr && !m_traceSources)
    {
        m_traceSources = std::make_unique<TraceSources>(*this);
    }
    SwimObserver* const observer = m_observer != nullptr ? m_observer : m_traceSources.get();
    const MemberProcess::Host host{m_cluster, observer, m_member, m_joinRetryInterval};
    const swim::Node::Setup setup{
        std::shared_ptr<const swim::Config>(m_settings, &m_settings->config),
        shared.identities.at(m_member),
        options.incarnation,
        options.converged ? baseline : nullptr,
        seeds};
    const Time requestTimeout = NanoSeconds(m_settings->config.tcpTimeout.count());
    const auto makeTransport = [&](MemberTransport::Handler& handler) -> Ptr<MemberTransport> {
        if (m_pathNetwork)
        {
            return Create<PathTransport>(
                PathTransport::Host{m_pathNetwork,
                                    m_member,
                                    shared.directory.Get(shared.identities.at(m_member)).address,
                                    handler,
                                    &handler,
                                    sizeof(MemberProcess)});
        }
        return Create<SocketTransport>(SocketTransport::Host{GetNode(),
                                                             m_cluster->GetPort(m_member),
                                                             m_cluster->GetName(m_member),
                                                             requestTimeout,
                                                             handler});
    };
    m_process = Create<MemberProcess>(host, setup, protocolRng, lossRng, makeTransport);
    ImpairProcess();
    m_process->Start(options.converged ? std::vector<swim::Address>{} : std::move(seeds));
}

/// Takes the settings of an application that launched before, if they are equal.
void SwimApplication::ShareSettings()
{
    std::shared_ptr<const void>& keeper = m_cluster->GetShared().settings;
    const auto last = std::static_pointer_cast<const Settings>(keeper);
    if (last && (last == m_settings || last->config == m_settings->config))
    {
        m_settings = std::const_pointer_cast<Settings>(last);
        return;
    }
    const auto problem = swim::Validate(m_settings->config);
    NS_ABORT_MSG_IF(problem, "SwimApplication: " << *problem);
    keeper = m_settings;
}

void SwimApplication::Kill()
{
    if (m_process)
    {
        m_process->End();
        Bury();
    }
}

void SwimApplication::Bury()
{
    m_past = GetStatistics();
    m_incarnation = GetIncarnation();
    m_process = nullptr;
}

void SwimApplication::Pause()
{
    if (m_process)
    {
        m_process->Pause();
    }
}

void SwimApplication::Resume()
{
    if (m_process)
    {
        m_process->Resume();
    }
}

void SwimApplication::Leave()
{
    if (m_process)
    {
        m_process->Leave();
    }
}

bool SwimApplication::IsRunning() const
{
    return m_process && !m_process->HasEnded();
}

uint32_t SwimApplication::GetIncarnation() const
{
    return m_process ? m_process->Protocol().Incarnation() : m_incarnation;
}

SwimApplication::Statistics SwimApplication::GetStatistics() const
{
    Statistics sum = m_past;
    if (m_process)
    {
        const swim::Counters& counters = m_process->Protocol().Count();
        sum.probes += counters.probes;
        sum.probesFailed += counters.probesFailed;
        sum.probesIndirect += counters.probesIndirect;
        sum.nacksExpected += counters.nacksExpected;
        sum.nacksReceived += counters.nacksReceived;
        sum.streamPingsAnswered += counters.streamPingsAnswered;
        sum.refutations += counters.refutations;
        sum.rejected += counters.rejected;
    }
    return sum;
}

} // namespace ns3
