// SPDX-License-Identifier: MIT
//
// See rapid.h: what TCP would do for datagrams. Messages other than probes are numbered and acknowledged;
// a probe's answer acknowledges it. A duplicate does no harm: alerts and votes count once for each sender.
#include "detectors/rapid-types.h"
#include "detectors/rapid.h"

#include <algorithm>

namespace swim::detectors
{

namespace
{

/// How often a message is sent again: for 6.2 s in all, if the first time is after 200 ms.
constexpr std::uint32_t MOST_RESENDS = 5;

} // namespace

/// As Begin, and what follows is acknowledged by whoever it is sent to with SendNumbered.
std::size_t Rapid::BeginNumbered(std::uint8_t type, wire::Bytes& bytes)
{
    const std::size_t start = Begin(type, bytes);
    ByteWriter(bytes).Number(++m_messageNumber);
    return start;
}

void Rapid::SendNumbered(Slot to, TrafficKind kind, std::size_t start, Outbox& out)
{
    SendTo(to, kind, start, out);
    const Duration pause = m_shared->config.resendAfter;
    if (pause == Duration{})
    {
        return;
    }
    if (m_unacknowledged.empty() || m_unacknowledged.back().number != m_messageNumber)
    {
        const auto begin = out.Arena().begin() + static_cast<std::ptrdiff_t>(start);
        m_unacknowledged.push_back({m_messageNumber,
                                    kind,
                                    wire::Bytes(begin, out.Arena().end()),
                                    {},
                                    0,
                                    m_now + pause,
                                    pause,
                                    0});
    }
    Unacknowledged& entry = m_unacknowledged.back();
    entry.waiting.resize(std::max<std::size_t>(entry.waiting.size(), to.Value() + 1));
    entry.left += entry.waiting[to.Value()] ? 0 : 1;
    entry.waiting[to.Value()] = true;
}

void Rapid::Acknowledge(const Address& to, std::uint32_t number, Outbox& out) const
{
    const std::size_t start = Begin(static_cast<std::uint8_t>(RapidType::RECEIVED), out.Arena());
    ByteWriter(out.Arena()).Number(number);
    out.AddDatagram(to, TrafficKind::ACK, start);
}

void Rapid::OnAcknowledged(Slot from, std::uint32_t number)
{
    const auto entry = std::ranges::find(m_unacknowledged, number, &Unacknowledged::number);
    if (entry == m_unacknowledged.end() || from.Value() >= entry->waiting.size() ||
        !entry->waiting[from.Value()])
    {
        return;
    }
    entry->waiting[from.Value()] = false;
    if (--entry->left == 0)
    {
        m_unacknowledged.erase(entry);
    }
}

Instant Rapid::ResendAt() const
{
    Instant first = NEVER;
    for (const Round& round : m_rounds)
    {
        first = std::min(first, round.resendAt);
    }
    for (const Unacknowledged& entry : m_unacknowledged)
    {
        first = std::min(first, entry.resendAt);
    }
    return first;
}

void Rapid::Resend(Outbox& out)
{
    for (Round& round : m_rounds)
    {
        if (round.resendAt <= m_now)
        {
            ResendProbes(round, out);
        }
    }
    for (Unacknowledged& entry : m_unacknowledged)
    {
        if (entry.resendAt > m_now)
        {
            continue;
        }
        const std::size_t start = out.Arena().size();
        out.Arena().insert(out.Arena().end(), entry.message.begin(), entry.message.end());
        for (std::size_t place = 0; place < entry.waiting.size(); ++place)
        {
            if (entry.waiting[place])
            {
                SendTo(Slot(static_cast<std::uint32_t>(place)), entry.kind, start, out);
            }
        }
        ++entry.resent;
        entry.pause *= 2;
        entry.resendAt = m_now + entry.pause;
    }
    std::erase_if(m_unacknowledged,
                  [](const Unacknowledged& entry) { return entry.resent == MOST_RESENDS; });
}

void Rapid::ResendProbes(Round& round, Outbox& out)
{
    const std::size_t start = Begin(static_cast<std::uint8_t>(RapidType::PROBE), out.Arena());
    ByteWriter(out.Arena()).Number(round.number);
    for (std::size_t i = 0; i < m_edges.size(); ++i)
    {
        if ((round.waiting >> i & 1) != 0)
        {
            SendTo(m_edges[i].subject, TrafficKind::PING, start, out);
        }
    }
    round.pause *= 2;
    round.resendAt = m_now + round.pause < round.deadline ? m_now + round.pause : NEVER;
}

} // namespace swim::detectors
