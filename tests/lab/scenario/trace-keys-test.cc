// SPDX-License-Identifier: GPL-2.0-only
//
// [trace]: what it asks for, what it leaves as it was, and how its mistakes are told.
#include "scenario-fixture.h"

#include <algorithm>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

class TraceTable : public ScenarioTest
{
  protected:
    static std::string With(const std::string& lines)
    {
        return std::string(BASE) + "[trace]\n" + lines;
    }
};

TEST_F(TraceTable, LeavesAScenarioWithoutItAsItWas)
{
    const Scenario scenario = Load(BASE);
    EXPECT_FALSE(scenario.trace.on);
    EXPECT_TRUE(std::ranges::none_of(scenario.resolved, [](const Setting& setting) {
        return setting.first.starts_with("trace.");
    }));
}

TEST_F(TraceTable, AsksForEverythingByBeingThere)
{
    const Plan plan = MakePlanOf(With(""));
    EXPECT_TRUE(plan.trace.on);
    EXPECT_EQ(plan.trace.from, 0s);
    EXPECT_GT(plan.trace.to, plan.duration) << "what happens at the last instant belongs to it";
    EXPECT_TRUE(plan.trace.members.empty());
    EXPECT_TRUE(plan.trace.kinds.empty());
    EXPECT_FALSE(plan.trace.pcap);
}

TEST_F(TraceTable, IsAskedForOnTheCommandLineToo)
{
    EXPECT_TRUE(Load(BASE, {"trace.on=true"}).trace.on);
    EXPECT_FALSE(Load(With("pcap = true\n"), {"trace.on=false"}).trace.on);
}

TEST_F(TraceTable, IsNarrowedByTimeMembersAndKinds)
{
    const Plan plan = MakePlanOf(With("from = \"5s\"\nto = \"10s\"\nmembers = [3, \"7-8\"]\n"
                                      "kinds = [\"suspect\", \"probe-failed\"]\n"));
    EXPECT_EQ(plan.trace.from, 5s);
    EXPECT_EQ(plan.trace.to, 10s);
    EXPECT_EQ(plan.trace.members, (std::vector<MemberId>{3, 7, 8}));
    EXPECT_EQ(plan.trace.kinds, (std::vector<std::string>{"suspect", "probe-failed"}));
}

TEST_F(TraceTable, RefusesWhatNobodyTraces)
{
    EXPECT_EQ(ErrorOf(With("kinds = [\"suspet\"]\n")),
              "s.toml:9: trace.kinds: suspet is no kind of a message or a decision; did you mean "
              "suspect?");
    EXPECT_EQ(ErrorOf(With("kinds = \"ping\"\n")),
              "s.toml:9: trace.kinds: must be a list of kinds, such as [\"suspect\", "
              "\"probe-failed\"]");
    EXPECT_EQ(ErrorOf(With("from = \"10s\"\nto = \"10s\"\n")),
              "s.toml:10: trace.to: nothing lies between 10s and 10s");
    EXPECT_EQ(ErrorOf(With("from = \"60s\"\n")),
              "s.toml:9: trace.from: nothing lies between 1m and 1m");
}

TEST_F(TraceTable, RefusesAnAnimationWithoutLinks)
{
    EXPECT_EQ(ErrorOf(With("netanim = true\n[network]\nmodel = \"path\"\n")),
              "s.toml:9: trace.netanim: shows packets on links, and there are none with "
              "network.model = path; take network.model = packet");
    EXPECT_EQ(ErrorOf(With("netanim = true\n[network]\nqueue_discs = true\n")),
              "s.toml:9: trace.netanim: does not see packets between queue discs; take "
              "network.queue_discs = false");
}

} // namespace
} // namespace swimlab
