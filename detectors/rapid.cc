// SPDX-License-Identifier: MIT
//
// See rapid.h: inputs, timers and probes.
#include "detectors/rapid.h"

#include "detectors/rapid-types.h"
#include "swim/assert.h"
#include "swim/versions.h"

#include <algorithm>
#include <bit>

namespace swim::detectors
{

namespace
{

/// The code's rule: so many failures in the life of a configuration.
constexpr std::uint32_t MOST_FAILURES = 10;

/// The paper's: four of the last ten.
constexpr int FAILURES_OF_LAST = 4;
constexpr std::uint32_t LAST_MASK = (1U << 10) - 1;

/// How long somebody who leaves waits for the view change.
constexpr Duration LEAVE_WAIT = std::chrono::milliseconds(1500);

constexpr std::uint8_t Byte(RapidType type)
{
    return static_cast<std::uint8_t>(type);
}

} // namespace

DetectorMaker Rapid::MakerOf(const Config& config)
{
    const auto shared = std::make_shared<const Shared>(config);
    return [shared](const Setup& setup, const Rng& rng, Directory& directory) {
        return std::make_unique<Rapid>(setup, rng, directory, shared);
    };
}

Rapid::Rapid(const Setup& setup,
             const Rng& rng,
             Directory& directory,
             std::shared_ptr<const Shared> shared)
    : m_directory(directory),
      m_rng(rng),
      m_shared(std::move(shared)),
      m_members(directory, setup.baseline),
      m_identity(setup.self),
      m_name(directory.Get(setup.self).name),
      m_incarnation(setup.incarnation),
      m_converged(setup.baseline != nullptr),
      m_cut(m_shared->config.rings, m_shared->config.high, m_shared->config.low)
{
    SWIM_ASSERT(directory.Name(m_name).size() <= MOST_NAME_BYTES,
                "a name fits into a detector's message");
}

void Rapid::Start(Instant now)
{
    m_now = now;
    m_slot = m_members.Find(m_name);
    if (m_slot == NONE)
    {
        m_slot = m_members.Insert({m_identity, m_incarnation, MemberState::ALIVE, now});
    }
    m_batchPhase = now + Duration(static_cast<std::int64_t>(m_rng.Below(
                             static_cast<std::uint64_t>(m_shared->config.batchingWindow.count()))));
    // Alone, or with all of a converged start, it is in a configuration; a joiner leaves its own.
    Install(NextId(CurrentMembers()), false);
}

void Rapid::FireDue(Instant now, Outbox& out)
{
    SWIM_ASSERT(now >= m_now, "time never runs backwards");
    m_now = now;
    while (!m_left && NextDeadline() <= now)
    {
        Fire(out);
    }
}

Instant Rapid::NextDeadline() const
{
    if (m_left)
    {
        return NEVER;
    }
    const Instant round = m_rounds.empty() ? NEVER : m_rounds.front().deadline;
    return std::min(
        {m_nextTick, round, FlushAt(), m_fallbackAt, m_joining.retryAt, m_leaveUntil, ResendAt()});
}

/// In one instant: failures first, so that a tick knows of them; see rapid.h.
void Rapid::Fire(Outbox& out)
{
    const Instant due = NextDeadline();
    if (!m_rounds.empty() && m_rounds.front().deadline == due)
    {
        ExpireRound();
    }
    else if (m_nextTick == due)
    {
        Tick(out);
    }
    else if (FlushAt() == due)
    {
        Flush(out);
    }
    else if (m_fallbackAt == due)
    {
        m_fallbackAt = NEVER;
        if (const auto rank = m_paxos.StartClassic())
        {
            SendConsensus(Byte(RapidType::PHASE_1A), *rank, {}, out);
        }
    }
    else if (m_joining.retryAt == due)
    {
        OnJoinTime(out);
    }
    else if (m_leaveUntil != due)
    {
        Resend(out);
    }
    else
    {
        m_left = true;
    }
}

void Rapid::ExpireRound()
{
    const Round round = m_rounds.front();
    m_rounds.pop_front();
    for (std::size_t i = 0; i < m_edges.size(); ++i)
    {
        const bool failed = (round.waiting >> i & 1) != 0;
        m_edges[i].failures += failed ? 1 : 0;
        m_edges[i].last = (m_edges[i].last << 1 | (failed ? 1 : 0)) & LAST_MASK;
        m_counters.probesFailed += failed ? 1 : 0;
    }
}

bool Rapid::Faulty(const Edge& edge) const
{
    return m_shared->config.rule == Rule::COUNT ? edge.failures >= MOST_FAILURES
                                                : std::popcount(edge.last) >= FAILURES_OF_LAST;
}

void Rapid::Tick(Outbox& out)
{
    const Config& config = m_shared->config;
    m_nextTick += config.probeInterval * ((m_now - m_nextTick) / config.probeInterval + 1);
    const std::size_t start = Begin(Byte(RapidType::PROBE), out.Arena());
    ByteWriter(out.Arena()).Number(++m_number);
    Round round{m_number, m_now + config.probeTimeout, 0};
    round.pause = config.resendAfter;
    if (round.pause > Duration{} && round.pause < config.probeTimeout)
    {
        round.resendAt = m_now + round.pause;
    }
    for (std::size_t i = 0; i < m_edges.size(); ++i)
    {
        Edge& edge = m_edges[i];
        if (!edge.alerted && Faulty(edge))
        {
            edge.alerted = true;
            const PeerRecord record = m_members.At(edge.subject);
            AddAlert({true,
                      false,
                      m_directory.Get(record.identity).name,
                      record.incarnation,
                      {},
                      static_cast<std::uint16_t>(1U << i),
                      m_now});
            if (record.State() == MemberState::ALIVE)
            {
                m_members.Update(
                    edge.subject,
                    {record.identity, record.incarnation, MemberState::SUSPECT, m_now});
                out.AddEvent({EventKind::SUSPECT,
                              m_directory.Get(record.identity).name,
                              record.incarnation,
                              m_name});
            }
        }
        if (edge.subject != m_slot)
        {
            round.waiting |= 1U << i;
            SendTo(edge.subject, TrafficKind::PING, start, out);
            ++m_counters.probes;
        }
    }
    if (round.waiting != 0)
    {
        m_rounds.push_back(round);
    }
}

void Rapid::OnProbe(Slot from, ByteReader& body, Outbox& out)
{
    const auto number = body.Number<std::uint32_t>();
    const std::size_t start = Begin(Byte(RapidType::PROBE_ANSWER), out.Arena());
    ByteWriter(out.Arena()).Number(number);
    SendTo(from, TrafficKind::ACK, start, out);
}

/// An answer is to one of the probes of a subject: as many come as rings it is observed on.
void Rapid::OnProbeAnswer(Slot from, ByteReader& body)
{
    const auto number = body.Number<std::uint32_t>();
    for (Round& round : m_rounds)
    {
        for (std::size_t i = 0; round.number == number && i < m_edges.size(); ++i)
        {
            if (m_edges[i].subject == from && (round.waiting >> i & 1) != 0)
            {
                round.waiting &= ~(1U << i);
                return;
            }
        }
    }
}

void Rapid::Advance(Instant now, Outbox& out)
{
    FireDue(now, out);
}

void Rapid::Receive(Instant now, const Address& from, wire::ByteView datagram, Outbox& out)
{
    FireDue(now, out);
    if (m_left)
    {
        return;
    }
    ByteReader reader(datagram);
    const auto type = reader.Number<std::uint8_t>();
    const NameId name = m_directory.FindName(reader.Name());
    reader.Number<std::uint32_t>(); // the incarnation
    const bool probe = type == Byte(RapidType::PROBE);
    const bool answer = type == Byte(RapidType::PROBE_ANSWER) || type == Byte(RapidType::RECEIVED);
    const std::uint32_t number = probe || answer ? 0 : reader.Number<std::uint32_t>();
    const bool known = type <= Byte(RapidType::PHASE_2B) || answer;
    if (!reader.Ok() || !known || !IsWhole(type, reader))
    {
        Reject(Rejection::MALFORMED, out);
        return;
    }
    out.SetReceived(probe ? TrafficKind::PING : answer ? TrafficKind::ACK : TrafficKind::GOSSIP);
    if (number != 0 && m_shared->config.resendAfter > Duration{})
    {
        Acknowledge(from, number, out);
    }
    const Slot sender = name == NONE ? Slot(NONE) : m_members.Find(name);
    if (sender != NONE && type == Byte(RapidType::RECEIVED))
    {
        OnAcknowledged(sender, reader.Number<std::uint32_t>());
        return;
    }
    if (sender == NONE || !InConfiguration(name))
    {
        return; // of no member, or of a configuration that is not ours
    }
    if (!Handle(sender, type, reader, out))
    {
        Reject(Rejection::MALFORMED, out);
    }
    FireDue(now, out);
}

bool Rapid::Handle(Slot from, std::uint8_t type, ByteReader& body, Outbox& out)
{
    switch (static_cast<RapidType>(type))
    {
    case RapidType::PROBE:
        OnProbe(from, body, out);
        return body.AtEnd();
    case RapidType::PROBE_ANSWER:
        OnProbeAnswer(from, body);
        return body.AtEnd();
    case RapidType::LEAVE: {
        const NameId name = m_directory.Get(m_members.At(from).identity).name;
        std::uint16_t rings = 0;
        for (std::uint32_t ring = 0; ring < m_view->Rings(); ++ring)
        {
            rings |= m_view->Observer(HashOf(name), ring) == m_name
                         ? static_cast<std::uint16_t>(1U << ring)
                         : std::uint16_t{0};
        }
        if (rings != 0)
        {
            AddAlert({true, true, name, m_members.At(from).incarnation, {}, rings, m_now});
        }
        return body.AtEnd();
    }
    case RapidType::ALERTS:
        return OnAlerts(from, body, out);
    default:
        return OnConsensus(from, type, body, out);
    }
}

void Rapid::Leave(Instant now, Outbox& out)
{
    FireDue(now, out);
    if (m_left || m_leaveUntil != NEVER)
    {
        return;
    }
    m_leaveUntil = now + LEAVE_WAIT;
    const std::size_t start = BeginNumbered(Byte(RapidType::LEAVE), out.Arena());
    std::set<NameId> observers;
    for (std::uint32_t ring = 0; m_view && ring < m_view->Rings(); ++ring)
    {
        const NameId observer = m_view->Observer(HashOf(m_name), ring);
        if (observer != m_name && observers.insert(observer).second)
        {
            SendNumbered(m_members.Find(observer), TrafficKind::GOSSIP, start, out);
        }
    }
    m_left = observers.empty();
}

bool Rapid::LeaveDone() const
{
    return m_left;
}

void Rapid::SendFailed(Instant now, const Address& /*to*/, Outbox& out)
{
    FireDue(now, out);
    ++m_counters.sendErrors;
}

void Rapid::BeginStall(Instant now, Outbox& out)
{
    FireDue(now, out);
}

void Rapid::EndStall(Instant now, Outbox& out)
{
    FireDue(now, out);
}

std::size_t Rapid::Begin(std::uint8_t type, wire::Bytes& bytes) const
{
    const std::size_t start = bytes.size();
    ByteWriter writer(bytes);
    writer.Number(type);
    writer.Name(m_directory.Name(m_name));
    writer.Number(m_incarnation);
    return start;
}

void Rapid::SendTo(Slot to, TrafficKind kind, std::size_t start, Outbox& out) const
{
    out.AddDatagram(m_directory.Get(m_members.At(to).identity).address, kind, start);
}

std::uint32_t Rapid::Open(const Address& to, wire::ByteView message, Outbox& out)
{
    const std::size_t start = out.Arena().size();
    wire::EncodeUser(message, out.Arena());
    m_exchanges[++m_exchangeId] = message[0];
    out.AddStream(m_exchangeId, to, TrafficKind::PUSH_PULL, start);
    return m_exchangeId;
}

void Rapid::Reject(Rejection reason, Outbox& out)
{
    ++m_counters.rejected;
    Event event{EventKind::REJECTED};
    event.rejection = reason;
    out.AddEvent(event);
}

} // namespace swim::detectors
