// SPDX-License-Identifier: GPL-2.0-only
//
// What a process does with the protocol's outbox: sends, opens streams, reports, sets its timer.
#include "address-conversion.h"
#include "cluster-shared.h"
#include "member-process.h"

#include "ns3/simulator.h"

namespace ns3
{

namespace
{

static_assert(static_cast<int>(SwimConclusion::Kind::REJECTED) ==
              static_cast<int>(swim::EventKind::REJECTED));

SwimParty PartyOf(swim::NameId name, const SwimCluster::Shared& shared)
{
    if (name == swim::NONE)
    {
        return {};
    }
    if (const auto member = shared.FindMember(name))
    {
        return {*member};
    }
    return {SwimParty::NO_MEMBER, shared.directory.Name(name)};
}

} // namespace

void MemberProcess::PerformOutbox()
{
    {
        const Reporting reporting(m_host.cluster->GetShared());
        if (m_host.tracer)
        {
            ReportDecisions();
        }
        if (m_stalled)
        {
            KeepOutbox();
        }
        else
        {
            SendDatagrams();
            OpenStreams();
        }
        ReportEvents();
    }
    Out().Clear();
    if (With([](const auto& member) { return member.LeaveDone(); }))
    {
        End();
        return;
    }
    SetAlarm();
}

void MemberProcess::CountSent(const swim::Address& to, swim::TrafficKind kind, std::size_t bytes)
{
    constexpr uint8_t OF_IPV4 = 4;
    m_host.observer->OnSent(m_host.member,
                            static_cast<uint8_t>(kind),
                            static_cast<uint32_t>(bytes),
                            Ipv4Address(to.length == OF_IPV4 ? ToIpv4Number(to) : 0));
}

void MemberProcess::SendDatagrams()
{
    const swim::Outbox& outbox = Out();
    for (const auto& datagram : outbox.Datagrams())
    {
        Send(datagram.to, datagram.kind, outbox.Bytes(datagram));
    }
}

void MemberProcess::Send(const swim::Address& to,
                         swim::TrafficKind kind,
                         swim::wire::ByteView datagram)
{
    CountSent(to, kind, datagram.size());
    if (m_host.tap)
    {
        m_host.tap->OnSent(to, datagram);
    }
    const uint64_t traced = m_host.tracer ? m_host.tracer->OnSent(m_host.member, to, datagram) : 0;
    if (m_datagramLoss > 0 && m_lossRng.Unit() < m_datagramLoss)
    {
        if (traced != 0)
        {
            m_host.tracer->OnLost(traced, SwimLoss::SOCKET_LOSS);
        }
        return;
    }
    m_transport->Send(to, datagram, traced);
}

void MemberProcess::OpenStreams()
{
    const swim::Outbox& outbox = Out();
    for (const auto& request : outbox.Streams())
    {
        OpenStream(request.id, request.to, request.kind, outbox.Bytes(request));
    }
    for (const uint32_t exchange : outbox.Aborts())
    {
        if (m_host.tap)
        {
            m_host.tap->OnStreamGone(exchange);
        }
        m_transport->CloseStream(exchange);
        if (m_host.tracer)
        {
            m_host.tracer->OnStreamGone(m_host.member, exchange);
        }
    }
}

void MemberProcess::OpenStream(uint32_t exchange,
                               const swim::Address& to,
                               swim::TrafficKind kind,
                               swim::wire::ByteView message)
{
    CountSent(to, kind, message.size());
    if (m_host.tap)
    {
        m_host.tap->OnStreamOpened(exchange, to, message);
    }
    const uint64_t traced =
        m_host.tracer ? m_host.tracer->OnRequestSent(m_host.member, exchange, to, message) : 0;
    m_transport->OpenStream(exchange, to, message, traced);
}

void MemberProcess::ReportDecisions()
{
    const SwimCluster::Shared& shared = m_host.cluster->GetShared();
    for (const swim::Decision& decision : shared.outbox.Decisions())
    {
        m_host.tracer->OnDecision(m_host.member, decision, shared.directory);
    }
}

void MemberProcess::ReportEvents()
{
    const SwimCluster::Shared& shared = m_host.cluster->GetShared();
    for (const swim::Event& event : shared.outbox.Events())
    {
        if (event.kind == swim::EventKind::JOIN_SUCCEEDED ||
            event.kind == swim::EventKind::JOIN_FAILED)
        {
            OnJoinResult(event.kind == swim::EventKind::JOIN_SUCCEEDED);
            continue;
        }
        SwimConclusion conclusion{m_host.member,
                                  static_cast<SwimConclusion::Kind>(event.kind),
                                  PartyOf(event.subject, shared),
                                  event.incarnation,
                                  PartyOf(event.source, shared)};
        if (event.rejection)
        {
            conclusion.rejection = static_cast<uint8_t>(*event.rejection);
            conclusion.reason = swim::RejectionName(*event.rejection);
        }
        m_host.observer->OnEvent(conclusion);
    }
}

void MemberProcess::SetAlarm()
{
    if (m_paused)
    {
        return;
    }
    const swim::Instant deadline = With([](const auto& member) { return member.NextDeadline(); });
    m_host.cluster->GetShared().alarms.Set(
        m_host.member,
        *this,
        deadline == swim::NEVER ? Alarms::NEVER_NS : deadline.time_since_epoch().count());
}

} // namespace ns3
