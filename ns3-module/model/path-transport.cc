// SPDX-License-Identifier: GPL-2.0-only
//
// See path-transport.h.
#include "path-transport.h"

#include "address-conversion.h"

#include "ns3/simulator.h"

#include <array>
#include <utility>

namespace ns3
{

namespace
{

constexpr std::size_t WHOLE_QUEUE = SIZE_MAX;

} // namespace

PathTransport::PathTransport(const Host& host)
    : m_host(host)
{
}

PathTransport::Streams& PathTransport::GetStreams()
{
    if (!m_streams)
    {
        m_streams = std::make_unique<Streams>();
    }
    return *m_streams;
}

void PathTransport::Open()
{
    m_open = true;
    m_life = m_host.network->NextLife();
    m_host.network->Attach(m_host.member, {this, m_host.state, m_host.stateBytes});
}

void PathTransport::Close()
{
    const std::unique_ptr<Streams> streams = std::move(m_streams);
    Abandon();
    if (streams)
    {
        for (const auto& [exchange, stream] : streams->opened)
        {
            stream->Close();
        }
    }
}

void PathTransport::Abandon()
{
    m_open = false;
    m_host.network->Attach(m_host.member, {});
    m_streams = nullptr;
    StopHandling();
    if (const std::unique_ptr<Waiting> unread = std::move(m_waiting))
    {
        for (const Waiting::Datagram& datagram : unread->datagrams)
        {
            Lose(datagram.traced, m_paused ? SwimLoss::STALL : SwimLoss::DOWN);
        }
    }
}

void PathTransport::StopHandling()
{
    if (m_waiting)
    {
        ++m_waiting->turn;
        m_waiting->each = Time();
    }
}

void PathTransport::Pause()
{
    m_paused = true;
    StopHandling();
}

void PathTransport::Resume(Time each)
{
    m_paused = false;
    if (each.IsZero() || !m_waiting)
    {
        ReadWaiting(WHOLE_QUEUE);
    }
    else
    {
        m_waiting->each = each;
        ScheduleNext();
    }
    for (const Ptr<PathStream>& stream : std::exchange(GetStreams().stopped, {}))
    {
        stream->GoOn();
    }
}

bool PathTransport::HandlesOneByOne() const
{
    return m_waiting && !m_waiting->each.IsZero();
}

void PathTransport::ScheduleNext()
{
    Simulator::Schedule(m_waiting->each,
                        &PathTransport::HandleNext,
                        Ptr<PathTransport>(this),
                        ++m_waiting->turn);
}

void PathTransport::HandleNext(uint32_t turn)
{
    if (!m_waiting || turn != m_waiting->turn)
    {
        return;
    }
    if (m_waiting->datagrams.empty())
    {
        m_waiting->each = Time();
        return;
    }
    ScheduleNext();
    ReadWaiting(1);
}

void PathTransport::WaitForResume(const Ptr<PathStream>& stream)
{
    GetStreams().stopped.push_back(stream);
}

void PathTransport::SetSlowness(Time slowness)
{
    m_slowness = slowness;
}

void PathTransport::Lose(uint64_t traced, SwimLoss why) const
{
    if (traced != 0)
    {
        m_host.network->GetFaults().Tracer()->OnLost(traced, why);
    }
}

void PathTransport::Send(const swim::Address& to, swim::wire::ByteView datagram, uint64_t traced)
{
    const auto size = static_cast<uint32_t>(datagram.size());
    if (!m_host.network->Send(m_host.member, m_host.self, to, datagram.data(), size, traced))
    {
        Simulator::ScheduleNow(&PathTransport::OnSendRefused, Ptr<PathTransport>(this), to);
    }
}

void PathTransport::OnSendRefused(swim::Address to)
{
    if (m_open && !m_paused)
    {
        m_host.handler.OnSendRefused(to);
    }
}

void PathTransport::Hear(const swim::Address& from, swim::wire::ByteView datagram, uint64_t traced)
{
    if (!m_paused && m_slowness.IsZero() && !HandlesOneByOne())
    {
        m_host.handler.OnDatagram(from, datagram, traced);
        return;
    }
    if (!m_waiting)
    {
        m_waiting = std::make_unique<Waiting>();
    }
    if (m_waiting->bytes + datagram.size() > RECEIVE_BUFFER_BYTES)
    {
        ++m_overflows;
        Lose(traced, SwimLoss::OVERFLOW);
        return;
    }
    m_waiting->bytes += datagram.size();
    m_waiting->datagrams.push_back({from, {datagram.begin(), datagram.end()}, traced});
    if (!m_paused && !HandlesOneByOne())
    {
        Simulator::Schedule(m_slowness,
                            &PathTransport::ReadWaiting,
                            Ptr<PathTransport>(this),
                            std::size_t{1});
    }
}

void PathTransport::ReadWaiting(std::size_t most)
{
    for (std::size_t read = 0; read < most; ++read)
    {
        if (m_paused || !m_waiting || m_waiting->datagrams.empty())
        {
            return;
        }
        const Waiting::Datagram datagram = std::move(m_waiting->datagrams.front());
        m_waiting->datagrams.pop_front();
        m_waiting->bytes -= datagram.bytes.size();
        m_host.handler.OnDatagram(datagram.from, datagram.bytes, datagram.traced);
    }
}

void PathTransport::OpenStream(uint32_t exchange,
                               const swim::Address& to,
                               swim::wire::ByteView message,
                               uint64_t traced)
{
    const auto stream = Create<PathStream>(m_host.network,
                                           Ptr<PathTransport>(this),
                                           m_host.network->FindMember(to),
                                           exchange,
                                           message,
                                           traced);
    GetStreams().opened.emplace(exchange, stream);
    stream->Open(Lasting(stream->To()));
}

/// A process that ended closed its connections, or is silent to a SYN as well.
Ptr<PathTransport> PathTransport::Lasting(uint32_t member)
{
    const auto life = GetStreams().lasting.find(member);
    if (life == GetStreams().lasting.end())
    {
        return nullptr;
    }
    const Ptr<PathTransport> other = m_host.network->TransportOf(member);
    return other && other->m_open && other->m_life == life->second ? other : nullptr;
}

void PathTransport::CloseStream(uint32_t exchange)
{
    if (const auto found = GetStreams().opened.extract(exchange))
    {
        found.mapped()->Close();
    }
}

void PathTransport::OnRequest(const Ptr<PathStream>& stream, const swim::wire::Bytes& message)
{
    const uint32_t connection = GetStreams().nextConnection++;
    GetStreams().accepted.emplace(connection, stream);
    m_host.handler.OnRequest(connection, message);
}

void PathTransport::Answer(uint32_t connection, swim::wire::ByteView message)
{
    GetStreams().accepted.extract(connection).mapped()->Answer(message);
}

/// Streams have no ports of their own on paths.
swim::Address PathTransport::PeerOf(uint32_t connection) const
{
    const uint32_t opener = m_streams->accepted.at(connection)->From();
    return ToSwimAddress(m_host.network->GetAddress(opener), 0);
}

uint64_t PathTransport::TracedRequest(uint32_t connection) const
{
    return m_streams->accepted.at(connection)->TracedRequest();
}

void PathTransport::OnAnswer(uint32_t exchange, const swim::wire::Bytes& message)
{
    const auto found = GetStreams().opened.extract(exchange);
    if (m_host.network->StreamsLast())
    {
        GetStreams().lasting[found.mapped()->To()] = found.mapped()->Acceptor().m_life;
    }
    m_host.handler.OnAnswer(exchange, message);
}

void PathTransport::OnEnded(uint32_t exchange)
{
    const auto found = GetStreams().opened.extract(exchange);
    GetStreams().lasting.erase(found.mapped()->To());
    m_host.handler.OnExchangeFailed(exchange);
}

} // namespace ns3
