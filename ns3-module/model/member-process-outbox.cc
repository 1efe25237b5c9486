// SPDX-License-Identifier: GPL-2.0-only
//
// What a process does with the protocol's outbox: sends, opens streams, reports, sets its timer.
#include "cluster-shared.h"
#include "member-process.h"

#include "ns3/simulator.h"

namespace ns3
{

void MemberProcess::PerformOutbox()
{
    SendDatagrams();
    OpenStreams();
    ReportEvents();
    Out().Clear();
    if (m_protocol.LeaveDone())
    {
        End();
        return;
    }
    SetTimer();
}

void MemberProcess::SendDatagrams()
{
    const swim::Outbox& outbox = Out();
    for (const auto& datagram : outbox.Datagrams())
    {
        const auto bytes = outbox.Bytes(datagram);
        const auto size = static_cast<uint32_t>(bytes.size());
        m_host.tx(m_host.member, swim::TrafficKindName(datagram.kind), size);
        if (m_host.datagramLoss > 0 && m_lossRng.Unit() < m_host.datagramLoss)
        {
            continue;
        }
        m_transport->Send(datagram.to, bytes);
    }
}

void MemberProcess::OpenStreams()
{
    const swim::Outbox& outbox = Out();
    for (const auto& request : outbox.Streams())
    {
        m_host.tx(m_host.member,
                  swim::TrafficKindName(request.kind),
                  static_cast<uint32_t>(request.size));
        m_transport->OpenStream(request.id, request.to, outbox.Bytes(request));
    }
    for (const uint32_t exchange : outbox.Aborts())
    {
        m_transport->CloseStream(exchange);
    }
}

void MemberProcess::ReportEvents()
{
    const SwimCluster::Shared& shared = m_host.cluster->GetShared();
    const auto name = [&shared](swim::NameId id) {
        return id == swim::NONE ? std::string_view{} : shared.directory.Name(id);
    };
    for (const swim::Event& event : shared.outbox.Events())
    {
        if (event.kind == swim::EventKind::JOIN_SUCCEEDED ||
            event.kind == swim::EventKind::JOIN_FAILED)
        {
            OnJoinResult(event.kind == swim::EventKind::JOIN_SUCCEEDED);
            continue;
        }
        m_host.event(m_host.member,
                     swim::EventKindName(event.kind),
                     name(event.subject),
                     event.incarnation,
                     event.reason.empty() ? name(event.source) : event.reason);
    }
}

void MemberProcess::SetTimer()
{
    const swim::Instant deadline = m_protocol.NextDeadline();
    if (m_paused || deadline == swim::NEVER)
    {
        return;
    }
    const Time at = NanoSeconds(deadline.time_since_epoch().count());
    // A timer that is early finds nothing to do and sets the next: cheaper than to cancel and set
    // anew.
    if (m_timer.IsRunning() && m_timerAt <= at)
    {
        return;
    }
    m_timer.Cancel();
    m_timerAt = at;
    m_timer = Simulator::Schedule(at - Simulator::Now(), &MemberProcess::OnDeadline, this);
}

} // namespace ns3
