// SPDX-License-Identifier: GPL-2.0-only
//
// A process that stalls: the protocol's timers run on, and what it sends and receives waits.
//
// What arrives waits where it does for a paused process: datagrams in the socket, as many as its
// buffer takes, streams in their connections.
#include "cluster-shared.h"
#include "member-process.h"

#include <memory>
#include <utility>
#include <vector>

namespace ns3
{

void MemberProcess::BeginStall(Time each)
{
    if (m_ended || m_paused || m_stalled)
    {
        return;
    }
    With([&](auto& member) { member.BeginStall(SwimNow(), Out()); });
    PerformOutbox();
    m_stalled = std::make_unique<Stalled>(Stalled{each, {}});
    TellLife(MessageTracer::Life::STANDS_STILL);
    m_transport->Pause();
}

void MemberProcess::KeepOutbox()
{
    const swim::Outbox& outbox = Out();
    const auto keep = [&](const auto& sent, uint32_t stream) {
        const auto bytes = outbox.Bytes(sent);
        m_stalled->sends.push_back({sent.to, sent.kind, stream, {bytes.begin(), bytes.end()}});
    };
    for (const auto& datagram : outbox.Datagrams())
    {
        keep(datagram, 0);
    }
    for (const auto& request : outbox.Streams())
    {
        keep(request, request.id);
    }
    for (const uint32_t exchange : outbox.Aborts())
    {
        if (std::erase_if(m_stalled->sends,
                          [&](const Stalled::Send& send) { return send.stream == exchange; }))
        {
            continue;
        }
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

void MemberProcess::EndStall()
{
    if (m_ended || !m_stalled)
    {
        return;
    }
    With([&](auto& member) { member.Advance(SwimNow(), Out()); });
    PerformOutbox(); // what is due now still blocks
    if (m_ended)
    {
        return;
    }
    const std::unique_ptr<Stalled> stalled = std::move(m_stalled);
    {
        const Reporting reporting(m_host.cluster->GetShared());
        for (const Stalled::Send& send : stalled->sends)
        {
            if (send.stream == 0)
            {
                Send(send.to, send.kind, send.bytes);
            }
            else
            {
                OpenStream(send.stream, send.to, send.kind, send.bytes);
            }
        }
    }
    With([&](auto& member) { member.EndStall(SwimNow(), Out()); });
    PerformOutbox();
    if (!m_ended)
    {
        TellLife(MessageTracer::Life::RUNS);
        m_transport->Resume(stalled->each);
        LeaveIfAsked();
    }
}

} // namespace ns3
