// SPDX-License-Identifier: GPL-2.0-only
//
// The window of the metrics and whom they leave out: read, put on record, checked by line.
#include "scenario-fixture.h"

#include <algorithm>
#include <optional>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

class MeasureTable : public ScenarioTest
{
  protected:
    static std::optional<std::string> Resolved(const Scenario& scenario, std::string_view key)
    {
        const auto found = std::ranges::find(scenario.resolved, key, &Setting::first);
        return found == scenario.resolved.end() ? std::nullopt : std::optional(found->second);
    }

    static std::string ErrorOf(const std::string& text)
    {
        try
        {
            Load(text);
        }
        catch (const ScenarioError& error)
        {
            return error.what();
        }
        return "no error";
    }
};

TEST_F(MeasureTable, IsTheWholeRunAndTheDisturbanceItselfWhereNothingIsSaid)
{
    const Scenario scenario = Load(BASE);
    EXPECT_EQ(scenario.measure.anomalous, AnomalousSet::WHILE);
    EXPECT_EQ(scenario.measure.from, 0s);
    EXPECT_EQ(scenario.measure.to, std::nullopt);
    EXPECT_EQ(Resolved(scenario, "measure.anomalous"), "while");
    EXPECT_EQ(Resolved(scenario, "measure.from"), "0s");
    EXPECT_EQ(Resolved(scenario, "measure.to"), std::nullopt);
}

TEST_F(MeasureTable, IsReadAndHandedToTheRun)
{
    const std::string text =
        std::string(BASE) + "[measure]\nanomalous = \"run\"\nfrom = \"10s\"\nto = \"30s\"\n";
    const Scenario scenario = Load(text);
    EXPECT_EQ(Resolved(scenario, "measure.anomalous"), "run");
    EXPECT_EQ(Resolved(scenario, "measure.from"), "10s");
    EXPECT_EQ(Resolved(scenario, "measure.to"), "30s");
    const Plan plan = MakePlanOf(text);
    EXPECT_EQ(plan.measure.anomalous, AnomalousSet::RUN);
    EXPECT_EQ(plan.measure.from, 10s);
    EXPECT_EQ(plan.measure.to, 30s);
}

TEST_F(MeasureTable, ChangesNothingThatHappens)
{
    const std::string event = "[[event]]\nat = \"20s\"\ncrash = \"random 3\"\n";
    const Plan plain = MakePlanOf(BASE + event);
    const Plan windowed = MakePlanOf(BASE + event + "[measure]\nfrom = \"10s\"\n");
    ASSERT_EQ(plain.timeline.size(), windowed.timeline.size());
    EXPECT_EQ(plain.timeline[0].members, windowed.timeline[0].members);
    EXPECT_EQ(plain.timeline[0].at, windowed.timeline[0].at);
}

TEST_F(MeasureTable, MistakesHaveAPlace)
{
    const std::string base = std::string(BASE) + "[measure]\n"; // line 8
    EXPECT_EQ(ErrorOf(base + "anomalous = \"ever\"\n").find("s.toml:9: measure.anomalous"), 0u);
    EXPECT_EQ(ErrorOf(base + "from = \"1500ms\"\n"),
              "s.toml:9: measure.from: 1500ms is within a second, and traffic is recorded by the "
              "second; write whole seconds");
    EXPECT_EQ(ErrorOf(base + "to = \"61s\"\n"),
              "s.toml:9: measure.to: 61s is after the end of the run (1m)");
    EXPECT_EQ(ErrorOf(base + "from = \"60s\"\n"),
              "s.toml:9: measure.from: 1m leaves nothing to measure up to 1m");
    EXPECT_EQ(ErrorOf(base + "from = \"30s\"\nto = \"30s\"\n"),
              "s.toml:9: measure.from: 30s leaves nothing to measure up to 30s");
}

} // namespace
} // namespace swimlab
