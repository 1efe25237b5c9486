// SPDX-License-Identifier: GPL-2.0-only
//
// Who knows of a crash, counted while the run goes on.
//
// The streamed twin of analysis/run/dissemination.py: the same members are asked, from the crash to
// the restart of the member or the end of the run. Times are nanoseconds; delays are since the
// crash.
#pragma once

#include "lab/record/summary/views.h"
#include "lab/scenario/targets.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace swimlab::summary
{

/// Follows the news of one crash.
class CrashWatch
{
  public:
    using Delay = std::optional<std::int64_t>;

    /// Shares of the members that should know, in percent, whose first instants are told.
    static constexpr std::array<std::uint32_t, 4> PERCENTS = {50, 90, 99, 100};

    /**
     * @param healthChanges up to the crash, see Health
     * @param stepNs grid of the curve
     * @param knowing, shouldKnow just after the crash
     */
    CrashWatch(MemberId member,
               std::int64_t atNs,
               std::uint32_t healthChanges,
               std::int64_t stepNs,
               std::uint32_t knowing,
               std::uint32_t shouldKnow);

    /// Somebody accuses the crashed process, as the first or not.
    void Suspected(std::int64_t timeNs);
    void Declared(std::int64_t timeNs);

    /// The view of a member that is asked changes.
    void Moved(std::int64_t timeNs, View before, View after);

    /// The watch is over. To be called once, last.
    void End(std::int64_t timeNs);

    MemberId Member() const
    {
        return m_member;
    }

    std::int64_t AtNs() const
    {
        return m_atNs;
    }

    /// Who is live since so many changes of health is asked.
    std::uint32_t HealthChanges() const
    {
        return m_healthChanges;
    }

    Delay FirstSuspect() const
    {
        return m_firstSuspect;
    }

    Delay FirstDead() const
    {
        return m_firstDead;
    }

    /// By index into PERCENTS: from the first dead on, the first instant at which so many know.
    const std::array<Delay, PERCENTS.size()>& KnownTo() const
    {
        return m_knownTo;
    }

    /// After End: who knows and who should, a point each step, up to the last change.
    struct Point
    {
        std::uint32_t knowing;
        std::uint32_t shouldKnow;
    };

    const std::vector<Point>& Curve() const
    {
        return m_curve;
    }

    /// Whether it was watched until the given point of the grid.
    bool Covers(std::size_t point) const
    {
        return static_cast<std::int64_t>(point) * m_stepNs <= m_lengthNs;
    }

  private:
    void CountShares(std::int64_t timeNs);

    MemberId m_member;
    std::int64_t m_atNs;
    std::uint32_t m_healthChanges;
    std::int64_t m_stepNs;
    Point m_now;
    Delay m_firstSuspect;
    Delay m_firstDead;
    std::array<Delay, PERCENTS.size()> m_knownTo;
    std::vector<Point> m_curve;
    std::int64_t m_lastChangeNs = 0;
    std::int64_t m_lengthNs = 0;
};

/// Grid of the curves: 100 ms, in long runs a round multiple of it, at most 3000 steps.
std::int64_t CurveStepNs(std::int64_t runNs);

} // namespace swimlab::summary
