// SPDX-License-Identifier: GPL-2.0-only
//
// What a process does with the protocol's outbox: sends, opens streams, reports, sets its timer.
#include "cluster-shared.h"
#include "member-process.h"

#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3
{

namespace
{

InetSocketAddress ToSocketAddress(const swim::Address& address)
{
    return InetSocketAddress(Ipv4Address::Deserialize(address.bytes.data()), address.port);
}

} // namespace

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
        const auto packet = Create<Packet>(bytes.data(), size);
        if (m_udp->SendTo(packet, 0, ToSocketAddress(datagram.to)) < 0)
        {
            Simulator::ScheduleNow(&MemberProcess::OnSendRefused,
                                   Ptr<MemberProcess>(this),
                                   datagram.to);
        }
    }
}

void MemberProcess::OpenStreams()
{
    const swim::Outbox& outbox = Out();
    for (const auto& request : outbox.Streams())
    {
        const auto stream =
            NewStream(Socket::CreateSocket(m_host.node, TcpSocketFactory::GetTypeId()));
        m_host.tx(m_host.member,
                  swim::TrafficKindName(request.kind),
                  static_cast<uint32_t>(request.size));
        stream->Expect(MakeCallback(&MemberProcess::OnAnswer, this, request.id),
                       MakeCallback(&MemberProcess::OnExchangeFailed, this, request.id));
        m_opened.emplace(request.id, stream);
        if (!stream->ConnectAndSend(ToSocketAddress(request.to), Copy(outbox.Bytes(request))))
        {
            Simulator::ScheduleNow(&MemberProcess::OnConnectRefused,
                                   Ptr<MemberProcess>(this),
                                   request.id);
        }
    }
    for (const uint32_t exchange : outbox.Aborts())
    {
        if (m_opened.contains(exchange))
        {
            Take(m_opened, exchange)->Close();
        }
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
