// SPDX-License-Identifier: GPL-2.0-only
//
// What each row of a record is worth, a byte a row, for who looks at a run row by row.
//
// The explorer (analysis/explore) shows single accusations as wrong, right or due to a partition. Judging
// them by code of its own would be a second definition of a false positive, so it asks this one.
#pragma once

#include "lab/record/metrics/metric.h"

#include <filesystem>

namespace swimlab
{

/// Keeps a byte for each row in which a member concludes something, in their order: the judgement
/// (metric.h, 0 to 3), and above it the bits below.
class Verdicts : public Metric
{
  public:
    static constexpr unsigned IN_WINDOW = 4;       ///< the metrics of the window count the row
    static constexpr unsigned ENDS_WRONG = 8;      ///< it ends a suspicion that was wrong
    static constexpr unsigned BY_ANOMALOUS = 0x10; ///< its observer is disturbed

    /// @param bytes where they are kept; outlives this
    Verdicts(const RunState& run, std::string& bytes);

    Scope ScopeOf() const override
    {
        return Scope::RUN;
    }

    void Hear(const Heard& heard) override;

    void Finish(Json& /*metrics*/) override
    {
    }

  private:
    const RunState m_run;
    std::string& m_bytes;
};

/// Judges the rows of the run in `folder` and writes their bytes into `file`. @throws RecordError
void WriteVerdictsOf(const std::filesystem::path& folder, const std::filesystem::path& file);

} // namespace swimlab
