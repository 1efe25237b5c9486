// SPDX-License-Identifier: GPL-2.0-only
//
// Wrong suspicions that their observer saw refuted: the next change of its view of the subject is the
// refutation. A suspicion that became a death first is a false positive instead.
#pragma once

#include "lab/record/metrics/metric.h"

namespace swimlab
{

class Refutations : public Metric
{
  public:
    void Hear(const Heard& heard) override;
    void Finish(Json& metrics) override;

  private:
    std::uint64_t m_refuted = 0;
};

} // namespace swimlab
