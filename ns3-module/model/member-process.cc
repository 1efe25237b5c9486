// SPDX-License-Identifier: GPL-2.0-only
//
// See member-process.h.
//
// Members never act inside each other's calls: whatever one sends, even to itself, arrives in an
// event of its own. So one outbox serves the whole cluster.
#include "member-process.h"

#include "address-conversion.h"
#include "cluster-shared.h"
#include "logging.h"

#include "ns3/simulator.h"

namespace ns3
{

swim::Instant MemberProcess::SwimNow()
{
    return swim::Instant(swim::Duration(Simulator::Now().GetNanoSeconds()));
}

MemberProcess::MemberProcess(const Host& host,
                             const swim::Node::Setup& setup,
                             const swim::DetectorMaker* maker,
                             const swim::Rng& rng,
                             const swim::Rng& lossRng,
                             const MakeTransport& makeTransport)
    : m_host(host),
      m_transport(makeTransport(*this)),
      m_lossRng(lossRng),
      m_protocol(MakeProtocol(setup, maker, rng, host.cluster->GetShared().directory))
{
}

MemberProcess::Protocols MemberProcess::MakeProtocol(const swim::Node::Setup& setup,
                                                     const swim::DetectorMaker* maker,
                                                     const swim::Rng& rng,
                                                     swim::Directory& directory)
{
    if (maker == nullptr)
    {
        return Protocols(std::in_place_type<swim::Node>, setup, rng, directory);
    }
    const swim::Detector::Setup other{.self = setup.self,
                                      .incarnation = setup.incarnation,
                                      .baseline = setup.baseline,
                                      .seeds = setup.seeds,
                                      .age = setup.age};
    return Protocols(std::in_place_type<std::unique_ptr<swim::Detector>>,
                     (*maker)(other, rng, directory));
}

const swim::Detector& MemberProcess::Protocol() const
{
    if (const swim::Node* const node = Swim())
    {
        return *node;
    }
    return **std::get_if<std::unique_ptr<swim::Detector>>(&m_protocol);
}

swim::Outbox& MemberProcess::Out() const
{
    return m_host.cluster->GetShared().outbox;
}

void MemberProcess::Start(std::vector<swim::Address> seeds)
{
    m_seeds = std::move(seeds);
    Out().TraceDecisions(m_host.tracer != nullptr);
    TellLife(MessageTracer::Life::RUNS);
    m_transport->Open();
    With([&](auto& member) { member.Start(SwimNow()); });
    JoinSeeds();
    PerformOutbox();
}

void MemberProcess::End()
{
    if (!m_ended)
    {
        Detach();
        m_transport->Close();
    }
}

void MemberProcess::Abandon()
{
    if (!m_ended)
    {
        Detach();
        m_transport->Abandon();
    }
}

void MemberProcess::TellLife(MessageTracer::Life life)
{
    if (m_host.tracer)
    {
        m_host.tracer->OnLife(m_host.member, life);
    }
}

void MemberProcess::Detach()
{
    m_ended = true;
    TellLife(MessageTracer::Life::ENDED);
    m_host.cluster->GetShared().alarms.Clear(m_host.member);
    m_joinRetry.Cancel();
}

void MemberProcess::Pause()
{
    if (m_ended || m_paused || m_stalled)
    {
        return;
    }
    m_paused = true;
    TellLife(MessageTracer::Life::STANDS_STILL);
    m_host.cluster->GetShared().alarms.Clear(m_host.member);
    m_transport->Pause();
}

void MemberProcess::Resume()
{
    if (m_ended || !m_paused)
    {
        return;
    }
    m_paused = false;
    TellLife(MessageTracer::Life::RUNS);
    With([&](auto& member) { member.Advance(SwimNow(), Out()); });
    PerformOutbox();
    m_transport->Resume(Time());
    LeaveIfAsked();
}

void MemberProcess::LeaveIfAsked()
{
    if (m_leaveLater)
    {
        Leave();
    }
}

void MemberProcess::SetDatagramLoss(double outbound, double inbound)
{
    m_datagramLoss = outbound;
    m_inboundDatagramLoss = inbound;
}

void MemberProcess::Reseed(const swim::Rng& rng, const swim::Rng& lossRng)
{
    With([&](auto& member) { member.Reseed(rng); });
    m_lossRng = lossRng;
}

void MemberProcess::SetSlowness(Time slowness)
{
    m_transport->SetSlowness(slowness);
}

void MemberProcess::Leave()
{
    m_leaveLater = m_paused || m_stalled;
    if (!m_ended && !m_leaveLater)
    {
        With([&](auto& member) { member.Leave(SwimNow(), Out()); });
        PerformOutbox();
    }
}

void MemberProcess::JoinSeeds()
{
    m_joinsPending = m_seeds.size();
    With([&](auto& member) { member.Join(SwimNow(), m_seeds, Out()); });
}

void MemberProcess::OnJoinRetry()
{
    if (m_paused)
    {
        RetryJoinLater();
        return;
    }
    JoinSeeds();
    PerformOutbox();
}

void MemberProcess::RetryJoinLater()
{
    Time wait = m_host.joinRetryInterval;
    if (m_host.joinRetryJitter.IsStrictlyPositive())
    {
        wait += m_host.joinRetryJitter * int64x64_t(m_lossRng.Unit());
    }
    NS_LOG_LOGIC("member " << m_host.member << " asks its seeds again in " << wait.As(Time::S));
    m_joinRetry = Simulator::Schedule(wait, &MemberProcess::OnJoinRetry, this);
}

void MemberProcess::OnJoinResult(bool joined)
{
    --m_joinsPending;
    m_joined |= joined;
    if (!m_joined && m_joinsPending == 0 && m_host.joinRetries > 0)
    {
        // For ever is for ever.
        m_host.joinRetries -= m_host.joinRetries < UINT32_MAX ? 1 : 0;
        RetryJoinLater();
    }
}

void MemberProcess::Inject(Ipv4Address from, const std::vector<uint8_t>& datagram)
{
    if (!m_ended && !m_paused && !m_stalled)
    {
        const auto sender = ToSwimAddress(from, m_host.cluster->GetPort(m_host.member));
        if (m_host.tracer)
        {
            m_host.tracer->OnInjected(m_host.member, sender, datagram);
        }
        With([&](auto& member) { member.Receive(SwimNow(), sender, datagram, Out()); });
        PerformOutbox();
    }
}

bool MemberProcess::UpdateMeta(const std::string& meta)
{
    auto* const node = std::get_if<swim::Node>(&m_protocol);
    if (m_ended || m_paused || node == nullptr)
    {
        return true;
    }
    const bool fits = node->UpdateMeta(SwimNow(), meta, Out());
    PerformOutbox();
    return fits;
}

bool MemberProcess::Broadcast(swim::wire::ByteView payload)
{
    auto* const node = std::get_if<swim::Node>(&m_protocol);
    if (m_ended || m_paused || node == nullptr)
    {
        return false;
    }
    const bool queued = !node->Broadcast(SwimNow(), payload, {}, Out()).refusal;
    PerformOutbox();
    return queued;
}

void MemberProcess::OnDatagram(const swim::Address& from,
                               swim::wire::ByteView datagram,
                               uint64_t traced)
{
    if (m_inboundDatagramLoss > 0 && m_lossRng.Unit() < m_inboundDatagramLoss)
    {
        if (traced != 0)
        {
            m_host.tracer->OnLost(traced, SwimLoss::SOCKET_LOSS);
        }
        return;
    }
    if (m_host.tracer)
    {
        m_host.tracer->OnHeard(m_host.member, traced);
    }
    With([&](auto& member) { member.Receive(SwimNow(), from, datagram, Out()); });
    CountReceived(swim::TrafficKind::GOSSIP, datagram.size());
    if (m_host.tap)
    {
        const Reporting reporting(m_host.cluster->GetShared());
        m_host.tap->OnReceived(from, datagram);
    }
    PerformOutbox();
}

/// Counts what the protocol was just given. @param unreadable what it counts as if it told nothing
void MemberProcess::CountReceived(swim::TrafficKind unreadable, std::size_t bytes)
{
    const Reporting reporting(m_host.cluster->GetShared());
    m_host.observer->OnReceived(m_host.member,
                                static_cast<uint8_t>(Out().Received().value_or(unreadable)),
                                static_cast<uint32_t>(bytes));
}

void MemberProcess::OnRequest(uint32_t connection, swim::wire::ByteView message)
{
    const uint64_t traced = m_host.tracer ? m_transport->TracedRequest(connection) : 0;
    if (m_host.tracer)
    {
        m_host.tracer->OnHeard(m_host.member, traced);
    }
    With([&](auto& member) { member.ReceiveStream(SwimNow(), message, Out()); });
    CountReceived(swim::TrafficKind::PUSH_PULL, message.size());
    const swim::wire::ByteView answer = Out().StreamAnswer();
    {
        const Reporting reporting(m_host.cluster->GetShared());
        if (!answer.empty())
        {
            CountSent(m_transport->PeerOf(connection), Out().AnswerKind(), answer.size());
        }
        if (m_host.tracer && !answer.empty())
        {
            m_host.tracer->OnAnswerSent(m_host.member,
                                        traced,
                                        message.size(),
                                        m_transport->PeerOf(connection),
                                        answer);
        }
        if (m_host.tap)
        {
            ShowRequest(m_transport->PeerOf(connection), message, answer);
        }
    }
    m_transport->Answer(connection, answer);
    PerformOutbox();
}

void MemberProcess::ShowRequest(const swim::Address& from,
                                swim::wire::ByteView request,
                                swim::wire::ByteView answer)
{
    m_host.tap->OnReceived(from, request);
    if (!answer.empty())
    {
        m_host.tap->OnSent(from, answer);
    }
}

void MemberProcess::OnAnswer(uint32_t exchange, swim::wire::ByteView message)
{
    if (m_host.tracer)
    {
        m_host.tracer->OnAnswered(m_host.member, exchange);
        m_host.tracer->OnStreamGone(m_host.member, exchange);
    }
    With([&](auto& member) { member.ReceiveStreamAnswer(SwimNow(), exchange, message, Out()); });
    CountReceived(swim::TrafficKind::PUSH_PULL, message.size());
    if (m_host.tap)
    {
        const Reporting reporting(m_host.cluster->GetShared());
        m_host.tap->OnStreamAnswered(exchange, message);
    }
    PerformOutbox();
}

void MemberProcess::OnExchangeFailed(uint32_t exchange)
{
    if (m_host.tracer)
    {
        m_host.tracer->OnStreamGone(m_host.member, exchange);
    }
    With([&](auto& member) { member.StreamFailed(SwimNow(), exchange, Out()); });
    if (m_host.tap)
    {
        m_host.tap->OnStreamGone(exchange);
    }
    PerformOutbox();
}

void MemberProcess::OnSendRefused(const swim::Address& to)
{
    With([&](auto& member) { member.SendFailed(SwimNow(), to, Out()); });
    PerformOutbox();
}

void MemberProcess::OnAlarm()
{
    With([&](auto& member) { member.Advance(SwimNow(), Out()); });
    PerformOutbox();
}

} // namespace ns3
