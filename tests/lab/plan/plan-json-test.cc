// SPDX-License-Identifier: GPL-2.0-only
//
// The JSON that other programs read, key by key.
#include "lab/plan/plan-json.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <nlohmann/json.hpp>

namespace swimlab
{
namespace
{

using nlohmann::json;

class PlanJsonText : public ScenarioTest
{
};

TEST_F(PlanJsonText, TellsTheCampaignWhatToRun)
{
    const Scenario scenario = Load(std::string("title = \"T\"\nruns = 2\nseed = 4\n") + BASE +
                                   "[sweep]\nprotocol.gossip_nodes = [1, 2]\n");
    const json plan = json::parse(PlanJson(scenario, "ns3-packet", 5'000'000'000));
    EXPECT_EQ(plan["title"], "T");
    EXPECT_EQ(plan["question"], "");
    EXPECT_EQ(plan["scenario_file"], "s.toml");
    EXPECT_EQ(plan["members"], 20);
    EXPECT_EQ(plan["duration_s"], 60.0);
    EXPECT_EQ(plan["seeds"], json({4, 5}));
    EXPECT_EQ(plan["backend"], "ns3-packet");
    EXPECT_EQ(plan["resolved"]["protocol.probe_interval"], "1s");
    EXPECT_EQ(plan["resolved"]["protocol.gossip_nodes"], "[1, 2]");
    EXPECT_EQ(plan["points"],
              json::parse(R"([{"key": "p000", "settings": {"protocol.gossip_nodes": "1"}},
                              {"key": "p001", "settings": {"protocol.gossip_nodes": "2"}}])"));
    EXPECT_EQ(plan["memory_bytes"], 5'000'000'000);
}

TEST_F(PlanJsonText, HasOnePointWithoutASweep)
{
    EXPECT_EQ(json::parse(PlanJson(Load(BASE), "x", {}))["points"],
              json::parse(R"([{"key": "", "settings": {}}])"));
    EXPECT_TRUE(json::parse(PlanJson(Load(BASE), "x", {})).at("memory_bytes").is_null());
}

TEST_F(PlanJsonText, IsJsonWhateverATitleHolds)
{
    const Scenario scenario = Load(BASE, {"title=a\"b\\c \xff \n"});
    EXPECT_EQ(json::parse(PlanJson(scenario, "x", {}))["title"], "a\"b\\c \xef\xbf\xbd \n");
}

TEST_F(PlanJsonText, DescribesARun)
{
    const Plan plan = MakePlanOf(WithEvents({"at = \"1.5s\";crash = [7, 9]",
                                             "at = \"2s\";partition = [\"0-1\"]",
                                             "at = \"3s\";heal = true",
                                             "at = \"4s\";loss = \"5%\";members = 3",
                                             "at = \"5s\";delay = \"2ms\""}),
                                 9);
    const json run = json::parse(RunPlanJson(plan));
    EXPECT_EQ(run["format"], 1);
    EXPECT_EQ(run["scenario"]["file"], "s.toml");
    EXPECT_EQ(run["scenario"]["title"], "s");
    EXPECT_EQ(run["scenario"]["resolved"]["cluster.members"], "20");
    EXPECT_EQ(run["point"], json::object());
    EXPECT_EQ(run["seed"], 9);
    EXPECT_EQ(run["members"], 20);
    EXPECT_EQ(run["member_names"][7], "m07");
    EXPECT_EQ(run["simulated_s"], 60.0);

    const json& timeline = run["timeline"];
    EXPECT_EQ(timeline[0], json::parse(R"({"at_s": 1.5, "verb": "crash", "targets": "[7, 9]",
                                           "members": ["m07", "m09"]})"));
    EXPECT_EQ(timeline[1]["sides"][0], json({"m00", "m01"}));
    EXPECT_EQ(timeline[1]["sides"][1].size(), 18u);
    EXPECT_EQ(timeline[2], json::parse(R"({"at_s": 3.0, "verb": "heal"})"));
    EXPECT_EQ(timeline[3], json::parse(R"({"at_s": 4.0, "verb": "loss", "value": "5%",
                                           "targets": "3", "members": ["m03"]})"));
    EXPECT_EQ(timeline[4], json::parse(R"({"at_s": 5.0, "verb": "delay", "value": "2ms"})"));
}

TEST_F(PlanJsonText, DescribesTheTopologyOfARun)
{
    const json topology = json::parse(RunPlanJson(MakePlanOf(BASE)))["topology"];
    EXPECT_EQ(topology["kind"], "leaf-spine");
    ASSERT_EQ(topology["routers"].size(), 6u);
    EXPECT_EQ(topology["routers"][0]["label"], "spine-0");
    EXPECT_EQ(topology["routers"][0]["members"], 0);
    EXPECT_EQ(topology["routers"][2]["id"], 2);
    EXPECT_EQ(topology["routers"][2]["members"], 5);
    EXPECT_TRUE(topology["routers"][2].at("latitude").is_null());
    EXPECT_EQ(topology["links"].size(), 8u);
    EXPECT_EQ(topology["links"][0]["delay_ns"], 50000);
    EXPECT_EQ(topology["router_of_member"].size(), 20u);
    EXPECT_EQ(topology["router_of_member"][19], 5);
    EXPECT_EQ(topology["diameter_hops"], 2);
    EXPECT_EQ(topology["max_path_delay_ns"], 200000) << "4 links of 50 us";
    EXPECT_EQ(topology["articulation_points"], json::array());
}

} // namespace
} // namespace swimlab
