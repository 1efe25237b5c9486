// SPDX-License-Identifier: GPL-2.0-only
//
// Members whose network is unplugged: do they notice, and are they noticed?
//
// A send that the operating system refuses is no loss on the way. A member that ignores the error
// never ends a probe, holds everybody for alive, and serves what it last knew (serf#627, #732).
#pragma once

#include "lab/record/metrics/metric.h"

#include <vector>

namespace swimlab
{

class Disconnects : public Metric
{
  public:
    explicit Disconnects(const RunState& run);

    void Before(const Deed& deed) override;
    void After(const Deed& deed) override;
    void Finish(Json& metrics) override;

  private:
    /// Of a member that has a process. Watched until it is plugged in, or its process or the run ends.
    struct Disconnect
    {
        MemberId member;
        TimeNs atNs;
        std::uint32_t step;
        std::uint64_t others = 0;   ///< of its cluster, live all that time
        std::uint64_t heldGone = 0; ///< those that the member holds for gone at the end
        std::uint64_t goneTo = 0;   ///< those that hold the member for gone at the end
    };

    void Close(Disconnect& disconnect);

    RunState m_run;
    std::vector<Disconnect> m_disconnects;
    std::vector<std::size_t> m_open; ///< places
    bool m_isNew = false;            ///< the present row is the beginning of one
};

} // namespace swimlab
