// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-application.h. The attributes and trace sources, and what belongs to all lives of a
// member; swim-application-launch.cc begins a life, swim-application-life.cc is what is done to it
// and asked of it, and member-process.cc what happens within it.
#include "swim-application.h"

#include "application-extras.h"
#include "application-settings.h"
#include "cluster-shared.h"
#include "logging.h"
#include "member-process.h"
#include "parameter-attributes.h"
#include "swim-path-network.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SwimApplication);

namespace
{

/// A stream has 48 bits beside the number of the life; node and application take 46.
constexpr int64_t FIRST_DERIVED_STREAM = 1LL << 46;

} // namespace

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
        const std::string_view event =
            swim::EventKindName(static_cast<swim::EventKind>(conclusion.kind));
        const std::string_view subject = name(conclusion.subject);
        const std::string_view source =
            conclusion.reason.empty() ? name(conclusion.source) : conclusion.reason;
        if (conclusion.kind == SwimConclusion::Kind::REJECTED)
        {
            NS_LOG_WARN(m_application.GetName() << " rejects a message: " << source);
        }
        NS_LOG_LOGIC(m_application.GetName()
                     << " concludes: " << event << ' ' << subject << ", by " << source);
        m_application.m_eventTrace(conclusion.observer,
                                   event,
                                   subject,
                                   conclusion.incarnation,
                                   source);
        m_application.GetExtras().m_namedEventTrace(m_application.GetName(),
                                                    event,
                                                    subject,
                                                    conclusion.incarnation,
                                                    source);
    }

    void OnSent(uint32_t member, uint8_t kind, uint32_t bytes, Ipv4Address) override
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
                          MakeDoubleAccessor(&SwimApplication::SetDatagramLoss,
                                             &SwimApplication::GetDatagramLoss),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("JoinRetries",
                          "How often a member that no seed answered asks its seeds again; the "
                          "default is for ever.",
                          UintegerValue(UINT32_MAX),
                          MakeUintegerAccessor(&SwimApplication::m_joinRetries),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("JoinRetryInterval",
                          "How long a member that no seed answered waits before it asks again.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&SwimApplication::m_joinRetryInterval),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("JoinRetryJitter",
                          "A random share of this comes on top of JoinRetryInterval, so that "
                          "members do not ask in step. SwimHelper sets it to 1 s.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&SwimApplication::m_joinRetryJitter),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("BindToAddress",
                          "Whether the sockets are bound to the member's address, and not to the "
                          "port alone: what it sends comes from there, and what is sent to other "
                          "interfaces does not reach it.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SwimApplication::m_bindToAddress),
                          MakeBooleanChecker())
            .AddTraceSource("Event",
                            "The member concluded something about a member.",
                            MakeTraceSourceAccessor(&SwimApplication::m_eventTrace),
                            "ns3::SwimApplication::EventTracedCallback")
            .AddTraceSource("NamedEvent",
                            "The same, with the name of the member that concluded it.",
                            Extras::MakeTraceAccessor<&Extras::m_namedEventTrace>(),
                            "ns3::SwimApplication::NamedEventTracedCallback")
            .AddTraceSource("UserMessage",
                            "A payload that another member broadcast arrived for the first time.",
                            Extras::MakeTraceAccessor<&Extras::m_userMessageTrace>(),
                            "ns3::SwimApplication::UserMessageTracedCallback")
            .AddTraceSource("TxWithAddresses",
                            "The member handed a message to its socket: the message as a packet, "
                            "without UDP's or TCP's header, the member's address and the peer's.",
                            Extras::MakeTraceAccessor<&Extras::m_txWithAddressesTrace>(),
                            "ns3::Packet::TwoAddressTracedCallback")
            .AddTraceSource("RxWithAddresses",
                            "The member's socket handed it a message: the message as a packet, the "
                            "peer's address and the member's.",
                            Extras::MakeTraceAccessor<&Extras::m_rxWithAddressesTrace>(),
                            "ns3::Packet::TwoAddressTracedCallback")
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

SwimApplication::SwimApplication(const SwimApplication& other)
    : Application(other),
      m_detector(other.m_detector),
      m_settings(other.m_settings),
      m_datagramLoss(other.m_datagramLoss),
      m_inboundDatagramLoss(other.m_inboundDatagramLoss),
      m_slowness(other.m_slowness),
      m_joinRetries(other.m_joinRetries),
      m_joinRetryInterval(other.m_joinRetryInterval),
      m_joinRetryJitter(other.m_joinRetryJitter),
      m_bindToAddress(other.m_bindToAddress)
{
    NS_ABORT_MSG_IF(other.m_cluster, "SwimApplication: copied after SetMember");
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
    SwimApplication*& player = cluster->GetShared().applications[member];
    NS_ABORT_MSG_IF(player && player != this,
                    "two applications are to play member " << cluster->GetName(member)
                                                           << " of one cluster");
    if (m_cluster)
    {
        m_cluster->GetShared().applications[m_member] = nullptr;
    }
    player = this;
    m_cluster = cluster;
    m_member = member;
}

void SwimApplication::SetPathNetwork(Ptr<SwimPathNetwork> network)
{
    m_pathNetwork = network;
}

void SwimApplication::SetDetector(std::shared_ptr<const DetectorKind> kind)
{
    m_detector = std::move(kind);
}

void SwimApplication::SetObserver(SwimObserver& observer)
{
    m_observer = &observer;
}

void SwimApplication::SetLaunchOptions(const LaunchOptions& options)
{
    m_launchOptions = options;
}

const SwimApplication::LaunchOptions& SwimApplication::GetLaunchOptions() const
{
    return m_launchOptions;
}

SwimApplication::Extras& SwimApplication::GetExtras()
{
    if (!m_extras)
    {
        m_extras = std::make_unique<Extras>(*this);
    }
    return *m_extras;
}

int64_t SwimApplication::AssignStreams(int64_t stream)
{
    NS_ABORT_MSG_UNLESS(stream >= 0 && stream < FIRST_DERIVED_STREAM,
                        "a member's random stream is from 0 to 2^46 - 1, not " << stream);
    m_randomStream = stream;
    return 1;
}

/// Beyond those that AssignStreams takes: several applications of a node, and of all nodes, differ.
int64_t SwimApplication::RandomStream() const
{
    const Ptr<Node> node = GetNode();
    if (m_randomStream >= 0 || !node)
    {
        return m_randomStream >= 0 ? m_randomStream : m_member;
    }
    uint32_t place = 0;
    while (place < node->GetNApplications() && node->GetApplication(place) != this)
    {
        ++place;
    }
    constexpr int PLACE_BITS = 14;
    return FIRST_DERIVED_STREAM | static_cast<int64_t>(node->GetId()) << PLACE_BITS |
           (place & ((1U << PLACE_BITS) - 1));
}

SwimObserver* SwimApplication::MakeTraces()
{
    if (!m_traceSources)
    {
        m_traceSources = std::make_unique<TraceSources>(*this);
    }
    Extras& extras = GetExtras();
    if (!extras.m_userMessages)
    {
        extras.m_userMessages.emplace(m_cluster,
                                      [this](uint32_t origin, swim::wire::ByteView payload) {
                                          // In an event of its own, so that its sinks may act.
                                          Simulator::ScheduleNow(
                                              &SwimApplication::OnUserMessage,
                                              Ptr<SwimApplication>(this),
                                              origin,
                                              std::string(payload.begin(), payload.end()));
                                      });
    }
    return m_traceSources.get();
}

void SwimApplication::OnUserMessage(uint32_t origin, const std::string& payload)
{
    m_extras->m_userMessageTrace(m_member, origin, payload);
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
    NS_ABORT_MSG_IF(problem,
                    "SwimApplication of member " << GetName() << ": "
                                                 << WithAttributeNames(*problem));
    keeper = m_settings;
}

} // namespace ns3
