// SPDX-License-Identifier: MIT
//
// See rapid.h: alerts, the proposals that follow from them, and the consensus on the next view;
// rapid-configurations.cc is what a decision does.
#include "detectors/rapid-types.h"
#include "detectors/rapid.h"

#include <algorithm>
#include <cmath>

namespace swim::detectors
{

namespace
{

// What stands in an alert, and in front of each member of a value.

constexpr std::uint8_t Code(RapidType type)
{
    return static_cast<std::uint8_t>(type);
}

} // namespace

void Rapid::AddAlert(const Alert& alert)
{
    m_alerts.push_back(alert);
}

/// The batching job looks every window, and sends when the last alert is older than a window.
Instant Rapid::FlushAt() const
{
    if (m_alerts.empty())
    {
        return NEVER;
    }
    const Duration window = m_shared->config.batchingWindow;
    const Instant earliest = m_alerts.back().at + window;
    return earliest < m_batchPhase
               ? m_batchPhase
               : m_batchPhase + window * ((earliest - m_batchPhase) / window + 1);
}

void Rapid::Flush(Outbox& out)
{
    const std::vector<Alert> alerts = std::exchange(m_alerts, {});
    const std::size_t start = BeginNumbered(Code(RapidType::ALERTS), out.Arena());
    ByteWriter writer(out.Arena());
    writer.Number(m_configuration);
    writer.Number(static_cast<std::uint16_t>(alerts.size()));
    for (const Alert& alert : alerts)
    {
        writer.Number(static_cast<std::uint8_t>((alert.down ? RAPID_DOWN : RAPID_JOINS) |
                                                (alert.leaves ? RAPID_LEAVES : 0)));
        writer.Name(m_directory.Name(alert.about));
        writer.Number(alert.incarnation);
        writer.Number(alert.rings);
        if (!alert.down)
        {
            writer.Place(alert.address);
        }
    }
    Broadcast(TrafficKind::GOSSIP, start, out);
    TakeBatch(alerts, m_slot, out);
}

/// To all others of the configuration.
void Rapid::Broadcast(TrafficKind kind, std::size_t start, Outbox& out)
{
    for (const NameId name : m_view->InOrder())
    {
        if (name != m_name)
        {
            SendNumbered(m_members.Find(name), kind, start, out);
        }
    }
}

bool Rapid::OnAlerts(Slot from, ByteReader& body, Outbox& out)
{
    const auto configuration = body.Number<std::uint64_t>();
    const auto count = body.Number<std::uint16_t>();
    std::vector<Alert> alerts;
    for (std::uint16_t i = 0; i < count && body.Ok(); ++i)
    {
        const auto flags = body.Number<std::uint8_t>();
        const std::string_view name = body.Name();
        Alert alert{(flags & RAPID_DOWN) != 0, (flags & RAPID_LEAVES) != 0, NONE, 0, {}, 0, m_now};
        alert.incarnation = body.Number<std::uint32_t>();
        alert.rings = body.Number<std::uint16_t>();
        if (!alert.down)
        {
            alert.address = body.Place();
        }
        alert.about = alert.down ? m_directory.FindName(name) : m_directory.InternName(name);
        if (alert.about != NONE)
        {
            alerts.push_back(alert);
        }
    }
    if (!body.AtEnd())
    {
        return false;
    }
    if (configuration != m_configuration)
    {
        return true;
    }
    TakeBatch(alerts, from, out);
    return true;
}

/// Proposes at its end, all that it has made stable.
void Rapid::TakeBatch(const std::vector<Alert>& alerts, Slot from, Outbox& out)
{
    std::vector<CutDetector::Subject> cut;
    for (const Alert& alert : alerts)
    {
        Take(alert, from, cut, out);
    }
    if (m_sawDown && !m_proposed)
    {
        ReportImplicitly(cut);
    }
    Propose(std::move(cut), out);
}

/// DOWN counts for members only, UP for others only.
/// @param cut gets whom the alert makes stable
void Rapid::Take(const Alert& alert, Slot from, std::vector<CutDetector::Subject>& cut, Outbox& out)
{
    if (alert.down != InConfiguration(alert.about))
    {
        return;
    }
    if (alert.down)
    {
        m_sawDown = true;
        if (alert.leaves)
        {
            m_leaving.insert(alert.about);
        }
        const Slot slot = m_members.Find(alert.about);
        const PeerRecord record = m_members.At(slot);
        if (slot != m_slot && record.State() == MemberState::ALIVE && !alert.leaves)
        {
            m_members.Update(slot,
                             {record.identity, record.incarnation, MemberState::SUSPECT, m_now});
            out.AddEvent({EventKind::SUSPECT,
                          alert.about,
                          record.incarnation,
                          m_directory.Get(m_members.At(from).identity).name});
        }
    }
    else
    {
        m_known[alert.about] = {alert.incarnation, alert.address};
    }
    for (std::uint32_t ring = 0; ring < m_shared->config.rings && !m_proposed; ++ring)
    {
        if ((alert.rings >> ring & 1) != 0)
        {
            const auto stable = m_cut.Report(alert.about.Value(), ring);
            cut.insert(cut.end(), stable.begin(), stable.end());
        }
    }
}

void Rapid::ReportImplicitly(std::vector<CutDetector::Subject>& cut)
{
    const auto stable =
        m_cut.ReportImplicitly([this](CutDetector::Subject subject, std::uint32_t ring) {
            const NameId name(subject);
            const std::uint64_t hash = HashOf(name);
            return (InConfiguration(name) ? m_view->Observer(hash, ring)
                                          : m_view->ExpectedObserver(hash, ring))
                .Value();
        });
    cut.insert(cut.end(), stable.begin(), stable.end());
}

/// Votes for a cut, in the order of the first ring, those who join after it.
void Rapid::Propose(std::vector<CutDetector::Subject> subjects, Outbox& out)
{
    if (subjects.empty() || m_proposed)
    {
        return;
    }
    m_proposed = true;
    std::ranges::sort(subjects, {}, [this](CutDetector::Subject subject) {
        const NameId name(subject);
        return std::pair(!InConfiguration(name), HashOf(name));
    });
    const Config& config = m_shared->config;
    const auto mean =
        static_cast<double>(config.fallbackPerMember.count()) * static_cast<double>(m_view->Size());
    m_fallbackAt = m_now + config.fallbackDelay +
                   Duration(static_cast<std::int64_t>(-mean * std::log(1 - m_rng.Unit())));
    if (m_paxos.Vote(subjects))
    {
        SendConsensus(Code(RapidType::VOTE), {}, subjects, out);
    }
}

void Rapid::WriteValue(const FastPaxos::Value& value, ByteWriter& writer) const
{
    writer.Number(static_cast<std::uint16_t>(value.size()));
    for (const FastPaxos::Member member : value)
    {
        const NameId name(member);
        const auto known = m_known.find(name);
        const bool joins = known != m_known.end() && !InConfiguration(name);
        writer.Number(joins ? RAPID_JOINS : RAPID_DOWN);
        writer.Name(m_directory.Name(name));
        if (joins)
        {
            writer.Number(known->second.incarnation);
            writer.Place(known->second.address);
        }
    }
}

std::optional<FastPaxos::Value> Rapid::ReadValue(ByteReader& body)
{
    const auto count = body.Number<std::uint16_t>();
    FastPaxos::Value value;
    for (std::uint16_t i = 0; i < count && body.Ok(); ++i)
    {
        const auto flags = body.Number<std::uint8_t>();
        const NameId name = m_directory.InternName(body.Name());
        if (name == NONE)
        {
            return std::nullopt;
        }
        if ((flags & RAPID_JOINS) != 0)
        {
            const auto incarnation = body.Number<std::uint32_t>();
            m_known.try_emplace(name, Identified{incarnation, body.Place()});
        }
        value.push_back(name.Value());
    }
    return body.Ok() ? std::optional(value) : std::nullopt;
}

/// Tells everybody, itself too. VOTE has no rank of its own, PHASE_1A no value.
void Rapid::SendConsensus(std::uint8_t type,
                          const FastPaxos::Rank& rank,
                          const FastPaxos::Value& value,
                          Outbox& out)
{
    const std::size_t start = BeginNumbered(type, out.Arena());
    ByteWriter writer(out.Arena());
    writer.Number(m_configuration);
    writer.Number(rank.round);
    writer.Number(rank.coordinator);
    WriteValue(value, writer);
    Broadcast(TrafficKind::GOSSIP, start, out);
    const wire::Bytes own(out.Arena().begin() + static_cast<std::ptrdiff_t>(start),
                          out.Arena().end());
    ByteReader body(own);
    body.Number<std::uint8_t>();
    body.Name();
    body.Number<std::uint32_t>();
    body.Number<std::uint32_t>();
    OnConsensus(m_slot, type, body, out);
}

bool Rapid::OnConsensus(Slot from, std::uint8_t type, ByteReader& body, Outbox& out)
{
    const auto configuration = body.Number<std::uint64_t>();
    const auto round = body.Number<std::uint32_t>();
    const FastPaxos::Rank rank{round, body.Number<std::uint64_t>()};
    if (body.Ok() && configuration != m_configuration)
    {
        return true;
    }
    const auto value = ReadValue(body);
    if (!value)
    {
        return false;
    }
    const FastPaxos::Member sender = m_directory.Get(m_members.At(from).identity).name.Value();
    std::optional<FastPaxos::Value> decided;
    switch (static_cast<RapidType>(type))
    {
    case RapidType::VOTE:
        decided = m_paxos.OnVote(sender, *value);
        break;
    case RapidType::PHASE_1A:
        if (const auto promise = m_paxos.OnPrepare(rank))
        {
            const std::size_t start = BeginNumbered(Code(RapidType::PHASE_1B), out.Arena());
            ByteWriter writer(out.Arena());
            writer.Number(m_configuration);
            writer.Number(rank.round);
            writer.Number(rank.coordinator);
            WriteValue(promise->value, writer);
            writer.Number(promise->voted.round);
            writer.Number(promise->voted.coordinator);
            if (from != m_slot)
            {
                SendNumbered(from, TrafficKind::GOSSIP, start, out);
            }
            else if (const auto chosen = m_paxos.OnPromise(sender, *promise))
            {
                SendConsensus(Code(RapidType::PHASE_2A), rank, *chosen, out);
            }
        }
        break;
    case RapidType::PHASE_1B: {
        const auto votedRound = body.Number<std::uint32_t>();
        const FastPaxos::Rank voted{votedRound, body.Number<std::uint64_t>()};
        if (const auto chosen = m_paxos.OnPromise(sender, {rank, voted, *value}))
        {
            SendConsensus(Code(RapidType::PHASE_2A), rank, *chosen, out);
        }
        break;
    }
    case RapidType::PHASE_2A:
        if (m_paxos.OnAccept(rank, *value))
        {
            SendConsensus(Code(RapidType::PHASE_2B), rank, *value, out);
        }
        break;
    case RapidType::PHASE_2B:
        decided = m_paxos.OnAccepted(sender, rank, *value);
        break;
    default:
        return false;
    }
    if (decided && m_configuration == configuration)
    {
        OnDecision(*decided, out);
    }
    return body.Ok();
}

} // namespace swim::detectors
