// SPDX-License-Identifier: GPL-2.0-only
//
// The example of docs/tutorial/own-metric.md: what it shows must compile, and count what it says.
#include "lab/record/metrics/metrics-pass.h"

#include <gtest/gtest.h>

// The metric.
#include "lab/record/metrics/metric.h"

#include <set>
#include <vector>

namespace swimlab
{

/// How many members accuse each crashed one by themselves.
class Accusers : public Metric
{
  public:
    explicit Accusers(const RunState& run)
        : m_run(run)
    {
    }

    void After(const Deed& deed) override
    {
        if (!deed.change.IsNone() && deed.change.after == Health::CRASHED)
        {
            m_crashes.push_back({*deed.event.subject, {}});
        }
    }

    void Hear(const Heard& heard) override
    {
        const bool old = m_run.truth.IsOfEarlierProcess(heard.subject, heard.row.incarnation);
        for (Crash& crash : m_crashes)
        {
            if (heard.row.kind == swim::EventKind::SUSPECT && heard.subject == crash.member && !old)
            {
                crash.accusers.insert(heard.accuser);
            }
        }
    }

    void Finish(Json& metrics) override
    {
        for (const Crash& crash : m_crashes)
        {
            metrics["accusers"][m_run.facts.names[crash.member]] = crash.accusers.size();
        }
    }

  private:
    struct Crash
    {
        MemberId member;
        std::set<MemberId> accusers;
    };

    RunState m_run;
    std::vector<Crash> m_crashes;
};

} // namespace swimlab

// Its test.
namespace swimlab
{

TEST(OwnMetricTest, CountsWhoAccusesByItself)
{
    MetricsPass pass({.names = {"a", "b", "c", "d"},
                      .endNs = 20 * SECOND_NS,
                      .groupOf = {0, 0, 0, 0},
                      .steps = {{Verb::CRASH, 3}}});
    pass.Add([](const RunState& run) { return std::make_unique<Accusers>(run); });
    pass.Conclude({SECOND_NS, 2, swim::EventKind::SUSPECT, 3, 1, 2}); // before the crash
    pass.Truth({5 * SECOND_NS, Verb::CRASH, 3, {}, ""});
    pass.Conclude({6 * SECOND_NS, 0, swim::EventKind::SUSPECT, 3, 1, 0});
    pass.Conclude({7 * SECOND_NS, 1, swim::EventKind::SUSPECT, 3, 1, 0});
    pass.Conclude({8 * SECOND_NS, 2, swim::EventKind::SUSPECT, 3, 1, 2});
    const Json metrics = pass.Finish();
    EXPECT_EQ(metrics["accusers"], Json({{"d", 2}}));
    EXPECT_EQ(metrics["crashes"][0]["first_suspect_s"], 1);
}

} // namespace swimlab
