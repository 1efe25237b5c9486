// SPDX-License-Identifier: GPL-2.0-only
//
// The metrics of a run, computed while it goes on: record = "summary".
//
// A crash in a cluster of a million members makes two million events. What the metrics need of them
// is small, and is kept here as the events pass, by the definitions of docs/metrics.md: the same
// run gives the same values as analysis/ computes from its events.csv, which a test compares. Not
// kept: what became of leaves and restarts. Nobody may be cut off, which LoadScenario sees to.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/conclusion.h"
#include "lab/record/summary/accusations.h"
#include "lab/record/summary/crash-watch.h"
#include "lab/record/summary/health.h"
#include "lab/record/summary/view-sizes.h"
#include "lab/record/summary/views.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab::summary
{

/// Takes in a run's rows in their order, and has its metrics at the end.
class RunSummary
{
  public:
    explicit RunSummary(const Plan& plan);

    /// What the scenario did to a member. @param incarnation of the process that starts; 0: no
    /// start
    void Truth(std::int64_t timeNs,
               std::string_view event,
               MemberId subject,
               std::uint32_t incarnation);

    void Conclude(const Conclusion& conclusion);

    /// Ends the run and gives conclusions.json; docs/records.md lists the fields.
    std::string Finish();

  private:
    /// A change of a view, with the state that it leads to.
    struct Change
    {
        std::int64_t timeNs;
        MemberId observer;
        MemberId subject;
        View after;
        bool joins;
        bool refutes;
    };

    void TakeIn(const Change& change);
    void Accuse(const Accusation& accusation, bool suspects);
    void OpenWatch(std::int64_t timeNs, MemberId subject);
    void CloseWatch(std::int64_t timeNs, MemberId subject);
    void LeaveWatches(std::int64_t timeNs, MemberId observer);

    /// The open watch of a member's crash; null where there is none.
    CrashWatch* WatchOf(MemberId subject)
    {
        const std::uint32_t place = m_watchOf[subject];
        return place == NO_WATCH ? nullptr : &m_watches[place];
    }

    static constexpr std::uint32_t NO_WATCH = ~0u;

    const Plan& m_plan;
    Health m_health;
    Views m_views;
    Accusations m_accusations;
    ViewSizes m_viewSizes;
    std::int64_t m_stepNs;
    std::vector<CrashWatch> m_watches;        ///< in order of the crashes
    std::vector<std::uint32_t> m_watchOf;     ///< by member: place of its open watch, or NO_WATCH
    std::vector<std::uint32_t> m_open;        ///< places of the open watches
    std::vector<std::int64_t> m_lastChangeNs; ///< by observer; -1: never
    std::uint64_t m_resurrections = 0;
};

/// What the summary of a run will need: less than this, unless members that live are accused, which
/// a plan cannot tell and which takes a byte a member for each of them.
std::uint64_t EstimateSummaryBytes(const Plan& plan);

} // namespace swimlab::summary
