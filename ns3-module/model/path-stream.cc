// SPDX-License-Identifier: GPL-2.0-only
//
// See path-stream.h.
#include "path-stream.h"

#include "path-transport.h"
#include "swim-ns3-compat.h"
#include "swim-path-network.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3
{

namespace
{

const Time FIRST_SYN_TIMEOUT = Seconds(1);

/// Linux's least retransmission time-out; paths here are shorter.
const Time RETRANSMISSION_TIMEOUT = MilliSeconds(200);

/// A lost segment with fewer behind it is noticed by time-out only.
constexpr std::size_t DUPLICATE_ACKS = 3;

} // namespace

PathStream::PathStream(Ptr<SwimPathNetwork> network,
                       Ptr<PathTransport> opener,
                       uint32_t to,
                       uint32_t exchange,
                       swim::wire::ByteView request,
                       uint64_t traced)
    : m_network(network),
      m_opener(opener),
      m_from(opener->Member()),
      m_to(to),
      m_exchange(exchange),
      m_tracedRequest(traced),
      m_request(request.begin(), request.end())
{
}

PathStream::~PathStream() = default;

void PathStream::Open(Ptr<PathTransport> lasting)
{
    if (!m_network->GetFaults().IsUp(m_from))
    {
        Simulator::ScheduleNow(&PathStream::OnRefused, Ptr<PathStream>(this));
        return;
    }
    m_connected = lasting != nullptr;
    m_acceptor = std::move(lasting);
    if (m_connected)
    {
        Perform(Step::SEND_REQUEST);
        return;
    }
    SendSyn();
}

void PathStream::Close()
{
    m_opener = nullptr;
    ++m_synTimer;
}

void PathStream::SendSyn()
{
    if (m_retries < SYN_RETRIES)
    {
        Simulator::Schedule(FIRST_SYN_TIMEOUT * (1 << m_retries++),
                            &PathStream::OnSynTimeout,
                            Ptr<PathStream>(this),
                            ++m_synTimer);
    }
    if (m_to != SwimPathNetwork::NOBODY && m_network->GetFaults().IsUp(m_from))
    {
        Simulator::Schedule(m_network->DrawDelay(m_from, m_to),
                            &PathStream::OnSyn,
                            Ptr<PathStream>(this));
    }
}

void PathStream::OnSynTimeout(uint32_t timer)
{
    if (timer == m_synTimer)
    {
        SendSyn();
    }
}

void PathStream::OnSyn()
{
    if (m_connected || m_network->GetFaults().Loses(m_from, m_to, SWIM_PROTOCOL_TCP))
    {
        return;
    }
    m_acceptor = m_network->TransportOf(m_to);
    Simulator::Schedule(m_network->DrawDelay(m_to, m_from),
                        m_acceptor ? &PathStream::OnSynAck : &PathStream::OnRefused,
                        Ptr<PathStream>(this));
}

void PathStream::OnSynAck()
{
    if (!m_opener || m_connected || m_network->GetFaults().Loses(m_to, m_from, SWIM_PROTOCOL_TCP))
    {
        return;
    }
    m_connected = true;
    ++m_synTimer;
    Perform(Step::SEND_REQUEST);
}

void PathStream::OnRefused()
{
    if (!m_connected)
    {
        ReadLate(Step::READ_END, m_opener);
    }
}

void PathStream::SendRequest()
{
    Simulator::Schedule(TransferTime(m_from, m_to, m_request.size()),
                        &PathStream::OnRequestArrived,
                        Ptr<PathStream>(this));
}

void PathStream::OnRequestArrived()
{
    if (TriesAgain(m_from, m_to, &PathStream::OnRequestArrived))
    {
        return;
    }
    if (m_acceptor->Listens())
    {
        ReadLate(Step::READ_REQUEST, m_acceptor);
        return;
    }
    // Its process is gone, and the kernel resets the connection.
    LoseRequest();
    Answer({});
}

void PathStream::LoseRequest() const
{
    if (m_tracedRequest != 0)
    {
        m_network->GetFaults().Tracer()->OnLost(m_tracedRequest, SwimLoss::DOWN);
    }
}

void PathStream::Answer(swim::wire::ByteView message)
{
    m_answer.assign(message.begin(), message.end());
    m_retries = 0;
    Simulator::Schedule(TransferTime(m_to, m_from, m_answer.size()),
                        m_answer.empty() ? &PathStream::OnEndArrived : &PathStream::OnAnswerArrived,
                        Ptr<PathStream>(this));
}

void PathStream::OnAnswerArrived()
{
    if (!TriesAgain(m_to, m_from, &PathStream::OnAnswerArrived))
    {
        ReadLate(Step::READ_ANSWER, m_opener);
    }
}

void PathStream::OnEndArrived()
{
    if (!TriesAgain(m_to, m_from, &PathStream::OnEndArrived))
    {
        ReadLate(Step::READ_END, m_opener);
    }
}

bool PathStream::TriesAgain(uint32_t from, uint32_t to, void (PathStream::*arrive)())
{
    if (!m_opener)
    {
        return true; // nobody waits any more
    }
    if (m_network->GetFaults().IsUp(from) &&
        !m_network->GetFaults().IsCut(from, to, SWIM_PROTOCOL_TCP))
    {
        return false;
    }
    m_retries = std::min(m_retries + 1, SYN_RETRIES + 3);
    Simulator::Schedule(RETRANSMISSION_TIMEOUT * (1 << m_retries), arrive, Ptr<PathStream>(this));
    return true;
}

/// @param reader who does the step, unless it is null: gone
void PathStream::ReadLate(Step step, const Ptr<PathTransport>& reader)
{
    if (!reader || reader->Slowness().IsZero())
    {
        Perform(step);
        return;
    }
    Simulator::Schedule(reader->Slowness(), &PathStream::Perform, Ptr<PathStream>(this), step);
}

void PathStream::Perform(Step step)
{
    const Ptr<PathTransport> process = step == Step::READ_REQUEST ? m_acceptor : m_opener;
    if (!process || !process->Listens())
    {
        if (step == Step::READ_REQUEST)
        {
            LoseRequest();
        }
        return;
    }
    if (process->Paused())
    {
        m_waitsFor = step;
        process->WaitForResume(this);
        return;
    }
    switch (step)
    {
    case Step::SEND_REQUEST:
        SendRequest();
        return;
    case Step::READ_REQUEST:
        m_acceptor->OnRequest(this, std::exchange(m_request, {}));
        return;
    case Step::READ_ANSWER:
        std::exchange(m_opener, nullptr)->OnAnswer(m_exchange, std::exchange(m_answer, {}));
        return;
    case Step::READ_END:
        ++m_synTimer;
        std::exchange(m_opener, nullptr)->OnEnded(m_exchange);
        return;
    case Step::NONE:
        return;
    }
}

void PathStream::GoOn()
{
    Perform(std::exchange(m_waitsFor, Step::NONE));
}

Time PathStream::TransferTime(uint32_t from, uint32_t to, std::size_t bytes) const
{
    const Time roundTrip = m_network->GetDelay(from, to) + m_network->GetDelay(to, from);
    const std::size_t segments =
        std::max<std::size_t>(1, (bytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES);
    Time time = m_network->DrawDelay(from, to);
    std::size_t window = FIRST_WINDOW;
    for (std::size_t sent = window; sent < segments; sent += window)
    {
        window *= 2;
        time += roundTrip;
    }
    // Lost segments of one flight are repaired side by side: the slowest counts.
    Time repair;
    for (std::size_t segment = 0; segment < segments; ++segment)
    {
        Time own;
        Time timeout = RETRANSMISSION_TIMEOUT;
        bool fast = segment + DUPLICATE_ACKS < segments;
        while (m_network->GetFaults().DrawLoss(from, to) && own < Hours(1))
        {
            own += fast ? roundTrip : timeout;
            timeout = fast ? timeout : timeout * 2;
            fast = false;
        }
        repair = std::max(repair, own);
    }
    return time + repair;
}

} // namespace ns3
