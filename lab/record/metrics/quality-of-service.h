// SPDX-License-Identifier: GPL-2.0-only
//
// The quality of service of Chen, Toueg and Aguilera of all pairs, in two readings: wrong is who holds
// a living reachable member for dead (or left), or who suspects it already.
//
// Here is what a row means for a pair; pair-accuracy.h has the metrics, exposure.h the time that they
// are held against.
#pragma once

#include "lab/record/metrics/metric.h"
#include "lab/record/metrics/pair-accuracy.h"

#include <array>

namespace swimlab
{

class QualityOfService : public Metric
{
  public:
    explicit QualityOfService(const RunState& run);

    Scope ScopeOf() const override
    {
        return Scope::PREAMBLE;
    }

    void Before(const Deed& deed) override;
    void After(const Deed& deed) override;
    void Hear(const Heard& heard) override;
    void Finish(Json& metrics) override;

  private:
    /// What is wrong of a view on a living reachable member.
    struct Reading
    {
        std::string_view name;
        bool (*isWrong)(View);
        PairAccuracy accuracy;
    };

    bool IsPast(TimeNs timeNs) const
    {
        return m_run.truth.MeasureOfRun().window.IsPast(timeNs);
    }

    void UpdateHealth(TimeNs timeNs, MemberId member, bool starts);
    void Join(TimeNs timeNs, MemberId member);
    void Inherit(TimeNs timeNs, MemberId observer, MemberId subject);
    void ChangeSides(const Deed& deed);

    RunState m_run;
    Exposure m_exposure;
    std::array<Reading, 2> m_readings;
    Sides m_sidesBefore; ///< empty: there was no partition
};

} // namespace swimlab
