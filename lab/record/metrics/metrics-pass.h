// SPDX-License-Identifier: GPL-2.0-only
//
// All metrics of a run, in one pass over its rows: while it goes on, or over its records.
//
// docs/metrics.md defines them and docs/records.md lists what Finish gives. What is needed does not
// grow with the events: views of processes that start anew and of members about whom there is news
// are a byte a pair (views.h), the rest are counts.
#pragma once

#include "lab/record/metrics/judge.h"
#include "lab/record/metrics/metric.h"

#include <memory>
#include <stdexcept>
#include <vector>

namespace swimlab
{

/// A row does not fit the run. The message says what is wrong and what would be right, not where.
class RowError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

class MetricsPass
{
  public:
    explicit MetricsPass(RunFacts facts);
    ~MetricsPass();

    MetricsPass(const MetricsPass&) = delete;
    MetricsPass& operator=(const MetricsPass&) = delete;

    /// Adds a metric to those of all-metrics.h. @param make a function of RunState
    template <typename Make>
    void Add(const Make& make)
    {
        m_metrics.push_back(make(RunState{m_facts, m_truth, m_views}));
        m_found.push_back(Json::object());
    }

    /// Rows in the order of the record. @throws RowError
    void Truth(const TruthEvent& event);
    void Conclude(const Conclusion& conclusion);

    void Move(const Moved& moved);
    void Cross(const Crossed& crossed);
    void Scatter(const Spread& spread);
    void Load(const Loaded& loaded);

    const RunFacts& Facts() const
    {
        return m_facts;
    }

    /// Ends the run. @return metrics.json without what identifies the run
    Json Finish();

  private:
    void Reach(TimeNs timeNs);
    void EndWindow();
    Json MeasureJson() const;
    bool IsTold(const Metric& metric, TimeNs timeNs) const;

    RunFacts m_facts;
    GroundTruth m_truth;
    Views m_views;
    Judge m_judge;
    std::vector<std::unique_ptr<Metric>> m_metrics;
    std::vector<Json> m_found; ///< by metric: what those that are finished wrote
    bool m_isWindowOver = false;
    TimeNs m_nextLook = 0;
};

/// What the pass over a run of this plan will need: less than this, unless members that live are
/// accused, which a plan cannot tell and which takes a byte a member for each of them.
std::uint64_t EstimateMetricsBytes(const Plan& plan);

} // namespace swimlab
