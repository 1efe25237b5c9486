// SPDX-License-Identifier: GPL-2.0-only
//
// What is done to a member's process from outside, and what can be asked of it.
#include "address-conversion.h"
#include "application-extras.h"
#include "cluster-shared.h"
#include "logging.h"
#include "member-process.h"
#include "swim-application.h"

#include "ns3/abort.h"

namespace ns3
{

namespace
{

double CheckedProbability(double probability)
{
    NS_ABORT_MSG_UNLESS(probability >= 0 && probability <= 1,
                        "datagram loss is a probability, from 0 to 1, not " << probability);
    return probability;
}

} // namespace

void SwimApplication::CheckMayAct(const char* method) const
{
    NS_ABORT_MSG_IF(m_cluster && m_cluster->GetShared().reporting,
                    "SwimApplication::"
                        << method << " of " << GetName()
                        << " was called from a trace sink or an observer, in the midst of what a "
                           "member does: schedule it, as by Simulator::ScheduleNow");
}

void SwimApplication::SetDatagramLoss(double probability)
{
    m_datagramLoss = CheckedProbability(probability);
    ImpairProcess();
}

double SwimApplication::GetDatagramLoss() const
{
    return m_datagramLoss;
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

void SwimApplication::Reseed(uint64_t seed)
{
    if (m_process)
    {
        uint64_t life = static_cast<uint64_t>(m_member);
        const swim::Rng rng(seed, swim::SplitMix64(life));
        m_process->Reseed(rng, swim::Rng(seed, swim::SplitMix64(life)));
    }
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
    CheckMayAct("Inject");
    if (m_process)
    {
        m_process->Inject(from, datagram);
    }
}

void SwimApplication::UpdateMeta(const std::string& meta)
{
    CheckMayAct("UpdateMeta");
    NS_ABORT_MSG_IF(meta.size() > swim::wire::MAX_META_SIZE,
                    "metadata of " << GetName() << " has " << meta.size()
                                   << " bytes; there is room for " << swim::wire::MAX_META_SIZE);
    NS_ABORT_MSG_IF(m_process && !m_process->UpdateMeta(meta),
                    "metadata of " << GetName() << " has " << meta.size()
                                   << " bytes; datagrams of its UdpBufferSize have room for "
                                   << m_process->GetMaxMeta());
}

bool SwimApplication::Broadcast(const std::string& payload)
{
    CheckMayAct("Broadcast");
    NS_ABORT_MSG_IF(m_observer, "Broadcast works with trace sources, not with SetObserver");
    const auto* bytes = reinterpret_cast<const uint8_t*>(payload.data());
    return m_process && m_process->Broadcast({bytes, payload.size()});
}

uint32_t SwimApplication::GetMaxBroadcast() const
{
    const swim::Node* const node = IsRunning() ? m_process->Swim() : nullptr;
    return node ? static_cast<uint32_t>(node->MaxBroadcast({})) : 0;
}

void SwimApplication::Kill()
{
    CheckMayAct("Kill");
    if (m_process)
    {
        NS_LOG_INFO(GetName() << " is killed");
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
    CheckMayAct("Pause");
    if (m_process)
    {
        NS_LOG_INFO(GetName() << " is paused");
        m_process->Pause();
    }
}

void SwimApplication::Resume()
{
    CheckMayAct("Resume");
    if (m_process)
    {
        NS_LOG_INFO(GetName() << " is resumed");
        m_process->Resume();
    }
}

void SwimApplication::BeginStall(Time each)
{
    CheckMayAct("BeginStall");
    if (m_process)
    {
        NS_LOG_INFO(GetName() << " stalls");
        m_process->BeginStall(each);
    }
}

void SwimApplication::EndStall()
{
    CheckMayAct("EndStall");
    if (m_process)
    {
        NS_LOG_INFO(GetName() << " goes on");
        m_process->EndStall();
    }
}

void SwimApplication::Leave()
{
    CheckMayAct("Leave");
    if (m_process)
    {
        NS_LOG_INFO(GetName() << " leaves");
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
        sum.socketOverflows += m_process->Overflows();
    }
    return sum;
}

std::string SwimApplication::GetName() const
{
    NS_ABORT_MSG_UNLESS(m_cluster, "this SwimApplication has no member: call SetMember first");
    return std::string(m_cluster->GetName(m_member));
}

uint32_t SwimApplication::GetMember() const
{
    return m_member;
}

Ptr<SwimCluster> SwimApplication::GetCluster() const
{
    return m_cluster;
}

Address SwimApplication::GetSocketAddress() const
{
    return m_cluster->GetSocketAddress(m_member);
}

std::vector<SwimMemberView> SwimApplication::GetView() const
{
    std::vector<SwimMemberView> view;
    if (!m_process)
    {
        return view;
    }
    const swim::Directory& directory = m_cluster->GetShared().directory;
    const swim::MemberTable& members = m_process->Protocol().Members();
    for (const swim::Slot slot : swim::FirstIds<swim::Slot>(members.Slots()))
    {
        const swim::PeerRecord record = members.At(slot);
        if (!record.Present())
        {
            continue;
        }
        const swim::Identity& identity = directory.Get(record.identity);
        view.push_back({std::string(directory.Name(identity.name)),
                        static_cast<SwimMemberState>(record.State()),
                        record.incarnation,
                        NanoSeconds(record.Since().time_since_epoch().count()),
                        ToSocketAddress(identity.address),
                        identity.meta});
    }
    return view;
}

uint32_t SwimApplication::CountInView(SwimMemberState state) const
{
    return m_process ? m_process->Protocol().Members().Count(static_cast<swim::MemberState>(state))
                     : 0;
}

uint32_t SwimApplication::GetHealthScore() const
{
    const swim::Node* const node = m_process ? m_process->Swim() : nullptr;
    return node ? node->HealthScore() : 0;
}

std::ostream& operator<<(std::ostream& os, SwimMemberState state)
{
    constexpr const char* NAMES[] = {"alive", "suspect", "dead", "left"};
    return os << NAMES[static_cast<std::size_t>(state)];
}

static_assert(static_cast<int>(SwimMemberState::LEFT) == static_cast<int>(swim::MemberState::LEFT),
              "the states of views are the protocol's, in its order");

} // namespace ns3
