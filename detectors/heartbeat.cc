// SPDX-License-Identifier: MIT
//
// See heartbeat.h.
#include "detectors/heartbeat.h"

#include <algorithm>
#include <cmath>

namespace swim::detectors
{

namespace
{

/// What follows: the heartbeat's number and when it was sent, in nanoseconds, eight bytes each.
constexpr std::uint8_t HEARTBEAT_TYPE = static_cast<std::uint8_t>(CommonType::OWN);

constexpr std::int64_t NS_PER_US = 1000;

/// Times are no later, so that none overflows: 73 years.
constexpr std::int64_t MOST_NS = std::int64_t{1} << 61;

} // namespace

DetectorMaker Heartbeat::MakerOf(const Config& config)
{
    const auto shared = std::make_shared<const Shared>(config);
    return [shared](const Setup& setup, const Rng& rng, Directory& directory) {
        return std::make_unique<Heartbeat>(setup, rng, directory, shared);
    };
}

Heartbeat::Heartbeat(const Setup& setup,
                     const Rng& rng,
                     Directory& directory,
                     std::shared_ptr<const Shared> shared)
    : MemberBase(setup, rng, directory),
      m_shared(std::move(shared))
{
}

void Heartbeat::OnStart()
{
    m_nextSend = RandomPhase(m_shared->config.interval);
    // So a process that starts again is ahead of the one before, if it forgot its incarnation too.
    m_number = static_cast<std::uint64_t>(m_now.time_since_epoch() / m_shared->config.interval);
    m_suspectAt[Self().Value()] = NEVER;
}

/// What a member that has not been heard of yet may take beyond the interval.
Duration Heartbeat::Grace() const
{
    const Config& config = m_shared->config;
    switch (config.rule)
    {
    case Rule::RESTART:
        return config.timeout;
    case Rule::NFD_S:
        return config.delta;
    case Rule::NFD_E:
        return config.alpha;
    default:
        return Duration(static_cast<std::int64_t>(
            m_shared->deviations * static_cast<double>(config.interval.count()) / 4));
    }
}

void Heartbeat::Expect(Slot slot)
{
    const std::size_t place = slot.Value();
    m_newest[place] = 0;
    m_suspectAt[place] = m_now + m_shared->config.interval + Grace();
    m_nextLook = std::min(m_nextLook, m_suspectAt[place]);
    if (m_shared->config.rule == Rule::NFD_E)
    {
        m_arrivals[place] = {};
    }
    if (m_shared->config.rule == Rule::PHI)
    {
        m_times[place] = nullptr;
    }
}

void Heartbeat::OnMet(Slot slot)
{
    const std::size_t places = std::max<std::size_t>(m_suspectAt.size(), slot.Value() + 1);
    m_suspectAt.resize(places, NEVER);
    m_newest.resize(places, 0);
    m_arrivals.resize(m_shared->config.rule == Rule::NFD_E ? places : 0);
    m_times.resize(m_shared->config.rule == Rule::PHI ? places : 0);
    Expect(slot);
}

void Heartbeat::OnReturn(Slot slot, Outbox& out)
{
    Expect(slot);
    MemberBase::OnReturn(slot, out);
}

Instant Heartbeat::Next() const
{
    return std::min(m_nextSend, m_nextLook);
}

void Heartbeat::Fire(Outbox& out)
{
    if (m_nextLook <= m_nextSend)
    {
        Look(out);
    }
    else
    {
        Send(out);
    }
}

void Heartbeat::Send(Outbox& out)
{
    const Duration interval = m_shared->config.interval;
    const std::int64_t missed = (m_now - m_nextSend) / interval;
    m_number += static_cast<std::uint64_t>(missed) + 1;
    m_nextSend += missed * interval;
    const std::size_t start = Begin(HEARTBEAT_TYPE, out);
    ByteWriter writer(out.Arena());
    writer.Number(m_number);
    writer.Number(m_nextSend.time_since_epoch().count());
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        if (slot != Self() && m_members.At(slot).State() != MemberState::LEFT)
        {
            SendTo(slot, TrafficKind::PING, start, out);
        }
    }
    ++m_counters.probes;
    m_nextSend += interval;
}

void Heartbeat::Look(Outbox& out)
{
    Instant first = NEVER;
    for (std::size_t place = 0; place < m_suspectAt.size(); ++place)
    {
        if (m_suspectAt[place] <= m_now)
        {
            m_suspectAt[place] = NEVER;
            Doubt(Slot(static_cast<std::uint32_t>(place)), MemberState::DEAD, OwnName(), out);
        }
        first = std::min(first, m_suspectAt[place]);
    }
    m_nextLook = first;
}

