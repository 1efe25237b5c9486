// SPDX-License-Identifier: MIT
//
// Datagrams and timers of the impaired transport; its streams are in impaired-streams.cc.
#include "agent/impaired-transport.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace swim
{

namespace
{

constexpr std::uint64_t CHANCE_STREAM = 0x696d706169720000; // "impair", and a number

} // namespace

ImpairedTransport::ImpairedTransport(std::unique_ptr<Transport> inner)
    : m_inner(std::move(inner)),
      m_rng(0, CHANCE_STREAM)
{
}

ImpairedTransport::~ImpairedTransport()
{
    Stop();
}

void ImpairedTransport::SetImpairment(Impairment impairment)
{
    Post([this, impairment = std::move(impairment)] {
        if (impairment.seed != m_impairment.seed)
        {
            m_rng = Rng(impairment.seed, CHANCE_STREAM);
        }
        const bool stalls = impairment.stalled;
        m_impairment = impairment;
        if (stalls != m_stalled)
        {
            stalls ? BeginStall() : EndStall();
        }
    });
}

Address ImpairedTransport::LocalAddress() const
{
    return m_inner->LocalAddress();
}

Instant ImpairedTransport::Now() const
{
    return m_inner->Now();
}

void ImpairedTransport::Start(Transport::Handler& handler)
{
    m_handler = &handler;
    m_inner->Start(*this);
}

void ImpairedTransport::Stop()
{
    m_inner->Stop();
    m_pending.clear();
    m_streams.clear();
    m_blocked.clear();
    m_waiting.clear();
}

void ImpairedTransport::Post(Task task)
{
    m_inner->Post(std::move(task));
}

bool ImpairedTransport::GoesOn() const
{
    return m_inner->GoesOn();
}

bool ImpairedTransport::OnThread() const
{
    return m_inner->OnThread();
}

TransportCounters ImpairedTransport::Count() const
{
    TransportCounters counters = m_inner->Count();
    counters.socketOverflows += m_overflows;
    return counters;
}

void ImpairedTransport::Resolve(const std::string& text, OnResolved done)
{
    m_inner->Resolve(text, std::move(done));
}

bool ImpairedTransport::Draws(double share)
{
    return share > 0 && m_rng.Unit() < share;
}

Duration ImpairedTransport::Jitter(Duration most)
{
    return most > Duration::zero() ? Duration(m_rng.Below(most.count() + 1)) : Duration::zero();
}

bool ImpairedTransport::IsBlocked(const Address& peer,
                                  bool Block::*direction,
                                  bool Block::*carrier) const
{
    return std::ranges::any_of(m_impairment.blocks, [&](const Block& block) {
        return block.*direction && block.*carrier && block.Concerns(peer);
    });
}

std::vector<Duration> ImpairedTransport::Copies(const PathImpairment& path)
{
    std::vector<Duration> delays;
    for (int copies = Draws(path.duplication) ? 2 : 1; copies > 0; --copies)
    {
        if (!Draws(path.loss) && !Draws(path.datagramLoss))
        {
            const Duration held = Draws(path.reorder) ? path.reorderBy : Duration::zero();
            delays.push_back(path.delay + Jitter(path.jitter) + held);
        }
    }
    return delays;
}

void ImpairedTransport::SendDatagram(const Address& to, ByteView datagram)
{
    if (m_stalled)
    {
        m_blocked.push_back([this, to, bytes = Bytes(datagram.begin(), datagram.end())] {
            SendDatagram(to, bytes);
        });
        return;
    }
    if (m_impairment.down)
    {
        m_inner->Post([this, to] { m_handler->OnSendRefused(to); });
        return;
    }
    if (IsBlocked(to, &Block::out, &Block::datagrams))
    {
        return;
    }
    for (const Duration extra : Copies(m_impairment.out))
    {
        const Duration delay = extra + m_impairment.PathDelay(to);
        if (delay == Duration::zero())
        {
            m_inner->SendDatagram(to, datagram);
            continue;
        }
        After(delay, [this, to, bytes = Bytes(datagram.begin(), datagram.end())] {
            m_inner->SendDatagram(to, bytes);
        });
    }
}

void ImpairedTransport::OnDatagram(const Address& from, ByteView datagram)
{
    if (m_impairment.down || IsBlocked(from, &Block::in, &Block::datagrams))
    {
        return;
    }
    for (const Duration extra : Copies(m_impairment.in))
    {
        const Duration delay = extra + m_impairment.slow;
        if (delay == Duration::zero())
        {
            Deliver(from, datagram);
            continue;
        }
        After(delay, [this, from, bytes = Bytes(datagram.begin(), datagram.end())] {
            Deliver(from, bytes);
        });
    }
}

void ImpairedTransport::OnStart()
{
    m_handler->OnStart();
}

void ImpairedTransport::OnSendRefused(const Address& to)
{
    if (m_stalled)
    {
        m_waiting.push_back([this, to] { m_handler->OnSendRefused(to); });
        return;
    }
    m_handler->OnSendRefused(to);
}

void ImpairedTransport::WakeAt(Instant when)
{
    m_wakeUp = when;
    Arm();
}

void ImpairedTransport::After(Duration delay, Task task)
{
    m_pending.emplace(m_inner->Now() + delay, std::move(task));
    Arm();
}

/// A wake-up that is early finds nothing to do.
void ImpairedTransport::Arm()
{
    const Instant first = m_pending.empty() ? NEVER : m_pending.begin()->first;
    if (const Instant next = std::min(m_wakeUp, first); next < m_armed)
    {
        m_armed = next;
        m_inner->WakeAt(next);
    }
}

void ImpairedTransport::OnWakeUp()
{
    m_armed = NEVER;
    const Instant now = m_inner->Now();
    while (!m_pending.empty() && m_pending.begin()->first <= now)
    {
        m_pending.extract(m_pending.begin()).mapped()();
    }
    if (m_wakeUp <= now)
    {
        m_wakeUp = NEVER;
        m_handler->OnWakeUp();
    }
    Arm();
}

void ImpairedTransport::OnForbidden(const Address& from)
{
    m_handler->OnForbidden(from);
}

} // namespace swim
