// SPDX-License-Identifier: GPL-2.0-only
//
// How soon the members notice a crash: first suspicion, first dead, everybody.
//
// Both meanings of "first detection" are measured: the first suspicion (SWIM section 5.2, where the
// suspicion time-out is not included) and the first dead event (Lifeguard section V-F2, where it is).
// Full dissemination is Lifeguard's: from the crash until every healthy member knows.
//
// No detection of the crash is what is about an earlier process, and what a cut network is behind. A
// view that said gone before the crash has nothing left to learn, but is no detection of it either.
#pragma once

#include "lab/record/metrics/crash-watch.h"
#include "lab/record/metrics/metric.h"

#include <vector>

namespace swimlab
{

class Crashes : public Metric
{
  public:
    explicit Crashes(const RunState& run);

    void Before(const Deed& deed) override;
    void After(const Deed& deed) override;
    void Hear(const Heard& heard) override;
    void Finish(Json& metrics) override;

  private:
    void Open(TimeNs timeNs, MemberId subject);
    void Close(TimeNs timeNs, MemberId subject);
    void Leave(TimeNs timeNs, MemberId observer);
    Json CrashJson(const CrashWatch& crash, bool withCurve) const;
    Json CurveJson(const std::vector<CrashWatch::Point>& curve) const;
    Json SumOfCurvesJson() const;

    static constexpr std::uint32_t NO_WATCH = ~0u;

    RunState m_run;
    TimeNs m_stepNs;
    std::vector<CrashWatch> m_watches;    ///< in order of the crashes
    std::vector<std::uint32_t> m_watchOf; ///< by member: place of its open watch, or NO_WATCH
    std::vector<std::uint32_t> m_open;    ///< places of the open watches
};

} // namespace swimlab
