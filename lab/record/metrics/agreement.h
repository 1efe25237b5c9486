// SPDX-License-Identifier: GPL-2.0-only
//
// What the views are worth at the end of a run: who is missing from them, and who should be gone.
//
// How a scenario ends is often its whole point: after a healed partition, a mass restart, a lost leave
// message, does every live member hold every live member, and nobody else?
#pragma once

#include "lab/record/metrics/metric.h"

#include <vector>

namespace swimlab
{

class Agreement : public Metric
{
  public:
    explicit Agreement(const RunState& run);

    void Hear(const Heard& heard) override;
    void Finish(Json& metrics) override;

  private:
    struct Counts
    {
        std::uint64_t livePairs = 0;
        std::uint64_t missingPairs = 0;
        std::uint64_t missingMembers = 0;
        std::uint64_t foreignPairs = 0;
        std::uint64_t stalePairs = 0;
    };

    Counts Count(const std::vector<bool>& live) const;

    RunState m_run;
    std::vector<TimeNs> m_lastChangeNs; ///< by observer; -1: never
    std::uint64_t m_resurrections = 0;
};

} // namespace swimlab
