// SPDX-License-Identifier: GPL-2.0-only
//
// What one process sends and receives in one second: mean, 99th percentile and maximum over all processes and
// seconds of the window, as Rapid (Suresh et al., USENIX ATC 2018, table 2) gives the cost of a protocol.
#pragma once

#include "lab/record/metrics/metric.h"

#include <map>

namespace swimlab
{

class MemberLoads : public Metric
{
  public:
    explicit MemberLoads(const RunState& run);

    Scope ScopeOf() const override
    {
        return Scope::RUN;
    }

    void Before(const Deed& deed) override;
    void After(const Deed& deed) override;
    void Load(const Loaded& loaded) override;
    void Finish(Json& metrics) override;

  private:
    /// Of member-seconds in which something moved: bytes to how many.
    using Histogram = std::map<std::uint64_t, std::uint64_t>;

    void Reach(TimeNs timeNs);
    static Json Of(const Histogram& moved, double memberSeconds);

    RunState m_run;
    std::int64_t m_processes = 0; ///< that exist now
    TimeNs m_nowNs = 0;
    double m_memberNs = 0; ///< of processes, in the window
    Histogram m_sent;
    Histogram m_received;
};

} // namespace swimlab
