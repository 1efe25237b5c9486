// SPDX-License-Identifier: MIT
//
// See cassandra.h.
#include "detectors/cassandra.h"

#include "detectors/phi-accrual.h"

#include <algorithm>
#include <cmath>

namespace swim::detectors
{

namespace
{

constexpr std::int64_t NS_PER_MICROSECOND = 1000;

} // namespace

DetectorMaker Cassandra::MakerOf(const Config& config)
{
    const auto shared = std::make_shared<const Config>(config);
    return [shared](const Setup& setup, const Rng& rng, Directory& directory) {
        return std::make_unique<Cassandra>(setup, rng, directory, shared);
    };
}

Cassandra::Cassandra(const Setup& setup,
                     const Rng& rng,
                     Directory& directory,
                     std::shared_ptr<const Config> config)
    : EndpointGossip(setup, rng, directory, config->seeds),
      m_config(std::move(config)),
      m_intervals(m_config->window)
{
}

void Cassandra::OnStart()
{
    m_nextRound = RandomPhase(m_config->gossipInterval);
    m_lastLook = m_now;
}

void Cassandra::OnMet(Slot slot)
{
    m_intervals.Resize(m_members.Slots());
    EndpointGossip::OnMet(slot);
}

void Cassandra::OnLife(Slot slot)
{
    m_nextConviction = std::min(m_nextConviction, SilentUntil(slot));
}

/// The times of who was dead are of its former life, and are learnt anew.
void Cassandra::OnReturn(Slot slot, Outbox& out)
{
    if (StateOf(slot) != MemberState::ALIVE)
    {
        m_intervals.Clear(slot.Value());
    }
    EndpointGossip::OnReturn(slot, out);
    Trust(slot, NameOf(slot), out);
}

Instant Cassandra::Next() const
{
    return m_nextRound;
}

void Cassandra::Fire(Outbox& out)
{
    const Duration interval = m_config->gossipInterval;
    m_nextRound += interval * ((m_now - m_nextRound) / interval + 1);
    const std::size_t syn = BeginSyn(out);
    const std::size_t live = Live();
    bool toSeed = false;
    if (live > 0)
    {
        const Slot target = NthOther(MemberState::ALIVE, m_rng.Below(live));
        toSeed = IsSeed(target);
        Gossip(target, syn, out);
    }
    GossipToUnreachable(syn, out);
    const std::vector<Slot> seeds = Seeds();
    const std::size_t others = live + m_members.Count(MemberState::DEAD);
    if (!seeds.empty() && (!toSeed || live < seeds.size()) &&
        (live == 0 || m_rng.Below(others) < seeds.size()))
    {
        Gossip(seeds[m_rng.Below(seeds.size())], syn, out);
    }
    Convict(out);
}

/// When phi passes the threshold if nothing more is reported of the endpoint, or a little sooner.
Instant Cassandra::SilentUntil(Slot slot) const
{
    const std::size_t place = slot.Value();
    if (!m_intervals.Any(place))
    {
        return NEVER;
    }
    constexpr double ROUNDED = 1 - 1e-9;
    const double us = m_config->threshold * M_LN10 * m_intervals.Mean(place) * ROUNDED;
    return ReportedAt(slot) + Duration(static_cast<std::int64_t>(us) * NS_PER_MICROSECOND);
}

/// After each round, for every endpoint.
void Cassandra::Convict(Outbox& out)
{
    const bool paused = m_now - m_lastLook > m_config->maxLocalPause;
    m_lastLook = m_now;
    if (paused)
    {
        m_lastPause = m_now;
    }
    const bool trustsItself =
        m_lastPause == Instant::min() || m_now - m_lastPause >= m_config->maxLocalPause;
    if (!trustsItself || m_now < m_nextConviction)
    {
        return;
    }
    m_nextConviction = NEVER;
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const std::size_t place = slot.Value();
        if (slot == Self() || !m_intervals.Any(place) || StateOf(slot) != MemberState::ALIVE)
        {
            continue;
        }
        const auto us =
            static_cast<double>((m_now - ReportedAt(slot)).count()) / double{NS_PER_MICROSECOND};
        if (ExponentialPhi(us, m_intervals.Mean(place)) > m_config->threshold)
        {
            Doubt(slot, MemberState::DEAD, OwnName(), out);
        }
        else
        {
            m_nextConviction = std::min(m_nextConviction, SilentUntil(slot));
        }
    }
}

void Cassandra::ExpectReport(Slot slot) const
{
    m_intervals.Prefetch(slot.Value());
}

void Cassandra::OnReport(Slot slot, Duration since, Slot from, Outbox& out)
{
    const std::size_t place = slot.Value();
    if (!m_intervals.Any(place) || since <= m_config->maxInterval)
    {
        const Duration counted = m_intervals.Any(place) ? since : m_config->maxInterval;
        m_intervals.Add(place, static_cast<std::uint32_t>(counted.count() / NS_PER_MICROSECOND));
    }
    m_nextConviction = std::min(m_nextConviction, SilentUntil(slot));
    if (StateOf(slot) != MemberState::ALIVE)
    {
        Trust(slot, NameOf(from), out);
    }
}

} // namespace swim::detectors
