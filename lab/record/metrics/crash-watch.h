// SPDX-License-Identifier: GPL-2.0-only
//
// Who knows of one crash: asked are the members that have been live ever since, and have the crashed
// one in their view, from the crash to the restart of the member or the end of the run.
//
// Times are nanoseconds; delays are since the crash.
#pragma once

#include "lab/record/metrics/views.h"
#include "lab/record/time-ns.h"
#include "lab/topology/member-id.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace swimlab
{

/// Follows the news of one crash.
class CrashWatch
{
  public:
    using Delay = std::optional<TimeNs>;

    /// Shares of the members that should know, in percent, whose first instants are told.
    static constexpr std::array<std::uint32_t, 4> PERCENTS = {50, 90, 99, 100};

    /**
     * @param step how many steps there were, with the crash; see GroundTruth::Steps
     * @param stepNs grid of the curve
     * @param knowing, shouldKnow just after the crash
     */
    CrashWatch(MemberId member,
               TimeNs atNs,
               std::uint32_t step,
               TimeNs stepNs,
               std::uint32_t knowing,
               std::uint32_t shouldKnow);

    /// Somebody accuses the crashed process, as the first or not.
    void Suspected(TimeNs timeNs);
    void Declared(TimeNs timeNs);

    /// The view of a member that is asked changes.
    void Moved(TimeNs timeNs, View before, View after);

    /// The watch is over. To be called once, last.
    void End(TimeNs timeNs);

    MemberId Member() const
    {
        return m_member;
    }

    TimeNs AtNs() const
    {
        return m_atNs;
    }

    /// Who is live without a break since so many steps is asked.
    std::uint32_t SinceStep() const
    {
        return m_step;
    }

    /// Who knew at once: those that held it for gone when it crashed.
    std::uint32_t KnownBefore() const
    {
        return m_knownBefore;
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
        return static_cast<TimeNs>(point) * m_stepNs <= m_lengthNs;
    }

  private:
    void CountShares(TimeNs timeNs);

    MemberId m_member;
    TimeNs m_atNs;
    std::uint32_t m_step;
    TimeNs m_stepNs;
    std::uint32_t m_knownBefore;
    Point m_now;
    Delay m_firstSuspect;
    Delay m_firstDead;
    std::array<Delay, PERCENTS.size()> m_knownTo;
    std::vector<Point> m_curve;
    TimeNs m_lastChangeNs = 0;
    TimeNs m_lengthNs = 0;
};

/// Grid of the curves: 100 ms, in long runs a round multiple of it, at most 3000 steps.
TimeNs CurveStepNs(TimeNs runNs);

} // namespace swimlab