TrafficKind Heartbeat::KindOf(std::uint8_t /*type*/) const
{
    return TrafficKind::PING;
}

bool Heartbeat::IsWhole(Way way, std::uint8_t type, ByteReader body) const
{
    const auto number = body.Number<std::uint64_t>();
    const auto sentNs = body.Number<std::int64_t>();
    const auto most = static_cast<std::uint64_t>(MOST_NS / m_shared->config.interval.count());
    return way == Way::DATAGRAM && type == HEARTBEAT_TYPE && body.AtEnd() && number > 0 &&
           number <= most && sentNs >= 0 && sentNs <= MOST_NS;
}

bool Heartbeat::OnDatagram(Slot from, std::uint8_t /*type*/, ByteReader& body, Outbox& out)
{
    const auto number = body.Number<std::uint64_t>();
    const Instant sent{Duration(body.Number<std::int64_t>())};
    const std::size_t place = from.Value();
    const Rule rule = m_shared->config.rule;
    if ((rule == Rule::NFD_S || rule == Rule::NFD_E) && number <= m_newest[place])
    {
        return true; // a newer one came before it
    }
    m_newest[place] = std::max(m_newest[place], number);
    const Instant until = Timeout(from, number, sent);
    if (until > m_now)
    {
        m_suspectAt[place] = until;
        m_nextLook = std::min(m_nextLook, until);
        Trust(from, NameOf(from), out);
    }
    return true;
}

/// @return from when on the member is suspected, if nothing newer comes
Instant Heartbeat::Timeout(Slot slot, std::uint64_t number, Instant sent)
{
    const Config& config = m_shared->config;
    switch (config.rule)
    {
    case Rule::RESTART:
        return m_now + config.timeout;
    case Rule::NFD_S:
        return sent + config.interval + config.delta;
    case Rule::NFD_E:
        return ExpectedArrival(slot, number) + config.alpha;
    default:
        return PhiTimeout(slot);
    }
}

/// EA_(l+1) = mean of (A_i - eta i) + (l + 1) eta, of the newest arrivals.
Instant Heartbeat::ExpectedArrival(Slot slot, std::uint64_t number)
{
    const Config& config = m_shared->config;
    Arrivals& arrivals = m_arrivals[slot.Value()];
    const std::int64_t intervalNs = config.interval.count();
    const std::int64_t ns =
        m_now.time_since_epoch().count() - intervalNs * static_cast<std::int64_t>(number);
    if (arrivals.offsets.empty())
    {
        arrivals.baseNs = ns;
    }
    const std::int64_t us =
        std::clamp<std::int64_t>((ns - arrivals.baseNs) / NS_PER_US, INT32_MIN, INT32_MAX);
    if (arrivals.offsets.size() < config.window)
    {
        arrivals.offsets.push_back(static_cast<std::int32_t>(us));
    }
    else
    {
        arrivals.sum -= arrivals.offsets[arrivals.next];
        arrivals.offsets[arrivals.next] = static_cast<std::int32_t>(us);
        arrivals.next = (arrivals.next + 1) % config.window;
    }
    arrivals.sum += us;
    const auto count = static_cast<std::int64_t>(arrivals.offsets.size());
    const std::int64_t meanNs = arrivals.baseNs + arrivals.sum * NS_PER_US / count;
    return Instant(Duration(meanNs + intervalNs * (static_cast<std::int64_t>(number) + 1)));
}

Instant Heartbeat::PhiTimeout(Slot slot)
{
    const Config& config = m_shared->config;
    std::unique_ptr<Times>& times = m_times[slot.Value()];
    if (!times)
    {
        times = std::make_unique<Times>(config.window);
        const std::int64_t us = config.interval.count() / NS_PER_US;
        times->intervals.Add(static_cast<std::uint32_t>(us - us / 4));
        times->intervals.Add(static_cast<std::uint32_t>(us + us / 4));
    }
    else
    {
        const std::int64_t us = (m_now - times->last).count() / NS_PER_US;
        times->intervals.Add(static_cast<std::uint32_t>(std::min<std::int64_t>(us, INT32_MAX)));
    }
    times->last = m_now;
    const double least = static_cast<double>(config.minDeviation.count()) / double{NS_PER_US};
    const double deviation = std::max(least, std::sqrt(times->intervals.Variance()));
    const double us = times->intervals.Mean() + m_shared->deviations * deviation;
    return m_now + Duration(static_cast<std::int64_t>(us * static_cast<double>(NS_PER_US)));
}

} // namespace swim::detectors
