// SPDX-License-Identifier: MIT
//
// See suspicion.h.
#include "swim/suspicion.h"

#include "swim/assert.h"

#include <cmath>
#include <cstdint>
#include <iterator>

namespace swim
{

namespace
{

Duration FloorToMillisecond(double nanoseconds)
{
    constexpr double MILLISECOND = 1e6;
    return Duration(static_cast<std::int64_t>(std::floor(nanoseconds / MILLISECOND)) * 1000000);
}

} // namespace

std::uint32_t CeilLn(std::uint64_t x)
{
    // floor(e^d) for d = 0, 1, 2, …: x <= e^d exactly when x <= floor(e^d).
    static constexpr std::uint64_t FLOOR_EXP[] = {
        1,       2,        7,        20,        54,        148,        403,        1096,
        2980,    8103,     22026,    59874,     162754,    442413,     1202604,    3269017,
        8886110, 24154952, 65659969, 178482300, 485165195, 1318815734, 3584912846, 9744803446};
    std::uint32_t d = 0;
    while (d + 1 < std::size(FLOOR_EXP) && FLOOR_EXP[d] < x)
    {
        ++d;
    }
    return d;
}

std::uint32_t CeilLog10(std::uint64_t x)
{
    std::uint32_t d = 0;
    for (std::uint64_t power = 1; power < x; power *= 10)
    {
        ++d;
    }
    return d;
}

SuspicionBounds BoundSuspicion(const Config& config, std::uint32_t n)
{
    SuspicionBounds bounds;
    if (config.suspicionLaw == SuspicionLaw::PAPER)
    {
        bounds.min = config.suspicionMult * CeilLn(n + 1ull) * config.probeInterval;
        bounds.max = bounds.min * config.suspicionMaxTimeoutMult;
        return bounds;
    }
    // memberlist: log10 n in thousandths, rounded down. No n but a power of ten comes near a whole
    // thousandth, and there libm is exact, so the floor is the same on every machine.
    const double scale = std::max(1.0, std::log10(std::max(1.0, static_cast<double>(n))));
    const auto thousandths = static_cast<std::int64_t>(std::floor(1000.0 * scale));
    bounds.min = config.suspicionMult * thousandths * config.probeInterval / 1000;
    bounds.max = bounds.min * config.suspicionMaxTimeoutMult;
    const std::uint32_t memberlists = config.suspicionMult > 2 ? config.suspicionMult - 2 : 0;
    const std::uint32_t wanted = config.suspicionConfirmations.value_or(memberlists);
    // With fewer other members than confirmations wanted, waiting for them would be in vain.
    bounds.confirmations = n >= 2 && n - 2 >= wanted ? wanted : 0;
    return bounds;
}

Duration SuspicionTimeout(const SuspicionBounds& bounds, std::uint32_t confirmations)
{
    if (bounds.confirmations < 1 || confirmations >= bounds.confirmations)
    {
        return bounds.min;
    }
    if (confirmations == 0)
    {
        return bounds.max;
    }
    const double fraction = std::log(static_cast<double>(confirmations) + 1.0) /
                            std::log(static_cast<double>(bounds.confirmations) + 1.0);
    const auto spread = static_cast<double>((bounds.max - bounds.min).count());
    const double timeout = static_cast<double>(bounds.max.count()) - fraction * spread;
    return std::max(FloorToMillisecond(timeout), bounds.min);
}

Instant Suspicions::DeadlineOf(const Suspicion& suspicion)
{
    return suspicion.start + SuspicionTimeout(suspicion.bounds, suspicion.confirmations);
}

std::vector<Suspicions::Suspicion>::iterator Suspicions::Find(Slot slot)
{
    const auto found = std::ranges::lower_bound(m_open, slot, {}, &Suspicion::slot);
    SWIM_ASSERT(found != m_open.end() && found->slot == slot, "only a running suspicion ends");
    return found;
}

void Suspicions::InsertDeadline(Instant at, Slot slot)
{
    const Deadline deadline{at, slot};
    m_deadlines.insert(std::ranges::lower_bound(m_deadlines, deadline), deadline);
}

void Suspicions::Settle(Slot slot)
{
    m_settled.insert(std::ranges::lower_bound(m_settled, slot), slot);
}

void Suspicions::Start(Slot slot, NameId from, Instant now, const SuspicionBounds& bounds)
{
    const auto place = std::ranges::lower_bound(m_open, slot, {}, &Suspicion::slot);
    SWIM_ASSERT(!IsSettled(slot) && (place == m_open.end() || place->slot != slot),
                "a suspicion is started once");
    const Suspicion suspicion{slot, 0, now, bounds};
    InsertDeadline(DeadlineOf(suspicion), slot);
    if (bounds.confirmations == 0)
    {
        Settle(slot);
        return;
    }
    m_open.insert(place, suspicion);
    const Accusation accusation{slot, from};
    m_accusers.insert(std::ranges::lower_bound(m_accusers, accusation), accusation);
}

void Suspicions::Close(std::vector<Suspicion>::iterator open)
{
    // Not equal_range, whose subrange clang 14 cannot compile with GCC's library.
    const auto begin = std::ranges::lower_bound(m_accusers, open->slot, {}, &Accusation::slot);
    const auto end = std::ranges::upper_bound(m_accusers, open->slot, {}, &Accusation::slot);
    m_accusers.erase(begin, end);
    m_open.erase(open);
}

bool Suspicions::Confirm(Slot slot, NameId from)
{
    if (!WantsConfirmation(slot))
    {
        return false;
    }
    const Accusation accusation{slot, from};
    const auto place = std::ranges::lower_bound(m_accusers, accusation);
    if (place != m_accusers.end() && *place == accusation)
    {
        return false;
    }
    m_accusers.insert(place, accusation);
    const auto suspicion = Find(slot);
    m_deadlines.erase(
        std::ranges::lower_bound(m_deadlines, Deadline{DeadlineOf(*suspicion), slot}));
    ++suspicion->confirmations;
    InsertDeadline(DeadlineOf(*suspicion), slot);
    if (suspicion->confirmations >= suspicion->bounds.confirmations)
    {
        Settle(slot);
        Close(suspicion);
    }
    return true;
}

void Suspicions::Cancel(Slot slot)
{
    if (IsSettled(slot))
    {
        m_settled.erase(std::ranges::lower_bound(m_settled, slot));
        m_deadlines.erase(std::ranges::find(m_deadlines, slot, &Deadline::slot));
        return;
    }
    const auto found = Find(slot);
    m_deadlines.erase(std::ranges::lower_bound(m_deadlines, Deadline{DeadlineOf(*found), slot}));
    Close(found);
}

} // namespace swim
