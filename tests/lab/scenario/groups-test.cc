// SPDX-License-Identifier: GPL-2.0-only
//
// Clusters that share a network.
#include "lab/plan/plan-json.h"
#include "scenario-fixture.h"

#include <nlohmann/json.hpp>

namespace swimlab
{
namespace
{

using Members = std::vector<MemberId>;

class Groups : public ScenarioTest
{
  protected:
    static std::string WithGroups(const std::string& cluster, const std::string& rest = "")
    {
        return "duration = \"60s\"\n[cluster]\nmembers = 6\n" + cluster + rest;
    }

    static constexpr const char* TWO = "[[cluster.group]]\nmembers = \"0-2\"\n"
                                       "protocol = {gossip_nodes = 7}\n";
};

TEST_F(Groups, AreOneUnlessTheScenarioNamesThem)
{
    const Plan plan = MakePlanOf(WithGroups(""));
    ASSERT_EQ(plan.groups.size(), 1u);
    EXPECT_EQ(plan.groups[0].members.size(), 6u);
    EXPECT_FALSE(nlohmann::json::parse(RunPlanJson(plan)).contains("groups"));
}

TEST_F(Groups, HaveSettingsOfTheirOwnAndTakeInWhoIsInNone)
{
    const Plan plan = MakePlanOf(WithGroups(TWO));
    ASSERT_EQ(plan.groups.size(), 2u);
    EXPECT_EQ(plan.groups[0].members, (Members{0, 1, 2}));
    EXPECT_EQ(plan.groups[0].protocol.gossipNodes, 7u);
    EXPECT_EQ(plan.groups[1].members, (Members{3, 4, 5}));
    EXPECT_EQ(plan.groups[1].protocol.gossipNodes, 3u);
    EXPECT_EQ(nlohmann::json::parse(RunPlanJson(plan))["groups"],
              nlohmann::json::parse(R"([["m0", "m1", "m2"], ["m3", "m4", "m5"]])"));
}

TEST_F(Groups, JoinAndRestartAmongThemselves)
{
    const Plan joining = MakePlanOf(WithGroups("start = \"join\"\n", TWO));
    EXPECT_EQ(joining.starts[0]->seeds, Members{});
    EXPECT_EQ(joining.starts[2]->seeds, Members{0});
    EXPECT_EQ(joining.starts[3]->seeds, Members{}) << "the first of its cluster";
    EXPECT_EQ(joining.starts[5]->seeds, Members{3});

    const Plan crashing =
        MakePlanOf(WithGroups(TWO, "[[event]]\nat = \"1s\"\ncrash = [2, 5]\nfor = \"1s\"\n"));
    ASSERT_EQ(crashing.timeline.size(), 3u) << "a restart a cluster";
    EXPECT_EQ(crashing.timeline[1].members, Members{2});
    EXPECT_EQ(crashing.timeline[1].seeds, Members{0});
    EXPECT_EQ(crashing.timeline[2].members, Members{5});
    EXPECT_EQ(crashing.timeline[2].seeds, Members{3});
}

TEST_F(Groups, AreRefusedWhereTheyMakeNoSense)
{
    EXPECT_EQ(ErrorOf(WithGroups("group = 3\n")),
              "s.toml:4: cluster.group: must be a list of tables; write [[cluster.group]], in two "
              "brackets, over each");
    EXPECT_EQ(ErrorOf(WithGroups("[[cluster.group]]\n")),
              "s.toml:4: cluster.group.0.members: is missing; say who is in the group, such as "
              "members = \"0-9\"");
    EXPECT_EQ(ErrorOf(WithGroups(TWO, "[[cluster.group]]\nmembers = [2, 3]\n")),
              "s.toml:8: cluster.group.1.members: m2 is in a group before this; groups must not "
              "overlap");
    EXPECT_EQ(ErrorOf(WithGroups("[[cluster.group]]\nmembers = 1\nprotocol = {gossip_node = 7}\n")),
              "s.toml:6: cluster.group.0.protocol.gossip_node: unknown key; did you mean "
              "cluster.group.0.protocol.gossip_nodes?");
    EXPECT_EQ(ErrorOf(WithGroups("[[cluster.group]]\nmembers = 1\n"
                                 "protocol = {probe_interval = \"100ms\"}\n")),
              "s.toml:6: cluster.group.0.protocol: probe_timeout = 500ms: must be less than "
              "probe_interval (100ms), which has to leave time for indirect probes");
}

} // namespace
} // namespace swimlab
